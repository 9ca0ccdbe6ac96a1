//! Phrases that come up too often: the mark of sentences made from a mould.

use super::similar::words;
use serde::Serialize;
use std::collections::{HashMap, HashSet};

/// A run of words and how many rows have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Phrase {
    /// The words, in lower case, without punctuation.
    pub words: String,
    /// Rows that have it at least once.
    pub rows: usize,
}

/// How many words make a phrase.
pub const PHRASE_WORDS: usize = 4;

/// The `n` runs of [`PHRASE_WORDS`] words that stand in most rows, the commonest first; equals in alphabetical order.
pub fn commonest_phrases<'a>(texts: impl Iterator<Item = &'a str>, n: usize) -> Vec<Phrase> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for text in texts {
        let words = words(text);
        let runs: HashSet<String> = words.windows(PHRASE_WORDS).map(|run| run.join(" ")).collect();
        runs.into_iter().for_each(|run| *counts.entry(run).or_default() += 1);
    }
    let mut phrases: Vec<Phrase> = counts.into_iter().map(|(words, rows)| Phrase { words, rows }).collect();
    phrases.sort_unstable_by(|a, b| b.rows.cmp(&a.rows).then_with(|| a.words.cmp(&b.words)));
    phrases.truncate(n);
    phrases
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_counts_once() {
        let texts = ["Under the terms of it, under the terms of that.", "Under the terms of this."];
        let phrases = commonest_phrases(texts.into_iter(), 2);
        assert_eq!(phrases[0], Phrase { words: "under the terms of".into(), rows: 2 });
        assert_eq!(phrases[1], Phrase { words: "it under the terms".into(), rows: 1 });
    }
}
