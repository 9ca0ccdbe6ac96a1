//! How fast one thread splits press text into sentences.
//!
//! With `CLAIMTAG_CORPUS=DIR` the text is the first 32 MB of `DIR/press.jsonl.zst` (JSONL with a `text` field), else
//! invented text of about the same mix: paragraphs, headings, lists, quotes, abbreviations. Each run checks the number of
//! sentences, so that a faster wrong answer does not pass for progress. `hostile` texts show the worst case.
//!
//! `CLAIMTAG_CORPUS=/data cargo bench --bench segment`

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use claimtag::segment::{Headline, segment};
use divan::Bencher;
use divan::counter::BytesCount;

/// Bytes of text per run: more than the caches hold.
const SIZE: usize = 32 << 20;

fn main() {
    divan::main();
}

/// Articles of press text.
#[divan::bench(sample_count = 10)]
fn articles(bencher: Bencher) {
    let articles = match std::env::var_os("CLAIMTAG_CORPUS") {
        Some(folder) => corpus(&Path::new(&folder).join("press.jsonl.zst")),
        None => synthetic(),
    };
    run(bencher, &articles);
}

/// Texts that consist of candidates and nothing else.
#[divan::bench(sample_count = 5, args = [". ", "a.B ", "Mr. ", "? \"", "X.  X  ", "\u{2019}"])]
fn hostile(bencher: Bencher, unit: &str) {
    run(bencher, &[unit.repeat((4 << 20) / unit.len())]);
}

fn run(bencher: Bencher, articles: &[String]) {
    let count = || articles.iter().map(|text| segment(text, Headline::InText).len()).sum::<usize>();
    let wanted = count();
    let bytes: usize = articles.iter().map(String::len).sum();
    bencher.counter(BytesCount::new(bytes)).bench_local(|| assert_eq!(count(), wanted));
}

/// The texts of a compressed JSONL file, up to [`SIZE`] bytes.
fn corpus(path: &Path) -> Vec<String> {
    let file = File::open(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let lines = BufReader::new(zstd::Decoder::new(file).expect("a zstd file")).lines();
    let mut size = 0;
    lines
        .map(|line| {
            let record: serde_json::Value = serde_json::from_str(&line.expect("UTF-8")).expect("one record per line");
            record["text"].as_str().unwrap_or_default().to_owned()
        })
        .take_while(|text| {
            size += text.len();
            size < SIZE
        })
        .collect()
}

/// Articles made of a few paragraphs in turning order.
fn synthetic() -> Vec<String> {
    const PARAGRAPHS: [&str; 5] = [
        "VARN, March 3, 2024 (Agency) -- Borealis Holdings, Inc. (NASDAQ: BRLS) said on Monday that it would spend $1.2 \
         billion on a plant near St. Agnes, the first of its kind in the U.S. The plant is to open in Jan. 2027.",
        "“We have waited for this for years,” said Ann K. Lee, the firm’s chief executive. “Why now? Because the price is \
         right.” Mr. Roe, who chairs the works council, was less sure.",
        "About Borealis",
        "• Low prices, e.g. for bulk orders\n• 3.5 times the speed of its rival\n• No fees",
        "The market grew by 4.5 per cent last year, and analysts expect it to grow faster. Prices, on the other hand, have \
         not moved since 2019; see www.example.org for details. It is not clear who will buy the rest of the stock.",
    ];
    let article = |i: usize| {
        let texts = (0..15).map(|k| PARAGRAPHS[(i + k * k) % PARAGRAPHS.len()]);
        texts.collect::<Vec<_>>().join("\n\n")
    };
    let mut size = 0;
    let fits = |text: &String| {
        size += text.len();
        size < SIZE
    };
    (0..).map(article).take_while(fits).collect()
}
