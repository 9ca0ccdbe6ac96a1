//! Remembered tokenizations of words.

use super::Token;
use rustc_hash::FxHashMap;

/// What the tokenizer said of each word seen so far. Belongs to one thread and one tokenizer.
///
/// Bounded: it is emptied when it holds [`Memo::MAX_WORDS`] words, so its memory stays under about 40 MB on any text.
#[derive(Default)]
pub struct Memo {
    words: FxHashMap<Box<str>, Box<[Token]>>,
    /// The last word that was too long to be remembered.
    long: Vec<Token>,
}

impl Memo {
    /// The most words remembered. Real news repeats: 47,000 sentences have 50,000 distinct words.
    pub const MAX_WORDS: usize = 200_000;
    /// Longer words (bytes) are tokenized each time: they are links and codes that do not come back.
    const MAX_LENGTH: usize = 64;

    /// The tokens of `word`, from memory or else from `tokenize`.
    pub(super) fn get_or_insert(&mut self, word: &str, tokenize: impl FnOnce(&str) -> Vec<Token>) -> &[Token] {
        if word.len() > Self::MAX_LENGTH {
            self.long = tokenize(word);
            return &self.long;
        }
        if !self.words.contains_key(word) {
            if self.words.len() == Self::MAX_WORDS {
                self.words.clear();
            }
            self.words.insert(word.into(), tokenize(word).into());
        }
        &self.words[word]
    }
}
