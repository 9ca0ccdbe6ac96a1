//! The n-grams of a sentence and their keys.

use crate::token::{Shape, Token, Tokenizer, word_tokens};
use crate::types::Span;
use serde::{Deserialize, Serialize};

/// A group of features that is weighted and normalised by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Neighbouring WordPieces.
    Piece,
    /// Neighbouring words, names and figures reduced to their shape.
    Shape,
    /// Neighbouring characters of one word.
    Char,
}

impl Family {
    /// All families, in the order in which a row is built.
    pub const ALL: [Family; 3] = [Family::Piece, Family::Shape, Family::Char];

    /// The name in explanations.
    pub fn name(self) -> &'static str {
        match self {
            Family::Piece => "piece",
            Family::Shape => "shape",
            Family::Char => "char",
        }
    }
}

/// The n-grams of each family; part of the model bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureSettings {
    /// Longest n-gram of WordPieces; the shortest has one. 0 switches the family off, as in the other two.
    pub piece_max: u8,
    /// Longest n-gram of word shapes; the shortest has one.
    pub shape_max: u8,
    /// Shortest n-gram of characters.
    pub char_min: u8,
    /// Longest n-gram of characters; a word counts two more than its letters, for its edges.
    pub char_max: u8,
    /// A feature must stand in this many training sentences to have a column.
    pub min_document_frequency: u32,
}

impl Default for FeatureSettings {
    fn default() -> Self {
        Self { piece_max: 2, shape_max: 2, char_min: 3, char_max: 5, min_document_frequency: 2 }
    }
}

/// One n-gram occurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gram {
    /// The family.
    pub family: Family,
    /// Names the n-gram within the bundle; two n-grams share a key with a chance of about 1 in 2^64.
    pub key: u64,
    /// The words or pieces it was read from: bytes of the sentence.
    pub span: Span,
}

/// Mixes `value` into `hash`. **Part of the bundle format**: another function makes stored keys meaningless. It is
/// the finaliser of SplitMix64 (Steele, Lea, Flood 2014) over a running state.
fn mix(hash: u64, value: u64) -> u64 {
    let mut z = (hash ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The state that the keys of a family start from.
fn seed(family: Family) -> u64 {
    mix(0x636C_6169_6D74_6167, 1 + family as u64)
}

/// The key of a single WordPiece.
pub(super) fn piece_key(id: u32) -> u64 {
    mix(seed(Family::Piece), u64::from(id))
}

/// Calls `each` with the key of every n-gram of two to `max` neighbouring `symbols`.
pub fn longer_keys(family: Family, max: u8, symbols: &[u64], mut each: impl FnMut(u64)) {
    let seed = seed(family);
    for (start, &first) in symbols.iter().enumerate() {
        let mut key = mix(seed, first);
        for &symbol in symbols[start + 1..].iter().take(usize::from(max).saturating_sub(1)) {
            key = mix(key, symbol);
            each(key);
        }
    }
}

/// What the words of a sentence, or of a run of it, read as in [`Family::Shape`].
pub fn shape_symbols(tokens: &[Token]) -> impl Iterator<Item = u64> + Clone {
    word_tokens(tokens).map(|word| symbol(word, tokens).0)
}

/// What a name and a figure read as in [`Family::Shape`]; no piece has such an id.
const NAME: u64 = 1 << 32;
const NUMBER: u64 = 2 << 32;

/// The characters that stand for the edges of a word; neither survives BERT's normalization.
pub const EDGES: (char, char) = ('\u{2}', '\u{3}');

/// Lists the n-grams of sentences, with buffers that are used again. One per thread.
#[derive(Default)]
pub struct Extractor {
    /// Symbol and span of each word.
    words: Vec<(u64, Span)>,
    /// Characters of the word in hand, with its edges.
    chars: Vec<char>,
}

impl Extractor {
    /// Calls `each` for every n-gram occurrence of `tokens`, family by family, in reading order.
    pub fn grams(
        &mut self,
        settings: &FeatureSettings,
        tokenizer: &Tokenizer,
        tokens: &[Token],
        mut each: impl FnMut(Gram),
    ) {
        self.grams_with_chars(settings, tokenizer, tokens, |gram, _| each(gram));
    }

    /// As [`grams`](Self::grams), with the characters of an n-gram of characters, [`EDGES`] included; none with the others.
    pub fn grams_with_chars(
        &mut self,
        settings: &FeatureSettings,
        tokenizer: &Tokenizer,
        tokens: &[Token],
        mut each: impl FnMut(Gram, &[char]),
    ) {
        let pieces = |t: &Token| (u64::from(t.id), t.span);
        ngrams(Family::Piece, settings.piece_max, tokens.len(), |i| pieces(&tokens[i]), |gram| each(gram, &[]));
        self.words.clear();
        self.words.extend(word_tokens(tokens).map(|word| symbol(word, tokens)));
        let words_ = &self.words;
        ngrams(Family::Shape, settings.shape_max, words_.len(), |i| words_[i], |gram| each(gram, &[]));
        if settings.char_max > 0 {
            for word in word_tokens(tokens) {
                self.char_grams(settings, tokenizer, &tokens[word], &mut each);
            }
        }
    }

    fn char_grams(
        &mut self,
        settings: &FeatureSettings,
        tokenizer: &Tokenizer,
        word: &[Token],
        each: &mut impl FnMut(Gram, &[char]),
    ) {
        let (Some(first), Some(last)) = (word.first(), word.last()) else {
            return;
        };
        self.chars.clear();
        self.chars.push(EDGES.0);
        for token in word {
            self.chars.extend(tokenizer.piece(token.id).chars());
        }
        self.chars.push(EDGES.1);
        let span = Span::new(first.span.start, last.span.end);
        let (min, max) = (usize::from(settings.char_min), usize::from(settings.char_max));
        for start in 0..self.chars.len() {
            let mut key = seed(Family::Char);
            for (n, &c) in (1..=max).zip(&self.chars[start..]) {
                key = mix(key, u64::from(c));
                // a word shorter than the shortest n-gram stands for itself
                let is_whole = start == 0 && n == self.chars.len();
                if n >= min || is_whole {
                    each(Gram { family: Family::Char, key, span }, &self.chars[start..start + n]);
                }
            }
        }
    }
}

/// Calls `each` for the n-grams of one to `max` of `len` items, each item a symbol and its span.
fn ngrams(family: Family, max: u8, len: usize, item: impl Fn(usize) -> (u64, Span), mut each: impl FnMut(Gram)) {
    for start in 0..len {
        let mut key = seed(family);
        let (_, first) = item(start);
        for at in start..len.min(start + usize::from(max)) {
            let (symbol, span) = item(at);
            key = mix(key, symbol);
            each(Gram { family, key, span: Span::new(first.start, span.end) });
        }
    }
}

/// A word in [`Family::Shape`]: what it looks like if it is a name or a figure, else its first piece.
fn symbol(word: std::ops::Range<usize>, tokens: &[Token]) -> (u64, Span) {
    let first = &tokens[word.start];
    let symbol = match first.word {
        Some(Shape::Capital) => NAME,
        Some(Shape::Number) => NUMBER,
        Some(Shape::Plain) | None => u64::from(first.id),
    };
    (symbol, Span::new(first.span.start, tokens[word.end - 1].span.end))
}
