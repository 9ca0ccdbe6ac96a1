//! From which probability on a label is given.

use crate::types::Prob;
use std::str::FromStr;
use thiserror::Error;

/// What a threshold is chosen for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Goal {
    /// The best balance of precision and recall.
    F1,
    /// At least this precision, with as much recall as that allows.
    Precision(Prob),
    /// At least this recall, with as much precision as that allows.
    Recall(Prob),
}

/// Text that is not a [`Goal`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is not a goal for thresholds (use f1, precision=0.9 or recall=0.9)")]
pub struct GoalError(String);

impl FromStr for Goal {
    type Err = GoalError;

    fn from_str(text: &str) -> Result<Self, GoalError> {
        let share = |value: &str| value.parse().ok().and_then(|v| Prob::new(v).ok());
        let goal = match text.split_once('=') {
            None if text == "f1" => Some(Goal::F1),
            Some(("precision", value)) => share(value).map(Goal::Precision),
            Some(("recall", value)) => share(value).map(Goal::Recall),
            _ => None,
        };
        goal.ok_or_else(|| GoalError(text.to_owned()))
    }
}

impl std::fmt::Display for Goal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Goal::F1 => write!(f, "f1"),
            Goal::Precision(p) => write!(f, "precision={}", p.get()),
            Goal::Recall(p) => write!(f, "recall={}", p.get()),
        }
    }
}

/// A chosen threshold and whether the goal was met on the rows it was chosen on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Threshold {
    /// The label is given where the probability is at least this.
    pub prob: Prob,
    /// Always true for [`Goal::F1`].
    pub met: bool,
}

/// Half the width, in log-odds, over which F1 is averaged: the best F1 of a few hundred positives is a matter of
/// luck within about this range.
const SMOOTHING: f64 = 0.4;
/// Step between candidates, in log-odds.
const STEP: f64 = 0.05;
/// Candidates reach from `-REACH` to `REACH` in log-odds: probabilities of 0.0025 to 0.9975.
const REACH: f64 = 6.0;

impl Threshold {
    /// Chooses a threshold on held-out rows `(probability, truth)`; the truth is a probability, too, 0 or 1 where it is known,
    /// and what is counted is then what is expected.
    ///
    /// For F1 the curve is smoothed over neighbouring thresholds before its top is taken. Where a goal can't be met,
    /// the threshold that comes nearest is taken. Without any true row the threshold is 1/2.
    pub fn choose(rows: &[(Prob, Prob)], goal: Goal) -> Self {
        if rows.iter().all(|r| r.1.get() == 0.0) {
            return Self { prob: Prob::clamped(0.5), met: goal == Goal::F1 };
        }
        let curve = curve(rows);
        match goal {
            Goal::F1 => Self { prob: curve[top_of_smoothed_f1(&curve)].threshold, met: true },
            // recall falls with the threshold: the first that is precise enough keeps the most
            Goal::Precision(least) => nearest(curve.iter(), least, |p| p.precision.unwrap_or(0.0)),
            Goal::Recall(least) => nearest(curve.iter().rev(), least, |p| p.recall),
        }
    }
}

struct Point {
    threshold: Prob,
    /// Undefined where no row is said to have the label.
    precision: Option<f64>,
    recall: f64,
    f1: f64,
}

fn curve(rows: &[(Prob, Prob)]) -> Vec<Point> {
    let mut sorted = rows.to_vec();
    sorted.sort_by(|a, b| b.0.get().total_cmp(&a.0.get()));
    let positives = rows.iter().map(|r| r.1.get()).sum::<f64>();
    let mut hits_of_first = vec![0.0];
    for row in &sorted {
        hits_of_first.push(hits_of_first[hits_of_first.len() - 1] + row.1.get());
    }
    let steps = (2.0 * REACH / STEP).round() as usize;
    (0..=steps)
        .map(|i| {
            let log_odds = i as f64 * STEP - REACH;
            let threshold = Prob::clamped(1.0 / (1.0 + (-log_odds).exp()));
            let said = sorted.partition_point(|r| r.0.get() >= threshold.get());
            let hits = hits_of_first[said];
            Point {
                threshold,
                precision: (said > 0).then(|| hits / said as f64),
                recall: hits / positives,
                f1: 2.0 * hits / (said as f64 + positives),
            }
        })
        .collect()
}

/// Index of the highest mean F1 over a window; the middle one among equals.
fn top_of_smoothed_f1(curve: &[Point]) -> usize {
    let half = (SMOOTHING / STEP).round() as usize;
    let smoothed: Vec<f64> = (0..curve.len())
        .map(|i| {
            let window = &curve[i.saturating_sub(half)..curve.len().min(i + half + 1)];
            window.iter().map(|p| p.f1).sum::<f64>() / window.len() as f64
        })
        .collect();
    let top = smoothed.iter().copied().fold(f64::MIN, f64::max);
    let best: Vec<usize> = (0..curve.len()).filter(|&i| smoothed[i] >= top - 1e-12).collect();
    best[best.len() / 2]
}

fn nearest<'a>(
    points: impl Iterator<Item = &'a Point> + Clone,
    least: Prob,
    value: impl Fn(&Point) -> f64,
) -> Threshold {
    let met = points.clone().find(|p| value(p) >= least.get());
    let best = || points.clone().max_by(|a, b| value(a).total_cmp(&value(b)));
    let prob = met.or_else(best).map_or(Prob::clamped(0.5), |p| p.threshold);
    Threshold { prob, met: met.is_some() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(said: &[(f64, bool)]) -> Vec<(Prob, Prob)> {
        said.iter().map(|&(p, truth)| (Prob::new(p).unwrap(), Prob::clamped(f64::from(u8::from(truth))))).collect()
    }

    #[test]
    fn expected_truth_counts_in_parts() {
        // calibrated probabilities: the best threshold is half of the best F1 (Lipton, Elkan, Naryanaswamy 2014)
        let soft: Vec<(Prob, Prob)> = (0..1000).map(|i| Prob::clamped(f64::from(i) / 1000.0)).map(|p| (p, p)).collect();
        let chosen = Threshold::choose(&soft, Goal::F1).prob.get();
        let (hits, given) = (0..1000)
            .map(|i| f64::from(i) / 1000.0)
            .filter(|&p| p >= chosen)
            .fold((0.0, 0.0), |(h, g), p| (h + p, g + 1.0));
        let f1 = 2.0 * hits / (given + 499.5);
        assert!((chosen - f1 / 2.0).abs() < 0.03, "{chosen} for F1 {f1}");
    }

    #[test]
    fn f1_separates() {
        let rows = rows(&[(0.05, false), (0.1, false), (0.2, false), (0.8, true), (0.9, true)]);
        let chosen = Threshold::choose(&rows, Goal::F1).prob.get();
        assert!((0.2..=0.8).contains(&chosen), "{chosen}");
    }

    #[test]
    fn precision_and_recall_goals() {
        let rows = rows(&[(0.9, true), (0.8, true), (0.7, false), (0.6, true), (0.2, false), (0.1, true)]);
        let at = |goal| {
            let t = Threshold::choose(&rows, goal);
            (rows.iter().filter(|r| r.0.get() >= t.prob.get()).count(), t.met)
        };
        assert_eq!(at(Goal::Precision(Prob::new(0.9).unwrap())), (2, true));
        assert_eq!(at(Goal::Precision(Prob::new(0.7).unwrap())), (4, true));
        assert_eq!(at(Goal::Recall(Prob::new(0.75).unwrap())), (4, true));
        assert_eq!(at(Goal::Recall(Prob::new(1.0).unwrap())), (6, true));
    }

    #[test]
    fn a_goal_out_of_reach_is_said() {
        let rows = rows(&[(0.9, false), (0.8, true), (0.3, false)]);
        let chosen = Threshold::choose(&rows, Goal::Precision(Prob::new(0.9).unwrap()));
        assert!(!chosen.met);
    }

    #[test]
    fn no_positive_row() {
        assert_eq!(Threshold::choose(&rows(&[(0.2, false)]), Goal::F1).prob.get(), 0.5);
        assert_eq!(Threshold::choose(&[], Goal::F1).prob.get(), 0.5);
    }

    #[test]
    fn goals_are_parsed() {
        assert_eq!("f1".parse(), Ok(Goal::F1));
        assert_eq!("recall=0.9".parse(), Ok(Goal::Recall(Prob::new(0.9).unwrap())));
        assert_eq!(
            "precision=2".parse::<Goal>().unwrap_err().to_string(),
            "\"precision=2\" is not a goal for thresholds (use f1, precision=0.9 or recall=0.9)"
        );
    }
}
