//! The four figures of a model: per label, macro and micro, on rows whose documents carry weights.

use super::bootstrap::Resampled;
use super::{Counts, Judged, average_precision, share};
use serde::Serialize;

/// Four figures; each absent where it is undefined.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// Share of right ones among the rows given the label.
    pub precision: Figure,
    /// Share of found ones among the rows with the label.
    pub recall: Figure,
    /// Harmonic mean of precision and recall.
    pub f1: Figure,
    /// Area under the precision-recall curve; for micro over all labels' rows together.
    pub average_precision: Figure,
}

/// A figure with its 95% bootstrap interval over documents.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Figure {
    /// The figure; absent where it is undefined.
    pub value: Option<f64>,
    /// Lower and upper end; absent where too few samples define it.
    pub interval: Option<[f64; 2]>,
}

impl Figures {
    pub(super) fn of(four: &[Resampled; 4]) -> Self {
        let figure = |resampled: &Resampled| Figure { value: resampled.value, interval: resampled.interval() };
        let [precision, recall, f1, average_precision] = four.each_ref().map(figure);
        Self { precision, recall, f1, average_precision }
    }
}

/// Precision, recall, F1 and average precision, where they are defined.
pub(super) type Four = [Option<f64>; 4];

/// Something for each label, for their mean, and for all labels counted together.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Each<T> {
    pub labels: Vec<T>,
    pub macro_mean: T,
    pub micro: T,
}

impl<T> Each<T> {
    pub fn map<U>(self, to: impl Fn(T) -> U) -> Each<U> {
        let (macro_mean, micro) = (to(self.macro_mean), to(self.micro));
        Each { labels: self.labels.into_iter().map(to).collect(), macro_mean, micro }
    }

    pub fn zip<U>(self, other: Each<U>) -> Each<(T, U)> {
        Each {
            labels: self.labels.into_iter().zip(other.labels).collect(),
            macro_mean: (self.macro_mean, other.macro_mean),
            micro: (self.micro, other.micro),
        }
    }
}

/// What a model said of all rows, the highest probability first.
pub(super) struct Ranked {
    labels: Vec<Vec<Judged>>,
    pooled: Vec<Judged>,
}

impl Ranked {
    /// From the judged rows of each label.
    pub fn new(judged: &[Vec<Judged>]) -> Self {
        let by_prob = |mut rows: Vec<Judged>| {
            rows.sort_by(|a, b| b.prob.get().total_cmp(&a.prob.get()));
            rows
        };
        Self { labels: judged.iter().cloned().map(by_prob).collect(), pooled: by_prob(judged.concat()) }
    }

    /// The figures where each document counts as often as `times` says.
    pub fn figures(&self, times: &[f64]) -> Each<Four> {
        let labels: Vec<Four> = self.labels.iter().map(|rows| four(rows, times)).collect();
        Each { macro_mean: mean(&labels), micro: four(&self.pooled, times), labels }
    }
}

fn four(ranked: &[Judged], times: &[f64]) -> Four {
    let mut counts = Counts::default();
    for row in ranked {
        counts.add(row, times[row.doc]);
    }
    let average_precision = average_precision(ranked.iter().map(|row| (row, times[row.doc])));
    [counts.precision(), counts.recall(), counts.f1(), average_precision]
}

/// Mean over the labels that define a figure.
fn mean(labels: &[Four]) -> Four {
    std::array::from_fn(|i| {
        let defined: Vec<f64> = labels.iter().filter_map(|four| four[i]).collect();
        share(defined.iter().sum(), defined.len() as f64)
    })
}
