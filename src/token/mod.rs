//! Sentence to tokens: one WordPiece tokenization, shared by both tiers.
//!
//! The `tokenizers` crate decides what the tokens are; plain words are split here, to the same end, and [`Memo`]
//! remembers the answer for each word, because the words of a language repeat. `benches/tokenize.rs` measures what that
//! brings. To make a vocabulary smaller, a [`Tally`] counts pieces, [`Trim`] chooses among them, and [`renumbered`]
//! writes the file that is left.

mod memo;
mod renumber;
mod runs;
mod shape;
mod tally;
mod tokenizer;
mod trim;
mod wordpiece;
mod words;

pub use memo::Memo;
pub use renumber::renumbered;
pub use runs::runs;
pub use shape::Shape;
pub use tally::{Splits, Tally};
pub use tokenizer::{Tokenizer, TokenizerError};
pub use trim::{Kept, Trim, TrimError};
pub use words::Words;

use crate::types::Span;
use std::ops::Range;

/// Longer words (bytes) are not remembered: they are links and codes that do not come back.
pub const MAX_WORD: usize = 64;

/// One WordPiece of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Index into the vocabulary.
    pub id: u32,
    /// Where the piece stands: bytes of the sentence.
    pub span: Span,
    /// The shape of the whole word, on its first piece; `None` on a piece that continues a word.
    pub word: Option<Shape>,
}

/// The words of a sentence, or of a run of it: which of its tokens each is made of, one or more.
pub fn word_tokens(tokens: &[Token]) -> impl Iterator<Item = Range<usize>> + Clone {
    let mut start = 0;
    std::iter::from_fn(move || {
        let len = 1 + tokens.get(start + 1..)?.iter().take_while(|t| t.word.is_none()).count();
        let word = start..start + len;
        start = word.end;
        Some(word)
    })
}
