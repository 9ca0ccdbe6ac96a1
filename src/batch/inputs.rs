//! The files of a run, and whether they are still the same.

use super::BatchError;
use super::files::RunFolder;
use crate::read::{Listed, ReadOptions, Source, list};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{BufRead, BufReader, Write};

const FILE: &str = "inputs.jsonl";

/// How much there is to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputSum {
    /// Files, those that cannot be read or are left out included.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// A line of `inputs.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct InputLine {
    path: String,
    bytes: u64,
    modified_ms: u64,
}

impl From<Listed> for InputLine {
    fn from(Listed { path, bytes, modified_ms }: Listed) -> Self {
        Self { path, bytes, modified_ms }
    }
}

/// Lists the files of a run that begins, file by file in the order of reading, in `inputs.jsonl`.
pub(super) fn write(folder: &RunFolder, sources: Vec<Source>, options: &ReadOptions) -> Result<InputSum, BatchError> {
    let mut sum = InputSum { files: 0, bytes: 0 };
    let mut file = folder.create(FILE)?;
    for listed in list(sources, options) {
        sum.files += 1;
        sum.bytes += listed.bytes;
        let line = serde_json::to_string(&InputLine::from(listed)).unwrap_or_default();
        writeln!(file, "{line}").map_err(BatchError::io(&folder.path(FILE)))?;
    }
    file.finish()?;
    Ok(sum)
}

/// Takes over the list of another run of the same corpus.
pub(super) fn copy(from: &RunFolder, to: &RunFolder) -> Result<InputSum, BatchError> {
    let path = from.path(FILE);
    let file = File::open(&path).map_err(BatchError::io(&path))?;
    let mut sum = InputSum { files: 0, bytes: 0 };
    let mut copy = to.create(FILE)?;
    for line in BufReader::new(file).lines() {
        let line = line.map_err(BatchError::io(&path))?;
        let input: InputLine = serde_json::from_str(&line).map_err(|e| BatchError::damaged(&path, e))?;
        sum.files += 1;
        sum.bytes = sum.bytes.saturating_add(input.bytes);
        writeln!(copy, "{line}").map_err(BatchError::io(&to.path(FILE)))?;
    }
    copy.finish()?;
    Ok(sum)
}

/// Whether the files are those that the run began with: as many, with the same paths, sizes and times of change.
pub(super) fn check(folder: &RunFolder, sources: Vec<Source>, options: &ReadOptions) -> Result<(), BatchError> {
    let path = folder.path(FILE);
    let file = File::open(&path).map_err(BatchError::io(&path))?;
    let mut lines = BufReader::new(file).lines();
    let mut now = list(sources, options).map(InputLine::from);
    loop {
        let then = match lines.next() {
            Some(line) => {
                let line = line.map_err(BatchError::io(&path))?;
                Some(serde_json::from_str(&line).map_err(|e| BatchError::damaged(&path, e))?)
            }
            None => None,
        };
        match (then, now.next()) {
            (None, None) => return Ok(()),
            (then, now) if then == now => {}
            (then, now) => return Err(BatchError::InputChanged(difference(then, now))),
        }
    }
}

/// The first difference, in words.
fn difference(then: Option<InputLine>, now: Option<InputLine>) -> String {
    match (then, now) {
        (Some(then), Some(now)) if then.path == now.path && then.bytes == now.bytes => {
            format!("{} has been written to since", now.path)
        }
        (Some(then), Some(now)) if then.path == now.path => {
            format!("{} has {} bytes, it had {}", now.path, now.bytes, then.bytes)
        }
        (Some(then), Some(now)) => format!("there is {} where {} was", now.path, then.path),
        (Some(then), None) => format!("{} is missing", then.path),
        (None, now) => format!("{} is new", now.map_or_else(String::new, |n| n.path)),
    }
}
