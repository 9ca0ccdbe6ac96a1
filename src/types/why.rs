//! Why a sentence has its labels.

use super::Span;

/// Why a sentence has one of its labels: what parts of it add to the logit of the tier that decided, before calibration.
///
/// For the linear tier the parts are exact: the bias and the values of all words sum to the logit, and so do the bias, the values
/// of the n-grams listed and the rest. For the encoder the value of a word is what the logit loses without it
/// ([`crate::explain`]); these do not sum to anything.
#[derive(Debug, Clone, PartialEq)]
pub struct Why {
    /// Index of the label.
    pub label: usize,
    /// Its logit.
    pub logit: f64,
    /// Every word (a punctuation sign is one) in reading order.
    pub words: Vec<WordValue>,
    /// The n-grams behind the words; only from the linear tier.
    pub grams: Option<GramValues>,
}

/// What a word adds to a logit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WordValue {
    /// Where it stands: bytes of the sentence's text.
    pub span: Span,
    /// In logits; below 0 if it speaks against the label.
    pub value: f64,
}

/// What n-grams add to a logit.
#[derive(Debug, Clone, PartialEq)]
pub struct GramValues {
    /// The logit of a sentence without any n-gram.
    pub bias: f64,
    /// The strongest n-grams, by the size of their value.
    pub strongest: Vec<GramValue>,
    /// The sum of the values of all others.
    pub rest: f64,
}

/// What an n-gram adds to a logit, all occurrences together.
#[derive(Debug, Clone, PartialEq)]
pub struct GramValue {
    /// The family of n-grams: `piece`, `shape` or `char`.
    pub family: &'static str,
    /// For reading: of pieces what stands in the sentence, of shapes likewise but `[name]` and `[number]` for names and figures, of
    /// characters these, with `^` and `$` for the edges of a word.
    pub text: String,
    /// Where it occurs, in reading order: bytes of the sentence's text. For characters, the word.
    pub at: Vec<Span>,
    /// In logits; below 0 if it speaks against the label.
    pub value: f64,
}
