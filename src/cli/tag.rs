//! `claimtag tag`.

use super::args::{OutputFormat, TagArgs};
use super::articles::{Count, each_article, sources_or_stdin};
use super::{Outcome, load_model, message};
use crate::exec::{available_threads, map_with};
use crate::model::Model;
use crate::read::Source;
use crate::tag::Scratch;
use crate::types::{Article, TaggedArticle};
use crate::write::{CsvTable, JsonlTable, RowWriter, Rows, Run, TextWriter, Writer, row_schema};
use anyhow::Context;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::mem::take;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Sentences out.
#[derive(Default)]
struct Written {
    sentences: usize,
    /// Those with a label.
    labelled: usize,
}

pub(super) fn run(args: &TagArgs) -> anyhow::Result<Outcome> {
    let sources = sources_or_stdin(&args.inputs, args.reading.files_from.as_deref())?;
    let model = load_model(args.tagging.model.as_deref())?;
    let rows = if args.all { Rows::All } else { Rows::Labelled };
    let run = Run { labels: model.labels(), model: model.short_digest(), rows, explained: args.explain.is_some() };
    let mut writer = writer(args.to, run);
    let (count, written) = tag_all(&model, sources, args, writer.as_mut())?;
    writer.finish().context("standard output")?;
    if !args.quiet {
        let Written { sentences, labelled } = written;
        let said =
            format!("{} articles, {sentences} sentences, {labelled} with a claim{}", count.articles, count.left_out());
        message::say(&said);
    }
    Ok(count.outcome())
}

fn writer<'a>(to: Option<OutputFormat>, run: Run<'a>) -> Box<dyn Writer + 'a> {
    let stdout = io::stdout();
    let default = if stdout.is_terminal() { OutputFormat::Text } else { OutputFormat::Jsonl };
    let buffered = || BufWriter::with_capacity(1 << 16, io::stdout());
    let schema = row_schema(&run, false);
    match to.unwrap_or(default) {
        OutputFormat::Jsonl => Box::new(RowWriter::new(JsonlTable::new(buffered(), schema), run)),
        OutputFormat::Csv => Box::new(RowWriter::new(CsvTable::new(buffered(), schema), run)),
        OutputFormat::Text => Box::new(TextWriter::new(colours(stdout), run)),
    }
}

/// Standard output that drops colours where they are not wanted (no terminal, `NO_COLOR`).
fn colours(stdout: io::Stdout) -> impl Write {
    BufWriter::new(anstream::AutoStream::auto(stdout))
}

fn tag_all(
    model: &Model,
    sources: Vec<Source>,
    args: &TagArgs,
    writer: &mut dyn Writer,
) -> anyhow::Result<(Count, Written)> {
    let tagger = super::tagger(model, args.tagging.tier)?.explaining(args.explain);
    let threads = args.tagging.threads.unwrap_or_else(available_threads).max(1);
    let mut scratch: Vec<Scratch> = (0..threads).map(|_| tagger.scratch()).collect();
    let mut written = Written::default();
    let mut waiting = Waiting::default();
    let mut tag_waiting = |waiting: &mut Waiting| {
        let groups = std::mem::take(waiting).groups;
        let tagged = map_with(&mut scratch, groups.len(), |scratch, i| {
            // each group is tagged once
            tagger.tag_together(take(&mut lock(&groups[i])), scratch)
        });
        for tagged in tagged.iter().flatten() {
            writer.write(tagged).context("standard output")?;
            written.add(tagged);
        }
        anyhow::Ok(())
    };
    let count = each_article(sources, args.reading.options(), args.quiet, |article| {
        waiting.add(article);
        if waiting.groups.len() > GROUPS * threads { tag_waiting(&mut waiting) } else { Ok(()) }
    })?;
    tag_waiting(&mut waiting)?;
    Ok((count, written))
}

/// Groups of articles per thread that are read before all are tagged. More keep threads evenly busy, and take more memory.
const GROUPS: usize = 8;
/// Bytes of text in a group: enough sentences for the encoder to run at full speed on those that the linear tier leaves it.
const GROUP_BYTES: usize = 64 << 10;

/// Articles that have been read and wait to be tagged, in groups that are tagged together.
#[derive(Default)]
struct Waiting {
    groups: Vec<Mutex<Vec<Article>>>,
    /// Bytes in the last group.
    bytes: usize,
}

impl Waiting {
    fn add(&mut self, article: Article) {
        if self.groups.is_empty() || self.bytes >= GROUP_BYTES {
            self.groups.push(Mutex::default());
            self.bytes = 0;
        }
        self.bytes += article.text.len();
        if let Some(group) = self.groups.last() {
            lock(group).push(article);
        }
    }
}

/// No thread panics with a group in hand.
fn lock(group: &Mutex<Vec<Article>>) -> MutexGuard<'_, Vec<Article>> {
    group.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Written {
    fn add(&mut self, tagged: &TaggedArticle) {
        self.sentences += tagged.sentences.len();
        self.labelled += tagged.sentences.iter().filter(|s| !s.labels.is_empty()).count();
    }
}
