//! Sentences to vectors: an encoder of MiniLM's size (its weights do not matter for speed) over our own sentences, one
//! thread. `cargo bench --bench encoder`

use claimtag::encoder::{Encoder, EncoderConfig, Int8Dense, Pack, Project};
use claimtag::model::Model;
use claimtag::token::{Memo, Tokenizer};
use divan::Bencher;
use divan::counter::ItemsCount;
use std::sync::LazyLock;

/// Sentences per run.
const SENTENCES: usize = 200;

static PACKS: LazyLock<Vec<Pack>> = LazyLock::new(|| {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/claims/test.jsonl");
    let rows = std::fs::read_to_string(path).expect("rows");
    let tokenizer = Tokenizer::from_bytes(Model::embedded_tokenizer()).expect("tokenizer");
    let marks = tokenizer.marks().expect("marks");
    let (mut memo, mut tokens) = (Memo::default(), Vec::new());
    let mut packs = vec![Pack::default()];
    for row in rows.lines().take(SENTENCES) {
        let row: serde_json::Value = serde_json::from_str(row).expect("JSON");
        tokens.clear();
        tokenizer.tokenize(row["text"].as_str().expect("text"), &mut memo, &mut tokens);
        let ids = Tokenizer::marked_ids(marks, &tokens, 128);
        if packs.last().is_some_and(|pack| pack.tokens() >= Pack::TOKENS) {
            packs.push(Pack::default());
        }
        packs.last_mut().expect("a pack").push(&ids);
    }
    packs
});

fn minilm() -> Encoder<claimtag::encoder::Dense> {
    let config = EncoderConfig {
        vocab_size: 30_522,
        hidden_size: 384,
        num_hidden_layers: 6,
        num_attention_heads: 12,
        intermediate_size: 1536,
        max_position_embeddings: 512,
        layer_norm_eps: 1e-12,
    };
    Encoder::random(config, 1)
}

fn run(bencher: Bencher<'_, '_>, encoder: &Encoder<impl Project + Sync>) {
    let packs = &*PACKS;
    bencher
        .counter(ItemsCount::new(packs.iter().map(Pack::len).sum::<usize>()))
        .bench_local(|| packs.iter().map(|pack| encoder.pooled(pack).nrows()).sum::<usize>());
}

#[divan::bench(sample_count = 5)]
fn float(bencher: Bencher<'_, '_>) {
    run(bencher, &minilm());
}

#[divan::bench(sample_count = 5)]
fn int8(bencher: Bencher<'_, '_>) {
    run(bencher, &minilm().map(|dense| Int8Dense::quantise(&dense)));
}

fn main() {
    divan::main();
}
