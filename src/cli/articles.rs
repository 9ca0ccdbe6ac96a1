//! Articles as commands take them: files, folders or standard input, and what became of each.

use super::{Outcome, message, progress};
use crate::read::{Event, ReadOptions, SkipCause, Source, read};
use crate::types::Article;
use std::path::PathBuf;

/// Articles in, and what became of them.
#[derive(Debug, Default)]
pub(super) struct Count {
    /// Articles that were read.
    pub articles: usize,
    /// Left out, where a person would have expected an article.
    skipped: usize,
    /// Files of a folder that are no articles.
    other_files: usize,
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

/// Paths as the readers take them.
pub(super) fn sources(paths: &[PathBuf]) -> Vec<Source> {
    paths.iter().cloned().map(Source::from).collect()
}

impl Count {
    /// What was left out, to be appended to a sentence; empty if nothing was.
    pub(super) fn left_out(&self) -> String {
        [(self.skipped, "skipped"), (self.failed, "failed"), (self.other_files, "files of another kind left out")]
            .iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, what)| format!("; {n} {what}"))
            .collect()
    }

    /// How a command ends that has done all it could with what was read.
    pub(super) fn outcome(&self) -> Outcome {
        if self.skipped + self.failed > 0 { Outcome::RecordsLeftOut } else { Outcome::Done }
    }
}
