//! JSON lines: one article per line.

use super::decode::decode;
use super::draft::Draft;
use super::drafts::Records;
use super::event::{FailCause, NoticeKind, Place, SkipCause};
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
    ended: bool,
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
            ended: false,
        }
    }

    /// Reads the next line. `None` where it is blank, or the file ends.
    fn line(&mut self, limit: u64) -> Option<Draft> {
        let read = self.input.read_line(&mut self.bytes, limit);
        self.line += 1;
        match read {
            Ok(Line::Whole) => self.whole_line(),
            Ok(Line::TooLong) => {
                self.records += 1;
                Some(Draft::skipped(self.place(), SkipCause::TooLong { limit }))
            }
            Ok(Line::End) => {
                self.ended = true;
                (self.records == 0).then(|| Draft::skipped(self.file(), SkipCause::Empty))
            }
            Err(error) => {
                self.ended = true;
                let byte = self.input.position();
                Some(Draft::failed(self.place(), FailCause::BrokeOff { byte, error }))
            }
        }
    }

    /// The line in the buffer.
    fn whole_line(&mut self) -> Option<Draft> {
        if self.line == 1 && self.bytes.starts_with("\u{feff}".as_bytes()) {
            self.bytes.drain(..3);
        }
        if self.bytes.trim_ascii().is_empty() {
            return None;
        }
        self.records += 1;
        if self.records == 1 && is_json_not_lines(&self.bytes) {
            self.ended = true;
            return Some(Draft::failed(self.file(), FailCause::NotJsonLines));
        }
        let bytes = std::mem::take(&mut self.bytes);
        let draft = match std::str::from_utf8(&bytes) {
            Ok(line) => self.record(line, self.whole.clone()),
            Err(_) => self.decoded(&bytes),
        };
        self.bytes = bytes;
        Some(draft)
    }

    /// A line that is not UTF-8.
    fn decoded(&mut self, bytes: &[u8]) -> Draft {
        let decoded = decode(bytes.to_vec());
        let first = decoded.note.clone().filter(|_| !self.told);
        let mut draft = self.record(&decoded.text, decoded.note);
        if let Some(note) = first {
            self.told = true;
            draft.notice_first(self.place(), NoticeKind::Decoded(note));
        }
        draft
    }

    fn record(&mut self, line: &str, note: Option<Note>) -> Draft {
        let place = self.place();
        match Record::parse(line) {
            Ok(record) => self.articles.draft(&record, place, note),
            Err(cause) => Draft::failed(place, cause),
        }
    }

    fn place(&self) -> Place {
        Place { path: self.path.clone(), line: Some(self.line) }
    }

    fn file(&self) -> Place {
        Place { path: self.path.clone(), line: None }
    }
}

impl Records for JsonLines {
    fn has_ended(&self) -> bool {
        self.ended
    }

    fn step(&mut self, options: &ReadOptions) -> Option<Draft> {
        self.line(options.max_article_bytes)
    }
}
