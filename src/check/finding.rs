//! One weakness of a data set, with examples.

use serde::Serialize;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth a look; data sets without are rare.
    Note,
    /// Makes a model worse, or its figures less certain.
    Warning,
    /// Makes figures on the data wrong.
    Error,
}

impl Severity {
    /// The name in messages and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Records that are no labelled sentence.
    Unreadable,
    /// A sentence that stands several times, with different labels.
    Contradiction,
    /// A document with rows in more than one split.
    SharedDocument,
    /// A sentence that repeats, or nearly repeats, one of another split.
    Leak,
    /// A sentence that repeats one of its own split.
    Repeat,
    /// A sentence that nearly repeats one of its own split.
    NearRepeat,
    /// A run of words that stands in too many rows.
    CommonPhrase,
    /// A label with too few positives for its figures to mean much.
    FewPositives,
    /// Rows without a document, which no split can keep together.
    NoDocument,
    /// Labels that models trained on the other rows disagree with.
    SuspectLabel,
}

impl Kind {
    /// How bad findings of this kind are.
    pub fn severity(self) -> Severity {
        match self {
            Kind::Unreadable | Kind::Contradiction | Kind::SharedDocument | Kind::Leak => Severity::Error,
            Kind::Repeat | Kind::NearRepeat | Kind::CommonPhrase | Kind::FewPositives => Severity::Warning,
            Kind::NoDocument | Kind::SuspectLabel => Severity::Note,
        }
    }
}

/// One weakness.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What it is about.
    pub kind: Kind,
    /// One line for a reader.
    pub message: String,
    /// All rows concerned, in the order of the data; for [`Kind::SuspectLabel`] the likeliest error first.
    pub examples: Vec<Example>,
}

/// A row that a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Example {
    /// `file:line`.
    pub place: String,
    /// The row that it repeats or contradicts: `file:line`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
    /// What is the matter with it.
    pub detail: String,
    /// The sentence.
    pub text: String,
}

impl Finding {
    pub(super) fn new(kind: Kind, message: String, examples: Vec<Example>) -> Self {
        Self { severity: kind.severity(), kind, message, examples }
    }
}
