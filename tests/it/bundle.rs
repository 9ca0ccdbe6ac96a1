//! Models on disk: saved is loaded, and nothing damaged gets in.

use crate::hay;
use crate::util::Dir;
use claimtag::model::{Model, ModelError};
use claimtag::tag::Tagger;
use claimtag::train::{TrainParams, train};
use claimtag::types::LabelledSentence;
use std::fs;

fn rows() -> Vec<LabelledSentence> {
    let row = |line: &str| {
        let row: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let labels = row["labels"].as_array().expect("labels").iter().map(|l| l.as_str().expect("name").to_owned());
        LabelledSentence {
            text: row["text"].as_str().expect("text").into(),
            labels: labels.collect(),
            doc: row["doc"].as_str().map(Into::into),
            ..LabelledSentence::default()
        }
    };
    hay::rows(105).lines().map(row).collect()
}

fn model() -> Model {
    train(&rows(), Model::embedded_tokenizer(), &TrainParams::default(), &|_| ()).expect("trained").model
}

#[test]
fn loaded_is_what_was_in_memory() {
    let dir = Dir::new();
    let made = model();
    made.save(&dir.path("m")).expect("saved");
    let loaded = Model::load(&dir.path("m")).expect("loaded");
    assert_eq!(made.files(), loaded.files());
    assert_eq!(made.short_digest(), loaded.short_digest());
    let (a, b) = (Tagger::new(&made), Tagger::new(&loaded));
    let (mut s, mut t) = (a.scratch(), b.scratch());
    for row in rows() {
        assert_eq!(a.judge(&[&row.text], &mut s), b.judge(&[&row.text], &mut t));
    }
}

#[test]
fn every_flipped_byte_and_every_cut_is_refused_with_the_name_of_the_file() {
    let made = model();
    for name in made.files().keys() {
        let whole = &made.files()[name];
        // all of the manifest, samples of the large files
        let step = (whole.len() / 200).max(1);
        for at in (0..whole.len()).step_by(step) {
            for flip in [0x01, 0x80] {
                let mut files = made.files().clone();
                files.get_mut(name).expect("file")[at] ^= flip;
                let error = Model::from_files(files, "m").err().unwrap_or_else(|| panic!("{name} byte {at} flipped"));
                assert!(error.to_string().contains(&format!("m: {name}")), "{error}");
            }
            let mut files = made.files().clone();
            files.get_mut(name).expect("file").truncate(at);
            let error = Model::from_files(files, "m").err().unwrap_or_else(|| panic!("{name} cut at {at}"));
            assert!(error.to_string().contains(&format!("m: {name}")), "{error}");
        }
        let mut files = made.files().clone();
        files.remove(name);
        assert!(matches!(Model::from_files(files, "m"), Err(ModelError::Damaged { .. })), "{name} removed");
    }
}

#[test]
fn damaged_folders_are_refused_by_the_program() {
    let dir = Dir::new();
    model().save(&dir.path("m")).expect("saved");
    dir.write("a.txt", "Hm.");
    let mut weights = dir.read("m/linear.safetensors");
    weights.extend([0; 1000]);
    dir.write("m/linear.safetensors", &weights);
    dir.run("tag --model m a.txt").code(2).says("linear.safetensors is damaged");
    weights.truncate(100);
    dir.write("m/linear.safetensors", &weights);
    dir.run("tag --model m a.txt").code(2).says("linear.safetensors is damaged");
    fs::remove_file(dir.path("m/linear.safetensors")).expect("removed");
    dir.run("tag --model m a.txt").code(2).says("linear.safetensors");
}

#[test]
fn foreign_newer_and_missing_models() {
    let dir = Dir::new();
    dir.write("a.txt", "Hm.").write("folder/x", "").write("other/manifest.json", "{\"name\": \"a web app\"}");
    dir.write("newer/manifest.json", "{\"format\": \"claimtag-model\", \"format_version\": 9, \"what\": 1}");
    dir.run("tag --model none a.txt").code(2).says("none: no such folder");
    dir.run("tag --model a.txt a.txt").code(2).says("a.txt is not a claimtag model");
    dir.run("tag --model folder a.txt").code(2).says("folder is not a claimtag model: manifest.json is missing");
    dir.run("tag --model other a.txt").code(2).says("other/manifest.json is not the manifest of a claimtag model");
    dir.run("inspect newer")
        .code(2)
        .says("newer/manifest.json has model format 9, but this claimtag reads formats up to 3");
}

#[test]
fn a_model_is_replaced_and_anything_else_is_not() {
    let dir = Dir::new();
    let made = model();
    made.save(&dir.path("m")).expect("saved");
    made.save(&dir.path("m")).expect("saved again");
    dir.write("mine/diary.txt", "dear diary").write("file", "x");
    for taken in ["mine", "file"] {
        let error = made.save(&dir.path(taken)).expect_err("in the way").to_string();
        assert!(error.contains("is not a claimtag model; choose another --out"), "{error}");
    }
    assert_eq!(dir.read("mine/diary.txt"), b"dear diary");
    let left: Vec<_> = fs::read_dir(dir.path("")).expect("folder").map(|e| e.expect("entry").file_name()).collect();
    assert_eq!(left.len(), 3, "temporary files are left: {left:?}");
}

/// One model serves all threads.
#[test]
fn models_and_taggers_are_shared() {
    fn shared<T: Send + Sync>() {}
    shared::<Model>();
    shared::<Tagger<'_>>();
}
