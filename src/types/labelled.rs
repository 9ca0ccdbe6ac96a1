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
