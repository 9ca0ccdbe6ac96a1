//! WordPiece for the words that need no more than that.

use super::words::Words;
use super::{Shape, Token};
use crate::types::Span;

/// Splits words of ASCII letters and digits into the longest known pieces from the left, as the `tokenizers` library
/// does.
///
/// Such words are nineteen in twenty of the distinct ones, and the library takes much longer to say the
/// same: it looks for accents, scripts and control characters that they can't have.
pub(super) struct WordPiece {
    /// Pieces that begin a word, and those that continue one.
    first: Pieces,
    next: Pieces,
    unknown: u32,
    lower: bool,
    /// A longer word is unknown as a whole.
    most: usize,
}

#[derive(Default)]
struct Pieces {
    ids: Words,
    /// Bytes of the longest.
    longest: usize,
}

impl WordPiece {
    /// A splitter for the parts of a `tokenizer.json` that bear on such words, with the pieces by id, continuations
    /// marked; `None` if the file lacks them.
    pub fn new(json: &serde_json::Value, vocabulary: impl Iterator<Item = (String, u32)>) -> Option<Self> {
        let model = &json["model"];
        let mark = model["continuing_subword_prefix"].as_str()?;
        let most = model["max_input_chars_per_word"].as_u64()?;
        let lower = json["normalizer"]["lowercase"].as_bool()?;
        let unknown = model["unk_token"].as_str()?;
        let (mut first, mut next, mut unknown_id) = (Pieces::default(), Pieces::default(), None);
        for (piece, id) in vocabulary {
            if piece == unknown {
                unknown_id = Some(id);
            }
            match piece.strip_prefix(mark) {
                Some(rest) => next.insert(rest, id),
                None => first.insert(&piece, id),
            }
        }
        Some(Self { first, next, unknown: unknown_id?, lower, most: most as usize })
    }

    /// The tokens of `word`, unless it needs the library.
    pub fn tokenize(&self, word: &str) -> Option<Vec<Token>> {
        if !word.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        let lowered = self.lower.then(|| word.to_ascii_lowercase());
        let letters = lowered.as_deref().unwrap_or(word);
        let shape = Some(Shape::of(word));
        let whole = || vec![Token { id: self.unknown, span: Span::new(0, word.len()), word: shape }];
        if word.len() > self.most {
            return Some(whole());
        }
        let mut tokens = Vec::with_capacity(4);
        let mut start = 0;
        while start < letters.len() {
            let pieces = if start == 0 { &self.first } else { &self.next };
            let Some((id, len)) = pieces.longest(&letters[start..]) else {
                return Some(whole());
            };
            let word = if start == 0 { shape } else { None };
            tokens.push(Token { id, span: Span::new(start, start + len), word });
            start += len;
        }
        Some(tokens)
    }
}

impl Pieces {
    fn insert(&mut self, piece: &str, id: u32) {
        self.ids.insert(piece, id);
        self.longest = self.longest.max(piece.len());
    }

    /// The longest piece that `letters`, all ASCII, begin with: its id and length.
    fn longest(&self, letters: &str) -> Option<(u32, usize)> {
        let most = self.longest.min(letters.len());
        (1..=most).rev().find_map(|len| Some((self.ids.get(&letters[..len])?, len)))
    }
}
