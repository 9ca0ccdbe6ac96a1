//! Inputs that once went wrong, most of them found by the fuzz targets in `fuzz/`.

use crate::util::Dir;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// A run of three parts in the folder `run`, or a shard of it in `shard`, both with the rest of what a run is to find there.
fn batched() -> Dir {
    let dir = Dir::new();
    let line =
        |i: usize| format!("{{\"text\": \"Number {i} of the quays was sold, and nobody knows to whom or why.\"}}\n");
    dir.write("n.jsonl", (0..6).map(line).collect::<String>());
    dir.run(&format!("batch {ARGS} --out run")).ok();
    dir.run(&format!("batch {ARGS} --out shard --shard 1/1")).ok();
    dir
}

const ARGS: &str = "n.jsonl --to jsonl --tier linear --part-bytes 100 --quiet";

fn change(path: &Path, change: impl FnOnce(&mut Value)) {
    let mut json = serde_json::from_slice(&fs::read(path).expect("a file")).expect("JSON");
    change(&mut json);
    fs::write(path, json.to_string()).expect("written");
}

/// Sums of counts that no run can have.
#[test]
fn counts_of_a_damaged_part_do_not_overflow() {
    let dir = batched();
    fs::remove_file(dir.path("run/summary.json")).expect("removed");
    for part in ["run/state/part-00000.json", "run/state/part-00001.json"] {
        change(&dir.path(part), |state| {
            state["counts"]["articles"] = u64::MAX.into();
            state["counts"]["skipped"] = json!({"binary": u64::MAX});
        });
    }
    dir.run(&format!("batch {ARGS} --out run")).code(2).says("the counts do not add up");
    dir.run(&format!("batch {ARGS} --out run --restart")).ok();
}

/// A part that says it ends at the last number there is: the next record would have none.
#[test]
fn a_part_with_too_many_records_is_done_again() {
    let dir = batched();
    fs::remove_file(dir.path("run/summary.json")).expect("removed");
    let whole = fs::read(dir.path("run/state/part-00000.json")).expect("a state");
    change(&dir.path("run/state/part-00000.json"), |state| state["end"]["number"] = u64::MAX.into());
    dir.run(&format!("batch {ARGS} --out run")).ok();
    assert_eq!(dir.read("run/state/part-00000.json"), whole);
}

/// The list of inputs of a shard with sizes that no disk has.
#[test]
fn sizes_of_inputs_do_not_overflow() {
    let dir = batched();
    let line = format!("{{\"path\":\"a\",\"bytes\":{},\"modified_ms\":0}}\n", u64::MAX);
    dir.write("shard/inputs.jsonl", line.repeat(2));
    dir.run("merge shard --out merged").ok();
}

/// A part that names a file without an end as its own.
#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_read_as_a_part() {
    let dir = batched();
    fs::remove_file(dir.path("run/summary.json")).expect("removed");
    let whole = fs::read(dir.path("run/state/part-00000.json")).expect("a state");
    let sum = json!({"bytes": 0, "sha256": ""});
    change(&dir.path("run/state/part-00000.json"), |state| state["files"] = json!({"/dev/zero": sum}));
    dir.run(&format!("batch {ARGS} --out run")).ok();
    assert_eq!(dir.read("run/state/part-00000.json"), whole);
}
