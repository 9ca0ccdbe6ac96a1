//! One sentence through the linear tier: tokenize, features, logits, calibration.
//!
//! `CLAIMTAG_CORPUS=../shared/corpus cargo bench --bench tag` reads real sentences; without it, sentences are made.

use claimtag::model::Model;
use claimtag::tag::Tagger;
use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};

#[path = "support/corpus.rs"]
mod corpus;

fn main() {
    divan::main();
}

#[divan::bench(sample_count = 10)]
fn linear_tier(bencher: Bencher) {
    let sentences = corpus::sentences(20_000);
    let bytes: usize = sentences.iter().map(String::len).sum();
    let model = Model::embedded().expect("the built-in model");
    let tagger = Tagger::linear(&model);
    let mut scratch = tagger.scratch();
    let mut labels = || sentences.iter().map(|s| tagger.judge(&[s], &mut scratch)[0].labels.len()).sum::<usize>();
    let expected = labels();
    bencher.counter(BytesCount::new(bytes)).counter(ItemsCount::new(sentences.len())).bench_local(|| {
        assert_eq!(labels(), expected);
    });
}
