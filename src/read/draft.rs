//! What is read of an article, before the work of making it one.
//!
//! Reading has two halves. The first is a stream: it walks, unpacks and splits files into drafts, and remembers what it has
//! guessed, so that only one can do it at a time. The second turns a draft into an article and needs nothing but the draft,
//! so that many can do it at once: decoding, parsing pages and Markdown, telling the language.

use encoding_rs::Encoding;

use super::event::{Event, FailCause, Failed, Notice, NoticeKind, Place, SkipCause, Skipped};
use super::fields::Values;
use super::fingerprint::Fingerprint;
use super::http::NoPage;
use super::options::{Format, ReadOptions};
use super::position::Position;
use super::warc::Response;
use super::{decode, html, http, language, markdown, record, text};
use crate::types::{Article, Day, Note};

/// A file or record as it was found, to be finished on any thread.
#[derive(Debug)]
pub struct Draft {
    /// Where it stands in the sources.
    pub position: Position,
    place: Place,
    /// What is to be said before.
    notices: Vec<Notice>,
    content: Content,
}

/// What a draft holds.
#[derive(Debug)]
pub(super) enum Content {
    /// A file that is one article, not yet decoded.
    Document { bytes: Vec<u8>, format: Format },
    /// A response in a WARC file, as the server sent it.
    Response(Box<Response>),
    /// The fields of a record, and how they were decoded.
    Record { values: Box<Values>, note: Option<Note> },
    /// Nothing: left out.
    Skipped(SkipCause),
    /// Nothing: it could not be read.
    Failed(FailCause),
}

/// What comes of a draft.
#[derive(Debug)]
pub struct Finished {
    /// What is to be said before.
    pub notices: Vec<Notice>,
    /// The article, or why there is none.
    pub outcome: Outcome,
}

/// How a file or record ends.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // nearly all are articles
pub enum Outcome {
    /// An article.
    Article(Article),
    /// Left out on purpose.
    Skipped(Skipped),
    /// It could not be read.
    Failed(Failed),
}

impl From<Outcome> for Event {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Article(article) => Self::Article(article),
            Outcome::Skipped(skipped) => Self::Skipped(skipped),
            Outcome::Failed(failed) => Self::Failed(failed),
        }
    }
}

impl Draft {
    /// One that stands at the beginning; the stream of drafts says where it really stands.
    pub(super) fn new(place: Place, content: Content) -> Self {
        Self { position: Position::default(), place, notices: Vec::new(), content }
    }

    /// Of something left out.
    pub(super) fn skipped(place: Place, cause: SkipCause) -> Self {
        Self::new(place, Content::Skipped(cause))
    }

    /// Of something that could not be read.
    pub(super) fn failed(place: Place, cause: FailCause) -> Self {
        Self::new(place, Content::Failed(cause))
    }

    /// Adds something to be said before all that is there to be said.
    pub(super) fn notice_first(&mut self, place: Place, kind: NoticeKind) {
        self.notices.insert(0, Notice { place, kind });
    }

    /// Where it was found.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Bytes of text or markup that it holds: a measure of the work to come. 0 where no article will come of it.
    pub fn bytes(&self) -> usize {
        match &self.content {
            Content::Document { bytes, .. } => bytes.len(),
            Content::Response(response) => response.http.len(),
            Content::Record { values, .. } => values.text.len(),
            Content::Skipped(_) | Content::Failed(_) => 0,
        }
    }

    /// A number that nearly always differs where place or content do, and else is the same in every run of one release.
    pub fn fingerprint(&self) -> u64 {
        let mut all = Fingerprint::default();
        all.add(self.place.path.as_bytes());
        all.add_number(self.place.line.unwrap_or(0));
        match &self.content {
            Content::Document { bytes, .. } => all.add(bytes),
            Content::Response(response) => {
                all.add(&response.http);
                all.add_text(response.uri.as_deref());
            }
            Content::Record { values, .. } => {
                all.add(values.text.as_bytes());
                for field in [&values.id, &values.title, &values.date, &values.url, &values.source] {
                    all.add_text(field.as_deref());
                }
            }
            Content::Skipped(cause) => all.add(cause.name().as_bytes()),
            Content::Failed(cause) => all.add(cause.name().as_bytes()),
        }
        all.finish()
    }

    /// What comes of it: one article, skip or failure, and what is to be said before. `options` are those of the reading.
    pub fn finish(self, options: &ReadOptions) -> Finished {
        let Self { place, mut notices, content, .. } = self;
        let outcome = match content {
            Content::Document { bytes, format } => {
                let article = document(bytes, format, None, &place, &mut notices);
                checked(article, place, options)
            }
            Content::Response(from) => match response(*from, &place, options, &mut notices) {
                Ok(article) => checked(article, place, options),
                Err(NoPage::Skipped(cause)) => Outcome::Skipped(Skipped { place, cause }),
                Err(NoPage::Failed(cause)) => Outcome::Failed(Failed { place, cause }),
            },
            Content::Record { values, note } => {
                let mut article = record::article(*values, options.text_format);
                article.notes.extend(note);
                checked(article, place, options)
            }
            Content::Skipped(cause) => Outcome::Skipped(Skipped { place, cause }),
            Content::Failed(cause) => Outcome::Failed(Failed { place, cause }),
        };
        Finished { notices, outcome }
    }
}

/// The article that a server has sent.
fn response(
    from: Response,
    place: &Place,
    options: &ReadOptions,
    notices: &mut Vec<Notice>,
) -> Result<Article, NoPage> {
    let page = http::page(&from.http, options.max_article_bytes)?;
    let format = if page.is_html { Format::Html } else { Format::Text };
    let mut article = document(page.body, format, page.encoding, place, notices);
    article.id = from.uri.clone().or(from.id).unwrap_or_default();
    article.url = article.url.or(from.uri);
    article.date = article.date.or(from.date);
    Ok(article)
}

/// The article that a file is; `said` is the encoding that came with it.
fn document(
    bytes: Vec<u8>,
    format: Format,
    said: Option<&'static Encoding>,
    place: &Place,
    notices: &mut Vec<Notice>,
) -> Article {
    let decoded = match format {
        Format::Html => decode::decode_html(bytes, said),
        _ => decode::decode_said(bytes, said),
    };
    if let (Some(note), true) = (&decoded.note, decoded.guessed) {
        let kind = NoticeKind::Decoded(note.clone());
        notices.push(Notice { place: place.clone(), kind });
    }
    let mut article = match format {
        Format::Html => html::article(&decoded.text),
        Format::Markdown => markdown::article(decoded.text),
        _ => text::article(decoded.text),
    };
    article.notes.extend(decoded.note);
    article
}

/// The last look at an article: has it an id and text, in the right language, and its title only once?
fn checked(mut article: Article, place: Place, options: &ReadOptions) -> Outcome {
    let visible = article.visible();
    if visible.trim().is_empty() {
        let cause = SkipCause::Empty;
        return Outcome::Skipped(Skipped { place, cause });
    }
    if let Some(cause) = out_of_range(article.date.as_deref(), options) {
        return Outcome::Skipped(Skipped { place, cause });
    }
    if !options.any_language
        && let Some(language) = language::other_than_english(visible)
    {
        let cause = SkipCause::NotEnglish { language };
        return Outcome::Skipped(Skipped { place, cause });
    }
    if article.title.as_deref().is_some_and(|title| begins_with_line(visible, title)) {
        article.title = None;
    }
    if article.id.is_empty() {
        article.id = place.to_string();
    }
    Outcome::Article(article)
}

/// Why an article is not of the days that are asked for, if it is not.
fn out_of_range(date: Option<&str>, options: &ReadOptions) -> Option<SkipCause> {
    let (since, until) = (options.since, options.until);
    if since.is_none() && until.is_none() {
        return None;
    }
    let Some(day) = date.and_then(Day::parse) else { return Some(SkipCause::NoDate) };
    let is_outside = since.is_some_and(|since| day < since) || until.is_some_and(|until| day > until);
    is_outside.then_some(SkipCause::OutOfRange { day })
}

/// Whether the first line of `text` is `title`: then a title of its own would be tagged twice.
fn begins_with_line(text: &str, title: &str) -> bool {
    let first = text.trim_start().lines().next().unwrap_or_default();
    // A look at the lengths saves comparing a whole text without line breaks.
    first.len() <= 2 * title.len() + 16 && html::same_words(first, title)
}
