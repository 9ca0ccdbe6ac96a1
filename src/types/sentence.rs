//! Sentences and where in an article they stand.

use super::Span;

/// Which part of the article a sentence belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// The article's title, whether it came as a field of its own or as the first line of the text.
    Headline,
    /// The first paragraph of running text.
    Lead,
    /// Everything else.
    Body,
}

impl Part {
    /// The name in output rows.
    pub fn name(self) -> &'static str {
        match self {
            Part::Headline => "headline",
            Part::Lead => "lead",
            Part::Body => "body",
        }
    }
}

/// The text that a sentence's span points into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// [`Article::title`](super::Article::title).
    Title,
    /// [`Article::text`](super::Article::text).
    Text,
}

impl Field {
    /// The name in output rows.
    pub fn name(self) -> &'static str {
        match self {
            Field::Title => "title",
            Field::Text => "text",
        }
    }
}

/// One sentence (or heading, list item, caption) of a text: where it stands, not what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sentence {
    /// Bytes of the text that was segmented.
    pub span: Span,
    /// Headline, lead or body.
    pub part: Part,
}
