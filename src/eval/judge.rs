//! Labelled rows and what a model says of them, side by side.

use super::Judged;
use crate::exec::map_with;
use crate::tag::{Tagger, Verdict};
use crate::types::{LabelSet, LabelledSentence};
use std::collections::HashMap;
use thiserror::Error;

/// Why rows can't be judged.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReportError {
    /// A gold label that the model does not have.
    #[error(
        "{place}: label {label:?} is not one of the model's ({known}); choose another model or drop the label from the rows"
    )]
    UnknownLabel {
        /// `file:line`.
        place: String,
        /// The label.
        label: String,
        /// The labels of the model.
        known: String,
    },
    /// Models that are to be compared have different labels.
    #[error("A has the labels {a}, but B has {b}; only models with the same labels can be compared")]
    LabelSets {
        /// The labels of the first model.
        a: String,
        /// The labels of the second model.
        b: String,
    },
    /// Nothing to judge.
    #[error("no labelled rows to evaluate on")]
    NoRows,
}

/// Rows that can be judged, and where they come from.
pub(super) struct Gold<'r> {
    pub rows: &'r [LabelledSentence],
    /// The index of the document of each row; rows without a document are one each.
    docs: Vec<usize>,
    /// How many documents there are.
    pub documents: usize,
}

impl<'r> Gold<'r> {
    /// # Errors
    /// No rows, or one that names a label which is not `known`.
    pub fn new(rows: &'r [LabelledSentence], known: &LabelSet) -> Result<Self, ReportError> {
        if rows.is_empty() {
            return Err(ReportError::NoRows);
        }
        check_labels(known, rows)?;
        let (docs, documents) = documents(rows);
        Ok(Self { rows, docs, documents })
    }

    /// For each of `labels`, the rows of which it is known whether it applies, with the `verdicts` of a model whose labels are
    /// `of_model`.
    pub fn judged(&self, labels: &LabelSet, of_model: &LabelSet, verdicts: &[Verdict]) -> Vec<Vec<Judged>> {
        let of_label = |name: &String| {
            let Some(i) = of_model.index(name) else { return Vec::new() };
            let judged = |((row, &doc), verdict): ((&LabelledSentence, &usize), &Verdict)| {
                let gold = row.says(name)?;
                Some(Judged { gold, predicted: verdict.labels.contains(&i), prob: verdict.prob[i], doc })
            };
            self.rows.iter().zip(&self.docs).zip(verdicts).filter_map(judged).collect()
        };
        labels.names().iter().map(of_label).collect()
    }
}

/// What a model says of each row, on so many threads.
pub(super) fn verdicts(tagger: &Tagger<'_>, rows: &[LabelledSentence], threads: usize) -> Vec<Verdict> {
    /// Rows that a thread takes at once: enough for the encoder to be fast, few enough for all threads to be busy.
    const TOGETHER: usize = 256;
    let texts: Vec<&str> = rows.iter().map(|row| row.text.as_str()).collect();
    let groups: Vec<&[&str]> = texts.chunks(TOGETHER).collect();
    let mut scratches: Vec<_> = (0..groups.len().min(threads).max(1)).map(|_| tagger.scratch()).collect();
    map_with(&mut scratches, groups.len(), |scratch, i| tagger.judge(groups[i], scratch)).concat()
}

fn check_labels(known: &LabelSet, rows: &[LabelledSentence]) -> Result<(), ReportError> {
    for row in rows {
        if let Some(label) = row.named().find(|l| known.index(l).is_none()) {
            return Err(ReportError::UnknownLabel {
                place: row.place.clone(),
                label: label.clone(),
                known: known.names().join(", "),
            });
        }
    }
    Ok(())
}

/// The document index of each row, and how many documents there are.
fn documents(rows: &[LabelledSentence]) -> (Vec<usize>, usize) {
    let mut index = HashMap::new();
    let mut n = 0;
    let mut next = || {
        n += 1;
        n - 1
    };
    let docs = rows
        .iter()
        .map(|row| match &row.doc {
            Some(doc) => *index.entry(doc.as_str()).or_insert_with(&mut next),
            None => next(),
        })
        .collect();
    (docs, n)
}
