//! Tagged articles to bytes: one file per output format.

mod csv;
mod jsonl;
mod points;
mod text;

pub use self::csv::CsvWriter;
pub use jsonl::{JsonlWriter, ROW_VERSION};
pub use text::TextWriter;

use crate::types::{LabelSet, TaggedArticle, TaggedSentence};
use std::io;

/// Which sentences become rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// Those with at least one label.
    Labelled,
    /// Every sentence.
    All,
}

impl Rows {
    fn wants(self, sentence: &TaggedSentence) -> bool {
        self == Rows::All || !sentence.labels.is_empty()
    }
}

/// Who tagged: what the rows of a run have in common.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// Label names, in the order of the indices in a row.
    pub labels: &'a LabelSet,
    /// Short digest of the model.
    pub model: &'a str,
    /// Which sentences to write.
    pub rows: Rows,
}

/// Writes tagged articles one after another.
pub trait Writer {
    /// Writes one article.
    fn write(&mut self, article: &TaggedArticle) -> io::Result<()>;

    /// Writes what is still held back. Call it once, at the end.
    fn finish(&mut self) -> io::Result<()>;
}

/// Four decimals: more than the calibration can promise, and the same text on every machine.
fn rounded(prob: crate::types::Prob) -> f64 {
    (prob.get() * 1e4).round() / 1e4
}
