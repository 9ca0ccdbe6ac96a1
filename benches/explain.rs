//! What explanations cost, and how faithful they are, on sentences of `data/claims/test.jsonl`, one thread.
//! `cargo bench --bench explain`
//!
//! Cost: milliseconds for a sentence with a label, without and with the explanation. Faithfulness is comprehensiveness (DeYoung et
//! al., *ERASER*, 2020): how far the probability of a label falls, in the mean, when the fifth of the words that count most is taken
//! out, beside as many words at random. Two ways to leave a word out, each as a way to find the words and as a way to take them
//! out: its pieces removed, or replaced by `[MASK]`.

use claimtag::explain::without;
use claimtag::model::{EncoderTier, Model};
use claimtag::tag::{MAX_TOKENS, Tagger};
use claimtag::token::{Memo, Token, Tokenizer, word_tokens};
use claimtag::types::{Article, Logit};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};
use std::ops::Range;
use std::time::Instant;

/// Sentences with a label by the encoder whose faithfulness is measured.
const SENTENCES: usize = 300;
/// Draws of words at random for each.
const DRAWS: usize = 5;

/// Leaves tokens out of a sentence with marks.
type LeaveOut = fn(&[u32], Range<usize>) -> Vec<u32>;

fn removed(ids: &[u32], tokens: Range<usize>) -> Vec<u32> {
    without(ids, tokens)
}

fn masked(ids: &[u32], tokens: Range<usize>) -> Vec<u32> {
    let mut ids = ids.to_vec();
    // the id of [MASK] in the built-in vocabulary
    ids[1 + tokens.start..1 + tokens.end].fill(4);
    ids
}

fn main() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/claims/test.jsonl");
    let rows = std::fs::read_to_string(path).expect("rows");
    let text =
        |row: &str| serde_json::from_str::<serde_json::Value>(row).expect("JSON")["text"].as_str().map(str::to_owned);
    let texts: Vec<String> = rows.lines().filter_map(text).collect();
    let model = Model::embedded().expect("the built-in model");
    for tagger in [Tagger::linear(&model), Tagger::new(&model), Tagger::encoder(&model).expect("an encoder")] {
        cost(tagger, &texts);
    }
    faithfulness(&model, &texts);
}

/// Prints the time for sentences with a label.
fn cost(tagger: Tagger<'_>, texts: &[String]) {
    let mut scratch = tagger.scratch();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let verdicts = tagger.judge(&texts, &mut scratch);
    let labelled: Vec<&str> =
        texts.into_iter().zip(verdicts).filter(|(_, v)| !v.labels.is_empty()).map(|(t, _)| t).collect();
    let mut time = |tagger: Tagger<'_>| {
        let articles = labelled.iter().map(|text| Article { text: (*text).to_owned(), ..Article::default() }).collect();
        let start = Instant::now();
        tagger.tag_together(articles, &mut scratch);
        1e3 * start.elapsed().as_secs_f64() / labelled.len() as f64
    };
    let (plain, explained) = (time(tagger), time(tagger.explaining(Some(16))));
    println!("{}: {} sentences, {plain:.3} ms each, {explained:.3} ms explained", tagger.name(), labelled.len());
}

/// A label that the encoder gives to a sentence.
struct Given {
    ids: Vec<u32>,
    words: Vec<Range<usize>>,
    label: usize,
}

fn given(model: &Model, texts: &[String]) -> Vec<Given> {
    let tagger = Tagger::encoder(model).expect("an encoder");
    let tokenizer = &model.parts().tokenizer;
    let marks = tokenizer.marks().expect("marks");
    let (mut scratch, mut memo, mut sentences) = (tagger.scratch(), Memo::default(), 0);
    let mut found = Vec::new();
    for text in texts {
        let verdict = tagger.judge(&[text], &mut scratch).remove(0);
        let mut tokens: Vec<Token> = Vec::new();
        tokenizer.tokenize(text, &mut memo, &mut tokens);
        if verdict.labels.is_empty() || tokens.len() + 2 > MAX_TOKENS || sentences == SENTENCES {
            continue;
        }
        sentences += 1;
        let (ids, words) =
            (Tokenizer::marked_ids(marks, &tokens, MAX_TOKENS), word_tokens(&tokens).collect::<Vec<_>>());
        found.extend(verdict.labels.iter().map(|&label| Given { ids: ids.clone(), words: words.clone(), label }));
    }
    println!("{sentences} sentences with {} labels by the encoder", found.len());
    found
}

fn prob(tier: &EncoderTier, logit: f64, label: usize) -> f64 {
    tier.calibration[label].prob(Logit::new(logit).expect("finite")).get()
}

/// Leaves several words out, from the last.
fn leave_out(ids: &[u32], words: &[Range<usize>], chosen: &[usize], way: LeaveOut) -> Vec<u32> {
    let mut chosen = chosen.to_vec();
    chosen.sort_unstable_by(|a, b| b.cmp(a));
    chosen.iter().fold(ids.to_vec(), |ids, &word| way(&ids, words[word].clone()))
}

/// Prints the mean fall of the probability for ways to find words and ways to take them out.
fn faithfulness(model: &Model, texts: &[String]) {
    let tier = model.parts().encoder.as_ref().expect("an encoder");
    let given = given(model, texts);
    let ways: [(&str, LeaveOut); 2] = [("removed", removed), ("masked", masked)];
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
    let fall = |of: &Given, chosen: &[usize], way: LeaveOut| {
        let logits = tier.logits_of([of.ids.clone(), leave_out(&of.ids, &of.words, chosen, way)]);
        prob(tier, logits[0][of.label], of.label) - prob(tier, logits[1][of.label], of.label)
    };
    let fifth = |of: &Given| of.words.len().div_ceil(5);
    for (finding, find) in ways {
        let start = Instant::now();
        let order = |of: &Given| {
            let variants = of.words.iter().map(|word| find(&of.ids, word.clone()));
            let logits = tier.logits_of(variants);
            let mut order: Vec<usize> = (0..of.words.len()).collect();
            order.sort_by(|&a, &b| logits[a][of.label].total_cmp(&logits[b][of.label]));
            order.truncate(fifth(of));
            order
        };
        let chosen: Vec<Vec<usize>> = given.iter().map(order).collect();
        let seconds = start.elapsed().as_secs_f64();
        for (taking, take) in ways {
            let falls = given.iter().zip(&chosen).map(|(of, chosen)| fall(of, chosen, take));
            let mean = falls.sum::<f64>() / given.len() as f64;
            println!("found by {finding}, {taking}: the probability falls by {mean:.3} ({seconds:.1} s to find)");
        }
    }
    for (taking, take) in ways {
        let mut sum = 0.0;
        for of in &given {
            for _ in 0..DRAWS {
                let mut words: Vec<usize> = (0..of.words.len()).collect();
                for i in 0..fifth(of) {
                    let other = i + (rng.next_u64() % (words.len() - i) as u64) as usize;
                    words.swap(i, other);
                }
                sum += fall(of, &words[..fifth(of)], take);
            }
        }
        println!("at random, {taking}: {:.3}", sum / (given.len() * DRAWS) as f64);
    }
}
