//! A sentence to the logits of the linear tier, at full speed.
//!
//! [`FeatureSpace::push_row`] with [`LinearModel::logits`] defines what the logits are; this says the same, but for
//! rounding, some five times faster. Most n-grams lie inside a word, and words come back, so what depends on a word
//! alone is worked out once and remembered (`words`). Of a family of n-grams the logits need two sums over the n-grams
//! of the sentence, of `value · weight` and of `value²`, where an n-gram that occurs `t` times has the value `(1 + ln
//! t) · idf`. Over all occurrences, `idf · weight` and `idf²` just add up, word by word; for the few n-grams that occur
//! more than once in the sentence the sums are then put right (`sums`).
//!
//! All this waits for memory, not for arithmetic: hence numbers that are read together stand together (`columns`), and
//! reads that do not need each other are made in a row.
//!
//! What a sentence gets depends on nothing but the sentence: sums are made in the order of its words, whatever is
//! remembered and from where.

mod columns;
mod sums;
mod words;

use crate::feature::{Family, FeatureSpace, RowScratch, SparseRows, longer_keys};
use crate::linear::LinearModel;
use crate::token::{MAX_WORD, Memo, Token, Tokenizer, runs};
use crate::types::Span;
use columns::{Columns, Longer};
use sums::Sums;
use words::WordTable;

/// The parts of a model that make the linear tier.
#[derive(Clone, Copy)]
pub struct LinearTier<'m> {
    /// Sentences to tokens.
    pub tokenizer: &'m Tokenizer,
    /// Tokens to features.
    pub features: &'m FeatureSpace,
    /// Features to logits.
    pub linear: &'m LinearModel,
}

/// Scores sentences. Belongs to one thread and one model; takes up to 50 MB once it has seen many
/// words, and 40 MB more if sentences are scored row by row.
pub struct Scorer {
    plain: Plain,
    /// `None` where there are too many labels to keep sums of each for every word.
    quick: Option<Quick>,
}

/// The definition of the score: row by row.
struct Plain {
    memo: Memo,
    tokens: Vec<Token>,
    row: RowScratch,
    rows: SparseRows,
}

/// The quick way to it.
struct Quick {
    words: WordTable,
    columns: Columns,
    longer: Longer,
    sums: Sums,
    runs: Vec<Span>,
    /// The words of the sentence in hand, by their records: as they stand, and each once.
    sequence: Vec<u32>,
    distinct: Vec<u32>,
    /// The sentence as its two families of n-grams of words see it.
    pieces: Sequence,
    shapes: Sequence,
    keys: Vec<u64>,
}

/// A sentence as a sequence of symbols.
#[derive(Default)]
struct Sequence {
    symbols: Vec<u64>,
    /// Places of its n-grams.
    places: Vec<u32>,
}

/// With more labels, sentences are scored row by row: sums of 150,000 words would take more than 10 MB.
const MOST_LABELS: usize = 16;
/// Longer sentences (runs) are scored row by row: no sentence fills the table of words, and an n-gram occurs at most
/// `900 · (MAX_WORD + 2)` times, less than 2^16. Press has 29 runs on average.
const MOST_RUNS: usize = 900;

impl Scorer {
    /// Buffers for a model.
    pub fn new(tier: LinearTier<'_>) -> Self {
        let plain = Plain {
            memo: Memo::default(),
            tokens: Vec::new(),
            row: RowScratch::default(),
            rows: SparseRows::new(tier.features.len()),
        };
        Self { plain, quick: (tier.linear.n_labels() <= MOST_LABELS).then(|| Quick::new(tier)) }
    }

    /// Writes the logit of each label for a sentence to `logits`, which has one place per label. `tier` is that of
    /// [`Scorer::new`].
    pub fn score(&mut self, tier: LinearTier<'_>, sentence: &str, logits: &mut [f64]) {
        let done = self.quick.as_mut().is_some_and(|quick| quick.score(tier, sentence, logits));
        if !done {
            self.plain.score(tier, sentence, logits);
        }
    }
}

impl Plain {
    fn score(
        &mut self,
        LinearTier { tokenizer, features, linear }: LinearTier<'_>,
        sentence: &str,
        logits: &mut [f64],
    ) {
        self.tokens.clear();
        tokenizer.tokenize(sentence, &mut self.memo, &mut self.tokens);
        self.rows.clear();
        features.push_row(tokenizer, &self.tokens, &mut self.row, &mut self.rows);
        linear.logits(self.rows.row(0), logits);
    }
}

impl Quick {
    fn new(tier: LinearTier<'_>) -> Self {
        let lanes = tier.linear.n_labels().div_ceil(4);
        Self {
            words: WordTable::new(lanes),
            columns: Columns::new(tier, lanes),
            longer: Longer::default(),
            sums: Sums::new(lanes),
            runs: Vec::new(),
            sequence: Vec::new(),
            distinct: Vec::new(),
            pieces: Sequence::default(),
            shapes: Sequence::default(),
            keys: Vec::new(),
        }
    }

    /// Writes the logits, unless the sentence is one for the plain way.
    fn score(&mut self, tier: LinearTier<'_>, sentence: &str, logits: &mut [f64]) -> bool {
        if !self.read(tier, sentence) {
            return false;
        }
        self.spread();
        let settings = tier.features.settings();
        let Self { words, columns, longer, sums, distinct, pieces, shapes, keys, .. } = self;
        for (family, max, sequence) in
            [(Family::Piece, settings.piece_max, &mut *pieces), (Family::Shape, settings.shape_max, &mut *shapes)]
        {
            keys.clear();
            longer_keys(family, max, &sequence.symbols, |key| keys.push(key));
            longer.find(tier, columns, keys, &mut sequence.places);
        }
        sums.begin(tier.linear.bias());
        sums.add_grams(columns, &pieces.places);
        sums.add_grams(columns, &shapes.places);
        sums.add_words(columns, words, distinct);
        sums.write(logits);
        words.forget_counts(distinct);
        true
    }

    /// Looks the words of a sentence up; false if there are too many, or one is too long.
    fn read(&mut self, tier: LinearTier<'_>, sentence: &str) -> bool {
        self.runs.clear();
        for run in runs(sentence) {
            if run.len() > MAX_WORD || self.runs.len() == MOST_RUNS {
                return false;
            }
            self.runs.push(run);
        }
        self.words.make_room();
        self.sequence.clear();
        self.words.find(tier, &mut self.columns, (sentence, &self.runs), &mut self.sequence);
        true
    }

    /// Lays out what is known of the words: each with its number of occurrences, and the sequences that they make.
    fn spread(&mut self) {
        self.words.count(&self.sequence, &mut self.distinct);
        self.pieces.clear();
        self.shapes.clear();
        for &word in &self.sequence {
            let record = self.words.record(word);
            for &[id, place] in record.pieces {
                self.pieces.push(u64::from(id), place);
            }
            for &[lower, upper, place] in record.shapes {
                self.shapes.push(u64::from(upper) << 32 | u64::from(lower), place);
            }
        }
    }
}

impl Sequence {
    fn clear(&mut self) {
        self.symbols.clear();
        self.places.clear();
    }

    /// Appends a symbol, and its place as a record has it: plus one, or 0 for none.
    fn push(&mut self, symbol: u64, place: u32) {
        self.symbols.push(symbol);
        self.places.extend(place.checked_sub(1));
    }
}
