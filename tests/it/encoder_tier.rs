//! Models with an encoder tier: trained, saved, loaded, tagged with.

use crate::hay;
use crate::util::Dir;
use claimtag::encoder::{Dense, Encoder, EncoderConfig};
use claimtag::model::Model;
use safetensors::tensor::{Dtype, TensorView};
use std::collections::BTreeMap;

/// A folder in the Hugging Face layout with a small encoder of random weights over the built-in vocabulary.
fn base(dir: &Dir) {
    let config = EncoderConfig {
        vocab_size: 30_522,
        hidden_size: 32,
        num_hidden_layers: 2,
        num_attention_heads: 4,
        intermediate_size: 64,
        max_position_embeddings: 40,
        layer_norm_eps: 1e-12,
    };
    let mut encoder = Encoder::random(config, 7);
    // random embeddings are of use if they are of the size of trained ones
    encoder.embeddings.word *= 8.0;
    dir.write("base/config.json", serde_json::to_vec(&encoder.config).expect("JSON"))
        .write("base/tokenizer.json", Model::embedded_tokenizer())
        .write("base/model.safetensors", hugging_face(&encoder));
}

fn hugging_face(encoder: &Encoder<Dense>) -> Vec<u8> {
    let mut tensors: BTreeMap<String, (Vec<usize>, Vec<u8>)> = BTreeMap::new();
    let mut add = |name: String, shape: &[usize], values: &mut dyn Iterator<Item = &f32>| {
        tensors.insert(name, (shape.to_vec(), values.flat_map(|v| v.to_le_bytes()).collect()));
    };
    let h = encoder.config.hidden_size;
    let embeddings = &encoder.embeddings;
    add("embeddings.word_embeddings.weight".into(), embeddings.word.shape(), &mut embeddings.word.iter());
    add("embeddings.position_embeddings.weight".into(), embeddings.position.shape(), &mut embeddings.position.iter());
    add("embeddings.token_type_embeddings.weight".into(), &[2, h], &mut vec![0.0; 2 * h].iter());
    let mut norms = vec![("embeddings".to_owned(), &embeddings.norm)];
    for (i, layer) in encoder.layers.iter().enumerate() {
        let name = |part: &str| format!("encoder.layer.{i}.{part}");
        for (part, from) in ["query", "key", "value"].iter().zip([0, h, 2 * h]) {
            let weight = layer.qkv.weight.slice(ndarray::s![from..from + h, ..]);
            add(name(&format!("attention.self.{part}.weight")), &[h, h], &mut weight.iter());
            add(name(&format!("attention.self.{part}.bias")), &[h], &mut layer.qkv.bias.iter().skip(from).take(h));
        }
        let dense = [("attention.output", &layer.attention_out), ("intermediate", &layer.up), ("output", &layer.down)];
        for (part, dense) in dense {
            add(name(&format!("{part}.dense.weight")), dense.weight.shape(), &mut dense.weight.iter());
            add(name(&format!("{part}.dense.bias")), dense.bias.shape(), &mut dense.bias.iter());
        }
        norms.push((name("attention.output"), &layer.attention_norm));
        norms.push((name("output"), &layer.output_norm));
    }
    for (name, norm) in norms {
        add(format!("{name}.LayerNorm.weight"), &[h], &mut norm.weight.iter());
        add(format!("{name}.LayerNorm.bias"), &[h], &mut norm.bias.iter());
    }
    let views = tensors
        .iter()
        .map(|(name, (shape, bytes))| (name, TensorView::new(Dtype::F32, shape.clone(), bytes).expect("a tensor")));
    safetensors::serialize(views, None).expect("safetensors")
}

const TRAIN: &str = "train rows.jsonl --encoder finetune --base base --epochs 10 --learning-rate 2e-3 --out";

#[test]
fn both_tiers_learn_another_label_set() {
    let dir = Dir::new();
    base(&dir);
    dir.write("rows.jsonl", hay::rows(420)).write("gold.jsonl", hay::rows(70));
    dir.run(&format!("{TRAIN} m")).ok();
    for tier in ["linear", "encoder"] {
        dir.run(&format!("eval --model m --tier {tier} gold.jsonl --min-macro-f1 0.85")).ok();
    }
    dir.write("a.txt", "Yesterday rain fell on Norvik. The mayor slept.\n");
    for (flag, tier) in [("", "encoder"), ("--tier encoder", "encoder"), ("--tier linear", "linear")] {
        let rows = dir.run(&format!("tag --model m --all {flag} a.txt")).ok().rows();
        assert!(rows.len() == 2 && rows.iter().all(|row| row["tier"] == tier), "{rows:?}");
    }
    let manifest: serde_json::Value = serde_json::from_slice(&dir.read("m/manifest.json")).expect("JSON");
    assert_eq!(manifest["format_version"], 2);
    assert!(dir.run("inspect m").ok().stdout.contains("encoder.safetensors: "));
}

#[test]
fn the_same_bytes_for_any_number_of_threads() {
    let dir = Dir::new();
    base(&dir);
    dir.write("rows.jsonl", hay::rows(140));
    for (threads, out) in [(1, "a"), (3, "b")] {
        dir.run(&format!("{TRAIN} {out} --epochs 2 --threads {threads}").replacen("--epochs 10 ", "", 1)).ok();
    }
    for file in ["manifest.json", "encoder.safetensors"] {
        assert!(dir.read(&format!("a/{file}")) == dir.read(&format!("b/{file}")), "{file} differs");
    }
}

#[test]
fn what_does_not_fit_is_named() {
    let dir = Dir::new();
    base(&dir);
    dir.write("rows.jsonl", hay::rows(70)).write("a.txt", "Rain.\n");
    dir.run("train rows.jsonl --encoder finetune --out m").code(2).says("--base");
    dir.run("train rows.jsonl --encoder finetune --base nowhere --out m").code(2).says("nowhere/config.json");
    dir.run("tag --tier encoder a.txt").code(2).says("the model has no encoder tier");
    for (flag, message) in [("--epochs 0", "at least 1 epoch"), ("--learning-rate 0", "above 0")] {
        let train = "train rows.jsonl --encoder finetune --base base --out m";
        dir.run(&format!("{train} {flag}")).code(2).says(message);
    }
    dir.run(&format!("{TRAIN} m")).ok();
    let good = dir.read("m/encoder.safetensors");
    let mut bad = good.clone();
    bad[good.len() / 2] ^= 1;
    dir.write("m/encoder.safetensors", bad);
    dir.run("inspect m").code(2).says("encoder.safetensors is damaged: its checksum differs");
    std::fs::remove_file(dir.path("m/encoder.safetensors")).expect("removed");
    dir.run("inspect m").code(2).says("encoder.safetensors");
    let weights = dir.read("base/model.safetensors");
    dir.write("base/model.safetensors", &weights[..weights.len() / 2]);
    dir.run(&format!("{TRAIN} n")).code(2).says("base/model.safetensors: no safetensors file");
    dir.write("base/model.safetensors", weights).write("base/config.json", "{\"vocab_size\": 5}");
    dir.run(&format!("{TRAIN} n")).code(2).says("base/config.json: missing field");
}
