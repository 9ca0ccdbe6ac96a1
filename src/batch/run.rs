//! A run from its beginning, or from where it was cut off.

use super::counts::{Counts, Summary};
use super::files::RunFolder;
use super::part::{LeftOut, PartFile};
use super::prepare::{Numbered, Prepared};
use super::settings::{RUN_VERSION, RunFile, Settings};
use super::sink::{Sink, Tagged};
use super::sketches::{self, Sketched};
use super::source::{Source, Task};
use super::{BatchError, inputs, reading};
use crate::duplicate::Clusters;
use crate::exec::{Stages, stream};
use crate::read::{Notice, ReadOptions, Source as Input, drafts};
use crate::tag::{Scratch, Tagger};
use crate::types::{Article, CorpusPlace, LabelSet, TaggedArticle};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::AtomicBool;

/// What to run.
pub struct Batch<'a> {
    /// The run directory.
    pub out: &'a Path,
    /// What to read.
    pub inputs: Vec<Input>,
    /// How to read it.
    pub reading: ReadOptions,
    /// What to tag with.
    pub tagger: Tagger<'a>,
    /// All else that decides what comes out.
    pub settings: Settings,
    /// Threads, at least one; never shows in what comes out.
    pub threads: usize,
    /// Whether to begin anew where a run is there.
    pub restart: bool,
    /// The command, for `run.json`.
    pub command: Vec<String>,
}

/// What a run has to say while it goes on.
#[derive(Debug)]
pub enum Watch<'a> {
    /// The run begins or goes on: bytes of all inputs.
    Begin {
        /// Bytes of the files, as they lie on the disk.
        bytes: u64,
        /// Parts that are done.
        parts: usize,
    },
    /// Something to know about a file.
    Notice(&'a Notice),
    /// A record was left out against expectation.
    LeftOut(&'a LeftOut),
    /// A group is done.
    Progress(&'a Progress),
}

/// How far a run is.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    /// What became of the records so far.
    pub counts: Counts,
    /// Bytes of files read or passed over.
    pub bytes_read: u64,
    /// Parts finished in this session.
    pub parts: u64,
    /// Parts that were there before.
    pub known_parts: u64,
}

impl Progress {
    pub(super) fn add(&mut self, counts: &Counts) {
        self.counts.add(counts);
    }
}

/// How a run ended.
#[derive(Debug, Clone)]
pub struct End {
    /// All counts, also in `summary.json`.
    pub summary: Summary,
    /// Parts that were done in this session.
    pub parts: u64,
}

/// Runs a batch, or goes on with it, until its end or until `stop` is set; then the part in hand is still finished. `watch`
/// hears of all that happens.
///
/// # Errors
/// A run of other settings or inputs in the same place, another process in it, a full disk. What was done stays done, and the
/// same call goes on with it.
pub fn run(batch: Batch<'_>, stop: &AtomicBool, watch: &mut (dyn FnMut(Watch<'_>) + Send)) -> Result<End, BatchError> {
    let folder = RunFolder::open(batch.out)?;
    if batch.restart {
        folder.clear()?;
    }
    folder.tidy();
    let bytes = begin(&batch, &folder)?;
    let done = PartFile::numbers(&folder)?;
    watch(Watch::Begin { bytes, parts: done.len() });
    if let Some(summary) = complete(&folder)? {
        return Ok(End { summary, parts: 0 });
    }
    let (parts, complete) = tag_parts(&batch, &folder, done, stop, watch)?;
    let summary = summarise(&folder, complete, batch.tagger.model().labels())?;
    Ok(End { summary, parts })
}

/// Writes `run.json`, or makes sure that the one that is there is of the same run. The bytes of the inputs.
fn begin(batch: &Batch<'_>, folder: &RunFolder) -> Result<u64, BatchError> {
    let mut settings = batch.settings.named();
    settings.extend(reading::named(&batch.reading));
    let model = batch.tagger.model();
    settings.insert("model".to_owned(), model.short_digest().into());
    settings.insert("labels".to_owned(), model.labels().names().into());
    settings.insert("tier".to_owned(), batch.tagger.name().into());
    settings.insert("inputs".to_owned(), batch.inputs.iter().map(reading::shown).collect());
    let mut wanted = RunFile {
        format: RunFile::FORMAT.to_owned(),
        v: RUN_VERSION,
        claimtag: env!("CARGO_PKG_VERSION").to_owned(),
        command: batch.command.clone(),
        settings,
        inputs: inputs::InputSum { files: 0, bytes: 0 },
    };
    let Some(there) = folder.read_json::<RunFile>(RunFile::FILE, RUN_VERSION)? else {
        // parts without a run are of one that was being cleared away
        folder.clear()?;
        wanted.inputs = inputs::write(folder, batch.inputs.clone(), &batch.reading)?;
        folder.write_json(RunFile::FILE, &wanted)?;
        return Ok(wanted.inputs.bytes);
    };
    let differences = there.differences(&wanted);
    if !differences.is_empty() {
        return Err(BatchError::OtherSettings { path: batch.out.to_owned(), differences });
    }
    inputs::check(folder, batch.inputs.clone(), &batch.reading)?;
    Ok(there.inputs.bytes)
}

/// The summary of a run that is complete, all files of it as they were written.
fn complete(folder: &RunFolder) -> Result<Option<Summary>, BatchError> {
    let summary = match folder.read_json::<Summary>(Summary::FILE, Summary::VERSION) {
        Err(BatchError::Damaged { .. }) => None,
        other => other?,
    };
    let Some(summary) = summary.filter(|s| s.complete && folder.path(LeftOut::FILE).exists()) else {
        return Ok(None);
    };
    for &part in &summary.parts {
        if PartFile::read(folder, part)?.is_none() {
            return Ok(None);
        }
    }
    Ok(Some(summary))
}

/// What a group is on its way.
#[allow(clippy::large_enum_variant)] // nearly all are groups
enum Step<T> {
    Known(Box<PartFile>, Vec<Sketched>),
    Group(T),
}

/// Goes through the corpus. How many parts were written, and whether its end was reached.
fn tag_parts(
    batch: &Batch<'_>,
    folder: &RunFolder,
    done: Vec<u64>,
    stop: &AtomicBool,
    watch: &mut (dyn FnMut(Watch<'_>) + Send),
) -> Result<(u64, bool), BatchError> {
    let Batch { tagger, settings, .. } = batch;
    let n_labels = tagger.model().labels().len();
    let mut source = Source::new(drafts(batch.inputs.clone(), batch.reading.clone()), folder, settings, done, stop);
    let mut clusters = Clusters::new();
    let mut sink = Sink::new(folder, settings, *tagger, watch);
    let mut scratch: Vec<Scratch> = (0..batch.threads.max(1)).map(|_| tagger.scratch()).collect();
    let stages = Stages {
        pull: || source.next(),
        prepare: |task| match task {
            Task::Known(part) => {
                let sketched = read_sketches(folder, part.part, n_labels);
                sketched.map(|sketched| Step::Known(part, sketched))
            }
            Task::Group(group) => Ok(Step::Group(Prepared::of(group, &batch.reading))),
        },
        decide: |mut step: Result<Step<Prepared>, BatchError>| {
            match &mut step {
                Ok(Step::Known(_, sketched)) => {
                    let leaders = sketched.iter().filter_map(Sketched::leader);
                    leaders.for_each(|(article, sketch)| clusters.lead(article, sketch));
                }
                Ok(Step::Group(group)) => group.assign(&mut clusters),
                Err(_) => {}
            }
            step
        },
        work: |scratch: &mut Scratch, step: Result<Step<Prepared>, BatchError>| {
            step.map(|step| match step {
                Step::Known(part, sketched) => Step::Known(part, sketched),
                Step::Group(group) => Step::Group(tag(group, *tagger, settings.dedup, scratch)),
            })
        },
        put: |step: Result<Step<Tagged>, BatchError>| match step? {
            Step::Known(part, sketched) => {
                sink.known(&part, &sketched);
                Ok(())
            }
            Step::Group(group) => sink.group(group),
        },
    };
    stream(&mut scratch, stages)?;
    Ok((sink.parts(), source.has_ended()))
}

fn read_sketches(folder: &RunFolder, part: u64, n_labels: usize) -> Result<Vec<Sketched>, BatchError> {
    let path = folder.path(&PartFile::sketches(part));
    let bytes = fs::read(&path).map_err(BatchError::io(&path))?;
    sketches::from_bytes(&bytes, n_labels).map_err(|cause| BatchError::damaged(&path, cause))
}

/// Tags the articles of a group; with `dedup`, those that are the first of their cluster.
fn tag(group: Prepared, tagger: Tagger<'_>, dedup: bool, scratch: &mut Scratch) -> Tagged {
    let Prepared { part, start, end, articles, rest } = group;
    let is_left_out = |n: &Numbered| dedup && n.number != n.cluster;
    let place = |n: &Numbered| CorpusPlace { number: n.number, cluster: n.cluster, is_left_out: is_left_out(n) };
    let places: Vec<_> = articles.iter().map(|n| (place(n), n.sketch)).collect();
    let (mut to_tag, mut others): (Vec<Article>, Vec<Article>) = (Vec::new(), Vec::new());
    for numbered in articles {
        let to = if is_left_out(&numbered) { &mut others } else { &mut to_tag };
        to.push(numbered.article);
    }
    let mut tagged = tagger.tag_together(to_tag, scratch).into_iter();
    let mut others = others.into_iter().map(|article| TaggedArticle { article, sentences: Vec::new(), place: None });
    let articles = places.into_iter().filter_map(|(place, sketch)| {
        let found = if place.is_left_out { others.next() } else { tagged.next() };
        found.map(|found| (TaggedArticle { place: Some(place), ..found }, sketch))
    });
    Tagged { part, start, end, articles: articles.collect(), rest }
}

/// Writes what is said of all parts together, and checks that the counts add up.
pub(super) fn summarise(folder: &RunFolder, complete: bool, labels: &LabelSet) -> Result<Summary, BatchError> {
    let mut counts = Counts::new(labels);
    let mut parts = Vec::new();
    let mut failures = folder.create(LeftOut::FILE)?;
    for number in PartFile::numbers(folder)? {
        let Some(part) = PartFile::read_state(folder, number)? else { continue };
        let between = part.end.number - part.start.number;
        if part.counts.records != between || part.counts.accounted() != between {
            return Err(BatchError::Counts { records: between, accounted: part.counts.accounted() });
        }
        for left_out in &part.left_out {
            let line = serde_json::to_string(left_out).map_err(|e| BatchError::damaged(failures.path(), e))?;
            writeln!(failures, "{line}").map_err(BatchError::io(&folder.path(LeftOut::FILE)))?;
        }
        counts.add(&part.counts);
        parts.push(number);
    }
    failures.finish()?;
    let summary = Summary { v: Summary::VERSION, complete, parts, counts };
    folder.write_json(Summary::FILE, &summary)?;
    Ok(summary)
}
