//! What tagging says of an article.

use super::{Field, Part, Prob, Span, Why};

/// Which model decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tier {
    /// The linear tier: n-grams.
    Linear,
    /// The encoder tier: a transformer.
    Encoder,
}

impl Tier {
    /// The name in output rows.
    pub fn name(self) -> &'static str {
        match self {
            Tier::Linear => "linear",
            Tier::Encoder => "encoder",
        }
    }
}

/// One sentence of an article with its labels.
#[derive(Debug, Clone, PartialEq)]
pub struct TaggedSentence {
    /// Which text of the article it stands in.
    pub field: Field,
    /// Where: bytes of that text.
    pub span: Span,
    /// Headline, lead or body.
    pub part: Part,
    /// What a person reads: the text at `span` without markup.
    pub text: String,
    /// Indices of the labels given, ascending; none is a normal answer.
    pub labels: Vec<usize>,
    /// The probability of each label of the model.
    pub prob: Vec<Prob>,
    /// Who decided.
    pub tier: Tier,
    /// Why it has each of its labels, in their order; none unless asked for.
    pub why: Vec<Why>,
}

/// An article with its sentences in reading order.
#[derive(Debug, Clone, PartialEq)]
pub struct TaggedArticle {
    /// The article.
    pub article: super::Article,
    /// Every sentence, with and without labels.
    pub sentences: Vec<TaggedSentence>,
    /// Where it stands in a corpus, if that is known.
    pub place: Option<CorpusPlace>,
}

/// Where an article stands in a corpus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CorpusPlace {
    /// How many records stand before it.
    pub number: u64,
    /// The number of the article that it is a near-duplicate of, or its own.
    pub cluster: u64,
    /// Whether it was not tagged, being a near-duplicate of one that was.
    pub is_left_out: bool,
}
