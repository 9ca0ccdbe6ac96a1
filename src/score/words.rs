//! What is remembered of words.

use super::LinearTier;
use super::columns::{Columns, Lane};
use crate::feature::{Extractor, Family, FeatureSettings, shape_symbols};
use crate::token::{Token, Words};
use crate::types::Span;

/// The words met of late.
///
/// There are two generations. When the young one is full, the old one is forgotten and the young one becomes it; a word that is
/// met again is taken over. So common words stay, while the many that are met once or twice make room, and memory does
/// not grow with the text.
pub(super) struct WordTable {
    young: Generation,
    old: Generation,
    lanes: usize,
    /// The word that is being learnt.
    hand: Hand,
}

#[derive(Default)]
struct Generation {
    /// Where the record of a word starts in `data`.
    words: Words,
    /// Records one after another: what is read of a word stands in two or three cache lines. See [`Record`].
    data: Vec<u32>,
}

/// A word that is being learnt.
#[derive(Default)]
struct Hand {
    extractor: Extractor,
    /// Keys of its n-grams by family, then their places.
    keys: [Vec<u64>; 3],
    places: [Vec<u32>; 3],
}

/// What is known of a word: one of the runs of letters that sentences are made of, or a punctuation sign.
///
/// As it stands in memory: the numbers of times, pieces, shapes and chars, and the square; two numbers a piece, three a
/// shape; the weights, label by label in whole lanes; one number an n-gram of characters.
pub(super) struct Record<'a> {
    /// How often it occurs in the sentence in hand.
    pub times: u32,
    /// Of the n-grams of characters, all occurrences, the sum of `idf²` ...
    pub square: f32,
    /// ... and of `idf · weight`, as bits.
    pub weights: &'a [[u32; 4]],
    /// Id and place of each piece; 0 for none, or one more.
    pub pieces: &'a [[u32; 2]],
    /// The symbol of each word in [`Family::Shape`], lower and upper half, and its place likewise.
    pub shapes: &'a [[u32; 3]],
    /// Places of the n-grams of characters; one that occurs twice stands here twice.
    pub chars: &'a [u32],
}

/// Numbers of a record before the pieces.
const HEADER: usize = 5;
/// Where the number of occurrences stands in a record.
const TIMES: usize = 0;
/// The most words of a generation, so few that both are full after 2,000 articles: memory is flat from there on. 145,000
/// sentences have 101,000 distinct words.
const MOST_WORDS: usize = 25_000;
/// The most numbers in their records: 4 MB. The words above have 900,000; with more n-grams or labels, fewer are remembered.
const MOST_DATA: usize = 1_000_000;

impl WordTable {
    pub fn new(lanes: usize) -> Self {
        Self { young: Generation::default(), old: Generation::default(), lanes, hand: Hand::default() }
    }

    /// Forgets the older words if there are too many. To be called between sentences, which know words by their records.
    pub fn make_room(&mut self) {
        if self.young.words.len() >= MOST_WORDS || self.young.data.len() >= MOST_DATA {
            std::mem::swap(&mut self.young, &mut self.old);
            self.young.words.clear();
            self.young.data.clear();
        }
    }

    /// Appends to `starts` where the record of each of these words of `text` starts. What is new is learnt.
    pub fn find(
        &mut self,
        tier: LinearTier<'_>,
        columns: &mut Columns,
        (text, runs): (&str, &[Span]),
        starts: &mut Vec<u32>,
    ) {
        let first = starts.len();
        self.young.words.get_all(text, runs, starts);
        for (start, run) in starts[first..].iter_mut().zip(runs) {
            if *start == Words::NONE {
                *start = self.learnt(tier, columns, &text[run.range()]);
            }
        }
    }

    fn learnt(&mut self, tier: LinearTier<'_>, columns: &mut Columns, word: &str) -> u32 {
        // it may be the second new one of its kind in a sentence
        if let Some(start) = self.young.words.get(word) {
            return start;
        }
        let start = self.young.data.len() as u32;
        match self.old.words.get(word) {
            Some(old) => self.young.data.extend_from_slice(self.old.record(old, self.lanes)),
            None => self.learn(tier, columns, &tier.tokenizer.tokenize_run(word)),
        }
        self.young.words.insert(word, start);
        start
    }

    fn learn(&mut self, tier: LinearTier<'_>, columns: &mut Columns, tokens: &[Token]) {
        self.hand.read(tier, columns, tokens);
        let [pieces, shapes, chars] = &self.hand.places;
        let symbols = shape_symbols(tokens);
        let square = columns.square(chars) as f32;
        self.young.data.extend([
            0,
            tokens.len() as u32,
            symbols.clone().count() as u32,
            chars.len() as u32,
            square.to_bits(),
        ]);
        // a family that is switched off has no places
        let places = |places: &[u32], i: usize| places.get(i).copied().unwrap_or_default();
        self.young.data.extend(tokens.iter().enumerate().flat_map(|(i, token)| [token.id, places(pieces, i)]));
        self.young.data.extend(symbols.enumerate().flat_map(|(i, s)| [s as u32, (s >> 32) as u32, places(shapes, i)]));
        for lane in 0..self.lanes {
            self.young.data.extend(columns.sum(chars, lane).map(|sum| (sum as f32).to_bits()));
        }
        self.young.data.extend(chars);
    }

    /// Counts the words of a sentence, and lists each once, in the order in which they first occur.
    pub fn count(&mut self, sequence: &[u32], distinct: &mut Vec<u32>) {
        distinct.resize(sequence.len(), 0);
        let mut n = 0;
        for &start in sequence {
            // without a branch that depends on the record, so that records are fetched together
            let times = &mut self.young.data[start as usize + TIMES];
            distinct[n] = start;
            n += usize::from(*times == 0);
            *times += 1;
        }
        distinct.truncate(n);
    }

    /// Makes ready for the next sentence.
    pub fn forget_counts(&mut self, distinct: &[u32]) {
        for &start in distinct {
            self.young.data[start as usize + TIMES] = 0;
        }
    }

    /// What is known of the word whose record starts here.
    pub fn record(&self, start: u32) -> Record<'_> {
        let data = &self.young.data[start as usize..];
        let (&[times, pieces, shapes, chars, square], data) = header(data);
        let (pieces, data) = data.split_at(2 * pieces as usize);
        let (shapes, data) = data.split_at(3 * shapes as usize);
        let (weights, data) = data.split_at(4 * self.lanes);
        Record {
            times,
            square: f32::from_bits(square),
            weights: weights.as_chunks().0,
            pieces: pieces.as_chunks().0,
            shapes: shapes.as_chunks().0,
            chars: &data[..chars as usize],
        }
    }
}

impl Generation {
    /// The record that starts here, as it stands.
    fn record(&self, start: u32, lanes: usize) -> &[u32] {
        let data = &self.data[start as usize..];
        let &[_, pieces, shapes, chars, _] = header(data).0;
        &data[..HEADER + 2 * pieces as usize + 3 * shapes as usize + 4 * lanes + chars as usize]
    }
}

impl Record<'_> {
    /// The sum of `idf · weight` over the n-grams of characters, for four labels.
    pub fn weights(&self, lane: usize) -> Lane {
        self.weights[lane].map(f32::from_bits)
    }
}

/// The first numbers of a record and the rest; records are never shorter.
fn header(data: &[u32]) -> (&[u32; HEADER], &[u32]) {
    data.split_first_chunk().unwrap_or((&[0; HEADER], data))
}

impl Hand {
    /// Finds the places of the n-grams of a word: for pieces and shapes one each, plus one, or 0; for characters those
    /// that are there.
    fn read(&mut self, tier: LinearTier<'_>, columns: &mut Columns, tokens: &[Token]) {
        let settings = tier.features.settings();
        let inside =
            FeatureSettings { piece_max: settings.piece_max.min(1), shape_max: settings.shape_max.min(1), ..*settings };
        let Self { extractor, keys, places } = self;
        keys.iter_mut().for_each(Vec::clear);
        extractor.grams(&inside, tier.tokenizer, tokens, |gram| keys[gram.family as usize].push(gram.key));
        for family in Family::ALL {
            let (keys, places) = (&keys[family as usize], &mut places[family as usize]);
            places.clear();
            if family == Family::Char {
                tier.features.columns_of(keys, |_, column| places.push(columns.place(tier, column)));
            } else {
                places.resize(keys.len(), 0);
                tier.features.columns_of(keys, |i, column| places[i] = columns.place(tier, column) + 1);
            }
        }
    }
}
