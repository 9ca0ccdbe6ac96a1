//! The articles around the claims, as they were read.

use super::ReportError;
use super::index::{Claim, ClaimingArticle, Claims};
use super::page::packed;
use crate::batch::LoadedRun;
use crate::read::{Outcome, drafts};
use crate::tag::{Found, sentences};
use crate::types::{Article, Field};
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The texts of the articles with a claim, in blocks.
pub(super) struct Texts {
    /// Each a list of [`ArticleText`], compressed: what the page unpacks when one of them is looked at.
    pub blocks: Vec<String>,
    /// For each article its block, and which one of it it is.
    pub places: Vec<(usize, usize)>,
    /// Why there are none but the claims, in words.
    pub without: Option<String>,
    /// Articles whose text is not the one that was tagged.
    pub changed: usize,
}

/// An article, as sentences in reading order, the title first.
#[derive(Serialize, Default)]
pub(super) struct ArticleText<'a> {
    sentences: Vec<&'a str>,
    /// Indices into `sentences` of those that begin a paragraph.
    paragraphs: Vec<usize>,
    /// How many of them are the title.
    title: usize,
    /// Where only some sentences are known: the index of each in the article.
    #[serde(skip_serializing_if = "Option::is_none")]
    numbers: Option<Vec<u64>>,
    /// Why sentences have their labels, by the index in the article.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    why: BTreeMap<u64, &'a RawValue>,
}

/// Characters of JSON in a block: some tens of articles, unpacked in a few milliseconds.
const BLOCK: usize = 256 << 10;

/// Blocks that grow.
#[derive(Default)]
struct Blocks {
    packed: Vec<String>,
    places: Vec<(usize, usize)>,
    /// JSON of the articles of the block in hand.
    open: Vec<u8>,
    in_open: usize,
}

impl Blocks {
    fn push(&mut self, text: &ArticleText<'_>) -> Result<(), ReportError> {
        self.open.push(if self.in_open == 0 { b'[' } else { b',' });
        serde_json::to_writer(&mut self.open, text).map_err(std::io::Error::from)?;
        self.places.push((self.packed.len(), self.in_open));
        self.in_open += 1;
        if self.open.len() >= BLOCK { self.close() } else { Ok(()) }
    }

    fn close(&mut self) -> Result<(), ReportError> {
        if self.in_open > 0 {
            self.open.push(b']');
            self.packed.push(packed(&self.open)?);
            self.open.clear();
            self.in_open = 0;
        }
        Ok(())
    }
}

impl Texts {
    /// Reads the corpus of a run again; where it cannot be, there are the claims alone.
    pub fn of(run: &LoadedRun, claims: &Claims) -> Result<Self, ReportError> {
        let mut blocks = Blocks::default();
        let mut waiting = claims.articles.iter().peekable();
        let mut changed = 0;
        let without = match run.corpus() {
            Err(cause) => Some(cause),
            Ok(corpus) => {
                let mut drafts = drafts(corpus.sources, corpus.options.clone());
                let mut number = 0;
                while waiting.peek().is_some()
                    && let Some(draft) = drafts.next()
                {
                    if let Some(article) = waiting.next_if(|article| article.number == number) {
                        let rows = &claims.rows[article.rows.clone()];
                        let is_same = match draft.finish(&corpus.options).outcome {
                            Outcome::Article(found) => push_whole(&mut blocks, article, rows, &found)?,
                            Outcome::Skipped(_) | Outcome::Failed(_) => false,
                        };
                        if !is_same {
                            changed += 1;
                            blocks.push(&claims_alone(rows))?;
                        }
                    }
                    number += 1;
                }
                None
            }
        };
        for article in waiting {
            changed += usize::from(without.is_none());
            blocks.push(&claims_alone(&claims.rows[article.rows.clone()]))?;
        }
        blocks.close()?;
        Ok(Self { blocks: blocks.packed, places: blocks.places, without, changed })
    }
}

/// Adds an article with all its sentences, if they are those that were tagged.
fn push_whole(
    blocks: &mut Blocks,
    article: &ClaimingArticle,
    rows: &[Claim],
    found: &Article,
) -> Result<bool, ReportError> {
    let all = sentences(found);
    let is_same = |row: &Claim| all.get(row.sentence as usize).is_some_and(|sentence| sentence.text == row.text);
    if found.id != article.id || !rows.iter().all(is_same) {
        return Ok(false);
    }
    blocks.push(&ArticleText {
        sentences: all.iter().map(|sentence| sentence.text.as_str()).collect(),
        paragraphs: paragraphs(&all, found.visible()),
        title: all.iter().filter(|sentence| sentence.field == Field::Title).count(),
        numbers: None,
        why: why(rows),
    })?;
    Ok(true)
}

fn claims_alone(rows: &[Claim]) -> ArticleText<'_> {
    ArticleText {
        sentences: rows.iter().map(|row| row.text.as_str()).collect(),
        paragraphs: (0..rows.len()).collect(),
        title: 0,
        numbers: Some(rows.iter().map(|row| row.sentence).collect()),
        why: why(rows),
    }
}

fn why(rows: &[Claim]) -> BTreeMap<u64, &RawValue> {
    rows.iter().filter_map(|row| Some((row.sentence, row.why.as_deref()?))).collect()
}

/// Which sentences begin a paragraph: those of the text with an empty line before them, or the end of a heading.
fn paragraphs(all: &[Found], visible: &str) -> Vec<usize> {
    let begins = |&i: &usize| {
        let Some(before) = i.checked_sub(1).map(|before| &all[before]) else { return true };
        before.field != all[i].field || {
            let between = visible.get(before.visible.end..all[i].visible.start).unwrap_or_default();
            let breaks = between.matches('\n').count();
            breaks > 1 || breaks == 1 && before.part != all[i].part
        }
    };
    (0..all.len()).filter(begins).collect()
}
