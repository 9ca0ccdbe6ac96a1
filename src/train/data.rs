//! Labelled rows as training takes them.

use super::folds::deal;
use super::params::{TrainError, TrainParams, check_params};
use crate::feature::{FeatureBuilder, FeatureSettings, FeatureSpace, RowScratch, SpaceError, SparseRows};
use crate::linear::Targets;
use crate::model::sha256_hex;
use crate::token::{Memo, Token, Tokenizer};
use crate::types::{LabelSet, LabelledSentence};
use ndarray::Array2;
use std::collections::BTreeSet;

/// Labelled rows, tokenized and dealt into folds.
pub(super) struct Data<'a> {
    pub labels: &'a LabelSet,
    pub rows: &'a [LabelledSentence],
    pub tokenizer: &'a Tokenizer,
    pub tokens: Vec<Vec<Token>>,
    /// What is learnt: hard labels and soft ones.
    pub targets: Targets,
    /// What is judged by: hard labels alone.
    pub gold: Targets,
    features: FeatureSettings,
    /// The fold of each row.
    pub folds: Vec<usize>,
    pub n_folds: usize,
}

impl<'a> Data<'a> {
    pub fn new(
        labels: &'a LabelSet,
        rows: &'a [LabelledSentence],
        tokenizer: &'a Tokenizer,
        params: &TrainParams,
    ) -> Result<Self, TrainError> {
        let gold = gold(labels, rows);
        check_gold(labels, &gold)?;
        let targets = targets(labels, rows);
        let n_folds = params.folds.min(documents(rows));
        if n_folds < 2 {
            return Err(TrainError::OneDocument);
        }
        let folds = deal(labels, rows, n_folds, params.seed);
        let tokens = tokenize(tokenizer, rows.iter().map(|row| row.text.as_str()));
        Ok(Self { labels, rows, tokenizer, tokens, targets, gold, features: params.features, folds, n_folds })
    }

    pub fn space(&self, rows: impl Iterator<Item = usize>) -> Result<FeatureSpace, SpaceError> {
        self.space_of(rows, usize::MAX)
    }

    /// A space of at most so many columns.
    pub fn space_of(&self, rows: impl Iterator<Item = usize>, most: usize) -> Result<FeatureSpace, SpaceError> {
        let mut builder = FeatureBuilder::new(self.features);
        for row in rows {
            builder.add(self.tokenizer, &self.tokens[row]);
        }
        builder.freeze(most)
    }

    pub fn rows(&self, space: &FeatureSpace, rows: impl Iterator<Item = usize>) -> SparseRows {
        let mut scratch = RowScratch::default();
        let mut sparse = SparseRows::new(space.len());
        for row in rows {
            space.push_row(self.tokenizer, &self.tokens[row], &mut scratch, &mut sparse);
        }
        sparse
    }
}

/// Checks all that can be checked before work begins, and names the labels.
pub(super) fn check_rows(rows: &[LabelledSentence], params: &TrainParams) -> Result<LabelSet, TrainError> {
    check_params(params)?;
    label_set(rows, params)
}

fn label_set(rows: &[LabelledSentence], params: &TrainParams) -> Result<LabelSet, TrainError> {
    if rows.is_empty() {
        return Err(TrainError::NoRows);
    }
    let named = || rows.iter().flat_map(|row| row.named().map(move |label| (row, label)));
    let Some(given) = &params.labels else {
        let all: BTreeSet<&String> = named().map(|(_, label)| label).collect();
        return match all.is_empty() {
            true => Err(TrainError::NoLabels),
            false => Ok(LabelSet::new(all.into_iter().cloned())?),
        };
    };
    let labels = LabelSet::new(given.iter().cloned())?;
    match named().find(|(_, label)| labels.index(label).is_none()) {
        Some((row, label)) => Err(TrainError::UnknownLabel { place: row.place.clone(), label: label.clone() }),
        None => Ok(labels),
    }
}

/// The tokens of each text.
pub(super) fn tokenize<'t>(tokenizer: &Tokenizer, texts: impl Iterator<Item = &'t str>) -> Vec<Vec<Token>> {
    let mut memo = Memo::default();
    let tokens = |text: &str| {
        let mut tokens = Vec::new();
        tokenizer.tokenize(text, &mut memo, &mut tokens);
        tokens
    };
    texts.map(tokens).collect()
}

/// What rows say of labels, hard or soft.
pub(super) fn targets(labels: &LabelSet, rows: &[LabelledSentence]) -> Targets {
    Array2::from_shape_fn((rows.len(), labels.len()), |(row, label)| rows[row].target(&labels.names()[label]))
}

/// What people say of labels.
pub(super) fn gold(labels: &LabelSet, rows: &[LabelledSentence]) -> Targets {
    Array2::from_shape_fn((rows.len(), labels.len()), |(row, label)| {
        let (row, label) = (&rows[row], &labels.names()[label]);
        row.says(label).and_then(|_| row.target(label))
    })
}

fn check_gold(labels: &LabelSet, gold: &Targets) -> Result<(), TrainError> {
    for (label, column) in labels.names().iter().zip(gold.columns()) {
        let positives = column.iter().flatten().filter(|p| p.get() >= 0.5).count();
        let negatives = column.iter().flatten().count() - positives;
        if positives == 0 || negatives == 0 {
            return Err(TrainError::OneClass { label: label.clone(), positives, negatives });
        }
    }
    Ok(())
}

/// How many documents there are; a row without one counts as one of its own, by its text.
pub(super) fn documents(rows: &[LabelledSentence]) -> usize {
    let named: BTreeSet<&String> = rows.iter().filter_map(|row| row.doc.as_ref()).collect();
    let unnamed: BTreeSet<&String> = rows.iter().filter(|row| row.doc.is_none()).map(|row| &row.text).collect();
    named.len() + unnamed.len()
}

/// SHA-256 over what the rows say, in order, whatever file format they came in.
pub(super) fn data_digest(rows: &[LabelledSentence]) -> String {
    let hard: Vec<_> = rows.iter().map(|r| (&r.text, &r.labels, &r.unknown, &r.doc)).collect();
    let soft: Vec<_> = rows.iter().map(|r| r.prob.iter().map(|(l, p)| (l, p.get())).collect::<Vec<_>>()).collect();
    // strings, numbers and lists always make JSON; rows without soft labels have the digest that they always had
    let json = match rows.iter().any(LabelledSentence::is_soft) {
        true => serde_json::to_vec(&(hard, soft)),
        false => serde_json::to_vec(&hard),
    };
    sha256_hex(&json.unwrap_or_default())
}
