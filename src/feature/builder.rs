//! Counts n-grams over training sentences and freezes those worth a column.

use super::{Extractor, FeatureSettings, FeatureSpace, SpaceError};
use crate::token::{Token, Tokenizer};
use std::collections::HashMap;

/// Document frequencies of n-grams, sentence by sentence.
pub struct FeatureBuilder {
    settings: FeatureSettings,
    extractor: Extractor,
    sentences: u32,
    frequency: HashMap<u64, u32>,
    /// Keys of the sentence in hand.
    keys: Vec<u64>,
}

impl FeatureBuilder {
    /// No sentence counted yet.
    pub fn new(settings: FeatureSettings) -> Self {
        Self { settings, extractor: Extractor::default(), sentences: 0, frequency: HashMap::new(), keys: Vec::new() }
    }

    /// Counts the n-grams of one sentence, each once.
    pub fn add(&mut self, tokenizer: &Tokenizer, tokens: &[Token]) {
        let keys = &mut self.keys;
        keys.clear();
        self.extractor.grams(&self.settings, tokenizer, tokens, |gram| keys.push(gram.key));
        keys.sort_unstable();
        keys.dedup();
        for &key in keys.iter() {
            *self.frequency.entry(key).or_default() += 1;
        }
        self.sentences += 1;
    }

    /// The features frequent enough, in a fixed order, with `idf = ln((1 + sentences) / (1 + frequency)) + 1`. Where there are
    /// more than `most`, they must be more frequent, all features of one frequency staying or going together.
    pub fn freeze(self, most: usize) -> Result<FeatureSpace, SpaceError> {
        let mut frequencies: Vec<u32> = self.frequency.values().copied().collect();
        frequencies.sort_unstable_by(|a, b| b.cmp(a));
        // the first that is too many, and all as rare as it, have no place
        let too_rare = frequencies.get(most).map_or(0, |n| n.saturating_add(1));
        let least = self.settings.min_document_frequency.max(too_rare);
        let mut kept: Vec<_> = self.frequency.into_iter().filter(|&(_, n)| n >= least).collect();
        kept.sort_unstable();
        let n = 1.0 + f64::from(self.sentences);
        let idf = |frequency: u32| ((n / (1.0 + f64::from(frequency))).ln() + 1.0) as f32;
        let (keys, idf) = kept.into_iter().map(|(key, frequency)| (key, idf(frequency))).unzip();
        FeatureSpace::from_parts(self.settings, keys, idf)
    }
}
