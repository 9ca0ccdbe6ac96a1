//! The claims of a run, and what the page knows of them from the start.

use super::ReportError;
use super::texts::Texts;
use crate::batch::{Counts, LoadedRun};
use crate::write::OwnedCell;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// The version of the data in the page. It is read by the script beside it and by nothing else, so that the two always fit;
/// the rows that the page saves are labelled sentences as `claimtag train` reads them.
pub const REPORT_VERSION: u32 = 1;

/// The sentences with a label.
#[derive(Default)]
pub(super) struct Claims {
    /// The articles that have one, in the order of the corpus.
    pub articles: Vec<ClaimingArticle>,
    /// In reading order.
    pub rows: Vec<Claim>,
}

/// An article with a claim.
pub(super) struct ClaimingArticle {
    /// Number of its record in the corpus.
    pub number: u64,
    pub id: String,
    pub title: Option<String>,
    pub date: Option<String>,
    pub day: Option<String>,
    pub url: Option<String>,
    pub source: Option<String>,
    /// Number of the article that it is a near-duplicate of, or its own.
    pub cluster: u64,
    /// Its sentences with a label: a range of [`Claims::rows`].
    pub rows: std::ops::Range<usize>,
}

/// A sentence with a label.
pub(super) struct Claim {
    /// Index into [`Claims::articles`].
    pub article: usize,
    /// Index of the sentence in the article.
    pub sentence: u64,
    pub part: String,
    pub text: String,
    /// Indices of the labels given.
    pub labels: Vec<usize>,
    /// The probability of each label of the model.
    pub prob: Vec<f64>,
    pub tier: String,
    /// Why, as the row says it (`--explain`): JSON.
    pub why: Option<Box<RawValue>>,
}

impl Claim {
    /// The highest probability of a label given.
    fn strength(&self) -> f64 {
        self.labels.iter().map(|&label| self.prob[label]).fold(0.0, f64::max)
    }
}

/// Takes cells out of a row by the name of their column.
struct Cells<'a> {
    run: &'a LoadedRun,
    row: Vec<OwnedCell>,
}

impl Cells<'_> {
    fn take(&mut self, name: &str) -> OwnedCell {
        let at = self.run.schema().columns.iter().position(|column| column.name == name);
        let cell = at.and_then(|at| self.row.get_mut(at));
        cell.map_or(OwnedCell::Empty, |cell| std::mem::replace(cell, OwnedCell::Empty))
    }

    fn optional(&mut self, name: &str) -> Option<String> {
        match self.take(name) {
            OwnedCell::Text(text) => Some(text),
            _ => None,
        }
    }

    fn text(&mut self, name: &'static str) -> Result<String, ReportError> {
        self.optional(name).ok_or(ReportError::Column(name))
    }

    fn count(&mut self, name: &'static str) -> Result<u64, ReportError> {
        match self.take(name) {
            OwnedCell::Count(count) => Ok(count),
            _ => Err(ReportError::Column(name)),
        }
    }
}

impl Claims {
    /// All of a run.
    pub fn collect(run: &LoadedRun) -> Result<Self, ReportError> {
        let mut claims = Self::default();
        for row in run.rows() {
            let mut cells = Cells { run, row: row? };
            let OwnedCell::Texts(names) = cells.take("labels") else { return Err(ReportError::Column("labels")) };
            let labels: Vec<usize> = names.iter().filter_map(|name| run.labels().index(name)).collect();
            if labels.is_empty() {
                continue;
            }
            let number = cells.count("article")?;
            let at = claims.rows.len();
            match claims.articles.last_mut().filter(|last| last.number == number) {
                Some(last) => last.rows.end = at + 1,
                None => claims.articles.push(ClaimingArticle {
                    number,
                    id: cells.text("article_id")?,
                    title: cells.optional("title"),
                    date: cells.optional("date"),
                    day: cells.optional("day"),
                    url: cells.optional("url"),
                    source: cells.optional("source"),
                    cluster: cells.count("cluster")?,
                    rows: at..at + 1,
                }),
            }
            let OwnedCell::Probs(prob) = cells.take("prob") else { return Err(ReportError::Column("prob")) };
            claims.rows.push(Claim {
                article: claims.articles.len() - 1,
                sentence: cells.count("sentence")?,
                part: cells.text("part")?,
                text: cells.text("text")?,
                labels,
                prob,
                tier: cells.text("tier")?,
                why: match cells.take("why") {
                    OwnedCell::Json(json) => Some(RawValue::from_string(json).map_err(std::io::Error::from)?),
                    _ => None,
                },
            });
        }
        Ok(claims)
    }

    /// Leaves only the strongest `most`, in their order, and the articles that still have one. How many went.
    pub fn keep_strongest(&mut self, most: usize) -> usize {
        let more = self.rows.len().saturating_sub(most);
        if more == 0 {
            return 0;
        }
        let mut by_strength: Vec<usize> = (0..self.rows.len()).collect();
        by_strength.sort_by(|&a, &b| self.rows[b].strength().total_cmp(&self.rows[a].strength()));
        let mut keep = vec![false; self.rows.len()];
        by_strength[..most].iter().for_each(|&row| keep[row] = true);
        let (mut kept_rows, mut kept_articles) = (Vec::with_capacity(most), Vec::new());
        let mut rows = std::mem::take(&mut self.rows).into_iter().zip(keep);
        for article in std::mem::take(&mut self.articles) {
            let start = kept_rows.len();
            let of_article = rows.by_ref().take(article.rows.len());
            let number = kept_articles.len();
            kept_rows.extend(of_article.filter(|(_, keep)| *keep).map(|(row, _)| Claim { article: number, ..row }));
            if kept_rows.len() > start {
                kept_articles.push(ClaimingArticle { rows: start..kept_rows.len(), ..article });
            }
        }
        (self.rows, self.articles) = (kept_rows, kept_articles);
        more
    }
}

/// What the page knows from the start. Columns, one entry for each article or claim: half the size of rows.
#[derive(Serialize)]
pub(super) struct Index<'a> {
    v: u32,
    /// What stands above the page.
    pub title: &'a str,
    /// Names the run in what a browser keeps of it: decisions of review belong to these claims.
    key: String,
    labels: &'a [String],
    model: &'a str,
    tier: &'a str,
    /// Whether all parts of the run are done.
    complete: bool,
    counts: &'a Counts,
    /// Claims that the page does not show.
    left_out: usize,
    /// Whether the rows say why they have their labels.
    explained: bool,
    articles: Articles<'a>,
    claims: ClaimColumns<'a>,
}

#[derive(Serialize)]
struct Articles<'a> {
    number: Vec<u64>,
    id: Vec<&'a str>,
    title: Vec<Option<&'a str>>,
    /// As given.
    date: Vec<Option<&'a str>>,
    /// As `2024-05-31`.
    day: Vec<Option<&'a str>>,
    url: Vec<Option<&'a str>>,
    source: Vec<Option<&'a str>>,
    cluster: Vec<u64>,
    /// The block of texts that it is in, and which of the block's articles it is.
    block: &'a [(usize, usize)],
}

#[derive(Serialize)]
struct ClaimColumns<'a> {
    /// Index of the article in this page.
    article: Vec<usize>,
    sentence: Vec<u64>,
    part: Vec<&'a str>,
    text: Vec<&'a str>,
    /// Indices of the labels given.
    labels: Vec<&'a [usize]>,
    /// Ten thousandths, for each label of the model.
    prob: Vec<Vec<u32>>,
    tier: Vec<&'a str>,
}

impl<'a> Index<'a> {
    pub fn new(run: &'a LoadedRun, title: &'a str, claims: &'a Claims, texts: &'a Texts, left_out: usize) -> Self {
        fn each<'a, T, U>(of: &'a [T], what: impl Fn(&'a T) -> U) -> Vec<U> {
            of.iter().map(what).collect()
        }
        let said = |name: &str| run.setting(name).and_then(Value::as_str).unwrap_or_default();
        let (articles, rows) = (&claims.articles, &claims.rows);
        let ten_thousandths = |claim: &Claim| claim.prob.iter().map(|p| (p * 1e4).round() as u32).collect();
        Self {
            v: REPORT_VERSION,
            title,
            key: key(run.labels().names(), claims),
            labels: run.labels().names(),
            model: said("model"),
            tier: said("tier"),
            complete: run.is_complete(),
            counts: run.counts(),
            left_out,
            explained: rows.iter().any(|claim| claim.why.is_some()),
            articles: Articles {
                number: each(articles, |a| a.number),
                id: each(articles, |a| a.id.as_str()),
                title: each(articles, |a| a.title.as_deref()),
                date: each(articles, |a| a.date.as_deref()),
                day: each(articles, |a| a.day.as_deref()),
                url: each(articles, |a| a.url.as_deref()),
                source: each(articles, |a| a.source.as_deref()),
                cluster: each(articles, |a| a.cluster),
                block: &texts.places,
            },
            claims: ClaimColumns {
                article: each(rows, |c| c.article),
                sentence: each(rows, |c| c.sentence),
                part: each(rows, |c| c.part.as_str()),
                text: each(rows, |c| c.text.as_str()),
                labels: each(rows, |c| c.labels.as_slice()),
                prob: each(rows, ten_thousandths),
                tier: each(rows, |c| c.tier.as_str()),
            },
        }
    }
}

/// A fingerprint of the labels and of which sentences of which articles there are: all that decisions refer to by number.
fn key(labels: &[String], claims: &Claims) -> String {
    let mut all = crate::read::Fingerprint::default();
    labels.iter().for_each(|label| all.add(label.as_bytes()));
    for claim in &claims.rows {
        let article = &claims.articles[claim.article];
        all.add_number(article.number);
        all.add(article.id.as_bytes());
        all.add_number(claim.sentence);
        all.add(claim.text.as_bytes());
    }
    format!("{:016x}", all.finish())
}
