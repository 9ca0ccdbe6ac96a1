//! What is decided on held-out rows: calibration, thresholds, and how good the logits are.
//!
//! Rows that a person labelled calibrate and judge. Soft labels help to choose thresholds only.

use crate::calibrate::{Calibration, Goal, HeldOut, Threshold};
use crate::eval::{Counts, Judged, average_precision};
use crate::linear::Targets;
use crate::model::LabelMetrics;
use crate::types::{Logit, Prob};
use ndarray::Array2;

/// Calibration and threshold of one label, and its figures on the rows they were chosen on.
pub(super) struct Decision {
    pub calibration: Calibration,
    pub threshold: Threshold,
    pub metrics: LabelMetrics,
}

impl Decision {
    /// Calibration and figures on `gold`, the threshold on all `rows`, soft ones included: these are of the text that will be
    /// tagged, where claims may be rarer, or harder to see, than among the labelled rows.
    fn fit(gold: &[HeldOut], rows: &[HeldOut], goal: Goal) -> Self {
        let calibration = Calibration::fit(gold);
        let judged: Vec<(Prob, Prob)> = rows.iter().map(|row| (calibration.prob(row.logit), row.truth)).collect();
        let threshold = Threshold::choose(&judged, goal);
        let mut judged: Vec<Judged> = gold
            .iter()
            .map(|row| (calibration.prob(row.logit), row.truth.get() >= 0.5))
            .map(|(prob, gold)| Judged { gold, predicted: prob.get() >= threshold.prob.get(), prob, doc: 0 })
            .collect();
        judged.sort_by(|a, b| b.prob.get().total_cmp(&a.prob.get()));
        let mut counts = Counts::default();
        judged.iter().for_each(|row| counts.add(row, 1.0));
        let metrics = LabelMetrics {
            positives: judged.iter().filter(|row| row.gold).count(),
            precision: counts.precision(),
            recall: counts.recall(),
            f1: counts.f1(),
            average_precision: average_precision(judged.iter().map(|row| (row, 1.0))),
        };
        Self { calibration, threshold, metrics }
    }
}

/// What is said of held-out rows and what is true of them; all of shape `rows × labels`, but for the folds.
pub(super) struct Judgement<'a> {
    pub logits: &'a Array2<f64>,
    /// What people say.
    pub gold: &'a Targets,
    /// What anybody says, a model included.
    pub targets: &'a Targets,
    /// The fold of each row.
    pub folds: &'a [usize],
}

/// One decision per label.
pub(super) fn decide(judgement: &Judgement<'_>, goal: Goal) -> Vec<Decision> {
    let Judgement { logits, gold, targets, folds } = judgement;
    let of_label = |label| {
        let [gold, rows] = [gold, targets].map(|truth| held_out(logits, truth, folds, label));
        Decision::fit(&gold, &rows, goal)
    };
    (0..gold.ncols()).map(of_label).collect()
}

/// The rows of one label whose truth is known.
fn held_out(logits: &Array2<f64>, targets: &Targets, folds: &[usize], label: usize) -> Vec<HeldOut> {
    let columns = logits.column(label).into_iter().zip(targets.column(label)).zip(folds);
    columns
        .filter_map(|((&z, truth), &fold)| Some(HeldOut { logit: Logit::new(z).ok()?, truth: (*truth)?, fold }))
        .collect()
}

/// Mean over labels of the average precision of `logits`, `rows × labels`.
pub(super) fn mean_average_precision(logits: &Array2<f64>, targets: &Targets) -> f64 {
    let of_label = |label: usize| {
        // a rank is all that average precision needs
        let mut rows: Vec<_> = held_out(logits, targets, &vec![0; logits.nrows()], label);
        rows.sort_by(|a, b| b.logit.get().total_cmp(&a.logit.get()));
        let n = rows.len() as f64;
        let judged: Vec<Judged> = (0..)
            .zip(rows.chunk_by(|a, b| a.logit == b.logit))
            .flat_map(|(rank, tied)| {
                tied.iter().map(move |row| Judged {
                    gold: row.truth.get() >= 0.5,
                    predicted: false,
                    prob: Prob::clamped(1.0 - f64::from(rank) / n),
                    doc: 0,
                })
            })
            .collect();
        average_precision(judged.iter().map(|row| (row, 1.0))).unwrap_or(0.0)
    };
    (0..targets.ncols()).map(of_label).sum::<f64>() / targets.ncols() as f64
}
