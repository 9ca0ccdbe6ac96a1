//! What a run does: all that decides what comes out of it.

use super::inputs::InputSum;
use crate::types::LabelSet;
use crate::write::{Rows, Run, TableFormat};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// One of several runs that share a corpus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which one, from 1.
    pub index: u64,
    /// Of how many.
    pub of: u64,
}

impl Shard {
    /// Whether a part is this one's.
    pub fn has(self, part: u64) -> bool {
        part % self.of == self.index - 1
    }
}

impl std::str::FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.split_once('/').and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
        match numbers {
            Some((index, of)) if (1..=of).contains(&index) => Ok(Self { index, of }),
            _ => Err("a shard is i/n with i from 1 to n, such as 2/4".to_owned()),
        }
    }
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

/// What a run does, beside its inputs, its model and how they are read.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// How rows are written.
    pub format: TableFormat,
    /// Whether rows are written for every sentence, or for those with a label.
    pub all: bool,
    /// Whether rows of articles are written, too.
    pub rollup: bool,
    /// Whether rows say why each label was given, and with how many n-grams.
    pub explain: Option<usize>,
    /// Whether only the first article of each cluster is tagged.
    pub dedup: bool,
    /// Records after which to stop.
    pub limit: Option<u64>,
    /// The share of records to take, above 0 and below 1.
    pub sample: Option<f64>,
    /// Which parts are this run's; `None` for all.
    pub shard: Option<Shard>,
    /// Bytes of text after which a part ends.
    pub part_bytes: u64,
    /// Whether to stop at the first record that is left out against expectation. Does not change what comes out.
    pub strict: bool,
}

impl Settings {
    /// What decides the output, by the name of its flag.
    pub(super) fn named(&self) -> BTreeMap<String, Value> {
        let pairs = [
            ("to", Value::from(self.format.name())),
            ("all", self.all.into()),
            ("rollup", self.rollup.into()),
            ("explain", self.explain.into()),
            ("dedup", self.dedup.into()),
            ("limit", self.limit.into()),
            ("sample", self.sample.into()),
            ("shard", self.shard.map(|s| s.to_string()).into()),
            ("part-bytes", self.part_bytes.into()),
        ];
        pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

/// The version of `run.json` and of the layout of the run directory.
pub const RUN_VERSION: u32 = 2;

/// `run.json`, version 2: what is run. Version 1 lacked `explain`, and its parts hold rows of version 2.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunFile {
    /// `claimtag run`.
    pub format: String,
    /// 2.
    pub v: u32,
    /// The version of claimtag that began the run.
    pub claimtag: String,
    /// The command that began it, argument by argument.
    pub command: Vec<String>,
    /// All that decides the output, by the name of the flag: `model` is a digest, `labels` are its labels, `inputs` what was
    /// named.
    pub settings: BTreeMap<String, Value>,
    /// The files that were found.
    pub inputs: InputSum,
}

impl RunFile {
    pub(super) const FORMAT: &str = "claimtag run";
    pub(super) const FILE: &str = "run.json";

    /// What went by this name when the run began; `None` where it was not given.
    pub fn setting(&self, name: &str) -> Option<&Value> {
        self.settings.get(name).filter(|value| !value.is_null())
    }

    /// The labels of the model. The error says what is wrong with them.
    pub(super) fn labels(&self) -> Result<LabelSet, String> {
        let names = self.setting("labels").and_then(Value::as_array).ok_or("no setting labels")?;
        LabelSet::new(names.iter().filter_map(Value::as_str)).map_err(|e| e.to_string())
    }

    /// All of a run that decides the columns of its tables: neither which rows there are nor whose they are does.
    pub(super) fn run<'a>(&self, labels: &'a LabelSet) -> Run<'a> {
        Run { labels, model: "", rows: Rows::All, explained: self.setting("explain").is_some() }
    }

    /// How rows were written.
    pub(super) fn table_format(&self) -> Result<TableFormat, String> {
        let name = self.setting("to").and_then(Value::as_str).ok_or("no setting to")?;
        let found = TableFormat::ALL.into_iter().find(|format| format.name() == name);
        found.ok_or_else(|| format!("unknown format {name}"))
    }

    /// What differs in `other`, in words.
    pub(super) fn differences(&self, other: &Self) -> Vec<String> {
        let names: std::collections::BTreeSet<&String> = self.settings.keys().chain(other.settings.keys()).collect();
        let shown = |run: &Self, name: &String| match run.settings.get(name) {
            None | Some(Value::Null) => "not given".to_owned(),
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
        };
        let mut found: Vec<String> = names
            .into_iter()
            .filter(|name| self.settings.get(*name) != other.settings.get(*name))
            .map(|name| format!("{name} is {}, it was {}", shown(other, name), shown(self, name)))
            .collect();
        if self.claimtag != other.claimtag {
            found.push(format!("claimtag is {}, it was {}", other.claimtag, self.claimtag));
        }
        found
    }
}
