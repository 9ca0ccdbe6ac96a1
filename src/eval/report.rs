//! An evaluation: figures per label, macro and micro, with intervals.

use super::bootstrap::{interval, samples};
use super::{Counts, Judged, average_precision, calibration_error};
use crate::tag::{Tagger, Verdict};
use crate::types::{LabelSet, LabelledSentence, Tier};
use serde::Serialize;
use std::collections::HashMap;
use std::time::Instant;
use thiserror::Error;

/// The figures of a model on labelled rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Short digest of the model.
    pub model: String,
    /// `linear`, `cascade` or `encoder`.
    pub tier: String,
    /// Share of rows that the encoder decided.
    pub escalated: f64,
    /// How long tagging took, on one thread.
    pub seconds: f64,
    /// How many rows were judged.
    pub rows: usize,
    /// From how many documents.
    pub documents: usize,
    /// Rows without any label, gold.
    pub rows_without_label: usize,
    /// One per label of the model.
    pub labels: Vec<LabelReport>,
    /// Mean over the labels for which the figure is defined. Precision, recall, F1 and average precision.
    pub macro_mean: Figures,
    /// All labels counted together.
    pub micro: Figures,
}

/// The figures of one label.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LabelReport {
    /// The label.
    pub label: String,
    /// Rows of which it is known whether the label applies.
    pub known: usize,
    /// Rows with the label, gold.
    pub positives: usize,
    /// Rows given the label.
    pub predicted: usize,
    /// Precision, recall, F1, average precision.
    #[serde(flatten)]
    pub figures: Figures,
    /// Expected calibration error, ten bins of equal width; absent without rows.
    pub calibration_error: Option<f64>,
}

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

/// Why rows can't be judged.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReportError {
    /// A gold label that the model does not have.
    #[error(
        "{place}: label {label:?} is not one of the model's ({known}); choose another model or drop the label from the rows"
    )]
    UnknownLabel {
        /// `file:line`.
        place: String,
        /// The label.
        label: String,
        /// The labels of the model.
        known: String,
    },
    /// Nothing to judge.
    #[error("no labelled rows to evaluate on")]
    NoRows,
}

/// Tags `rows` and compares. Rows without a document count as a document each.
pub fn evaluate(tagger: &Tagger<'_>, rows: &[LabelledSentence]) -> Result<Report, ReportError> {
    let labels = tagger.model().labels();
    if rows.is_empty() {
        return Err(ReportError::NoRows);
    }
    check_labels(labels, rows)?;
    let (docs, documents) = documents(rows);
    let started = Instant::now();
    let (judged, escalated) = judge(tagger, rows, &docs);
    let seconds = started.elapsed().as_secs_f64();
    let by_prob: Vec<Vec<Judged>> = judged.iter().map(|rows| by_prob(rows.clone())).collect();
    let pooled = vec![self::by_prob(judged.concat())];
    let (per_label, macro_mean) = with_intervals(&by_prob, documents);
    let (mut micro, _) = with_intervals(&pooled, documents);
    let reports = labels.names().iter().zip(&judged).zip(per_label).map(|((label, rows), figures)| LabelReport {
        label: label.clone(),
        known: rows.len(),
        positives: rows.iter().filter(|r| r.gold).count(),
        predicted: rows.iter().filter(|r| r.predicted).count(),
        figures,
        calibration_error: calibration_error(rows),
    });
    Ok(Report {
        model: tagger.model().short_digest().to_owned(),
        tier: tagger.name().to_owned(),
        escalated: escalated as f64 / rows.len() as f64,
        seconds,
        rows: rows.len(),
        documents,
        rows_without_label: rows.iter().filter(|r| r.labels.is_empty()).count(),
        labels: reports.collect(),
        macro_mean,
        micro: micro.remove(0),
    })
}

fn check_labels(known: &LabelSet, rows: &[LabelledSentence]) -> Result<(), ReportError> {
    for row in rows {
        if let Some(label) = row.named().find(|l| known.index(l).is_none()) {
            return Err(ReportError::UnknownLabel {
                place: row.place.clone(),
                label: label.clone(),
                known: known.names().join(", "),
            });
        }
    }
    Ok(())
}

/// The document index of each row, and how many documents there are.
fn documents(rows: &[LabelledSentence]) -> (Vec<usize>, usize) {
    let mut index = HashMap::new();
    let mut n = 0;
    let mut next = || {
        n += 1;
        n - 1
    };
    let docs = rows
        .iter()
        .map(|row| match &row.doc {
            Some(doc) => *index.entry(doc.as_str()).or_insert_with(&mut next),
            None => next(),
        })
        .collect();
    (docs, n)
}

/// Per label, the rows of which it is known whether it applies; and how many rows the encoder decided.
fn judge(tagger: &Tagger<'_>, rows: &[LabelledSentence], docs: &[usize]) -> (Vec<Vec<Judged>>, usize) {
    let labels = tagger.model().labels();
    let mut scratch = tagger.scratch();
    let mut judged = vec![Vec::with_capacity(rows.len()); labels.len()];
    let texts: Vec<&str> = rows.iter().map(|row| row.text.as_str()).collect();
    let verdicts = tagger.judge(&texts, &mut scratch);
    let escalated = verdicts.iter().filter(|verdict| verdict.tier == Tier::Encoder).count();
    for ((row, &doc), Verdict { prob, labels: given, .. }) in rows.iter().zip(docs).zip(verdicts) {
        for (i, name) in labels.names().iter().enumerate() {
            if let Some(gold) = row.says(name) {
                judged[i].push(Judged { gold, predicted: given.contains(&i), prob: prob[i], doc });
            }
        }
    }
    (judged, escalated)
}

fn by_prob(mut rows: Vec<Judged>) -> Vec<Judged> {
    rows.sort_by(|a, b| b.prob.get().total_cmp(&a.prob.get()));
    rows
}

/// Precision, recall, F1 and average precision of rows that are sorted by probability.
type Four = [Option<f64>; 4];

fn four(rows: &[Judged], times: impl Fn(usize) -> f64 + Copy) -> Four {
    let mut counts = Counts::default();
    for row in rows {
        counts.add(row, times(row.doc));
    }
    let ap = average_precision(rows.iter().map(|r| (r, times(r.doc))));
    [counts.precision(), counts.recall(), counts.f1(), ap]
}

/// Mean over the labels that define a figure.
fn mean(labels: &[Four]) -> Four {
    std::array::from_fn(|i| {
        let defined: Vec<f64> = labels.iter().filter_map(|four| four[i]).collect();
        super::share(defined.iter().sum(), defined.len() as f64)
    })
}

/// Figures per group of rows and their mean, with intervals over `documents`.
fn with_intervals(groups: &[Vec<Judged>], documents: usize) -> (Vec<Figures>, Figures) {
    let at = |times: &[f64]| -> Vec<Four> {
        let mut fours: Vec<Four> = groups.iter().map(|rows| four(rows, |doc| times[doc])).collect();
        fours.push(mean(&fours));
        fours
    };
    let values = at(&vec![1.0; documents]);
    let mut drawn = vec![<[Vec<f64>; 4]>::default(); values.len()];
    for times in samples(documents) {
        for (kept, four) in drawn.iter_mut().zip(at(&times)) {
            for (kept, value) in kept.iter_mut().zip(four) {
                kept.extend(value);
            }
        }
    }
    let mut figures: Vec<Figures> = values.iter().zip(drawn).map(|(value, drawn)| figures(*value, drawn)).collect();
    let mean = figures.pop().unwrap_or_else(|| self::figures([None; 4], <[Vec<f64>; 4]>::default()));
    (figures, mean)
}

fn figures(value: Four, drawn: [Vec<f64>; 4]) -> Figures {
    let [precision, recall, f1, average_precision] = {
        let mut drawn = drawn.into_iter();
        value.map(|value| {
            let interval = drawn.next().and_then(interval).filter(|_| value.is_some());
            Figure { value, interval }
        })
    };
    Figures { precision, recall, f1, average_precision }
}
