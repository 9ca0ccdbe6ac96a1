//! Gold and predicted to figures, of one model or of two side by side.

mod bootstrap;
mod compare;
mod figures;
mod judge;
mod metrics;
mod report;

pub use compare::{
    Change, ChangeCounts, ChangeKind, Compared, Comparison, Difference, Differences, LabelComparison, compare,
};
pub use figures::{Figure, Figures};
pub use judge::ReportError;
pub use metrics::{Counts, average_precision, calibration_error, share};
pub use report::{LabelReport, Report, evaluate};

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
