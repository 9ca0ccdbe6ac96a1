//! Gold and predicted to figures.

mod bootstrap;
mod metrics;
mod report;

pub use metrics::{Counts, average_precision, calibration_error, share};
pub use report::{Figure, Figures, LabelReport, Report, ReportError, evaluate};

use crate::types::Prob;

/// One row of one label: what a person said and what the model said.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// Whether the label applies.
    pub gold: bool,
    /// Whether the model gave it.
    pub predicted: bool,
    /// The model's probability.
    pub prob: Prob,
    /// Index of the document that the row comes from.
    pub doc: usize,
}
