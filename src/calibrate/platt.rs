//! Platt scaling: a logistic curve through held-out logits.

use super::HeldOut;
use crate::feature::SparseRows;
use crate::linear::{ClassWeight, LinearError, LinearModel, LinearParams};
use crate::types::{Logit, Prob};
use linfa::DatasetBase;
use linfa::traits::Fit;
use ndarray::Array2;
use serde::{Deserialize, Serialize};

/// `prob = 1 / (1 + exp(-(slope · logit + intercept)))`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Platt {
    /// Not negative: calibration never reorders scores.
    pub slope: f64,
    /// Log-odds at logit 0.
    pub intercept: f64,
}

/// Nearly no penalty: two numbers are fitted to hundreds of rows.
const C: f64 = 1e4;

impl Platt {
    /// Fits the curve with Platt's smoothed targets `(n+ + 1) / (n+ + 2)` and `1 / (n- + 2)` (Platt 1999; Lin, Lin,
    /// Weng 2007). A curve that would fall, or rows that no curve fits, give the mean truth for every logit.
    pub fn fit(rows: &[HeldOut]) -> Self {
        let yes: f64 = rows.iter().map(|r| r.truth.get()).sum();
        let no = rows.len() as f64 - yes;
        let (high, low) = ((yes + 1.0) / (yes + 2.0), 1.0 / (no + 2.0));
        match Self::fit_curve(rows, high, low) {
            Ok(curve) if curve.slope > 0.0 => curve,
            _ => Self { slope: 0.0, intercept: ((yes + 0.5) / (no + 0.5)).ln() },
        }
    }

    fn fit_curve(rows: &[HeldOut], high: f64, low: f64) -> Result<Self, LinearError> {
        let mut records = SparseRows::new(1);
        for row in rows {
            records.push([(0, row.logit.get() as f32)]);
        }
        let targets =
            rows.iter().map(|r| Prob::new(r.truth.get() * high + (1.0 - r.truth.get()) * low).ok()).collect::<Vec<_>>();
        let targets = Array2::from_shape_fn((rows.len(), 1), |(row, _)| targets[row]);
        let params = LinearParams::new(C).class_weight(ClassWeight::Even);
        let model: LinearModel = params.fit(&DatasetBase::new(records, targets))?;
        Ok(Self { slope: f64::from(model.weights()[[0, 0]]), intercept: f64::from(model.bias()[0]) })
    }

    pub(super) fn prob(&self, logit: Logit) -> Prob {
        let odds = self.slope * logit.get() + self.intercept;
        Prob::clamped(1.0 / (1.0 + (-odds).exp()))
    }

    pub(super) fn is_valid(&self) -> bool {
        self.slope.is_finite() && self.slope >= 0.0 && self.intercept.is_finite()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_useless_score_gets_the_mean() {
        let row = |logit: f64, truth: f64| HeldOut {
            logit: Logit::new(logit).unwrap(),
            truth: Prob::new(truth).unwrap(),
            fold: 0,
        };
        // higher scores for the wrong rows
        let platt = Platt::fit(&[row(2.0, 0.0), row(1.0, 0.0), row(-1.0, 1.0), row(-2.0, 1.0)]);
        assert_eq!(platt.slope, 0.0);
        assert!((platt.prob(Logit::new(7.0).unwrap()).get() - 0.5).abs() < 1e-9);
    }
}
