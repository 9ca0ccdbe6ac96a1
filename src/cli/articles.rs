//! Articles as commands take them: files, folders or standard input, and what became of each.

use super::{Outcome, message, progress};
use crate::read::{Event, ReadOptions, Source, read};
use crate::types::Article;
use anyhow::{Context, bail};
use std::collections::BTreeMap;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

/// Articles in, and what became of them.
#[derive(Debug, Default)]
pub(super) struct Count {
    /// Articles that were read.
    pub articles: usize,
    /// Left out, where a person would have expected an article.
    skipped: usize,
    /// Left out as was to be expected.
    expected: BTreeMap<&'static str, usize>,
    failed: usize,
}

/// Hands each article to `take`, in order, under a counter; says what was left out, and unless `quiet` what was guessed.
///
/// # Errors
/// Those of `take`.
pub(super) fn each_article(
    sources: Vec<Source>,
    options: ReadOptions,
    quiet: bool,
    mut take: impl FnMut(Article) -> anyhow::Result<()>,
) -> anyhow::Result<Count> {
    let mut count = Count::default();
    let bar = if quiet { progress::hidden() } else { progress::counter("articles") };
    for event in read(sources, options) {
        match event {
            Event::Article(article) => {
                for note in article.notes.iter().filter(|_| !quiet) {
                    bar.suspend(|| message::note(&format!("{}: {note}", article.id)));
                }
                take(article)?;
                count.articles += 1;
                bar.inc(1);
            }
            Event::Notice(notice) if quiet => drop(notice),
            Event::Notice(notice) => bar.suspend(|| message::note(&notice.to_string())),
            Event::Skipped(skipped) if skipped.cause.is_expected() => {
                *count.expected.entry(skipped.cause.name()).or_default() += 1;
            }
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

/// What was named as the readers take it: paths, then those of a list. A list on standard input is read at once.
///
/// # Errors
/// Standard input that can't be read.
pub(super) fn sources(paths: &[PathBuf], list: Option<&Path>) -> anyhow::Result<Vec<Source>> {
    let mut sources: Vec<Source> = paths.iter().cloned().map(Source::from).collect();
    match list {
        Some(list) if list.as_os_str() == "-" => {
            let lines = io::read_to_string(io::stdin()).context("the list of files on standard input")?;
            let named = lines.lines().filter(|line| !line.trim().is_empty());
            sources.extend(named.map(|line| Source::Path(line.into())));
        }
        Some(list) => sources.push(Source::List(list.into())),
        None => {}
    }
    Ok(sources)
}

/// As [`sources`], or standard input where nothing was named and it is no terminal.
///
/// # Errors
/// Nothing to read.
pub(super) fn sources_or_stdin(paths: &[PathBuf], list: Option<&Path>) -> anyhow::Result<Vec<Source>> {
    match paths.is_empty() && list.is_none() {
        true if io::stdin().is_terminal() => bail!("nothing to read: name files or folders, or pipe text in"),
        true => Ok(vec![Source::Stdin]),
        false => sources(paths, list),
    }
}

impl Count {
    /// What was left out, to be appended to a sentence; empty if nothing was.
    pub(super) fn left_out(&self) -> String {
        let unexpected = [(self.skipped, "skipped".to_owned()), (self.failed, "failed".to_owned())];
        let expected = self.expected.iter().map(|(cause, n)| (*n, format!("left out ({cause})")));
        let all = unexpected.into_iter().chain(expected).filter(|(n, _)| *n > 0);
        all.map(|(n, what)| format!("; {n} {what}")).collect()
    }

    /// How a command ends that has done all it could with what was read.
    pub(super) fn outcome(&self) -> Outcome {
        if self.skipped + self.failed > 0 { Outcome::RecordsLeftOut } else { Outcome::Done }
    }
}
