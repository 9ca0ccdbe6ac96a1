//! Collections of articles on disk or standard input, read as a stream of articles.
//!
//! One file per format (`text`, `markdown`, `html`, `jsonl`, `csv`, `tar`, `warc` with `http`, `parquet` with `pages`), and around them
//! what all share: finding files (`walk`), unpacking (`input`), telling formats (`sniff`) and encodings (`decode`), and leaving out what is not English
//! (`language`). Markup is taken away by `strip` and `markdown`, which write views through `compose`. Nothing here prints,
//! starts threads or knows of labels, and nothing stops the stream: what cannot be read is an event of its own.
//!
//! Memory is a small multiple of the longest article, whatever the size of the collection.

mod compose;
mod csv;
mod decode;
mod draft;
mod drafts;
mod event;
mod fields;
mod fingerprint;
mod front;
mod html;
mod http;
mod input;
mod jsonl;
mod labelled;
mod language;
mod list;
mod loose;
mod markdown;
mod named;
mod options;
mod pages;
mod parquet;
mod position;
mod progress;
mod record;
mod sniff;
mod strip;
mod tar;
mod text;
mod walk;
mod warc;

use std::collections::VecDeque;

pub use self::draft::{Draft, Finished, Outcome};
pub use self::drafts::{Drafts, drafts};
pub use self::event::{Event, FailCause, Failed, Notice, NoticeKind, Place, SkipCause, Skipped};
pub use self::fingerprint::Fingerprint;
pub use self::labelled::{BadRow, Labelled, LabelledError, read_labelled};
pub use self::list::{Listed, list};
pub use self::options::{DEFAULT_MAX_ARTICLE_BYTES, Fields, Format, ReadOptions, Role, Source, TextFormat};
pub use self::position::Position;

/// Reads `sources` one after the other: [`drafts`], each finished at once.
///
/// Every file or record ends in exactly one article, skip or failure, in the order of the sources; folders are read in
/// the order of their file names. The id of an article is the id field of its record or, in a WARC file, the address that
/// was asked; else the path as given (in a tar, `archive.tar/path/in/it`), with `:line` for a record. Ids are not checked to
/// differ.
pub fn read(sources: Vec<Source>, options: ReadOptions) -> impl Iterator<Item = Event> + Send {
    Reader { drafts: drafts(sources, options.clone()), events: VecDeque::new(), options }
}

struct Reader {
    drafts: Drafts,
    /// What has been found out and not yet been handed on.
    events: VecDeque<Event>,
    options: ReadOptions,
}

impl Iterator for Reader {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        if self.events.is_empty() {
            let finished = self.drafts.next()?.finish(&self.options);
            self.events.extend(finished.notices.into_iter().map(Event::Notice));
            self.events.push_back(finished.outcome.into());
        }
        self.events.pop_front()
    }
}

#[cfg(test)]
mod tests;
