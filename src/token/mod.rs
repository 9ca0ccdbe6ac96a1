//! Sentence to tokens: one WordPiece tokenization, shared by both tiers.
//!
//! The `tokenizers` crate decides what the tokens are; [`Memo`] remembers its answer for each word, because the words of
//! a language repeat. `benches/tokenize.rs` measures what that brings. To make a vocabulary smaller, a [`Tally`] counts pieces,
//! [`Trim`] chooses among them, and [`renumbered`] writes the file that is left.

mod memo;
mod renumber;
mod shape;
mod tally;
mod tokenizer;
mod trim;

pub use memo::Memo;
pub use renumber::renumbered;
pub use shape::Shape;
pub use tally::{Splits, Tally};
pub use tokenizer::{Tokenizer, TokenizerError};
pub use trim::{Kept, Trim, TrimError};

use crate::types::Span;

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
