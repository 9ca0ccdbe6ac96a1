//! The forward pass against that of the original (`tests/reference/encoder.py`).

use claimtag::encoder::{Dense, Dropout, Encoder, EncoderConfig, Int8Dense, Layer, Pack, read_encoder};
use claimtag::eval::{Counts, Judged};
use claimtag::model::Model;
use claimtag::token::{Memo, Tokenizer};
use claimtag::types::Logit;
use ndarray::{Array2, ArrayView1};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;
use serde::Deserialize;
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
struct Case {
    ids: Vec<u32>,
    pooled: Vec<f32>,
}

fn reference(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference").join(name)
}

fn cases(name: &str) -> Vec<Case> {
    serde_json::from_slice(&fs::read(reference(name)).expect("cases")).expect("JSON")
}

fn encoder(folder: &Path) -> Encoder<Dense> {
    let config: EncoderConfig =
        serde_json::from_slice(&fs::read(folder.join("config.json")).expect("config")).expect("JSON");
    Encoder::from_safetensors(config, &fs::read(folder.join("model.safetensors")).expect("weights"))
        .expect("an encoder")
}

fn cosine(a: ArrayView1<'_, f32>, b: ArrayView1<'_, f32>) -> f32 {
    a.dot(&b) / (a.dot(&a) * b.dot(&b)).sqrt()
}

/// All sentences in one pack, and each in a pack of its own.
fn agree(encoder: &Encoder<Dense>, cases: &[Case]) {
    let mut all = Pack::default();
    cases.iter().for_each(|case| all.push(&case.ids));
    let together = encoder.pooled(&all);
    for (case, together) in cases.iter().zip(together.rows()) {
        let expected = ArrayView1::from(&case.pooled);
        let mut pack = Pack::default();
        pack.push(&case.ids);
        let alone = encoder.pooled(&pack);
        for found in [together.to_owned(), alone.row(0).to_owned()] {
            assert!(
                cosine(found.view(), expected) > 0.999_99,
                "{} tokens: {}",
                case.ids.len(),
                cosine(found.view(), expected)
            );
            let off = found.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(off < 1e-4, "{} tokens: off by {off}", case.ids.len());
        }
    }
}

#[test]
fn a_small_encoder_gives_the_reference_values() {
    agree(&encoder(&reference("tiny")), &cases("tiny.json"));
}

#[test]
#[ignore = "needs the weights: CLAIMTAG_MINILM=FOLDER cargo test --release -- --ignored minilm"]
fn minilm_gives_the_reference_values() {
    let folder = PathBuf::from(std::env::var_os("CLAIMTAG_MINILM").expect("CLAIMTAG_MINILM"));
    let (encoder, cases) = (encoder(&folder), cases("minilm.json"));
    agree(&encoder, &cases);
    let int8 = encoder.map(|dense| Int8Dense::quantise(&dense));
    for case in &cases {
        let mut pack = Pack::default();
        pack.push(&case.ids);
        let close = cosine(int8.pooled(&pack).row(0), ArrayView1::from(&case.pooled));
        assert!(close > 0.997, "{} tokens: {close} in 8 bits", case.ids.len());
    }
}

/// The derivative of a loss by a weight, against the change of the loss when the weight is moved.
#[test]
fn gradients_are_those_of_finite_differences() {
    let mut encoder = encoder(&reference("tiny"));
    let cases = cases("tiny.json");
    let mut pack = Pack::default();
    cases.iter().for_each(|case| pack.push(&case.ids));
    // any smooth loss does: the sum of pooled values with fixed factors
    let factors = Array2::from_shape_fn((pack.len(), 32), |(i, j)| ((i * 37 + j * 11) % 13) as f32 / 13.0 - 0.4);
    let dropout = |rate: f32| Dropout::new(rate, Xoshiro256PlusPlus::seed_from_u64(3));
    for rate in [0.0, 0.2] {
        let loss = |encoder: &Encoder<Dense>| -> f64 {
            let (pooled, _) = encoder.pooled_for_training(&pack, &mut dropout(rate));
            pooled.iter().zip(&factors).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()
        };
        let (pooled, tape) = encoder.pooled_for_training(&pack, &mut dropout(rate));
        if rate == 0.0 {
            assert!((&pooled - &encoder.pooled(&pack)).iter().all(|d| d.abs() < 1e-5));
        }
        let mut gradients: Vec<Layer<Dense>> = encoder.layers.iter().map(Layer::zeros_like).collect();
        encoder.backward(&pack, &tape, factors.view(), &mut gradients);
        for (layer, of_layer) in gradients.iter_mut().enumerate() {
            let found: Vec<Vec<f32>> =
                of_layer.parameters_mut().into_iter().map(|(values, _)| values.to_vec()).collect();
            for (part, found) in found.iter().enumerate() {
                for at in [0, found.len() / 3, found.len() - 1] {
                    let mut moved = |by: f32| {
                        encoder.layers[layer].parameters_mut()[part].0[at] += by;
                        let loss = loss(&encoder);
                        encoder.layers[layer].parameters_mut()[part].0[at] -= by;
                        loss
                    };
                    let expected = (moved(2e-3) - moved(-2e-3)) / 4e-3;
                    let off = (f64::from(found[at]) - expected).abs();
                    assert!(
                        off < 2e-3 + 0.02 * expected.abs(),
                        "layer {layer}, part {part}, weight {at}: {} against {expected}",
                        found[at]
                    );
                }
            }
        }
    }
}

/// What 8-bit activations cost the built-in model (its weights are in 8 bits in both cases).
#[test]
#[ignore = "takes gold rows: CLAIMTAG_GOLD=FILE cargo test --release -- --ignored eight_bits --nocapture"]
fn eight_bits_cost_the_built_in_model_little() {
    let model = Model::embedded().expect("a model");
    let gold = std::fs::read_to_string(std::env::var_os("CLAIMTAG_GOLD").expect("CLAIMTAG_GOLD")).expect("rows");
    let (parts, names) = (model.parts(), model.labels().names());
    let tier = parts.encoder.as_ref().expect("an encoder");
    let (floats, head) = read_encoder::<Dense>(tier.bytes()).expect("an encoder");
    let marks = parts.tokenizer.marks().expect("marks");
    let mut memo = Memo::default();
    let mut counts = vec![[Counts::default(); 2]; names.len()];
    for line in gold.lines() {
        let row: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let mut tokens = Vec::new();
        parts.tokenizer.tokenize(row["text"].as_str().expect("text"), &mut memo, &mut tokens);
        let mut pack = Pack::default();
        pack.push(&Tokenizer::marked_ids(marks, &tokens, tier.encoder.config.max_position_embeddings));
        let in_floats = floats.pooled(&pack).dot(&head.weight.t()) + &head.bias;
        for (kind, logits) in [tier.logits(&pack), in_floats].iter().enumerate() {
            for (label, name) in names.iter().enumerate() {
                let logit = Logit::new(f64::from(logits[[0, label]])).expect("a number");
                let prob = tier.calibration[label].prob(logit);
                let gold = row["labels"].as_array().expect("labels").iter().any(|l| l == name.as_str());
                let predicted = prob.get() >= tier.thresholds[label].get();
                counts[label][kind].add(&Judged { gold, predicted, prob, doc: 0 }, 1.0);
            }
        }
    }
    let macro_f1 = |kind: usize| {
        counts.iter().map(|of_label| of_label[kind].f1().expect("positives")).sum::<f64>() / names.len() as f64
    };
    println!("macro-F1 {:.4} in 8 bits, {:.4} in 32-bit floats", macro_f1(0), macro_f1(1));
    assert!((macro_f1(0) - macro_f1(1)).abs() < 0.003);
}
