//! What a corpus is made of, in pieces, and what it would be made of with another vocabulary.

use super::{Kept, Memo, Token, Tokenizer};

/// Counts the pieces of sentences, in memory that does not grow with their number.
pub struct Tally {
    /// How often each piece was seen, by id.
    counts: Vec<u64>,
    sentences: u64,
    /// Every `step`th sentence, from the first on.
    sample: Vec<String>,
    step: u64,
    memo: Memo,
    tokens: Vec<Token>,
}

/// What a tokenizer makes of the sampled sentences.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Splits {
    /// Mean number of tokens per sentence.
    pub tokens_per_sentence: f64,
    /// Tokens that stand for a word without pieces (`[UNK]`), as a share of all, 0 to 1.
    pub unknown: f64,
}

impl Tally {
    /// More sentences are not kept (an even number): about 15 MB.
    const MOST_KEPT: usize = 100_000;

    /// Nothing seen, for the vocabulary of `tokenizer`.
    pub fn new(tokenizer: &Tokenizer) -> Self {
        let counts = vec![0; tokenizer.vocabulary_size()];
        Self { counts, sentences: 0, sample: Vec::new(), step: 1, memo: Memo::default(), tokens: Vec::new() }
    }

    /// Counts the pieces of one more sentence; `tokenizer` is that of [`Tally::new`].
    pub fn add(&mut self, sentence: &str, tokenizer: &Tokenizer) {
        self.tokens.clear();
        tokenizer.tokenize(sentence, &mut self.memo, &mut self.tokens);
        for token in &self.tokens {
            if let Some(count) = self.counts.get_mut(token.id as usize) {
                *count += 1;
            }
        }
        if self.sentences.is_multiple_of(self.step) {
            self.keep(sentence);
        }
        self.sentences += 1;
    }

    fn keep(&mut self, sentence: &str) {
        if self.sample.len() == Self::MOST_KEPT {
            let mut even = false;
            self.sample.retain(|_| {
                even = !even;
                even
            });
            self.step *= 2;
        }
        self.sample.push(sentence.to_owned());
    }

    /// How often each piece was seen, by id.
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// Sentences seen.
    pub fn sentences(&self) -> u64 {
        self.sentences
    }

    /// Tokens seen.
    pub fn tokens(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Tokens whose piece is kept, as a share of all, 0 to 1; not a number if none was seen.
    pub fn share(&self, kept: &Kept) -> f64 {
        let stay: u64 = kept.old_ids().iter().filter_map(|&id| self.counts.get(id as usize)).sum();
        stay as f64 / self.tokens() as f64
    }

    /// The sample is every so manieth sentence; 1 if it is all of them.
    pub fn sample_step(&self) -> u64 {
        self.step
    }

    /// What any tokenizer makes of the sample; not numbers if there is nothing in it.
    pub fn splits(&self, tokenizer: &Tokenizer) -> Splits {
        let (mut memo, mut tokens) = (Memo::default(), Vec::new());
        let (mut all, mut unknown) = (0, 0);
        for sentence in &self.sample {
            tokens.clear();
            tokenizer.tokenize(sentence, &mut memo, &mut tokens);
            all += tokens.len();
            unknown += tokens.iter().filter(|token| Some(token.id) == tokenizer.unknown()).count();
        }
        let tokens_per_sentence = all as f64 / self.sample.len() as f64;
        Splits { tokens_per_sentence, unknown: unknown as f64 / all as f64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokenizer() -> Tokenizer {
        let vocabulary = ["[UNK]", "[CLS]", "[SEP]", "rain", "##y", "snow"];
        let vocabulary: serde_json::Map<_, _> =
            (0..).zip(vocabulary).map(|(id, p)| (p.to_owned(), id.into())).collect();
        let json = serde_json::json!({
            "version": "1.0",
            "normalizer": {
                "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null,
                "lowercase": true,
            },
            "pre_tokenizer": {"type": "BertPreTokenizer"},
            "model": {
                "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                "max_input_chars_per_word": 100, "vocab": vocabulary,
            },
        });
        Tokenizer::from_bytes(json.to_string().as_bytes()).expect("a tokenizer")
    }

    #[test]
    fn pieces_are_counted_by_id() {
        let tokenizer = tokenizer();
        let mut tally = Tally::new(&tokenizer);
        for sentence in ["Rainy snow rain", "hail", ""] {
            tally.add(sentence, &tokenizer);
        }
        assert_eq!(tally.counts(), [1, 0, 0, 2, 1, 1]);
        assert_eq!((tally.sentences(), tally.tokens(), tally.sample_step()), (3, 5, 1));
        assert_eq!(tally.share(&Kept::new([0, 3, 99])), 0.6);
        assert_eq!(tally.splits(&tokenizer), Splits { tokens_per_sentence: 5.0 / 3.0, unknown: 0.2 });
    }

    #[test]
    fn the_sample_is_spread_and_bounded() {
        let tokenizer = tokenizer();
        let mut tally = Tally::new(&tokenizer);
        let most = Tally::MOST_KEPT;
        for i in 0..2 * most + 3 {
            tally.add(&i.to_string(), &tokenizer);
        }
        assert_eq!(tally.sample_step(), 4);
        let every_fourth: Vec<String> = (0..2 * most + 3).step_by(4).map(|i| i.to_string()).collect();
        assert!(tally.sample == every_fourth, "{} sentences", tally.sample.len());
    }
}
