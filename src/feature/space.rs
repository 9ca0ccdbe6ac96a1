//! The frozen features of a model: which n-grams have a column, and how much each weighs.

use super::{Extractor, FeatureSettings, Gram, SparseRows};
use crate::token::{Token, Tokenizer};
use thiserror::Error;

/// The columns of the linear tier.
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureSpace {
    settings: FeatureSettings,
    keys: Vec<u64>,
    idf: Vec<f32>,
    index: Index,
}

/// Where to look for keys: they are hashes, evenly spread, so that their upper bits tell nearly where they stand.
///
/// Most n-grams have no column, and for most of these no bit is set: what says so is small enough to stay in the cache.
#[derive(Debug, Clone, PartialEq)]
struct Index {
    /// A bit for each value of the upper bits, set if a key has it.
    bits: Vec<u64>,
    /// The first key that belongs to each 64 bits, or to later ones.
    starts: Vec<u32>,
    /// How many lower bits of a key are left out.
    shift: u32,
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
        let index = Index::new(&keys);
        Ok(Self { settings, keys, idf, index })
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
        self.column_of(gram.key)
    }

    /// Calls `each` for every key that has a column, in order, with its number in `keys` and the column. Faster than
    /// one by one.
    pub fn columns_of(&self, keys: &[u64], each: impl FnMut(usize, u32)) {
        self.index.find_all(&self.keys, keys, each);
    }

    /// 0 if the n-gram with this key has no column; 1 if it may have one, which is rarely wrong.
    pub fn may_have(&self, key: u64) -> usize {
        self.index.bit(key)
    }

    /// The column of the n-gram with this key, if it has one.
    pub fn column_of(&self, key: u64) -> Option<u32> {
        self.index.find(&self.keys, key)
    }

    /// The column of a single WordPiece, if it has one.
    pub fn piece_column(&self, id: u32) -> Option<u32> {
        self.column_of(super::gram::piece_key(id))
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

/// Keys that are looked up at once: reads of memory that do not wait for each other.
const BATCH: usize = 64;

impl Index {
    /// An index of `keys`, ascending and fewer than 2^32, with four to eight bits for each.
    fn new(keys: &[u64]) -> Self {
        let width = (4 * keys.len()).next_power_of_two().trailing_zeros().max(7);
        let shift = u64::BITS - width;
        let mut bits = vec![0; 1 << (width - 6)];
        let mut starts = Vec::with_capacity(bits.len());
        for (column, key) in (0..).zip(keys) {
            let place = (key >> shift) as usize;
            starts.resize(starts.len().max(place / 64 + 1), column);
            bits[place / 64] |= 1 << (place % 64);
        }
        starts.resize(bits.len(), keys.len() as u32);
        Self { bits, starts, shift }
    }

    /// Whether `key` may be there: 1 or 0.
    fn bit(&self, key: u64) -> usize {
        let place = (key >> self.shift) as usize;
        (self.bits[place / 64] >> (place % 64) & 1) as usize
    }

    /// Where to look for `key`, there or behind.
    fn start(&self, key: u64) -> u32 {
        let place = (key >> self.shift) as usize;
        let lower = self.bits[place / 64] & ((1 << (place % 64)) - 1);
        self.starts[place / 64] + lower.count_ones()
    }

    /// Where `key` stands in the keys that this is the index of, at `start` or behind.
    fn find_from(&self, keys: &[u64], start: u32, key: u64) -> Option<u32> {
        let smaller = keys[start as usize..].iter().take_while(|&&other| other < key).count();
        let at = start as usize + smaller;
        (keys.get(at) == Some(&key)).then_some(at as u32)
    }

    fn find(&self, keys: &[u64], key: u64) -> Option<u32> {
        if self.bit(key) == 1 { self.find_from(keys, self.start(key), key) } else { None }
    }

    /// Calls `each` for every key of `wanted` that is in `keys`, in order, with its number in `wanted` and where it
    /// stands.
    fn find_all(&self, keys: &[u64], wanted: &[u64], mut each: impl FnMut(usize, u32)) {
        let mut maybe = [0; BATCH];
        let mut starts = [0; BATCH];
        let mut first = [0; BATCH];
        for (batch, wanted) in wanted.chunks(BATCH).enumerate() {
            let mut n = 0;
            for (i, &key) in wanted.iter().enumerate() {
                // written first and kept if it is one: without a branch, which would often be mispredicted
                maybe[n] = i;
                n += self.bit(key);
            }
            for (start, &i) in starts.iter_mut().zip(&maybe[..n]) {
                *start = self.start(wanted[i]);
            }
            // no branch here either, so that all are fetched at once
            for (first, &start) in first.iter_mut().zip(&starts[..n]) {
                *first = keys[(start as usize).min(keys.len() - 1)];
            }
            for (&i, (&start, &first)) in maybe[..n].iter().zip(starts.iter().zip(&first)) {
                let key = wanted[i];
                let column = if first == key { Some(start) } else { self.find_from(keys, start, key) };
                if let Some(column) = column {
                    each(batch * BATCH + i, column);
                }
            }
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_key_is_found_and_no_other(
            mut keys in prop::collection::vec(prop_oneof![any::<u64>(), 0..9u64, u64::MAX - 9..=u64::MAX], 0..60),
            others in prop::collection::vec(prop_oneof![any::<u64>(), 0..9u64, u64::MAX - 9..=u64::MAX], 20),
        ) {
            keys.sort_unstable();
            keys.dedup();
            let index = Index::new(&keys);
            let wanted: Vec<u64> = others.iter().chain(&keys).chain(&others).copied().collect();
            let stands = |key: &u64| keys.binary_search(key).ok().map(|at| at as u32);
            for key in &wanted {
                prop_assert_eq!(index.find(&keys, *key), stands(key));
            }
            let mut found = Vec::new();
            index.find_all(&keys, &wanted, |i, at| found.push((i, at)));
            let expected: Vec<_> = wanted.iter().enumerate().filter_map(|(i, key)| Some((i, stands(key)?))).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
