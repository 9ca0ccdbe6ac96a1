//! Models with an encoder tier: trained, saved, loaded, tagged with.

use crate::hay;
use crate::util::Dir;
use std::process::Stdio;
use std::time::Duration;

const TRAIN: &str = "train rows.jsonl --encoder finetune --base base --learning-rate 2e-3";

fn assert_same(dir: &Dir, a: &str, b: &str) {
    for file in ["manifest.json", "linear.safetensors", "encoder.safetensors"] {
        assert!(dir.read(&format!("{a}/{file}")) == dir.read(&format!("{b}/{file}")), "{file} differs");
    }
}

#[test]
fn all_tiers_learn_another_label_set() {
    let dir = Dir::new();
    dir.write_base();
    dir.write("rows.jsonl", hay::rows(420)).write("gold.jsonl", hay::rows(70));
    dir.run(&format!("{TRAIN} --epochs 10 --out m")).ok().says("mean average precision");
    for tier in ["linear", "cascade", "encoder"] {
        dir.run(&format!("eval --model m --tier {tier} gold.jsonl --min-macro-f1 0.85")).ok();
    }
    let all = dir.run("eval --model m gold.jsonl").ok().stdout;
    for said in ["linear tier", "cascade tier", "encoder tier", "of the rows went on to the encoder"] {
        assert!(all.contains(said), "{all}");
    }
    dir.write("a.txt", "Yesterday rain fell on Norvik. The mayor slept.\n");
    for tier in ["encoder", "linear"] {
        let rows = dir.run(&format!("tag --model m --all --tier {tier} a.txt")).ok().rows();
        assert!(rows.len() == 2 && rows.iter().all(|row| row["tier"] == tier), "{rows:?}");
    }
    let manifest: serde_json::Value = serde_json::from_slice(&dir.read("m/manifest.json")).expect("JSON");
    assert_eq!(manifest["format_version"], 3);
    assert_eq!(manifest["encoder"]["limits"].as_array().expect("limits").len(), 3);
    assert!(dir.run("inspect m").ok().stdout.contains("encoder.safetensors: "));
}

/// Rows of the cascade are those of the tier that they name.
#[test]
fn the_cascade_says_what_its_tiers_say() {
    let dir = Dir::new();
    dir.write_base();
    dir.write("rows.jsonl", hay::rows(420)).write("news.txt", texts(70));
    dir.run(&format!("{TRAIN} --epochs 3 --max-loss 0 --out m")).ok();
    let rows = |tier: &str| dir.run(&format!("tag --model m --all --tier {tier} news.txt")).ok().rows();
    let [linear, cascade, encoder] = ["linear", "cascade", "encoder"].map(rows);
    assert_eq!(dir.run("tag --model m --all news.txt").ok().rows(), cascade, "the cascade is the default");
    for (i, row) in cascade.iter().enumerate() {
        assert_eq!(*row, if row["tier"] == "linear" { &linear } else { &encoder }[i]);
    }
}

/// The texts of rows, a line each.
fn texts(n: usize) -> String {
    let text = |line: &str| serde_json::from_str::<serde_json::Value>(line).expect("JSON")["text"].clone();
    hay::rows(n).lines().map(|line| text(line).as_str().expect("text").to_owned() + "\n").collect()
}

#[test]
fn the_same_bytes_for_any_number_of_threads() {
    let dir = Dir::new();
    dir.write_base();
    dir.write("rows.jsonl", hay::rows(140));
    for (threads, out) in [(1, "a"), (3, "b")] {
        dir.run(&format!("{TRAIN} --epochs 2 --threads {threads} --out {out}")).ok();
    }
    assert_same(&dir, "a", "b");
}

#[test]
fn a_run_that_was_killed_goes_on_to_the_same_model() {
    let dir = Dir::new();
    dir.write_base();
    dir.write("rows.jsonl", hay::rows(210));
    let train = format!("{TRAIN} --epochs 4 --batch 8 --checkpoint-every 1 --out");
    dir.run(&format!("{train} whole")).ok();
    assert!(!dir.path("whole.checkpoint").exists());
    let mut kills = 0;
    while kills < 3 {
        let mut child = dir.command(&format!("{train} cut")).stderr(Stdio::null()).spawn().expect("the program starts");
        let before = std::fs::metadata(dir.path("cut.checkpoint")).and_then(|m| m.modified()).ok();
        let kept = || std::fs::metadata(dir.path("cut.checkpoint")).and_then(|m| m.modified()).ok();
        while kept() == before && child.try_wait().expect("asked").is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        if child.try_wait().expect("asked").is_some() {
            break;
        }
        child.kill().expect("killed");
        child.wait().expect("ended");
        kills += 1;
    }
    assert!(kills > 0, "the run was over before it could be killed");
    dir.run(&format!("{TRAIN} --epochs 5 --batch 8 --out cut")).code(2).says("cut.checkpoint: not the state of");
    let embeddings = dir.read("base/model.safetensors");
    let mut other = embeddings.clone();
    *other.last_mut().expect("weights") ^= 0x40;
    dir.write("base/model.safetensors", other);
    dir.run(&format!("{train} cut")).code(2).says("another base");
    dir.write("base/model.safetensors", embeddings);
    dir.run(&format!("{train} cut")).ok().says("went on from step");
    assert_same(&dir, "whole", "cut");
}

#[test]
fn only_the_head_of_a_frozen_encoder_is_trained() {
    let dir = Dir::new();
    dir.write_base();
    dir.write("rows.jsonl", hay::rows(420)).write("gold.jsonl", hay::rows(70));
    dir.run("train rows.jsonl --encoder frozen --base base --out m").ok();
    dir.run("eval --model m --tier encoder gold.jsonl --min-macro-f1 0.6").ok();
    // a model is a base, too, and its encoder stays as it is
    dir.run("train rows.jsonl --encoder frozen --base m --out n").ok();
    assert!(dir.read("m/encoder.safetensors") == dir.read("n/encoder.safetensors"));
}

#[test]
fn soft_labels_are_learnt_from_and_not_judged_by() {
    let dir = Dir::new();
    let hard = hay::rows(70);
    // what the two people never labelled, a model did: nothing but weather, which it calls music
    let soft: String = texts(420)
        .lines()
        .filter(|text| text.contains("rain fell"))
        .map(|text| {
            format!("{{\"text\": \"Again: {text}\", \"prob\": {{\"music\": 0.95, \"weather\": 0.05, \"sport\": 0}}}}\n")
        })
        .collect();
    dir.write("hard.jsonl", hard)
        .write("soft.jsonl", &soft)
        .write("a.txt", "Again: On day 9 rain fell on the coast.\n");
    dir.run("train hard.jsonl soft.jsonl --out m").ok().says("(");
    let rows = dir.run("tag --model m a.txt").ok().rows();
    assert_eq!(rows[0]["labels"], serde_json::json!(["music"]));
    let manifest: serde_json::Value = serde_json::from_slice(&dir.read("m/manifest.json")).expect("JSON");
    assert_eq!(manifest["training"]["soft_rows"], soft.lines().count());
    let known: u64 = manifest["training"]["out_of_fold"]
        .as_array()
        .expect("labels")
        .iter()
        .map(|l| l["positives"].as_u64().expect("a count"))
        .sum();
    assert_eq!(known, 70, "soft rows are counted as positives");
    dir.run("train soft.jsonl --out n").code(2).says("0 positive and 0 negative rows");
}

#[test]
fn the_encoder_teaches_the_linear_tier() {
    let dir = Dir::new();
    dir.write_base();
    dir.write("rows.jsonl", hay::rows(210)).write("news/a.txt", texts(420));
    dir.write("gold.jsonl", hay::rows(70)).write("excluded.jsonl", hay::rows(280));
    dir.run(&format!("{TRAIN} --epochs 10 --out m")).ok();
    let distill = "distill m news --data rows.jsonl --out";
    for (threads, out) in [(1, "a"), (3, "b")] {
        dir.run(&format!("{distill} {out} --threads {threads}")).ok().says("taught on ").says("go on to the encoder");
    }
    assert_same(&dir, "a", "b");
    assert!(dir.read("a/encoder.safetensors") == dir.read("m/encoder.safetensors"));
    dir.run("eval --model a --tier linear gold.jsonl --min-macro-f1 0.8").ok();
    let manifest: serde_json::Value = serde_json::from_slice(&dir.read("a/manifest.json")).expect("JSON");
    assert!(manifest["training"]["distilled"].as_u64().expect("a count") > 100);
    dir.run(&format!("{distill} c --features 50")).ok();
    let inspected = dir.run("inspect c").ok().stdout;
    let features: usize = inspected.lines().find_map(|l| l.split_once(" features")?.0.parse().ok()).expect("a count");
    assert!(features <= 50, "{inspected}");
    dir.write("other.jsonl", hay::rows(140));
    dir.run("distill m news --data other.jsonl --out d").code(2).says("not the rows that the model was trained on");
    dir.run(&format!("{distill} d --exclude excluded.jsonl")).code(2).says("no sentence to learn from");
    dir.run("train rows.jsonl --out plain").ok();
    dir.run("distill plain news --data rows.jsonl --out d").code(2).says("no encoder tier to teach");
    for command in ["distill nowhere news --data nothing.jsonl", "train nothing.jsonl"] {
        dir.run(&format!("{command} --out news")).code(2).says("news exists and is not a claimtag model");
    }
}

#[test]
fn data_that_teaches_nothing_ends_in_a_message() {
    let dir = Dir::new();
    dir.write_base();
    let row = |labels: &str, doc: usize| {
        format!("{{\"text\": \"Rain {doc}.\", \"labels\": [{labels}], \"doc\": \"{doc}\"}}\n")
    };
    let rows = |labels: &str| (0..20).map(|doc| row(labels, doc)).collect::<String>();
    for (name, content, message) in [
        ("one.jsonl", row("\"wet\"", 1), "label \"wet\" has 1 positive and 0 negative rows"),
        ("same.jsonl", rows("\"wet\""), "label \"wet\" has 20 positive and 0 negative rows"),
        ("none.jsonl", rows(""), "no row has a label"),
        ("no-positives.jsonl", rows("") + &rows("\"wet\""), "label \"dry\" has 0 positive and 40 negative rows"),
    ] {
        dir.write(name, content);
        let labels = if name == "no-positives.jsonl" { "--labels wet,dry" } else { "" };
        for mode in ["none", "frozen", "finetune"] {
            let train = format!("train {name} {labels} --encoder {mode} --base base --out m");
            dir.run(&train).code(2).says(message);
        }
    }
    assert!(!dir.path("m").exists());
}

#[test]
fn what_does_not_fit_is_named() {
    let dir = Dir::new();
    dir.write_base();
    dir.write("rows.jsonl", hay::rows(70)).write("a.txt", "Rain.\n");
    dir.run("train rows.jsonl --encoder finetune --base nowhere --out m").code(2).says("nowhere/config.json");
    dir.run("train rows.jsonl --out linear").ok();
    for tier in ["encoder", "cascade"] {
        dir.run(&format!("tag --model linear --tier {tier} a.txt")).code(2).says("the model has no encoder tier");
    }
    dir.run("train rows.jsonl --encoder frozen --base linear --out m").code(2).says("linear has no encoder tier");
    for (flag, message) in
        [("--epochs 0", "at least 1 epoch"), ("--learning-rate 0", "above 0"), ("--max-loss 101", "between 0 and 1")]
    {
        let train = "train rows.jsonl --encoder finetune --base base --out m";
        dir.run(&format!("{train} {flag}")).code(2).says(message);
    }
    dir.run(&format!("{TRAIN} --out m")).ok();
    let good = dir.read("m/encoder.safetensors");
    let mut bad = good.clone();
    bad[good.len() / 2] ^= 1;
    dir.write("m/encoder.safetensors", bad);
    dir.run("inspect m").code(2).says("encoder.safetensors is damaged: its checksum differs");
    std::fs::remove_file(dir.path("m/encoder.safetensors")).expect("removed");
    dir.run("inspect m").code(2).says("encoder.safetensors");
    let weights = dir.read("base/model.safetensors");
    dir.write("base/model.safetensors", &weights[..weights.len() / 2]);
    dir.run(&format!("{TRAIN} --out n")).code(2).says("base/model.safetensors: no safetensors file");
    dir.write("base/model.safetensors", weights).write("base/config.json", "{\"vocab_size\": 5}");
    dir.run(&format!("{TRAIN} --out n")).code(2).says("base/config.json: missing field");
}
