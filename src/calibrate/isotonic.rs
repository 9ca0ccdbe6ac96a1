//! Isotonic regression: the best non-decreasing map, found by pooling adjacent violators.

use super::HeldOut;
use crate::types::{Logit, Prob};
use serde::{Deserialize, Serialize};

/// A piecewise linear map through `(logit, prob)` points; constant before the first and after the last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Isotonic {
    /// Ascending.
    logit: Vec<f64>,
    /// Not descending, in `0..=1`, as many as logits.
    prob: Vec<f64>,
}

/// Neighbouring rows that share one probability.
struct Block {
    /// Mean logit of the rows, for interpolation.
    logit: f64,
    truth: f64,
    rows: f64,
}

impl Isotonic {
    /// Pools adjacent violators (Ayer et al. 1955; Zadrozny, Elkan 2002 for calibration). Each block counts one more
    /// row of half truth, so that a few rows at an end never say 0 or 1. No rows give one half everywhere.
    pub fn fit(rows: &[HeldOut]) -> Self {
        let mut sorted: Vec<_> = rows.iter().map(|r| (r.logit.get(), r.truth.get())).collect();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut blocks: Vec<Block> = Vec::new();
        for same in sorted.chunk_by(|a, b| a.0 == b.0) {
            let truth = same.iter().map(|r| r.1).sum::<f64>();
            let mut block = Block { logit: same[0].0, truth: truth / same.len() as f64, rows: same.len() as f64 };
            while let Some(left) = blocks.pop_if(|left| left.truth >= block.truth) {
                block = left.join(block);
            }
            blocks.push(block);
        }
        let smoothed = blocks.iter().map(|b| (b.truth * b.rows + 0.5) / (b.rows + 1.0));
        // smoothing moves small blocks more than large ones, which can undo the order
        let mut highest: f64 = 0.0;
        let prob = smoothed.map(|p| {
            highest = highest.max(p);
            highest
        });
        let prob = prob.collect();
        Self { logit: blocks.iter().map(|b| b.logit).collect(), prob }
    }

    pub(super) fn prob(&self, logit: Logit) -> Prob {
        let z = logit.get();
        let after = self.logit.partition_point(|&l| l <= z);
        let p = match (after.checked_sub(1), self.logit.get(after)) {
            (None, None) => 0.5,
            (None, Some(_)) => self.prob[0],
            (Some(before), None) => self.prob[before],
            (Some(before), Some(next)) => {
                let share = (z - self.logit[before]) / (next - self.logit[before]);
                self.prob[before] + share * (self.prob[after] - self.prob[before])
            }
        };
        Prob::clamped(p)
    }

    pub(super) fn is_valid(&self) -> bool {
        self.logit.len() == self.prob.len()
            && self.logit.iter().all(|l| l.is_finite())
            && self.logit.is_sorted_by(|a, b| a < b)
            && self.prob.iter().all(|p| (0.0..=1.0).contains(p))
            && self.prob.is_sorted()
    }
}

impl Block {
    fn join(self, right: Block) -> Block {
        let rows = self.rows + right.rows;
        let mean = |a: f64, b: f64| (a * self.rows + b * right.rows) / rows;
        Block { logit: mean(self.logit, right.logit), truth: mean(self.truth, right.truth), rows }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn row(logit: f64, truth: bool) -> HeldOut {
        HeldOut { logit: Logit::new(logit).unwrap(), truth: Prob::new(f64::from(u8::from(truth))).unwrap(), fold: 0 }
    }

    #[test]
    fn violators_are_pooled() {
        let rows = [(0.0, false), (1.0, true), (2.0, false), (3.0, true), (4.0, true)];
        let fitted = Isotonic::fit(&rows.map(|(z, t)| row(z, t)));
        assert_eq!(fitted.logit, [0.0, 1.5, 3.5]);
        assert_eq!(fitted.prob, [0.25, 0.5, (2.0 + 0.5) / 3.0]);
        assert_eq!(fitted.prob(Logit::new(0.75).unwrap()).get(), 0.375);
    }

    proptest! {
        #[test]
        fn never_decreases(rows in prop::collection::vec((-9.0..9.0f64, any::<bool>()), 0..60), z in -20.0..20.0f64, step in 0.0..5.0f64) {
            let rows: Vec<_> = rows.into_iter().map(|(z, t)| row(z, t)).collect();
            let fitted = Isotonic::fit(&rows);
            prop_assert!(fitted.is_valid());
            let at = |z| fitted.prob(Logit::new(z).unwrap()).get();
            prop_assert!(at(z) <= at(z + step));
        }
    }
}
