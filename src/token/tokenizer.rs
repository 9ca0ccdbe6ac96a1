//! The tokenizer of a model: `tokenizer.json` in the Hugging Face layout.

use super::wordpiece::WordPiece;
use super::{Memo, Shape, Token, runs};
use crate::types::Span;
use serde::Deserialize;
use std::collections::HashMap;
use thiserror::Error;

/// A WordPiece tokenizer that splits on white space and punctuation, as BERT does.
///
/// Truncation, padding and special tokens of the file are switched off: `[CLS]` in an article is five characters of
/// text, and a long sentence is seen whole.
pub struct Tokenizer {
    inner: tokenizers::Tokenizer,
    json: Vec<u8>,
    /// Piece by id, without the `##` of a continuation.
    pieces: Vec<String>,
    /// For most words; `None` if the file leaves out what it needs.
    quick: Option<WordPiece>,
}

/// Why bytes are not a tokenizer that claimtag can use.
#[derive(Debug, Error)]
pub enum TokenizerError {
    /// Not JSON, or not in the layout of `tokenizers`.
    #[error("not a tokenizer.json that can be read: {0}")]
    Format(String),
    /// A tokenizer of another family.
    #[error("{part} is {found}, but claimtag needs {needed} (the tokenizer of a BERT-like model)")]
    Unsupported {
        /// The part of the file.
        part: &'static str,
        /// What stands there.
        found: String,
        /// What can be used.
        needed: &'static str,
    },
}

const CONTINUATION: &str = "##";

impl Tokenizer {
    /// Reads the bytes of a `tokenizer.json`.
    ///
    /// # Errors
    /// Bytes that are not such a file, or a tokenizer that is not WordPiece over BERT's pre-tokenization.
    pub fn from_bytes(json: &[u8]) -> Result<Self, TokenizerError> {
        let format = |e: &dyn std::fmt::Display| TokenizerError::Format(e.to_string());
        let mut parsed: serde_json::Value = serde_json::from_slice(json).map_err(|e| format(&e))?;
        for (part, needed) in
            [("model", "WordPiece"), ("pre_tokenizer", "BertPreTokenizer"), ("normalizer", "BertNormalizer")]
        {
            require(&parsed, part, needed)?;
        }
        parsed["truncation"] = serde_json::Value::Null;
        parsed["padding"] = serde_json::Value::Null;
        parsed["added_tokens"] = serde_json::Value::Array(Vec::new());
        parsed["post_processor"] = serde_json::Value::Null;
        let inner = tokenizers::Tokenizer::deserialize(&parsed).map_err(|e| format(&e))?;
        let vocabulary = inner.get_vocab(false);
        let pieces = pieces_by_id(&vocabulary)?;
        let quick = WordPiece::new(&parsed, vocabulary.into_iter());
        Ok(Self { inner, json: json.to_vec(), pieces, quick })
    }

    /// The bytes that the tokenizer was read from.
    pub fn json(&self) -> &[u8] {
        &self.json
    }

    /// The ids of the marks that an encoder wants before and after a sentence, if the vocabulary has them.
    pub fn marks(&self) -> Option<[u32; 2]> {
        let id = |mark: &str| self.inner.token_to_id(mark);
        Some([id("[CLS]")?, id("[SEP]")?])
    }

    /// The id of the piece that stands for a word without pieces, if the vocabulary has it.
    pub fn unknown(&self) -> Option<u32> {
        self.inner.token_to_id("[UNK]")
    }

    /// The ids of a sentence's tokens between the two marks, at most `most` with these; a longer sentence is cut at its end.
    pub fn marked_ids(marks: [u32; 2], tokens: &[Token], most: usize) -> Vec<u32> {
        let inner = tokens.iter().take(most.saturating_sub(2)).map(|token| token.id);
        std::iter::once(marks[0]).chain(inner).chain([marks[1]]).collect()
    }

    /// How many pieces the vocabulary has; every token id is smaller.
    pub fn vocabulary_size(&self) -> usize {
        self.pieces.len()
    }

    /// The text of a piece, without the mark of a continuation; empty for an unknown id.
    pub fn piece(&self, id: u32) -> &str {
        self.pieces.get(id as usize).map_or("", String::as_str)
    }

    /// The pieces by id, with the `##` of a continuation.
    ///
    /// # Errors
    /// An id without a piece.
    pub(super) fn vocabulary(&self) -> Result<Vec<String>, TokenizerError> {
        let gap = |id| TokenizerError::Format(format!("the vocabulary has a gap: no piece has id {id}"));
        let ids = 0..self.pieces.len() as u32;
        ids.map(|id| self.inner.id_to_token(id).ok_or_else(|| gap(id))).collect()
    }

    /// Splits `sentence` into tokens, appended to `tokens`. `memo` may be kept between calls of the same tokenizer and
    /// never changes the result.
    pub fn tokenize(&self, sentence: &str, memo: &mut Memo, tokens: &mut Vec<Token>) {
        for run in runs(sentence) {
            let text = &sentence[run.range()];
            for t in memo.get_or_insert(text, |text| self.tokenize_run(text)) {
                let span = Span::new(run.start + t.span.start, run.start + t.span.end);
                tokens.push(Token { span, ..*t });
            }
        }
    }

    /// Tokens of one of the [`runs`] of a sentence, their spans bytes of the run.
    pub fn tokenize_run(&self, run: &str) -> Vec<Token> {
        self.quick.as_ref().and_then(|quick| quick.tokenize(run)).unwrap_or_else(|| self.by_library(run))
    }

    fn by_library(&self, run: &str) -> Vec<Token> {
        // The normalizer and the model of BERT accept any text; were that to change, the run would have no tokens.
        let Ok(encoding) = self.inner.encode(run, false) else {
            return Vec::new();
        };
        let words = encoding.get_word_ids();
        let spans = encoding.get_offsets();
        let mut last_word = None;
        let mut tokens = Vec::with_capacity(words.len());
        for (i, &id) in encoding.get_ids().iter().enumerate() {
            let (start, end) = spans[i];
            let starts_word = words[i] != last_word || words[i].is_none();
            last_word = words[i];
            tokens.push(Token { id, span: Span::new(start, end), word: starts_word.then(|| Shape::of(&run[start..])) });
        }
        tokens
    }
}

fn require(json: &serde_json::Value, part: &'static str, needed: &'static str) -> Result<(), TokenizerError> {
    // Old files leave the type of the model out; the library then goes by the fields.
    match json[part]["type"].as_str() {
        Some(found) if found == needed => Ok(()),
        found => Err(TokenizerError::Unsupported { part, found: found.unwrap_or("missing").to_owned(), needed }),
    }
}

fn pieces_by_id(vocabulary: &HashMap<String, u32>) -> Result<Vec<String>, TokenizerError> {
    let mut pieces = vec![String::new(); vocabulary.len()];
    for (piece, &id) in vocabulary {
        let slot = pieces
            .get_mut(id as usize)
            .ok_or_else(|| TokenizerError::Format(format!("the vocabulary has a gap: {piece:?} has id {id}")))?;
        *slot = match piece.strip_prefix(CONTINUATION) {
            Some(rest) if !rest.is_empty() => rest.to_owned(),
            _ => piece.clone(),
        };
    }
    Ok(pieces)
}
