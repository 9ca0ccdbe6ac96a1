//! Remembered tokenizations of words.

use super::words::Words;
use super::{MAX_WORD, Token};

/// What the tokenizer said of each word seen so far. Belongs to one thread and one tokenizer.
///
/// Bounded: it is emptied when it holds [`Memo::MAX_WORDS`] words, so its memory stays under about 40 MB on any text.
pub struct Memo {
    words: Words,
    /// Word `i` has the tokens `starts[i]..starts[i + 1]`.
    starts: Vec<u32>,
    tokens: Vec<Token>,
    /// The last word that was too long to be remembered.
    long: Vec<Token>,
}

impl Default for Memo {
    fn default() -> Self {
        Self { words: Words::default(), starts: vec![0], tokens: Vec::new(), long: Vec::new() }
    }
}

impl Memo {
    /// The most words remembered. Real news repeats: 145,000 sentences have 101,000 distinct words.
    pub const MAX_WORDS: usize = 200_000;

    /// The tokens of `word`, from memory or else from `tokenize`.
    pub(super) fn get_or_insert(&mut self, word: &str, tokenize: impl FnOnce(&str) -> Vec<Token>) -> &[Token] {
        if word.len() > MAX_WORD {
            self.long = tokenize(word);
            return &self.long;
        }
        if self.words.len() == Self::MAX_WORDS {
            self.words.clear();
            self.starts.truncate(1);
            self.tokens.clear();
        }
        let number = match self.words.get(word) {
            Some(number) => number as usize,
            None => {
                let number = self.words.len();
                self.words.insert(word, number as u32);
                self.tokens.extend(tokenize(word));
                self.starts.push(self.tokens.len() as u32);
                number
            }
        };
        &self.tokens[self.starts[number] as usize..self.starts[number + 1] as usize]
    }
}
