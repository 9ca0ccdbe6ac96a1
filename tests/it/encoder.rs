//! The forward pass against that of the original (`tests/reference/encoder.py`).

use claimtag::encoder::{Dense, Dropout, Encoder, EncoderConfig, Int8Dense, Layer, Pack};
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
