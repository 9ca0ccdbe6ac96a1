//! Collections of articles on disk or standard input, read as a stream of articles.
//!
//! One file per format (`text`, `markdown`, `html`, `jsonl`, `csv`), and around them what all share: finding files
//! (`walk`), unpacking (`input`), telling formats (`sniff`) and encodings (`decode`), and leaving out what is not English
//! (`language`). Markup is taken away by `strip` and `markdown`, which write views through `compose`. Nothing here prints,
//! starts threads or knows of labels, and nothing stops the stream: what cannot be read is an event of its own.
//!
//! Memory is a small multiple of the longest article, whatever the size of the collection.

mod compose;
mod csv;
mod decode;
mod event;
mod fields;
mod front;
mod html;
mod input;
mod jsonl;
mod labelled;
mod language;
mod loose;
mod markdown;
mod options;
mod record;
mod sniff;
mod strip;
mod text;
mod walk;

use std::collections::VecDeque;
use std::fs::File;

use self::csv::Table;
use self::input::Input;
use self::jsonl::JsonLines;
use self::walk::{Files, Found, open_failed, shown};
use crate::types::Article;

pub use self::event::{Event, FailCause, Failed, Notice, NoticeKind, Place, SkipCause, Skipped};
pub use self::labelled::{BadRow, Labelled, LabelledError, read_labelled};
pub use self::options::{DEFAULT_MAX_ARTICLE_BYTES, Fields, Format, ReadOptions, Role, Source, TextFormat};

/// Reads `sources` one after the other.
///
/// Every file or record ends in exactly one article, skip or failure, in the order of the sources; folders are read in
/// the order of their file names. The id of an article is the id field of its record, else the path as given, with
/// `:line` for a record. Ids are not checked to differ.
pub fn read(sources: Vec<Source>, options: ReadOptions) -> impl Iterator<Item = Event> + Send {
    Reader { files: Files::new(sources, &options), records: None, events: VecDeque::new(), options }
}

struct Reader {
    files: Files,
    /// The file of many articles that is being read.
    records: Option<Records>,
    /// What has been found out and not yet been handed on.
    events: VecDeque<Event>,
    options: ReadOptions,
}

/// A file of many articles in the middle of being read.
enum Records {
    Lines(Box<JsonLines>),
    Table(Box<Table>),
}

impl Iterator for Reader {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            match &mut self.records {
                Some(records) => {
                    let goes_on = match records {
                        Records::Lines(lines) => lines.next(&self.options, &mut self.events),
                        Records::Table(table) => table.next(&self.options, &mut self.events),
                    };
                    if !goes_on {
                        self.records = None;
                    }
                }
                None => {
                    let found = self.files.next()?;
                    self.open(found);
                }
            }
        }
    }
}

impl Reader {
    fn open(&mut self, found: Found) {
        match found {
            Found::Event(event) => self.events.push_back(event),
            Found::Stdin => {
                let input = Input::new(std::io::stdin());
                self.start(input, "stdin".into(), self.options.format);
            }
            Found::File(path, format) => match File::open(&path) {
                Ok(file) => self.start(Input::new(file), shown(&path), format),
                Err(error) => self.events.push_back(open_failed(&path, error)),
            },
        }
    }

    fn start(&mut self, input: Input, path: String, format: Option<Format>) {
        if let Some(cause) = sniff::binary(input.prefix()) {
            let place = Place { path, line: None };
            return self.events.push_back(Event::Skipped(Skipped { place, cause }));
        }
        let format = format.unwrap_or_else(|| sniff::format(input.prefix()));
        match format {
            Format::Jsonl => self.records = Some(Records::Lines(Box::new(JsonLines::new(input, path, &self.options)))),
            Format::Csv | Format::Tsv => {
                let table = Table::new(input, path, format, &self.options);
                self.records = Some(Records::Table(Box::new(table)));
            }
            Format::Text | Format::Markdown | Format::Html => {
                document(input, path, format, &self.options, &mut self.events);
            }
        }
    }
}

/// Reads a file that is one article.
fn document(mut input: Input, path: String, format: Format, options: &ReadOptions, events: &mut VecDeque<Event>) {
    let limit = options.max_article_bytes;
    let place = Place { path, line: None };
    let bytes = match input.read_all(limit) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => {
            let cause = SkipCause::TooLong { limit };
            return events.push_back(Event::Skipped(Skipped { place, cause }));
        }
        Err(error) => {
            let byte = input.position();
            let cause = FailCause::BrokeOff { byte, error };
            return events.push_back(Event::Failed(Failed { place, cause }));
        }
    };
    let decoded = match format {
        Format::Html => decode::decode_html(bytes),
        _ => decode::decode(bytes),
    };
    if let (Some(note), true) = (&decoded.note, decoded.guessed) {
        let kind = NoticeKind::Decoded(note.clone());
        let place = place.clone();
        events.push_back(Event::Notice(Notice { place, kind }));
    }
    let mut article = match format {
        Format::Html => html::article(&decoded.text),
        Format::Markdown => markdown::article(decoded.text),
        Format::Text | Format::Jsonl | Format::Csv | Format::Tsv => text::article(decoded.text),
    };
    article.id.clone_from(&place.path);
    article.notes.extend(decoded.note);
    events.push_back(finish(article, place, options));
}

/// The last look at an article: is there text, in the right language, and its title only once?
fn finish(mut article: Article, place: Place, options: &ReadOptions) -> Event {
    let visible = article.visible();
    if visible.trim().is_empty() {
        let cause = SkipCause::Empty;
        return Event::Skipped(Skipped { place, cause });
    }
    if !options.any_language
        && let Some(language) = language::other_than_english(visible)
    {
        let cause = SkipCause::NotEnglish { language };
        return Event::Skipped(Skipped { place, cause });
    }
    if article.title.as_deref().is_some_and(|title| begins_with_line(visible, title)) {
        article.title = None;
    }
    Event::Article(article)
}

/// Whether the first line of `text` is `title`: then a title of its own would be tagged twice.
fn begins_with_line(text: &str, title: &str) -> bool {
    let first = text.trim_start().lines().next().unwrap_or_default();
    // A look at the lengths saves comparing a whole text without line breaks.
    first.len() <= 2 * title.len() + 16 && html::same_words(first, title)
}

#[cfg(test)]
mod tests;
