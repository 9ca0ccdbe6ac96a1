//! Text for benchmarks: real where a corpus is at hand, else made.

use claimtag::read::{Event, ReadOptions, Source, read};
use claimtag::segment::{Headline, segment};
use std::path::PathBuf;

/// `n` sentences of five words and more: from `press.jsonl.zst` in the folder that `CLAIMTAG_CORPUS` names, or else made.
pub fn sentences(n: usize) -> Vec<String> {
    let long = |s: &String| s.split_whitespace().count() >= 5;
    match std::env::var_os("CLAIMTAG_CORPUS") {
        Some(folder) => {
            let source = Source::Path(PathBuf::from(folder).join("press.jsonl.zst"));
            let events = read(vec![source], ReadOptions::default());
            let articles = events.filter_map(|e| if let Event::Article(a) = e { Some(a) } else { None });
            let split = |text: &str| -> Vec<String> {
                segment(text, Headline::Elsewhere).into_iter().map(|s| text[s.span.range()].to_owned()).collect()
            };
            articles.flat_map(|a| split(a.visible())).filter(long).take(n).collect()
        }
        None => (0..n).map(made).collect(),
    }
}

/// A sentence that is unlike its neighbours, so that a memo of words has some work.
fn made(i: usize) -> String {
    const FIRMS: [&str; 5] = ["Tarn Cloud", "Fjell Capital", "Orrin Rail", "Novak & Sons", "Brisk Energy"];
    const VERBS: [&str; 5] = ["has acquired", "will build", "sold", "is said to supply", "outperformed"];
    const THINGS: [&str; 5] = ["a data centre", "the sole licence", "rival grids", "its stake", "nothing new"];
    let (a, b, c) = (FIRMS[i % 5], VERBS[i / 5 % 5], THINGS[i / 25 % 5]);
    format!("{a} {b} {c} near Lot{} for ${}.{} million, the board said on day {i}.", i % 997, i % 83, i % 10)
}
