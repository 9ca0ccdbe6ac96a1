//! `claimtag tag`.

use super::args::{OutputFormat, TagArgs};
use super::articles::{Count, each_article, sources};
use super::{Outcome, load_model, message};
use crate::model::Model;
use crate::read::Source;
use crate::types::TaggedArticle;
use crate::write::{CsvWriter, JsonlWriter, Rows, Run, TextWriter, Writer};
use anyhow::{Context, bail};
use std::io::{self, BufWriter, IsTerminal, Write};

/// Sentences out.
#[derive(Default)]
struct Written {
    sentences: usize,
    /// Those with a label.
    labelled: usize,
}

pub(super) fn run(args: &TagArgs) -> anyhow::Result<Outcome> {
    let sources: Vec<Source> = match args.inputs.is_empty() {
        true if io::stdin().is_terminal() => bail!("nothing to read: name files or folders, or pipe text in"),
        true => vec![Source::Stdin],
        false => sources(&args.inputs),
    };
    let model = load_model(args.model.as_deref())?;
    let rows = if args.all { Rows::All } else { Rows::Labelled };
    let run = Run { labels: model.labels(), model: model.short_digest(), rows };
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

fn tag_all(
    model: &Model,
    sources: Vec<Source>,
    args: &TagArgs,
    writer: &mut dyn Writer,
) -> anyhow::Result<(Count, Written)> {
    let tagger = super::tagger(model, args.tier)?;
    let mut scratch = tagger.scratch();
    let mut written = Written::default();
    let count = each_article(sources, args.reading.options(), args.quiet, |article| {
        let tagged = tagger.tag(article, &mut scratch);
        writer.write(&tagged).context("standard output")?;
        written.add(&tagged);
        Ok(())
    })?;
    Ok((count, written))
}

impl Written {
    fn add(&mut self, tagged: &TaggedArticle) {
        self.sentences += tagged.sentences.len();
        self.labelled += tagged.sentences.iter().filter(|s| !s.labels.is_empty()).count();
    }
}
