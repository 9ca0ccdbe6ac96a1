//! A sentence that a person has labelled, or a model.

use super::Prob;
use std::collections::BTreeMap;

/// One row of labelled data. A label that stands nowhere does not apply.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LabelledSentence {
    /// The sentence.
    pub text: String,
    /// Labels that apply.
    pub labels: Vec<String>,
    /// Labels of which nobody said whether they apply.
    pub unknown: Vec<String>,
    /// How probable labels are to a model: soft labels, to learn from and never to judge by. They overrule `labels`.
    pub prob: BTreeMap<String, Prob>,
    /// The document the sentence comes from; rows of one document are never split between training and test.
    pub doc: Option<String>,
    /// Where the row was read, for messages: `file:line`.
    pub place: String,
}

impl LabelledSentence {
    /// Whether a person says that `label` applies; `None` if nobody did.
    pub fn says(&self, label: &str) -> Option<bool> {
        let among = |names: &[String]| names.iter().any(|name| name == label);
        let applies = among(&self.labels);
        (!self.prob.contains_key(label) && (applies || !among(&self.unknown))).then_some(applies)
    }

    /// How probable `label` is, whoever says so: 0 or 1 by a person; `None` if nobody does.
    pub fn target(&self, label: &str) -> Option<Prob> {
        let hard = || self.says(label).map(|applies| Prob::clamped(f64::from(u8::from(applies))));
        self.prob.get(label).copied().or_else(hard)
    }

    /// Whether a model gave labels.
    pub fn is_soft(&self) -> bool {
        !self.prob.is_empty()
    }

    /// The names of all labels that the row says something about, in its own words.
    pub fn named(&self) -> impl Iterator<Item = &String> {
        self.labels.iter().chain(&self.unknown).chain(self.prob.keys())
    }
}
