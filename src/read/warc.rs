//! WARC files: what crawlers have fetched. Each response that is a page becomes an article.
//!
//! A record is a block of headers, a blank line, as many bytes as the header says, and two blank lines. Records other than
//! responses (requests, notes of the crawler) are parts of the file, not of the collection, and are passed over.

use std::io::{self, Read};

use super::draft::{Content, Draft};
use super::drafts::Records;
use super::event::{FailCause, Place, SkipCause};
use super::input::{Input, Line};
use super::options::ReadOptions;

/// Longest line of a header; addresses have a few thousand bytes at most.
const LONGEST_LINE: u64 = 64 << 10;
/// Most lines of the header of a record. The standard knows 20 fields.
const MOST_LINES: usize = 200;

/// A WARC file in the middle of being read.
pub(super) struct Warc {
    input: Input,
    path: String,
    /// The number of the record in hand, from 1; records of all types count, and so does what stands between two and is none.
    record: u64,
    /// Whether anything has come of the file.
    any: bool,
    ended: bool,
    line: Vec<u8>,
    /// Whether the first line of the next record has been read already, after something that was none.
    found: bool,
    /// Whether a record has failed, so that the way to the next one needs no word.
    told: bool,
}

/// A response as it stands in the file: what the server sent, and what the crawler says of it.
#[derive(Debug, Default)]
pub(super) struct Response {
    /// The answer of the server, with its own header.
    pub http: Vec<u8>,
    /// The address that was asked.
    pub uri: Option<String>,
    /// The id of the record.
    pub id: Option<String>,
    /// When it was fetched.
    pub date: Option<String>,
}

/// The fields of a header that matter here.
#[derive(Default)]
struct Header {
    kind: String,
    length: Option<u64>,
    content_type: String,
    response: Response,
}

/// Why a record can't be read.
enum Bad {
    /// The next one may.
    Record(&'static str),
    /// The file ends here.
    Io(io::Error),
}

impl From<io::Error> for Bad {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Warc {
    /// Begins to read the file called `path`.
    pub(super) fn new(input: Input, path: String) -> Self {
        Self { input, path, record: 0, any: false, ended: false, line: Vec::new(), found: false, told: false }
    }

    /// Reads the next record. `None` where nothing comes of it, or the file ends.
    fn read_record(&mut self, options: &ReadOptions) -> Option<Draft> {
        let read = self.begin().and_then(|begins| match begins {
            true => self.record(options.max_article_bytes),
            false => {
                self.ended = true;
                let file = Place { path: self.path.clone(), line: None };
                Ok((!self.any).then(|| Draft::skipped(file, SkipCause::Empty)))
            }
        });
        let draft = read.unwrap_or_else(|bad| {
            let cause = self.cause(bad);
            Some(Draft::failed(self.place(), cause))
        });
        self.any |= draft.is_some();
        draft
    }

    /// Why the file or record failed. What follows a bad record is searched for the next one.
    fn cause(&mut self, bad: Bad) -> FailCause {
        match bad {
            Bad::Record(problem) => {
                self.told = true;
                FailCause::Damaged { what: "WARC record", problem: problem.to_owned() }
            }
            Bad::Io(error) => {
                self.ended = true;
                FailCause::BrokeOff { byte: self.input.position(), error }
            }
        }
    }

    /// Reads the line that begins a record. False at the end of the file.
    fn begin(&mut self) -> Result<bool, Bad> {
        self.record += 1;
        let told = std::mem::take(&mut self.told);
        let mut lost = false;
        while !std::mem::take(&mut self.found) {
            match self.input.read_line(&mut self.line, LONGEST_LINE)? {
                Line::End if lost && !told => {
                    self.ended = true;
                    return Err(Bad::Record(LOST));
                }
                Line::End => return Ok(false),
                Line::Whole if self.line.is_empty() => {}
                Line::Whole if self.line.starts_with(b"WARC/1.") && lost && !told => {
                    self.found = true;
                    return Err(Bad::Record(LOST));
                }
                Line::Whole if self.line.starts_with(b"WARC/1.") => break,
                Line::Whole | Line::TooLong => lost = true,
            }
        }
        Ok(true)
    }

    /// Reads a record whose first line has been read.
    fn record(&mut self, limit: u64) -> Result<Option<Draft>, Bad> {
        let header = self.header()?;
        let length = header.length.ok_or(Bad::Record("its Content-Length is missing or no number"))?;
        let is_response = header.kind.eq_ignore_ascii_case("response");
        if !is_response || length > limit {
            self.pass(length)?;
            return Ok(is_response.then(|| Draft::skipped(self.place(), SkipCause::TooLong { limit })));
        }
        let mut response = header.response;
        self.input.by_ref().take(length).read_to_end(&mut response.http)?;
        if (response.http.len() as u64) < length {
            return Err(cut().into());
        }
        let is_http = header.content_type.to_ascii_lowercase().starts_with("application/http");
        let content = match is_http {
            true => Content::Response(Box::new(response)),
            false => Content::Skipped(SkipCause::OtherResponse),
        };
        Ok(Some(Draft::new(self.place(), content)))
    }

    fn header(&mut self) -> Result<Header, Bad> {
        let mut header = Header::default();
        for _ in 0..MOST_LINES {
            match self.input.read_line(&mut self.line, LONGEST_LINE)? {
                Line::End => return Err(cut().into()),
                Line::TooLong => return Err(Bad::Record("a line of its header is too long")),
                Line::Whole if self.line.is_empty() => return Ok(header),
                Line::Whole => header.field(&self.line),
            }
        }
        Err(Bad::Record("its header does not end"))
    }

    /// Passes over a block without keeping it.
    fn pass(&mut self, length: u64) -> io::Result<()> {
        let passed = io::copy(&mut self.input.by_ref().take(length), &mut io::sink())?;
        if passed < length { Err(cut()) } else { Ok(()) }
    }

    fn place(&self) -> Place {
        Place { path: self.path.clone(), line: Some(self.record) }
    }
}

/// What comes between two records is none.
const LOST: &str = "its length is wrong, or what stands here is no record";

impl Records for Warc {
    fn has_ended(&self) -> bool {
        self.ended
    }

    fn step(&mut self, options: &ReadOptions) -> Option<Draft> {
        self.read_record(options)
    }
}

impl Header {
    fn field(&mut self, line: &[u8]) {
        let line = String::from_utf8_lossy(line);
        let Some((name, value)) = line.split_once(':') else { return };
        let value = value.trim();
        let text = || Some(value.trim_start_matches('<').trim_end_matches('>').to_owned());
        match name.trim().to_ascii_lowercase().as_str() {
            "warc-type" => value.clone_into(&mut self.kind),
            "content-length" => self.length = value.parse().ok(),
            "content-type" => value.clone_into(&mut self.content_type),
            "warc-target-uri" => self.response.uri = text(),
            "warc-record-id" => self.response.id = text(),
            "warc-date" => self.response.date = text(),
            _ => {}
        }
    }
}

fn cut() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the file ends in the middle of a record")
}
