//! The weights of a linear tier, and logits from rows.

use crate::feature::{SparseRow, SparseRows};
use linfa::traits::{Predict, PredictInplace};
use ndarray::{Array1, Array2, ArrayView1, Axis, s};

/// Weights of shape `features × labels` and one bias per label.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearModel {
    weights: Array2<f32>,
    bias: Array1<f32>,
    /// Where weights are whole multiples of a step, from -127 to 127: the step of each label.
    steps: Option<Array1<f32>>,
}

impl LinearModel {
    /// A model from its parts; `None` if there is not one bias for each column of `weights`, or a number is not finite.
    pub fn from_parts(weights: Array2<f32>, bias: Array1<f32>) -> Option<Self> {
        let fits = weights.ncols() == bias.len();
        let finite = weights.iter().chain(&bias).all(|w| w.is_finite());
        (fits && finite).then(|| Self { weights: weights.as_standard_layout().into_owned(), bias, steps: None })
    }

    /// A model whose weights are `whole`, `features × labels`, times the step of their label; `None` as above.
    pub fn from_steps(whole: &Array2<i8>, steps: Array1<f32>, bias: Array1<f32>) -> Option<Self> {
        if whole.ncols() != steps.len() {
            return None;
        }
        let model = Self::from_parts(whole.mapv(f32::from) * &steps, bias)?;
        Some(Self { steps: Some(steps), ..model })
    }

    /// The model with each weight moved to the nearest of 255 steps, so that it takes a byte.
    pub fn quantised(&self) -> Self {
        let most = |column: ArrayView1<'_, f32>| column.iter().fold(0.0f32, |most, w| most.max(w.abs()));
        // a label without weights still needs a step above 0
        let steps: Array1<f32> = self.weights.columns().into_iter().map(|c| (most(c) / 127.0).max(1e-12)).collect();
        let weights = (&self.weights / &steps).mapv(f32::round) * &steps;
        Self { weights, bias: self.bias.clone(), steps: Some(steps) }
    }

    /// Whether weights are whole multiples of steps.
    pub fn is_quantised(&self) -> bool {
        self.steps.is_some()
    }

    /// Weights as multiples of steps, and the steps, if they are.
    pub fn steps(&self) -> Option<(Array2<i8>, &Array1<f32>)> {
        let steps = self.steps.as_ref()?;
        Some(((&self.weights / steps).mapv(|w| w.round() as i8), steps))
    }

    /// The model without the features that are not `kept`, row numbers in ascending order.
    pub fn select(&self, kept: &[usize]) -> Self {
        let weights = self.weights.select(Axis(0), kept);
        Self { weights, bias: self.bias.clone(), steps: self.steps.clone() }
    }

    /// Puts models of the same features side by side: the labels of the first, then those of the second, and so on.
    /// `None` for no models, or for models of different numbers of features.
    pub fn join(models: &[LinearModel]) -> Option<Self> {
        let weights: Vec<_> = models.iter().map(|m| m.weights.view()).collect();
        let bias: Vec<_> = models.iter().map(|m| m.bias.view()).collect();
        Self::from_parts(
            ndarray::concatenate(ndarray::Axis(1), &weights).ok()?,
            ndarray::concatenate(ndarray::Axis(0), &bias).ok()?,
        )
    }

    /// Weights, `features × labels`.
    pub fn weights(&self) -> &Array2<f32> {
        &self.weights
    }

    /// One bias per label.
    pub fn bias(&self) -> &Array1<f32> {
        &self.bias
    }

    /// How many labels there are.
    pub fn n_labels(&self) -> usize {
        self.bias.len()
    }

    /// How many features there are.
    pub fn n_features(&self) -> usize {
        self.weights.nrows()
    }

    /// The weights of one feature, one per label.
    pub fn feature(&self, column: usize) -> ArrayView1<'_, f32> {
        self.weights.slice(s![column, ..])
    }

    /// Writes the logit of each label for one row to `logits`, which has one place per label.
    pub fn logits(&self, row: SparseRow<'_>, logits: &mut [f64]) {
        for (logit, &bias) in logits.iter_mut().zip(&self.bias) {
            *logit = f64::from(bias);
        }
        for (column, value) in row.iter() {
            for (logit, &weight) in logits.iter_mut().zip(self.feature(column)) {
                *logit += value * f64::from(weight);
            }
        }
    }
}

/// Logits of shape `rows × labels`.
impl PredictInplace<SparseRows, Array2<f64>> for LinearModel {
    fn predict_inplace<'a>(&'a self, rows: &'a SparseRows, logits: &mut Array2<f64>) {
        let mut buffer = vec![0.0; self.n_labels()];
        for (row, mut out) in rows.rows().zip(logits.rows_mut()) {
            self.logits(row, &mut buffer);
            out.assign(&ArrayView1::from(&buffer));
        }
    }

    fn default_target(&self, rows: &SparseRows) -> Array2<f64> {
        Array2::zeros((rows.len(), self.n_labels()))
    }
}

/// `linfa` provides this for dense arrays and data sets; sparse rows get it here.
impl Predict<&SparseRows, Array2<f64>> for LinearModel {
    fn predict(&self, rows: &SparseRows) -> Array2<f64> {
        let mut logits = self.default_target(rows);
        self.predict_inplace(rows, &mut logits);
        logits
    }
}
