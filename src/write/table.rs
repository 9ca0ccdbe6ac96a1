//! Rows of named cells, and what they have in common in all formats.

use std::io;

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// A whole number, not below 0.
    Count,
    /// A list of texts.
    Texts,
    /// A probability.
    Prob,
    /// A probability under each of these names: a map in JSON, else a column `prob_NAME` each.
    Probs(Vec<String>),
    /// Any JSON: in JSON as it is, else as its text.
    Json,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// Whether a cell may be empty.
    pub optional: bool,
}

impl Column {
    /// A column whose cells are never empty.
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self { name: name.into(), kind, optional: false }
    }

    /// A column whose cells may be empty.
    pub fn optional(name: impl Into<String>, kind: Kind) -> Self {
        Self { name: name.into(), kind, optional: true }
    }
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// Nothing, in a column that is optional.
    Empty,
    /// Of [`Kind::Text`].
    Text(&'a str),
    /// Of [`Kind::Count`].
    Count(u64),
    /// Of [`Kind::Texts`].
    Texts(Vec<&'a str>),
    /// Of [`Kind::Prob`].
    Prob(f64),
    /// Of [`Kind::Probs`], as many as names.
    Probs(Vec<f64>),
    /// Of [`Kind::Json`]: valid JSON on one line.
    Json(&'a str),
}

impl<'a> Cell<'a> {
    /// A text, or nothing.
    pub fn text(value: Option<&'a str>) -> Self {
        value.map_or(Cell::Empty, Cell::Text)
    }

    /// A number, or nothing.
    pub fn count(value: Option<u64>) -> Self {
        value.map_or(Cell::Empty, Cell::Count)
    }
}

/// A [`Cell`] that owns what it holds.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // as in `Cell`
pub enum OwnedCell {
    Empty,
    Text(String),
    Count(u64),
    Texts(Vec<String>),
    Prob(f64),
    Probs(Vec<f64>),
    Json(String),
}

impl OwnedCell {
    /// The same cell, borrowed.
    pub fn borrowed(&self) -> Cell<'_> {
        match self {
            Self::Empty => Cell::Empty,
            Self::Text(text) => Cell::Text(text),
            Self::Count(count) => Cell::Count(*count),
            Self::Texts(texts) => Cell::Texts(texts.iter().map(String::as_str).collect()),
            Self::Prob(prob) => Cell::Prob(*prob),
            Self::Probs(probs) => Cell::Probs(probs.clone()),
            Self::Json(json) => Cell::Json(json),
        }
    }
}

/// What the rows of a table are, and in which version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    /// Version of the rows: `v` of JSON rows, `claimtag.version` in the metadata of Parquet. CSV has no place for it.
    pub version: u32,
    /// The columns in order.
    pub columns: Vec<Column>,
}

/// Writes rows one after another.
pub trait Table {
    /// Writes a row: a cell for each column of the schema, of its kind.
    fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()>;

    /// Writes what is still held back. Call it once, at the end.
    fn finish(&mut self) -> io::Result<()>;
}

impl<T: Table + ?Sized> Table for Box<T> {
    fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        (**self).row(cells)
    }

    fn finish(&mut self) -> io::Result<()> {
        (**self).finish()
    }
}
