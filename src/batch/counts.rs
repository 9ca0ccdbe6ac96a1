//! What became of the records.

use crate::types::LabelSet;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Counts of a part, or of a whole run. Each record is exactly one of: tagged, a duplicate, not sampled, skipped, failed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Records and files of one article.
    pub records: u64,
    /// Articles that were tagged.
    pub articles: u64,
    /// Articles that were not tagged because they are near-duplicates (`--dedup`).
    pub duplicates: u64,
    /// Records that the sample passed over (`--sample`).
    pub not_sampled: u64,
    /// Records left out on purpose, by cause.
    pub skipped: BTreeMap<String, u64>,
    /// Records that could not be read, by cause.
    pub failed: BTreeMap<String, u64>,
    /// Sentences of the tagged articles.
    pub sentences: u64,
    /// Clusters of near-duplicates among the articles; as many as articles if no two are alike.
    pub clusters: u64,
    /// By label.
    pub labels: BTreeMap<String, LabelCounts>,
}

/// How often a label was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelCounts {
    /// Sentences with the label.
    pub sentences: u64,
    /// Articles with such a sentence.
    pub articles: u64,
    /// Clusters with such an article.
    pub clusters: u64,
}

impl Counts {
    /// Nothing counted, each label there.
    pub(super) fn new(labels: &LabelSet) -> Self {
        let labels = labels.names().iter().map(|name| (name.clone(), LabelCounts::default())).collect();
        Self { labels, ..Self::default() }
    }

    /// Adds those of another part. Sums that no run can have end at the largest number: they are of a file that is damaged.
    pub(super) fn add(&mut self, other: &Self) {
        add(&mut self.records, other.records);
        add(&mut self.articles, other.articles);
        add(&mut self.duplicates, other.duplicates);
        add(&mut self.not_sampled, other.not_sampled);
        add(&mut self.sentences, other.sentences);
        add(&mut self.clusters, other.clusters);
        for (mine, others) in [(&mut self.skipped, &other.skipped), (&mut self.failed, &other.failed)] {
            for (cause, n) in others {
                add(mine.entry(cause.clone()).or_default(), *n);
            }
        }
        for (label, counts) in &other.labels {
            let mine = self.labels.entry(label.clone()).or_default();
            add(&mut mine.sentences, counts.sentences);
            add(&mut mine.articles, counts.articles);
            add(&mut mine.clusters, counts.clusters);
        }
    }

    /// Records of which is known what became of them; as many as there are, if nothing was lost.
    pub fn accounted(&self) -> u64 {
        let causes = self.skipped.values().chain(self.failed.values());
        [&self.articles, &self.duplicates, &self.not_sampled]
            .into_iter()
            .chain(causes)
            .fold(0, |a, &b| a.saturating_add(b))
    }
}

fn add(to: &mut u64, more: u64) {
    *to = to.saturating_add(more);
}

/// `summary.json`, version 1: all counts of a run. The same for the same run, however often it was cut off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// 1.
    pub v: u32,
    /// Whether all parts are done.
    pub complete: bool,
    /// The parts that are done, by number.
    pub parts: Vec<u64>,
    /// Their counts.
    pub counts: Counts,
}

impl Summary {
    pub(super) const FILE: &str = "summary.json";
    pub(super) const VERSION: u32 = 1;
}
