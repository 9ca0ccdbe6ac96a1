//! Checked plain data that travels between the stages: articles, sentences, spans, labels, numbers.
//!
//! Nothing here reads a file or computes a score. A type exists here when two stages share it.

mod article;
mod date;
mod label;
mod labelled;
mod number;
mod sentence;
mod span;
mod tagged;
mod why;

pub use article::{Article, Note, View};
pub use date::{Day, DayError};
pub use label::{LabelError, LabelSet};
pub use labelled::LabelledSentence;
pub use number::{Logit, NumberError, Prob};
pub use sentence::{Field, Part, Sentence};
pub use span::Span;
pub use tagged::{CorpusPlace, TaggedArticle, TaggedSentence, Tier};
pub use why::{GramValue, GramValues, Why, WordValue};
