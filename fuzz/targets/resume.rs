//! A run directory one of whose files is something else: a run that goes on with it, or a merge of it.

#![no_main]

use claimtag::batch::{Batch, BatchError, End, Settings, merge, run};
use claimtag::model::{Model, sha256_hex};
use claimtag::read::Source;
use claimtag::tag::Tagger;
use claimtag::write::TableFormat;
use claimtag_fuzz::{begin, reading, tiny};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;
use tempfile::TempDir;

const RECORDS: &str = "{\"text\":\"The quay was sold. It is the only one.\",\"date\":\"2024-05-31\"}\n{\"text\":\"The quay was \
    sold. It is the only one.\"}\n{\"no\":1}\n{\"text\":\"Varn paid 4 million for the pier, and nobody knows why.\"}\n";

const STATE: &str = "state/part-00000.json";
const SKETCHES: &str = "state/part-00000.sketches";
const ROWS: &str = "parts/part-00000.jsonl.zst";
/// What may be something else.
const FILES: [&str; 7] = ["run.json", "inputs.jsonl", "summary.json", STATE, SKETCHES, "state/part-00001.json", ROWS];

/// A run directory.
type Files = BTreeMap<String, Vec<u8>>;

static MODEL: LazyLock<Model> = LazyLock::new(tiny::model);
static FOLDER: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a folder"));
/// A complete run.
static WHOLE: LazyLock<Files> = LazyLock::new(|| complete(false));
/// The same, as the only shard.
static SHARD: LazyLock<Files> = LazyLock::new(|| complete(true));

fn complete(shard: bool) -> Files {
    let out = FOLDER.path().join("complete");
    go(&out, shard, true).expect("a run");
    let files = files(&out);
    FILES.iter().for_each(|&name| assert!(files.contains_key(name), "{name} is not in a run"));
    if shard {
        merge(&[out], &FOLDER.path().join("merged"), true, Vec::new()).expect("what is whole can be merged");
    }
    files
}

/// Runs the tiny corpus.
fn go(out: &Path, shard: bool, restart: bool) -> Result<End, BatchError> {
    let memory = |name: &str, text: &str| Source::Memory { name: name.to_owned(), bytes: text.as_bytes().into() };
    let batch = Batch {
        out,
        inputs: vec![memory("a.jsonl", RECORDS), memory("b.txt", "The pier was sold.\n")],
        reading: reading::options(true),
        tagger: Tagger::linear(&MODEL),
        settings: Settings {
            format: TableFormat::Jsonl,
            all: true,
            explain: None,
            rollup: true,
            dedup: false,
            limit: None,
            sample: None,
            shard: shard.then(|| "1/1".parse().expect("a shard")),
            part_bytes: 80,
            strict: false,
        },
        threads: 1,
        restart,
        command: Vec::new(),
    };
    run(batch, &AtomicBool::new(false), &mut |_| ())
}

fn files(folder: &Path) -> Files {
    let mut found = Files::new();
    for below in ["", "parts", "articles", "state"] {
        for entry in fs::read_dir(folder.join(below)).expect("a folder").flatten() {
            if entry.path().is_file() {
                let name = entry.path().strip_prefix(folder).expect("inside").to_str().expect("UTF-8").to_owned();
                found.insert(name, fs::read(entry.path()).expect("a file"));
            }
        }
    }
    found
}

fn write(folder: &Path, files: &Files) {
    let _ = fs::remove_dir_all(folder);
    ["parts", "articles", "state"].iter().for_each(|name| fs::create_dir_all(folder.join(name)).expect("a folder"));
    files.iter().for_each(|(name, bytes)| fs::write(folder.join(name), bytes).expect("a file"));
}

/// Gives the state of the first part the sums of its files.
fn seal(files: &mut Files) -> Option<()> {
    let mut state: Value = serde_json::from_slice(&files[STATE]).ok()?;
    for name in [SKETCHES, ROWS] {
        *state.get_mut("files")?.get_mut(name)? =
            json!({"bytes": files[name].len(), "sha256": sha256_hex(&files[name])});
    }
    files.insert(STATE.to_owned(), state.to_string().into_bytes());
    Some(())
}

fn seeds() -> Vec<Vec<u8>> {
    let content = |i: u8, how: u8| [&[i | how][..], &WHOLE[FILES[usize::from(i)]]].concat();
    (0..FILES.len() as u8).flat_map(|i| [content(i, 0b1_0000), content(i, 0b1000)]).collect()
}

// The three lowest bits choose the file; the others whether to merge, and else whether the run has an end to find, and
// whether to begin anew afterwards.
fuzz_target!(
    init: begin(seeds()),
    |input: &[u8]| {
        let Some((&how, bytes)) = input.split_first() else { return };
        let (is_merge, is_open, restarts) = (how & 8 != 0, how & 16 != 0, how & 32 != 0);
        let mut there = if is_merge { SHARD.clone() } else { WHOLE.clone() };
        let name = FILES[usize::from(how & 7) % FILES.len()];
        there.insert(name.to_owned(), bytes.to_vec());
        if name == SKETCHES || name == ROWS {
            seal(&mut there);
        }
        if is_open && !is_merge {
            there.remove("summary.json");
            there.remove("state/part-00002.json");
        }
        let out = FOLDER.path().join("run");
        write(&out, &there);
        if is_merge {
            let _ = merge(&[out], &FOLDER.path().join("merged"), true, Vec::new());
            return;
        }
        let _ = go(&out, false, false);
        if restarts {
            go(&out, false, true).expect("nothing is in the way of a new beginning");
            assert_eq!(files(&out), *WHOLE);
        }
    }
);
