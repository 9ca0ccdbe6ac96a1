//! Why does a sentence have its labels?
//!
//! What each part of a sentence adds to a label's **logit** (before calibration), by the tier that decided:
//!
//! - **Linear tier**, exact ([`by_linear`]): a logit is the bias plus a sum over n-grams, and each n-gram is divided evenly over its
//!   occurrences, and these over the words that they cover. So the bias and the values of all words sum to the logit, too.
//! - **Encoder tier**, by occlusion ([`by_encoder`]): a word's value is the logit of the sentence less that of the sentence without
//!   the word (Zeiler and Fergus, *Visualizing and Understanding Convolutional Networks*, 2014; for text Li, Monroe and Jurafsky,
//!   *Understanding Neural Networks through Representation Erasure*, 2016). These values do not sum to anything: of two words that
//!   say the same, neither may be missed.

mod linear;
mod occlusion;

pub use linear::by_linear;
pub use occlusion::{by_encoder, without};

use crate::token::{Token, word_tokens};
use crate::types::Span;

/// The span of each word, as the tokenizer sees words.
fn word_spans(tokens: &[Token]) -> Vec<Span> {
    word_tokens(tokens).map(|word| Span::new(tokens[word.start].span.start, tokens[word.end - 1].span.end)).collect()
}
