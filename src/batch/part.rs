//! A part of a run that is done.

use super::BatchError;
use super::counts::Counts;
use super::files::{FileSum, RunFolder};
use super::source::PART_RECORDS;
use crate::read::Position;
use crate::write::TableFormat;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::{fmt, fs};

/// `state/part-00000.json`, version 1: that a part is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartFile {
    /// 1.
    pub v: u32,
    /// Its number, from 0.
    pub part: u64,
    /// Where it begins.
    pub start: Mark,
    /// Where the next one begins.
    pub end: Mark,
    /// What became of its records.
    pub counts: Counts,
    /// The files that it wrote, by their path in the run directory.
    pub files: BTreeMap<String, FileSum>,
    /// What was left out against expectation.
    pub left_out: Vec<LeftOut>,
}

/// A point between two records of the corpus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// Where it is.
    pub position: Position,
    /// Records before it.
    pub number: u64,
    /// A fingerprint of the records of its file that come before it, to tell that the file has changed.
    pub fingerprint: u64,
}

/// A line of `failures.jsonl`, version 1: a record that was left out against expectation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// 1.
    pub v: u32,
    /// Number of the record in the corpus, from 0.
    pub record: u64,
    /// `skipped` (left out on purpose) or `failed` (it could not be read).
    pub outcome: String,
    /// The file.
    pub path: String,
    /// The line or record of the file, from 1, where the place is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// A short name of the cause, as in `summary.json`.
    pub cause: String,
    /// The cause and a way out, in words.
    pub message: String,
}

impl LeftOut {
    pub(super) const VERSION: u32 = 1;
    pub(super) const FILE: &str = "failures.jsonl";
}

/// Place, cause and way out, as for people.
impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.message)
    }
}

impl PartFile {
    pub(super) const VERSION: u32 = 1;

    /// Where the state of a part stands in the run directory.
    pub(super) fn name(part: u64) -> String {
        format!("state/part-{part:05}.json")
    }

    /// Where its articles and clusters stand.
    pub(super) fn sketches(part: u64) -> String {
        format!("state/part-{part:05}.sketches")
    }

    /// Where its rows stand: of sentences in `parts`, of articles in `articles`.
    pub(super) fn rows(folder: &str, part: u64, format: TableFormat) -> String {
        format!("{folder}/part-{part:05}.{}", format.extension())
    }

    /// The state of a part, if it is done and its files are as they were written.
    pub(super) fn read(folder: &RunFolder, part: u64) -> Result<Option<Self>, BatchError> {
        let state = Self::read_state(folder, part)?;
        Ok(state.filter(|state| state.files.iter().all(|(name, sum)| folder.has(name, sum))))
    }

    /// The state of a part, without a look at its files; `None` if it is damaged.
    pub(super) fn read_state(folder: &RunFolder, part: u64) -> Result<Option<Self>, BatchError> {
        let found = match folder.read_json::<Self>(&Self::name(part), Self::VERSION) {
            // cut off by hand, or by a file system that loses what was synced: done again
            Err(BatchError::Damaged { .. }) => return Ok(None),
            other => other?,
        };
        let adds_up = |Self { start, end, .. }: &Self| {
            let records = end.number.checked_sub(start.number);
            records.is_some_and(|n| n <= PART_RECORDS) && start.position <= end.position
        };
        Ok(found.filter(|state| state.part == part && adds_up(state)))
    }

    /// The numbers of all parts that have a state, in order.
    pub(super) fn numbers(folder: &RunFolder) -> Result<Vec<u64>, BatchError> {
        let path = folder.path("state");
        let mut found = Vec::new();
        for entry in fs::read_dir(&path).map_err(BatchError::io(&path))? {
            let name = entry.map_err(BatchError::io(&path))?.file_name();
            let name = name.to_string_lossy();
            let number = name.strip_prefix("part-").and_then(|rest| rest.strip_suffix(".json"));
            found.extend(number.and_then(|number| number.parse::<u64>().ok()));
        }
        found.sort_unstable();
        Ok(found)
    }
}
