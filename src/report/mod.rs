//! A run as one page for the browser: what is claimed where and when, the articles with their claims marked, and review.
//!
//! The page is one file that asks for nothing else. Its data are JSON, compressed with gzip and written in base64, because a
//! browser reads that much faster than markup for every sentence, and because no text of an article can then be taken for
//! markup or script: `Index` (in `index`) is read when the page opens, a block of `ArticleText` (in `texts`)
//! when one of its articles is looked at. A content security policy names the one script of the page by its checksum and
//! forbids every connection.
//!
//! `index` collects the claims, `texts` the articles around them, `page` puts both into the file; what happens in the browser
//! is written in `page/*.js`.

mod index;
mod page;
mod texts;

pub use index::REPORT_VERSION;

use crate::batch::{BatchError, LoadedRun};
use std::io::{self, Write};
use thiserror::Error;

/// What to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportOptions {
    /// What stands above the page.
    pub title: String,
    /// The most sentences to show; of more, those with the highest probability of a label given. Default: [`Self::MOST`].
    pub most: usize,
}

impl ReportOptions {
    /// So many sentences a browser opens in two seconds and scrolls through without trouble.
    pub const MOST: usize = 150_000;

    /// The defaults, with a title.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), most: Self::MOST }
    }
}

/// Why a report could not be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReportError {
    /// The run's.
    #[error(transparent)]
    Run(#[from] BatchError),
    /// A row that lacks what every row has.
    #[error("a row of the run has no {0}")]
    Column(&'static str),
    /// Where the page was written to.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// What a report shows.
#[derive(Debug)]
pub struct Shown {
    /// Articles with a claim.
    pub articles: usize,
    /// Sentences with a claim.
    pub claims: usize,
    /// Sentences with a claim that were left out, to show no more than [`ReportOptions::most`].
    pub left_out: usize,
    /// Why articles are shown by their claims alone, if they are: what has become of the corpus, in words.
    pub without_texts: Option<String>,
    /// Articles that are shown by their claims alone because the corpus has another text in their place.
    pub changed: usize,
}

/// Writes the report on a run. The same run gives the same bytes.
///
/// # Errors
/// A run that is damaged; a disk that is full. That the corpus is no longer there is none: then the sentences between the
/// claims are missing.
pub fn write_report(run: &LoadedRun, options: &ReportOptions, out: &mut dyn Write) -> Result<Shown, ReportError> {
    let mut claims = index::Claims::collect(run)?;
    let left_out = claims.keep_strongest(options.most);
    let texts = texts::Texts::of(run, &claims)?;
    let index = index::Index::new(run, &options.title, &claims, &texts, left_out);
    page::write(&index, &texts.blocks, out)?;
    Ok(Shown {
        articles: claims.articles.len(),
        claims: claims.rows.len(),
        left_out,
        without_texts: texts.without,
        changed: texts.changed,
    })
}
