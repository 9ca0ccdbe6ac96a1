//! The frozen features of a model: which n-grams have a column, and how much each weighs.

use super::{Extractor, FeatureSettings, Gram, SparseRows};
use crate::token::{Token, Tokenizer};
use rustc_hash::FxHashMap;
use thiserror::Error;

/// The columns of the linear tier.
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureSpace {
    settings: FeatureSettings,
    keys: Vec<u64>,
    idf: Vec<f32>,
    columns: FxHashMap<u64, u32>,
}

/// Why keys and weights do not make a feature space.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SpaceError {
    /// Not one weight a key.
    #[error("{keys} feature keys, but {idf} document-frequency weights")]
    Lengths {
        /// How many keys.
        keys: usize,
        /// How many weights.
        idf: usize,
    },
    /// Keys out of order, or one key twice.
    #[error("feature keys are not in ascending order")]
    Order,
    /// A weight that is not a positive finite number.
    #[error("document-frequency weight of column {0} is not a positive number")]
    Idf(usize),
    /// More columns than an index can name.
    #[error("{0} features are too many")]
    TooMany(usize),
}

impl FeatureSpace {
    /// A space from its parts: `keys` in ascending order, one positive weight each.
    pub fn from_parts(settings: FeatureSettings, keys: Vec<u64>, idf: Vec<f32>) -> Result<Self, SpaceError> {
        if keys.len() != idf.len() {
            return Err(SpaceError::Lengths { keys: keys.len(), idf: idf.len() });
        }
        if u32::try_from(keys.len()).is_err() {
            return Err(SpaceError::TooMany(keys.len()));
        }
        if !keys.is_sorted_by(|a, b| a < b) {
            return Err(SpaceError::Order);
        }
        if let Some(bad) = idf.iter().position(|w| !(w.is_finite() && *w > 0.0)) {
            return Err(SpaceError::Idf(bad));
        }
        let columns = (0..).zip(&keys).map(|(column, &key)| (key, column)).collect();
        Ok(Self { settings, keys, idf, columns })
    }

    /// Which n-grams are looked at.
    pub fn settings(&self) -> &FeatureSettings {
        &self.settings
    }

    /// The key of each column, ascending.
    pub fn keys(&self) -> &[u64] {
        &self.keys
    }

    /// The inverse document frequency of each column.
    pub fn idf(&self) -> &[f32] {
        &self.idf
    }

    /// How many columns there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether no n-gram has a column.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The column of an n-gram, if it has one.
    pub fn column(&self, gram: &Gram) -> Option<u32> {
        self.columns.get(&gram.key).copied()
    }

    /// The column of a single WordPiece, if it has one.
    pub fn piece_column(&self, id: u32) -> Option<u32> {
        self.columns.get(&super::gram::piece_key(id)).copied()
    }

    /// Appends the row of a tokenized sentence to `rows`, which must have as many columns as this space.
    pub fn push_row(&self, tokenizer: &Tokenizer, tokens: &[Token], scratch: &mut RowScratch, rows: &mut SparseRows) {
        let RowScratch { extractor, found, row } = scratch;
        found.clear();
        extractor.grams(&self.settings, tokenizer, tokens, |gram| {
            if let Some(column) = self.column(&gram) {
                found.push((gram.family, column));
            }
        });
        found.sort_unstable();
        row.clear();
        for family in found.chunk_by(|a, b| a.0 == b.0) {
            let start = row.len();
            row.extend(family.chunk_by(|a, b| a == b).map(|same| {
                let column = same[0].1;
                (column, (1.0 + (same.len() as f32).ln()) * self.idf[column as usize])
            }));
            normalize(&mut row[start..]);
        }
        row.sort_unstable_by_key(|&(column, _)| column);
        rows.push(row.iter().copied());
    }
}

/// Scales the values to Euclidean length 1.
fn normalize(row: &mut [(u32, f32)]) {
    let length = row.iter().map(|&(_, v)| v * v).sum::<f32>().sqrt();
    for (_, value) in row {
        *value /= length;
    }
}

/// Buffers for building rows; one per thread.
#[derive(Default)]
pub struct RowScratch {
    extractor: Extractor,
    found: Vec<(super::Family, u32)>,
    row: Vec<(u32, f32)>,
}
