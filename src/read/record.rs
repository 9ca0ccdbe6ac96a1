//! From a record of a JSONL or CSV file to an article.

use super::draft::{Content, Draft};
use super::event::{NoticeKind, Place};
use super::fields::{Mapping, NoText, Record, Values};
use super::markdown::{self, Trust};
use super::options::{ReadOptions, TextFormat};
use super::strip;
use crate::types::{Article, Note};

/// The records of one file on their way to articles.
pub(super) struct Articles(Mapping);

impl Articles {
    /// With the fields that the caller has mapped; the others are guessed.
    pub(super) fn new(options: &ReadOptions) -> Self {
        Self(Mapping::new(&options.fields))
    }

    /// The draft of a record, with a notice of what was guessed for it.
    pub(super) fn draft(&mut self, record: &Record<'_>, place: Place, note: Option<Note>) -> Draft {
        let (values, guesses) = self.0.apply(record);
        let whole = Place { path: place.path.clone(), line: None };
        let content = match values {
            Ok(values) => Content::Record { values: Box::new(values), note },
            Err(NoText::Skipped(cause)) => Content::Skipped(cause),
            Err(NoText::Failed(cause)) => Content::Failed(cause),
        };
        let mut draft = Draft::new(place, content);
        if !guesses.is_empty() {
            draft.notice_first(whole, NoticeKind::Guessed(guesses));
        }
        draft
    }
}

/// The article of a record, with an empty id where it has none.
pub(super) fn article(values: Values, format: Option<TextFormat>) -> Article {
    let text = values.text;
    let (format, trust) = match format {
        Some(format) => (format, Trust::Declared),
        None => (text_format(&text), Trust::Guessed),
    };
    let view = match format {
        TextFormat::Plain => None,
        TextFormat::Markdown => Some(markdown::view(&text, trust)),
        TextFormat::Html => Some(strip::view(&text)),
    };
    Article {
        id: values.id.unwrap_or_default(),
        title: values.title,
        date: values.date,
        url: values.url,
        source: values.source,
        text,
        view,
        notes: Vec::new(),
    }
}

/// What the text of a record looks like. Markdown first: it may hold HTML, but not the other way round.
fn text_format(text: &str) -> TextFormat {
    if markdown::looks_like_markdown(text) {
        TextFormat::Markdown
    } else if strip::looks_like_html(text) {
        TextFormat::Html
    } else {
        TextFormat::Plain
    }
}
