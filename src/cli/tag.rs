//! `claimtag tag`.

use super::args::{OutputFormat, TagArgs};
use super::{Outcome, load_model, message, progress};
use crate::model::Model;
use crate::read::{Event, SkipCause, Source, read};
use crate::types::TaggedArticle;
use crate::write::{CsvWriter, JsonlWriter, Rows, Run, TextWriter, Writer};
use anyhow::{Context, bail};
use std::io::{self, BufWriter, IsTerminal, Write};

/// Articles in, and what became of them.
#[derive(Default)]
struct Count {
    articles: usize,
    sentences: usize,
    labelled: usize,
    /// Left out, where a person would have expected an article.
    skipped: usize,
    /// Files of a folder that are no articles.
    other_files: usize,
    failed: usize,
}

pub(super) fn run(args: &TagArgs) -> anyhow::Result<Outcome> {
    let sources: Vec<Source> = match args.inputs.is_empty() {
        true if io::stdin().is_terminal() => bail!("nothing to read: name files or folders, or pipe text in"),
        true => vec![Source::Stdin],
        false => args.inputs.iter().cloned().map(Source::from).collect(),
    };
    let model = load_model(args.model.as_deref())?;
    let rows = if args.all { Rows::All } else { Rows::Labelled };
    let run = Run { labels: model.labels(), model: model.short_digest(), rows };
    let mut writer = writer(args.to, run);
    let count = tag_all(&model, sources, args, writer.as_mut())?;
    writer.finish().context("standard output")?;
    Ok(summary(&count, args.quiet))
}

fn writer<'a>(to: Option<OutputFormat>, run: Run<'a>) -> Box<dyn Writer + 'a> {
    let stdout = io::stdout();
    let default = if stdout.is_terminal() { OutputFormat::Text } else { OutputFormat::Jsonl };
    let buffered = || BufWriter::with_capacity(1 << 16, io::stdout());
    match to.unwrap_or(default) {
        OutputFormat::Jsonl => Box::new(JsonlWriter::new(buffered(), run)),
        OutputFormat::Csv => Box::new(CsvWriter::new(buffered(), run)),
        OutputFormat::Text => Box::new(TextWriter::new(colours(stdout), run)),
    }
}

/// Standard output that drops colours where they are not wanted (no terminal, `NO_COLOR`).
fn colours(stdout: io::Stdout) -> impl Write {
    BufWriter::new(anstream::AutoStream::auto(stdout))
}

fn tag_all(model: &Model, sources: Vec<Source>, args: &TagArgs, writer: &mut dyn Writer) -> anyhow::Result<Count> {
    let tagger = super::tagger(model, args.tier)?;
    let mut scratch = tagger.scratch();
    let mut count = Count::default();
    let bar = if args.quiet { progress::hidden() } else { progress::counter("articles") };
    for event in read(sources, args.reading.options()) {
        match event {
            Event::Article(article) => {
                for note in article.notes.iter().filter(|_| !args.quiet) {
                    bar.suspend(|| message::note(&format!("{}: {note}", article.id)));
                }
                let tagged = tagger.tag(article, &mut scratch);
                writer.write(&tagged).context("standard output")?;
                count.add(&tagged);
                bar.inc(1);
            }
            Event::Notice(notice) if args.quiet => drop(notice),
            Event::Notice(notice) => bar.suspend(|| message::note(&notice.to_string())),
            Event::Skipped(skipped) if skipped.cause == SkipCause::UnknownKind => count.other_files += 1,
            Event::Skipped(skipped) => {
                count.skipped += 1;
                bar.suspend(|| message::warning(&format!("skipped {skipped}")));
            }
            Event::Failed(failed) => {
                count.failed += 1;
                bar.suspend(|| message::error(&failed.to_string()));
            }
        }
    }
    bar.finish_and_clear();
    Ok(count)
}

impl Count {
    fn add(&mut self, tagged: &TaggedArticle) {
        self.articles += 1;
        self.sentences += tagged.sentences.len();
        self.labelled += tagged.sentences.iter().filter(|s| !s.labels.is_empty()).count();
    }
}

fn summary(count: &Count, quiet: bool) -> Outcome {
    if !quiet {
        let mut said =
            format!("{} articles, {} sentences, {} with a claim", count.articles, count.sentences, count.labelled);
        for (n, what) in [
            (count.skipped, "skipped"),
            (count.failed, "failed"),
            (count.other_files, "files of another kind left out"),
        ] {
            if n > 0 {
                said.push_str(&format!("; {n} {what}"));
            }
        }
        message::say(&said);
    }
    if count.skipped + count.failed > 0 { Outcome::RecordsLeftOut } else { Outcome::Done }
}
