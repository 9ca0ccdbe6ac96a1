//! An evaluation: figures per label, macro and micro, with intervals.

use super::bootstrap::resample;
use super::figures::{Figures, Ranked};
use super::judge::{Gold, ReportError, verdicts};
use super::{Judged, calibration_error};
use crate::tag::{Tagger, Verdict};
use crate::types::{LabelledSentence, Tier};
use serde::Serialize;
use std::time::Instant;

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

/// Tags `rows` on one thread and compares. Rows without a document count as a document each.
///
/// # Errors
/// No rows, or one with a label that the model does not have.
pub fn evaluate(tagger: &Tagger<'_>, rows: &[LabelledSentence]) -> Result<Report, ReportError> {
    let labels = tagger.model().labels();
    let gold = Gold::new(rows, labels)?;
    let started = Instant::now();
    let verdicts = verdicts(tagger, rows, 1);
    let seconds = started.elapsed().as_secs_f64();
    let judged = gold.judged(labels, labels, &verdicts);
    let ranked = Ranked::new(&judged);
    let figures = resample(gold.documents, |times| ranked.figures(times)).map(|four| Figures::of(&four));
    let label = |((label, rows), figures): ((&String, &Vec<Judged>), Figures)| LabelReport {
        label: label.clone(),
        known: rows.len(),
        positives: rows.iter().filter(|r| r.gold).count(),
        predicted: rows.iter().filter(|r| r.predicted).count(),
        figures,
        calibration_error: calibration_error(rows),
    };
    Ok(Report {
        model: tagger.model().short_digest().to_owned(),
        tier: tagger.name().to_owned(),
        escalated: escalated(&verdicts),
        seconds,
        rows: rows.len(),
        documents: gold.documents,
        rows_without_label: rows.iter().filter(|r| r.labels.is_empty()).count(),
        labels: labels.names().iter().zip(&judged).zip(figures.labels).map(label).collect(),
        macro_mean: figures.macro_mean,
        micro: figures.micro,
    })
}

/// Share of rows that the encoder decided.
fn escalated(verdicts: &[Verdict]) -> f64 {
    verdicts.iter().filter(|verdict| verdict.tier == Tier::Encoder).count() as f64 / verdicts.len() as f64
}
