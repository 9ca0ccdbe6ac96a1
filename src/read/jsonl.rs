//! JSON lines: one article per line.

use std::collections::VecDeque;

use super::decode::decode;
use super::event::{Event, FailCause, Failed, Notice, NoticeKind, Place, SkipCause, Skipped};
use super::fields::Record;
use super::input::{Input, Line};
use super::options::ReadOptions;
use super::record::Articles;
use super::sniff::{is_json_not_lines, utf_16};
use crate::types::Note;

/// A JSONL file in the middle of being read.
pub(super) struct JsonLines {
    input: Input,
    path: String,
    /// Lines read so far.
    line: u64,
    /// Records seen so far, good or bad.
    records: u64,
    bytes: Vec<u8>,
    articles: Articles,
    /// Set for a file in UTF-16: every article gets it.
    whole: Option<Note>,
    /// Whether the user has been told that a line was not UTF-8.
    told: bool,
}

impl JsonLines {
    /// Begins to read the file called `path`.
    pub(super) fn new(input: Input, path: String, options: &ReadOptions) -> Self {
        let whole = utf_16(input.prefix());
        Self {
            input: if whole.is_some() { input.transcode() } else { input },
            path,
            line: 0,
            records: 0,
            bytes: Vec::new(),
            articles: Articles::new(options),
            whole,
            told: false,
        }
    }

    /// Reads the next record and adds what came of it to `events`. False at the end of the file.
    pub(super) fn next(&mut self, options: &ReadOptions, events: &mut VecDeque<Event>) -> bool {
        let limit = options.max_article_bytes;
        let read = self.input.read_line(&mut self.bytes, limit);
        self.line += 1;
        match read {
            Ok(Line::Whole) => self.line(options, events),
            Ok(Line::TooLong) => {
                self.records += 1;
                let cause = SkipCause::TooLong { limit };
                events.push_back(self.skipped(cause));
                true
            }
            Ok(Line::End) => {
                if self.records == 0 {
                    let place = Place { path: self.path.clone(), line: None };
                    events.push_back(Event::Skipped(Skipped { place, cause: SkipCause::Empty }));
                }
                false
            }
            Err(error) => {
                let byte = self.input.position();
                events.push_back(self.failed(FailCause::BrokeOff { byte, error }));
                false
            }
        }
    }

    /// The line in the buffer. False where it shows that the file is not JSON lines.
    fn line(&mut self, options: &ReadOptions, events: &mut VecDeque<Event>) -> bool {
        if self.line == 1 && self.bytes.starts_with("\u{feff}".as_bytes()) {
            self.bytes.drain(..3);
        }
        if self.bytes.trim_ascii().is_empty() {
            return true;
        }
        self.records += 1;
        if self.records == 1 && is_json_not_lines(&self.bytes) {
            let place = Place { path: self.path.clone(), line: None };
            events.push_back(Event::Failed(Failed { place, cause: FailCause::NotJsonLines }));
            return false;
        }
        let bytes = std::mem::take(&mut self.bytes);
        match std::str::from_utf8(&bytes) {
            Ok(line) => self.record(line, self.whole.clone(), options, events),
            Err(_) => self.decoded(&bytes, options, events),
        }
        self.bytes = bytes;
        true
    }

    /// A line that is not UTF-8.
    fn decoded(&mut self, bytes: &[u8], options: &ReadOptions, events: &mut VecDeque<Event>) {
        let decoded = decode(bytes.to_vec());
        if let (Some(note), false) = (&decoded.note, self.told) {
            self.told = true;
            events.push_back(self.notice(NoticeKind::Decoded(note.clone())));
        }
        self.record(&decoded.text, decoded.note, options, events);
    }

    fn record(&mut self, line: &str, note: Option<Note>, options: &ReadOptions, events: &mut VecDeque<Event>) {
        let record = match Record::parse(line) {
            Ok(record) => record,
            Err(cause) => return events.push_back(self.failed(cause)),
        };
        self.articles.push(&record, self.place(), note, options, events);
    }

    fn place(&self) -> Place {
        Place { path: self.path.clone(), line: Some(self.line) }
    }

    fn notice(&self, kind: NoticeKind) -> Event {
        Event::Notice(Notice { place: self.place(), kind })
    }

    fn skipped(&self, cause: SkipCause) -> Event {
        Event::Skipped(Skipped { place: self.place(), cause })
    }

    fn failed(&self, cause: FailCause) -> Event {
        Event::Failed(Failed { place: self.place(), cause })
    }
}
