//! Training of the linear tier.

use super::LinearModel;
use super::objective::{Mass, Objective};
use crate::feature::SparseRows;
use crate::types::Prob;
use argmin::core::{Executor, State};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;
use linfa::ParamGuard;
use linfa::dataset::{DatasetBase, Records};
use linfa::traits::{Fit, FitWith};
use ndarray::{Array1, Array2, ArrayView1, Axis};
use thiserror::Error;

/// What the rows say of each label, `rows × labels`: the probability of the label (0 or 1 for a hard label), or `None`
/// where it is unknown and adds no loss.
pub type Targets = Array2<Option<Prob>>;

/// How rows with and without a label are weighed against each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClassWeight {
    /// Every row counts the same.
    Even,
    /// Rows with the label count as much in sum as rows without it.
    Balanced,
}

/// Parameters of a fit, unchecked.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearParams(LinearValidParams);

/// Checked parameters of a fit.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearValidParams {
    c: f64,
    class_weight: ClassWeight,
    max_iterations: u64,
    tolerance: f64,
}

/// Why a fit failed.
#[derive(Debug, Error)]
pub enum LinearError {
    /// The inverse strength of the penalty is not a positive number.
    #[error("regularisation strength C is {0}, but must be a positive finite number")]
    C(f64),
    /// The tolerance is not a positive number.
    #[error("tolerance is {0}, but must be a positive finite number")]
    Tolerance(f64),
    /// Not one row of targets for each row of features.
    #[error("{records} rows, but targets for {targets}")]
    Lengths {
        /// Rows of features.
        records: usize,
        /// Rows of targets.
        targets: usize,
    },
    /// The model to go on from was made for other features or labels.
    #[error("the model to start from has another shape than the data")]
    Start,
    /// Every row of this label is unknown.
    #[error("label {0} is known of no row")]
    NothingKnown(usize),
    /// The solver gave up, or its result is not a finite number.
    #[error("the solver failed: {0}")]
    Solver(String),
    /// Of the `linfa` family.
    #[error(transparent)]
    Linfa(#[from] linfa::Error),
}

impl LinearParams {
    /// Parameters with inverse regularisation strength `c` (as in LIBLINEAR: larger fits the rows more closely).
    /// Defaults: balanced classes, at most 500 iterations, gradient tolerance 1e-5.
    pub fn new(c: f64) -> Self {
        Self(LinearValidParams { c, class_weight: ClassWeight::Balanced, max_iterations: 500, tolerance: 1e-5 })
    }

    /// How classes are weighed. Default: balanced.
    pub fn class_weight(mut self, class_weight: ClassWeight) -> Self {
        self.0.class_weight = class_weight;
        self
    }

    /// The most iterations of the solver for one label. Default: 500; typical fits need 30 to 100.
    pub fn max_iterations(mut self, max_iterations: u64) -> Self {
        self.0.max_iterations = max_iterations;
        self
    }

    /// The Euclidean length of the gradient (of the mean loss) at which a fit has converged. Default: 1e-5.
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.0.tolerance = tolerance;
        self
    }
}

impl ParamGuard for LinearParams {
    type Checked = LinearValidParams;
    type Error = LinearError;

    fn check_ref(&self) -> Result<&LinearValidParams, LinearError> {
        let positive = |x: f64| x.is_finite() && x > 0.0;
        if !positive(self.0.c) {
            return Err(LinearError::C(self.0.c));
        }
        if !positive(self.0.tolerance) {
            return Err(LinearError::Tolerance(self.0.tolerance));
        }
        Ok(&self.0)
    }

    fn check(self) -> Result<LinearValidParams, LinearError> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl<R: Records + AsRef<SparseRows>> Fit<R, Targets, LinearError> for LinearValidParams {
    type Object = LinearModel;

    fn fit(&self, dataset: &DatasetBase<R, Targets>) -> Result<LinearModel, LinearError> {
        self.fit_from(None, dataset.records.as_ref(), &dataset.targets)
    }
}

/// Starts from the weights of `model`, which saves iterations where it was fitted to nearly the same problem.
impl<'a, R: Records + AsRef<SparseRows>> FitWith<'a, R, Targets, LinearError> for LinearValidParams {
    type ObjectIn = Option<&'a LinearModel>;
    type ObjectOut = LinearModel;

    fn fit_with(
        &self,
        model: Option<&'a LinearModel>,
        dataset: &'a DatasetBase<R, Targets>,
    ) -> Result<LinearModel, LinearError> {
        self.fit_from(model, dataset.records.as_ref(), &dataset.targets)
    }
}

impl LinearValidParams {
    fn fit_from(
        &self,
        start: Option<&LinearModel>,
        rows: &SparseRows,
        targets: &Targets,
    ) -> Result<LinearModel, LinearError> {
        let (records, n_labels) = (rows.len(), targets.ncols());
        if records != targets.nrows() {
            return Err(LinearError::Lengths { records, targets: targets.nrows() });
        }
        if start.is_some_and(|m| (m.n_features(), m.n_labels()) != (rows.n_columns(), n_labels)) {
            return Err(LinearError::Start);
        }
        let mut weights = Array2::zeros((rows.n_columns(), n_labels));
        let mut bias = Array1::zeros(n_labels);
        for (label, target) in targets.axis_iter(Axis(1)).enumerate() {
            let mass = self.mass(target);
            let prior = prior_logit(&mass).ok_or(LinearError::NothingKnown(label))?;
            let from = match start {
                Some(model) => parameters(model, label),
                None => initial(rows.n_columns(), prior),
            };
            let found = match prior {
                // with one class only the best bias would be infinite
                _ if mass.iter().all(|m| m.yes == 0.0) || mass.iter().all(|m| m.no == 0.0) => {
                    initial(rows.n_columns(), prior)
                }
                _ => self.minimise(Objective::new(rows, &mass, self.c), from)?,
            };
            let (w, b) = found.view().split_at(Axis(0), rows.n_columns());
            weights.column_mut(label).assign(&w.mapv(|x| x as f32));
            bias[label] = b[0] as f32;
        }
        LinearModel::from_parts(weights, bias).ok_or_else(|| LinearError::Solver("weights are not finite".into()))
    }

    /// The rows whose label is known, with class weights.
    fn mass(&self, target: ArrayView1<'_, Option<Prob>>) -> Vec<Mass> {
        let known = || target.iter().enumerate().filter_map(|(row, p)| Some((row, (*p)?.get())));
        let (n, yes) = known().fold((0.0, 0.0), |(n, yes), (_, p)| (n + 1.0, yes + p));
        let (for_yes, for_no) = match self.class_weight {
            ClassWeight::Balanced if yes > 0.0 && yes < n => (n / (2.0 * yes), n / (2.0 * (n - yes))),
            ClassWeight::Balanced | ClassWeight::Even => (1.0, 1.0),
        };
        known().map(|(row, p)| Mass { row, yes: for_yes * p, no: for_no * (1.0 - p) }).collect()
    }

    fn minimise(&self, objective: Objective<'_>, start: Array1<f64>) -> Result<Array1<f64>, LinearError> {
        let solver_error = |e: argmin::core::Error| LinearError::Solver(e.to_string());
        // ten pairs of memory, as usual (Nocedal and Wright, Numerical Optimization, 7.2)
        let solver = LBFGS::new(MoreThuenteLineSearch::new(), 10)
            .with_tolerance_grad(self.tolerance)
            .map_err(solver_error)?
            .with_tolerance_cost(1e-12)
            .map_err(solver_error)?;
        let result = Executor::new(objective, solver)
            .configure(|state| state.param(start).max_iters(self.max_iterations))
            .timer(false)
            .run()
            .map_err(solver_error)?;
        let best = result.state().get_best_param();
        best.cloned().ok_or_else(|| LinearError::Solver("no step was taken".into()))
    }
}

/// Smoothed log-odds of the label among the weighted rows; `None` without rows.
fn prior_logit(mass: &[Mass]) -> Option<f64> {
    let sum = |f: fn(&Mass) -> f64| mass.iter().map(f).sum::<f64>();
    (!mass.is_empty()).then(|| ((sum(|m| m.yes) + 0.5) / (sum(|m| m.no) + 0.5)).ln())
}

/// No weights, only a bias.
fn initial(n_features: usize, bias: f64) -> Array1<f64> {
    let mut parameters = Array1::zeros(n_features + 1);
    parameters[n_features] = bias;
    parameters
}

/// Weights and bias of one label in the layout of the objective.
fn parameters(model: &LinearModel, label: usize) -> Array1<f64> {
    let weights = model.weights().column(label);
    weights.iter().chain([&model.bias()[label]]).map(|&w| f64::from(w)).collect()
}
