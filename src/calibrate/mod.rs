//! Logits to probabilities, probabilities to labels.
//!
//! Both are fitted on **out-of-fold** logits: what the model says of rows that it was not trained on.

mod isotonic;
mod platt;
mod threshold;

pub use isotonic::Isotonic;
pub use platt::Platt;
pub use threshold::{Goal, GoalError, Threshold};

use crate::types::{Logit, Prob};
use serde::{Deserialize, Serialize};

/// One held-out row of one label: what the model said, what is true, and the fold that held it out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeldOut {
    /// The raw score.
    pub logit: Logit,
    /// The probability that the label applies; 0 or 1 for a hard label.
    pub truth: Prob,
    /// Which fold the row belongs to.
    pub fold: usize,
}

/// A non-decreasing map from logit to probability.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case", deny_unknown_fields)]
pub enum Calibration {
    /// A logistic curve.
    Platt(Platt),
    /// Steps with straight lines between them.
    Isotonic(Isotonic),
}

impl Calibration {
    /// The calibrated probability.
    pub fn prob(&self, logit: Logit) -> Prob {
        match self {
            Calibration::Platt(platt) => platt.prob(logit),
            Calibration::Isotonic(isotonic) => isotonic.prob(logit),
        }
    }

    /// Whether the numbers are finite, in range and in order, so that `prob` never decreases.
    pub fn is_valid(&self) -> bool {
        match self {
            Calibration::Platt(platt) => platt.is_valid(),
            Calibration::Isotonic(isotonic) => isotonic.is_valid(),
        }
    }

    /// Fits both maps fold against fold and keeps Platt's, unless isotonic regression has the lower log loss on the
    /// rows held out. Platt's curve on all rows for fewer than two folds.
    pub fn fit(rows: &[HeldOut]) -> Self {
        let platt = |rows: &[HeldOut]| Calibration::Platt(Platt::fit(rows));
        let isotonic = |rows: &[HeldOut]| Calibration::Isotonic(Isotonic::fit(rows));
        match (cross_loss(rows, platt), cross_loss(rows, isotonic)) {
            (Some(a), Some(b)) if b < a => isotonic(rows),
            _ => platt(rows),
        }
    }
}

/// Mean log loss of maps that were fitted without the fold they are judged on; `None` for fewer than two folds.
fn cross_loss(rows: &[HeldOut], fit: impl Fn(&[HeldOut]) -> Calibration) -> Option<f64> {
    let mut folds: Vec<usize> = rows.iter().map(|r| r.fold).collect();
    folds.sort_unstable();
    folds.dedup();
    if folds.len() < 2 {
        return None;
    }
    let mut sum = 0.0;
    for fold in folds {
        let (inside, outside): (Vec<_>, Vec<_>) = rows.iter().partition(|r| r.fold == fold);
        let calibration = fit(&outside);
        sum += inside.iter().map(|r| log_loss(calibration.prob(r.logit), r.truth)).sum::<f64>();
    }
    Some(sum / rows.len() as f64)
}

/// Log loss with probabilities kept away from 0 and 1, where one surprise would cost infinitely much.
fn log_loss(said: Prob, truth: Prob) -> f64 {
    let p = said.get().clamp(1e-4, 1.0 - 1e-4);
    -(truth.get() * p.ln() + (1.0 - truth.get()) * (1.0 - p).ln())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows whose true probability is `truth(logit)`: each logit stands with both outcomes, weighed by soft truth.
    fn rows(truth: impl Fn(f64) -> f64) -> Vec<HeldOut> {
        (0..400)
            .map(|i| {
                let logit = f64::from(i) / 80.0 - 2.5;
                HeldOut {
                    logit: Logit::new(logit).unwrap(),
                    truth: Prob::new(truth(logit)).unwrap(),
                    fold: i as usize % 4,
                }
            })
            .collect()
    }

    #[test]
    fn platt_is_kept_where_it_fits() {
        let fitted = Calibration::fit(&rows(|z| 1.0 / (1.0 + (1.5 - 2.0 * z).exp())));
        let Calibration::Platt(platt) = fitted else { panic!("{fitted:?}") };
        // smoothing of the targets pulls the curve in a little
        assert!((platt.slope - 2.0).abs() < 0.1 && (platt.intercept + 1.5).abs() < 0.1, "{platt:?}");
    }

    #[test]
    fn isotonic_is_taken_where_it_wins() {
        let fitted = Calibration::fit(&rows(|z| if z < 1.0 { 0.3 } else { 0.6 }));
        assert!(matches!(fitted, Calibration::Isotonic(_)), "{fitted:?}");
        assert!((fitted.prob(Logit::new(-1.0).unwrap()).get() - 0.3).abs() < 0.01);
        assert!((fitted.prob(Logit::new(9.0).unwrap()).get() - 0.6).abs() < 0.01);
    }

    #[test]
    fn one_fold_is_enough() {
        let mut one = rows(|z| f64::from(u8::from(z > 0.0)));
        for row in &mut one {
            row.fold = 0;
        }
        assert!(matches!(Calibration::fit(&one), Calibration::Platt(_)));
    }
}
