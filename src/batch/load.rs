//! A run, read back.

use super::counts::{Counts, Summary};
use super::files::RunFolder;
use super::part::PartFile;
use super::settings::{RUN_VERSION, RunFile};
use super::{BatchError, inputs, reading};
use crate::read::{ReadOptions, Source};
use crate::types::LabelSet;
use crate::write::{OwnedCell, Schema, TableFormat, row_schema};
use serde_json::Value;
use std::path::Path;

/// A run as it lies on the disk; it may still grow.
pub struct LoadedRun {
    folder: RunFolder,
    file: RunFile,
    labels: LabelSet,
    format: TableFormat,
    schema: Schema,
    parts: Vec<u64>,
    counts: Counts,
    is_complete: bool,
}

/// The rows of a part, in order.
type RowsOfPart = Box<dyn Iterator<Item = Result<Vec<OwnedCell>, BatchError>>>;

/// What a run has read.
pub struct Corpus {
    /// The inputs as they were named.
    pub sources: Vec<Source>,
    /// How they were read: the same records come out in the same order.
    pub options: ReadOptions,
}

impl LoadedRun {
    /// Opens the run directory `path`. Nothing is written to it.
    ///
    /// # Errors
    /// No run is there, one of another version, or one whose files make no sense.
    pub fn open(path: &Path) -> Result<Self, BatchError> {
        let folder = RunFolder::to_read(path)?;
        let no_run = || BatchError::NoRun(path.to_owned());
        let file = folder.read_json::<RunFile>(RunFile::FILE, RUN_VERSION)?.ok_or_else(no_run)?;
        let damaged = |cause: String| BatchError::damaged(&folder.path(RunFile::FILE), cause);
        let (labels, format) = (file.labels().map_err(damaged)?, file.table_format().map_err(damaged)?);
        let schema = row_schema(&file.run(&labels), true);
        let summary = folder.read_json::<Summary>(Summary::FILE, Summary::VERSION)?;
        let mut counts = Counts::new(&labels);
        let parts = PartFile::numbers(&folder)?;
        for &part in &parts {
            if let Some(state) = PartFile::read_state(&folder, part)? {
                counts.add(&state.counts);
            }
        }
        let is_complete = summary.is_some_and(|summary| summary.complete);
        Ok(Self { folder, file, labels, format, schema, parts, counts, is_complete })
    }

    /// The labels of its model.
    pub fn labels(&self) -> &LabelSet {
        &self.labels
    }

    /// What was chosen when it began, by the name of the flag; `None` where it was not given.
    pub fn setting(&self, name: &str) -> Option<&Value> {
        self.file.setting(name)
    }

    /// What became of the records of all parts that are done.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Whether all parts are done.
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// The columns of its rows.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The rows of all parts that are done, in the order of the corpus, one file open at a time.
    pub fn rows(&self) -> impl Iterator<Item = Result<Vec<OwnedCell>, BatchError>> {
        let of_part = |&part: &u64| match self.part(part) {
            Ok(rows) => rows,
            Err(error) => Box::new(std::iter::once(Err(error))),
        };
        self.parts.iter().flat_map(of_part)
    }

    fn part(&self, part: u64) -> Result<RowsOfPart, BatchError> {
        let name = PartFile::rows("parts", part, self.format);
        let path = self.folder.path(&name);
        let state = PartFile::read(&self.folder, part)?;
        let Some(state) = state else {
            return Err(BatchError::Damaged {
                path,
                cause: "not as it was written; the same claimtag batch command writes the part anew".to_owned(),
            });
        };
        if !state.files.contains_key(&name) {
            return Ok(Box::new(std::iter::empty()));
        }
        let rows = self.format.load(&path, &self.schema).map_err(BatchError::io(&path))?;
        Ok(Box::new(rows.map(move |row| row.map_err(BatchError::io(&path)))))
    }

    /// The corpus, if it can still be read as it was; else what has become of it, in words.
    pub fn corpus(&self) -> Result<Corpus, String> {
        let names = self.setting("inputs").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        let sources: Vec<Source> = names.map(reading::of_shown).collect();
        if sources.contains(&Source::Stdin) {
            return Err("it was standard input".to_owned());
        }
        let options = reading::of_named(&self.file.settings);
        match inputs::check(&self.folder, sources.clone(), &options) {
            Ok(()) => Ok(Corpus { sources, options }),
            Err(BatchError::InputChanged(difference)) => Err(difference),
            Err(error) => Err(error.to_string()),
        }
    }
}
