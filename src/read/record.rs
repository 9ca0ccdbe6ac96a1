//! From a record of a JSONL or CSV file to an article.

use std::collections::VecDeque;

use super::event::{Event, Failed, Notice, NoticeKind, Place, Skipped};
use super::fields::{Mapping, NoText, Record, Values};
use super::markdown::{self, Trust};
use super::options::{ReadOptions, TextFormat};
use super::{finish, strip};
use crate::types::{Article, Note};

/// The records of one file on their way to articles.
pub(super) struct Articles(Mapping);

impl Articles {
    /// With the fields that the caller has mapped; the others are guessed.
    pub(super) fn new(options: &ReadOptions) -> Self {
        Self(Mapping::new(&options.fields))
    }

    /// Adds what becomes of a record to `events`: notices of guesses, then one article, skip or failure.
    pub(super) fn push(
        &mut self,
        record: &Record<'_>,
        place: Place,
        note: Option<Note>,
        options: &ReadOptions,
        events: &mut VecDeque<Event>,
    ) {
        let (values, guesses) = self.0.apply(record);
        if !guesses.is_empty() {
            let place = Place { path: place.path.clone(), line: None };
            let kind = NoticeKind::Guessed(guesses);
            events.push_back(Event::Notice(Notice { place, kind }));
        }
        events.push_back(match values {
            Ok(values) => {
                let mut article = article(values, options.text_format);
                article.notes.extend(note);
                if article.id.is_empty() {
                    article.id = place.to_string();
                }
                finish(article, place, options)
            }
            Err(NoText::Skipped(cause)) => Event::Skipped(Skipped { place, cause }),
            Err(NoText::Failed(cause)) => Event::Failed(Failed { place, cause }),
        });
    }
}

/// The article of a record, with an empty id where it has none.
fn article(values: Values, format: Option<TextFormat>) -> Article {
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
