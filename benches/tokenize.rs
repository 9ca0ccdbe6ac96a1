//! Sentences to tokens: the memo over `tokenizers` against the library alone.
//!
//! `CLAIMTAG_CORPUS=../shared/corpus cargo bench --bench tokenize` reads real sentences; without it, sentences are made.
//! Every benchmark asserts the number of tokens that it times, so both do the same work.

use claimtag::model::Model;
use claimtag::token::{Memo, Tokenizer};
use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use std::sync::LazyLock;

#[path = "support/corpus.rs"]
mod corpus;

static SENTENCES: LazyLock<Vec<String>> = LazyLock::new(|| corpus::sentences(20_000));
static TOKENIZER: LazyLock<Tokenizer> =
    LazyLock::new(|| Tokenizer::from_bytes(Model::embedded_tokenizer()).expect("the built-in tokenizer"));
static LIBRARY: LazyLock<tokenizers::Tokenizer> = LazyLock::new(|| {
    let mut json: serde_json::Value = serde_json::from_slice(Model::embedded_tokenizer()).expect("JSON");
    json["truncation"] = serde_json::Value::Null;
    json["padding"] = serde_json::Value::Null;
    serde_json::from_value(json).expect("a tokenizer")
});
static TOKENS: LazyLock<usize> =
    LazyLock::new(|| SENTENCES.iter().map(|s| LIBRARY.encode_fast(s.as_str(), false).expect("tokens").len()).sum());

fn main() {
    divan::main();
}

#[divan::bench(sample_count = 10)]
fn library(bencher: Bencher) {
    let bytes: usize = SENTENCES.iter().map(String::len).sum();
    bencher.counter(BytesCount::new(bytes)).counter(ItemsCount::new(SENTENCES.len())).bench(|| {
        let n: usize = SENTENCES.iter().map(|s| LIBRARY.encode_fast(s.as_str(), false).expect("tokens").len()).sum();
        assert_eq!(n, *TOKENS);
    });
}

/// From an empty memo each time: what the first 20,000 sentences of a run cost.
#[divan::bench(sample_count = 10)]
fn memo_cold(bencher: Bencher) {
    let bytes: usize = SENTENCES.iter().map(String::len).sum();
    bencher.counter(BytesCount::new(bytes)).counter(ItemsCount::new(SENTENCES.len())).bench(|| {
        assert_eq!(tokenize(&mut Memo::default()), *TOKENS);
    });
}

/// With the words seen before: what sentences cost later in a run.
#[divan::bench(sample_count = 10)]
fn memo_warm(bencher: Bencher) {
    let bytes: usize = SENTENCES.iter().map(String::len).sum();
    let mut memo = Memo::default();
    tokenize(&mut memo);
    bencher.counter(BytesCount::new(bytes)).counter(ItemsCount::new(SENTENCES.len())).bench_local(|| {
        assert_eq!(tokenize(&mut memo), *TOKENS);
    });
}

fn tokenize(memo: &mut Memo) -> usize {
    let mut tokens = Vec::new();
    let mut n = 0;
    for sentence in SENTENCES.iter() {
        tokens.clear();
        TOKENIZER.tokenize(sentence, memo, &mut tokens);
        n += tokens.len();
    }
    n
}
