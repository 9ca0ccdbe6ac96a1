//! The shards of a corpus to one run.

use super::counts::{Counts, Summary};
use super::files::RunFolder;
use super::output::TableFile;
use super::part::{Mark, PartFile};
use super::run::summarise;
use super::settings::{RUN_VERSION, RunFile, Shard};
use super::sketches::{self, Sketched};
use super::tally::Tally;
use super::{BatchError, inputs};
use crate::duplicate::Clusters;
use crate::write::{OwnedCell, Run, Schema, TableFormat, article_schema, row_schema};
use rustc_hash::FxHashMap;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Joins the runs of all shards of a corpus into the run directory `out`, which gets what a run of the whole corpus gives, byte
/// for byte: near-duplicates are looked for anew, across all shards. Rows of one part are in memory at a time.
///
/// # Errors
/// Runs that are not complete, not all shards of one corpus, or not of the same settings and claimtag; whatever is at `out`,
/// unless it is a run and `restart` says that it may go.
pub fn merge(shards: &[PathBuf], out: &Path, restart: bool, command: Vec<String>) -> Result<Summary, BatchError> {
    let shards = Shards::open(shards)?;
    let folder = RunFolder::open(out)?;
    if folder.path(RunFile::FILE).exists() && !restart {
        let cause = "there is a run already (choose another --out, or --restart to replace it)".to_owned();
        return Err(BatchError::Unmergeable { path: out.to_owned(), cause });
    }
    folder.clear()?;
    let settings = shards.merged_settings();
    let inputs = inputs::copy(&shards.folders[0], &folder)?;
    let labels = shards.said(RunFile::labels)?;
    let mut merger = Merger {
        folder: &folder,
        run: shards.runs[0].run(&labels),
        format: shards.said(RunFile::table_format)?,
        clusters: Clusters::new(),
        tally: Tally::new(Clusters::MOST),
    };
    let mut end = Mark::default();
    for part in 0.. {
        let Some((shard, state)) = shards.part(part)? else { break };
        if state.start != end {
            let cause =
                format!("part {part} does not begin where the one before it ends: the corpus has changed in between");
            return Err(BatchError::Unmergeable { path: shard.path(""), cause });
        }
        end = state.end;
        merger.part(shard, state)?;
    }
    // last, so that a merge that was cut off does not look like a run
    let run = RunFile {
        format: RunFile::FORMAT.to_owned(),
        v: RUN_VERSION,
        claimtag: env!("CARGO_PKG_VERSION").to_owned(),
        command,
        settings,
        inputs,
    };
    folder.write_json(RunFile::FILE, &run)?;
    summarise(&folder, true, &labels)
}

/// Complete runs of all shards, in order.
struct Shards {
    folders: Vec<RunFolder>,
    runs: Vec<RunFile>,
}

impl Shards {
    fn open(paths: &[PathBuf]) -> Result<Self, BatchError> {
        let mut found: Vec<(Shard, &Path, RunFolder, RunFile)> = Vec::new();
        for path in paths {
            let unfit = |cause: &str| BatchError::Unmergeable { path: path.clone(), cause: cause.to_owned() };
            if !path.join(RunFile::FILE).is_file() {
                return Err(unfit("no run is there"));
            }
            let folder = RunFolder::open(path)?;
            let run =
                folder.read_json::<RunFile>(RunFile::FILE, RUN_VERSION)?.ok_or_else(|| unfit("no run is there"))?;
            let shard = run.settings.get("shard").and_then(Value::as_str).and_then(|shard| shard.parse().ok());
            let shard = shard.ok_or_else(|| unfit("not the run of a shard (claimtag batch --shard i/n)"))?;
            let summary = folder.read_json::<Summary>(Summary::FILE, Summary::VERSION)?;
            if !summary.is_some_and(|summary| summary.complete) {
                return Err(unfit("not complete (run its command again)"));
            }
            found.push((shard, path, folder, run));
        }
        found.sort_by_key(|(shard, ..)| shard.index);
        let Some((first, _, _, like)) = found.first() else {
            return Err(BatchError::Unmergeable { path: PathBuf::new(), cause: "no run was named".to_owned() });
        };
        for (i, (shard, path, _, run)) in found.iter().enumerate() {
            let cause = match like.differences(run) {
                _ if shard.of != first.of => format!("one of {} shards, the first is one of {}", shard.of, first.of),
                _ if shard.index != i as u64 + 1 => {
                    format!("shard {shard} where shard {}/{} was expected", i + 1, first.of)
                }
                differences => match differences.into_iter().find(|difference| !difference.starts_with("shard ")) {
                    Some(difference) => format!("other settings than the first: {difference}"),
                    None if run.inputs != like.inputs => "another corpus than the first".to_owned(),
                    None => continue,
                },
            };
            return Err(BatchError::Unmergeable { path: path.to_path_buf(), cause });
        }
        if found.len() as u64 != first.of {
            let cause = format!("{} of {} shards were named", found.len(), first.of);
            return Err(BatchError::Unmergeable { path: found[found.len() - 1].1.to_owned(), cause });
        }
        let (folders, runs) = found.into_iter().map(|(_, _, folder, run)| (folder, run)).unzip();
        Ok(Self { folders, runs })
    }

    fn merged_settings(&self) -> BTreeMap<String, Value> {
        let mut settings = self.runs[0].settings.clone();
        settings.insert("shard".to_owned(), Value::Null);
        settings
    }

    /// What the first of the shards says of itself.
    fn said<T>(&self, what: impl FnOnce(&RunFile) -> Result<T, String>) -> Result<T, BatchError> {
        what(&self.runs[0]).map_err(|cause| BatchError::damaged(&self.folders[0].path(RunFile::FILE), cause))
    }

    /// A part and the shard that has it; `None` behind the last.
    fn part(&self, part: u64) -> Result<Option<(&RunFolder, PartFile)>, BatchError> {
        let shard = &self.folders[(part % self.folders.len() as u64) as usize];
        if !shard.path(&PartFile::name(part)).exists() {
            return Ok(None);
        }
        match PartFile::read(shard, part)? {
            Some(state) => Ok(Some((shard, state))),
            None => Err(BatchError::Unmergeable {
                path: shard.path(""),
                cause: format!("part {part} is damaged (run the command of this shard again)"),
            }),
        }
    }
}

struct Merger<'a> {
    folder: &'a RunFolder,
    run: Run<'a>,
    format: TableFormat,
    clusters: Clusters,
    tally: Tally,
}

impl Merger<'_> {
    /// Writes a part of a shard as the same part of the whole.
    fn part(&mut self, shard: &RunFolder, state: PartFile) -> Result<(), BatchError> {
        let part = state.part;
        let sketches = PartFile::sketches(part);
        let path = shard.path(&sketches);
        let bytes = fs::read(&path).map_err(BatchError::io(&path))?;
        let mut articles =
            sketches::from_bytes(&bytes, self.run.labels.len()).map_err(|cause| BatchError::damaged(&path, cause))?;
        let mut counts = state.counts.clone();
        self.assign(&mut articles, &mut counts);
        let clusters: FxHashMap<u64, u64> = articles.iter().map(|s| (s.article, s.cluster)).collect();
        let mut files =
            BTreeMap::from([(sketches.clone(), self.folder.write(&sketches, &sketches::to_bytes(&articles))?)]);
        for (table, schema) in [("parts", row_schema(&self.run, true)), ("articles", article_schema(&self.run))] {
            let name = PartFile::rows(table, part, self.format);
            if state.files.contains_key(&name) {
                let (name, sum) = self.table(shard, name, &schema, &clusters)?;
                files.insert(name, sum);
            }
        }
        self.folder.write_json(&PartFile::name(part), &PartFile { counts, files, ..state })
    }

    /// Puts the articles of a part into the clusters of the whole, and counts anew what depends on them.
    fn assign(&mut self, articles: &mut [Sketched], counts: &mut Counts) {
        counts.clusters = 0;
        counts.labels.values_mut().for_each(|label| label.clusters = 0);
        for article in articles {
            article.cluster = self.clusters.assign(article.article, article.sketch.as_ref());
            if article.cluster != article.article {
                article.sketch = None;
            }
            let (new, is_first) = self.tally.add(article.article, article.cluster, &article.labels);
            counts.clusters += u64::from(is_first);
            for label in new.iter() {
                counts.labels.entry(self.run.labels.names()[label].clone()).or_default().clusters += 1;
            }
        }
    }

    /// Copies a table, with the clusters of the whole.
    fn table(
        &self,
        shard: &RunFolder,
        name: String,
        schema: &Schema,
        clusters: &FxHashMap<u64, u64>,
    ) -> Result<(String, super::files::FileSum), BatchError> {
        let column = |name: &str| schema.columns.iter().position(|column| column.name == name);
        let (article, cluster) = (column("article"), column("cluster"));
        let from = shard.path(&name);
        let rows = self.format.load(&from, schema).map_err(BatchError::io(&from))?;
        let (file, mut table) = TableFile::begin(self.folder, name, self.format, schema)?;
        for row in rows {
            let mut row = row.map_err(BatchError::io(&from))?;
            if let (Some(article), Some(cluster)) = (article, cluster)
                && let OwnedCell::Count(number) = row[article]
                && let Some(&of_whole) = clusters.get(&number)
            {
                row[cluster] = OwnedCell::Count(of_whole);
            }
            let cells: Vec<_> = row.iter().map(OwnedCell::borrowed).collect();
            table.row(&cells).map_err(|e| file.error(e))?;
        }
        table.finish().map_err(|e| file.error(e))?;
        drop(table);
        file.finish()
    }
}
