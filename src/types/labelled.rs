//! A sentence that a person has labelled.

/// One row of labelled data. A label neither in `labels` nor in `unknown` does not apply.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LabelledSentence {
    /// The sentence.
    pub text: String,
    /// Labels that apply.
    pub labels: Vec<String>,
    /// Labels of which nobody said whether they apply.
    pub unknown: Vec<String>,
    /// The document the sentence comes from; rows of one document are never split between training and test.
    pub doc: Option<String>,
    /// Where the row was read, for messages: `file:line`.
    pub place: String,
}

impl LabelledSentence {
    /// Whether `label` applies; `None` if nobody said.
    pub fn says(&self, label: &str) -> Option<bool> {
        let among = |names: &[String]| names.iter().any(|name| name == label);
        let applies = among(&self.labels);
        (applies || !among(&self.unknown)).then_some(applies)
    }
}
