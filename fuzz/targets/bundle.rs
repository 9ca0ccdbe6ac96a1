//! A bundle one of whose files is something else, with checksums that fit it.

#![no_main]

use claimtag::model::{BundleFiles, Model, sha256_hex};
use claimtag::tag::Tagger;
use claimtag_fuzz::{begin, tiny};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use std::sync::LazyLock;

const MANIFEST: &str = "manifest.json";
const FILES: [&str; 5] = [MANIFEST, "linear.safetensors", "tokenizer.json", "encoder.safetensors", "README.md"];
/// A manifest as it is, without sums made to fit.
const RAW: usize = FILES.len();
/// Digits of the digest in the bytes that it is the digest of.
const NO_DIGEST: &str = "0000000000000000000000000000000000000000000000000000000000000000";

static MODEL: LazyLock<Model> = LazyLock::new(tiny::model);

/// Gives the manifest the sums of the files, and its own; `None` if it is none that has any.
fn seal(files: &mut BundleFiles) -> Option<()> {
    let mut manifest: Value = serde_json::from_slice(&files[MANIFEST]).ok()?;
    for (name, bytes) in files.iter().filter(|(name, _)| *name != MANIFEST) {
        *manifest.get_mut("files")?.get_mut(name)? = json!({"bytes": bytes.len(), "sha256": sha256_hex(bytes)});
    }
    *manifest.get_mut("digest")? = NO_DIGEST.into();
    let text = manifest.to_string();
    let text = text.replacen(NO_DIGEST, &sha256_hex(text.as_bytes()), 1);
    files.insert(MANIFEST.to_owned(), text.into_bytes());
    Some(())
}

fn seeds() -> Vec<Vec<u8>> {
    let files = MODEL.files();
    let mut all: Vec<_> = (0..).zip(FILES).map(|(i, name)| [&[i][..], &files[name]].concat()).collect();
    all.push([&[RAW as u8][..], &files[MANIFEST]].concat());
    let mut parts = tiny::parts();
    parts.linear = parts.linear.quantised();
    all.push([&[1][..], &Model::new(parts).expect("a model").files()[FILES[1]]].concat());
    all
}

/// Whether all that a model says makes sense, however odd it is.
fn check(model: &Model) {
    let taggers = [Some(Tagger::linear(model)), Tagger::encoder(model), Tagger::cascade(model)];
    for tagger in taggers.into_iter().flatten() {
        for verdict in tagger.judge(&[tiny::TEXT, "", "Quay \u{e9}\u{4e2d} ##z."], &mut tagger.scratch()) {
            assert_eq!(verdict.prob.len(), model.labels().len());
            assert!(verdict.prob.iter().all(|prob| (0.0..=1.0).contains(&prob.get())));
            assert!(verdict.labels.iter().all(|&label| label < model.labels().len()));
        }
    }
    assert_eq!(model.short_digest().len(), 12);
    (0..model.labels().len()).for_each(|label| assert!(model.strongest_pieces(label, 3).len() <= 3));
}

fuzz_target!(
    init: begin(seeds()),
    |input: &[u8]| {
        let Some((&how, bytes)) = input.split_first() else { return };
        let which = usize::from(how) % (FILES.len() + 1);
        let mut files = MODEL.files().clone();
        files.insert(FILES[which % FILES.len()].to_owned(), bytes.to_vec());
        if which != RAW {
            seal(&mut files);
        }
        if let Ok(model) = Model::from_files(files, "m") {
            check(&model);
        }
    }
);
