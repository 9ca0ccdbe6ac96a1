//! From the records of a group to articles with their clusters.

use super::part::{LeftOut, Mark};
use super::source::Group;
use crate::duplicate::{Clusters, Sketch};
use crate::read::{Notice, Outcome, Place, ReadOptions};
use crate::types::Article;
use std::collections::BTreeMap;

/// A group whose records have become articles, or have been left out.
pub(super) struct Prepared {
    pub part: u64,
    pub start: Mark,
    pub end: Option<Mark>,
    pub articles: Vec<Numbered>,
    pub rest: Rest,
}

/// An article of a corpus.
pub(super) struct Numbered {
    pub number: u64,
    pub article: Article,
    pub sketch: Option<Sketch>,
    /// Its own number until [`Prepared::assign`] has looked.
    pub cluster: u64,
}

/// What else there is to know of a group.
#[derive(Default)]
pub(super) struct Rest {
    pub records: u64,
    pub not_sampled: u64,
    pub skipped: BTreeMap<String, u64>,
    pub failed: BTreeMap<String, u64>,
    pub left_out: Vec<LeftOut>,
    pub notices: Vec<Notice>,
    pub bytes_read: u64,
}

impl Prepared {
    /// Finishes the records of a group. Needs nothing but the group.
    pub fn of(group: Group, options: &ReadOptions) -> Self {
        let Group { part, start, drafts, not_sampled, end, bytes_read } = group;
        let records = drafts.len() as u64 + not_sampled;
        let mut prepared = Self {
            part,
            start,
            end,
            articles: Vec::with_capacity(drafts.len()),
            rest: Rest { records, not_sampled, bytes_read, ..Rest::default() },
        };
        for (number, draft) in drafts {
            let finished = draft.finish(options);
            prepared.rest.notices.extend(finished.notices);
            prepared.add(number, finished.outcome);
        }
        prepared
    }

    fn add(&mut self, number: u64, outcome: Outcome) {
        match outcome {
            Outcome::Article(article) => {
                let sketch = Sketch::of(article.visible());
                self.articles.push(Numbered { number, article, sketch, cluster: number });
            }
            Outcome::Skipped(skipped) => {
                *self.rest.skipped.entry(skipped.cause.name().to_owned()).or_default() += 1;
                if !skipped.cause.is_expected() {
                    let (cause, message) = (skipped.cause.name(), skipped.cause.to_string());
                    self.rest.left_out.push(left_out(number, "skipped", skipped.place, cause, message));
                }
            }
            Outcome::Failed(failed) => {
                *self.rest.failed.entry(failed.cause.name().to_owned()).or_default() += 1;
                let (cause, message) = (failed.cause.name(), failed.cause.to_string());
                self.rest.left_out.push(left_out(number, "failed", failed.place, cause, message));
            }
        }
    }

    /// Puts each article into its cluster. Groups must come in order.
    pub fn assign(&mut self, clusters: &mut Clusters) {
        for article in &mut self.articles {
            article.cluster = clusters.assign(article.number, article.sketch.as_ref());
        }
    }
}

fn left_out(record: u64, outcome: &str, place: Place, cause: &str, message: String) -> LeftOut {
    let (outcome, cause) = (outcome.to_owned(), cause.to_owned());
    LeftOut { v: LeftOut::VERSION, record, outcome, path: place.path, line: place.line, cause, message }
}
