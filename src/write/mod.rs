//! Tagged articles to bytes.
//!
//! What a row says stands in `rows` (one per sentence) and `articles` (one per article); how a table is written, in `jsonl`,
//! `csv` and `parquet`, one file per format. `text` is for reading.

mod articles;
mod csv;
mod format;
mod jsonl;
mod parquet;
mod points;
mod rows;
mod shade;
mod table;
mod text;
mod why;

pub use self::csv::CsvTable;
pub use self::parquet::ParquetTable;
pub use articles::{ARTICLE_VERSION, ArticleWriter, article_schema};
pub use format::{LoadedRows, TableFormat};
pub use jsonl::JsonlTable;
pub use rows::{ROW_VERSION, RowWriter, row_schema};
pub use table::{Cell, Column, Kind, OwnedCell, Schema, Table};
pub use text::TextWriter;

use crate::types::{Article, LabelSet, TaggedArticle, TaggedSentence};
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
    /// Whether rows say why a sentence has its labels.
    pub explained: bool,
}

/// Writes tagged articles one after another.
pub trait Writer {
    /// Writes one article.
    fn write(&mut self, article: &TaggedArticle) -> io::Result<()>;

    /// Writes what is still held back. Call it once, at the end.
    fn finish(&mut self) -> io::Result<()>;
}

/// What rows of both kinds say of an article: id, title, date, day, address, publisher.
fn about<'a>(article: &'a Article, day: Option<&'a str>) -> [Cell<'a>; 6] {
    let given = |field: &'a Option<String>| Cell::text(field.as_deref());
    let Article { id, title, date, url, source, .. } = article;
    [Cell::Text(id), given(title), given(date), Cell::text(day), given(url), given(source)]
}

/// Four decimals: more than the calibration can promise, and the same text on every machine.
fn rounded(prob: crate::types::Prob) -> f64 {
    (prob.get() * 1e4).round() / 1e4
}
