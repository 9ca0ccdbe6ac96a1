//! What is wrong with labelled sentences, said before hours are spent on training with them.
//!
//! Counts (`report.rs`), repeated and nearly repeated sentences (`similar.rs`), phrases from a mould (`phrases.rs`) and
//! labels that models trained on the other rows disagree with (`suspects.rs`).

mod finding;
mod phrases;
mod report;
mod similar;
mod suspects;

pub use finding::{Example, Finding, Kind, Severity};
pub use phrases::{PHRASE_WORDS, Phrase, commonest_phrases};
pub use report::{CheckReport, Combination, LabelCount, Split, SplitCount, check};
pub use similar::{Pair, Shingler, Shingles, similar_pairs, words};
pub use suspects::{Suspect, suspects};
