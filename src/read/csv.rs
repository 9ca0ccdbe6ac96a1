//! CSV and TSV: one article per row, with a header.

use std::borrow::Cow;
use std::io::{self, ErrorKind, Read};

use csv::{ByteRecord, Position, Reader, ReaderBuilder};

use super::decode::{decode, decode_cell};
use super::draft::Draft;
use super::drafts::Records;
use super::event::{FailCause, NoticeKind, Place, SkipCause};
use super::fields::Record;
use super::input::Input;
use super::options::{Format, ReadOptions};
use super::record::Articles;
use super::sniff::utf_16;
use crate::types::Note;

/// A CSV or TSV file in the middle of being read.
pub(super) struct Table {
    rows: Reader<Bounded>,
    /// Names of the columns; empty until the header has been read.
    columns: Vec<String>,
    record: ByteRecord,
    path: String,
    articles: Articles,
    /// Set for a file in UTF-16: every article gets it.
    whole: Option<Note>,
    /// Whether the user has been told that a cell was not UTF-8.
    told: bool,
    any: bool,
    ended: bool,
}

impl Table {
    /// Begins to read the file called `path`.
    pub(super) fn new(input: Input, path: String, format: Format, options: &ReadOptions) -> Self {
        let whole = utf_16(input.prefix());
        let delimiter = if format == Format::Tsv { b'\t' } else { delimiter(input.prefix()) };
        let input = if whole.is_some() { input.transcode() } else { input };
        let bounded = Bounded { input, limit: options.max_article_bytes, left: options.max_article_bytes };
        let rows = ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(bounded);
        Self {
            rows,
            columns: Vec::new(),
            record: ByteRecord::new(),
            path,
            articles: Articles::new(options),
            whole,
            told: false,
            any: false,
            ended: false,
        }
    }

    /// Reads the next row. `None` where it is the header, or the file ends.
    fn read_row(&mut self, options: &ReadOptions) -> Option<Draft> {
        self.rows.get_mut().left = options.max_article_bytes;
        let mut record = std::mem::take(&mut self.record);
        let read = self.rows.read_byte_record(&mut record);
        let place = Place { path: self.path.clone(), line: record.position().map(Position::line) };
        let draft = match read {
            Ok(true) if self.columns.is_empty() => {
                self.columns = record.iter().map(|cell| decode(cell.to_vec()).text.trim().to_owned()).collect();
                None
            }
            Ok(true) => {
                self.any = true;
                Some(self.row(&record, place))
            }
            Ok(false) => {
                self.ended = true;
                let file = Place { line: None, ..place };
                (!self.any).then(|| Draft::skipped(file, SkipCause::Empty))
            }
            Err(error) => {
                self.ended = true;
                let byte = self.rows.get_ref().input.position();
                Some(Draft::failed(place, FailCause::BrokeOff { byte, error: error.into() }))
            }
        };
        self.record = record;
        draft
    }

    fn row(&mut self, record: &ByteRecord, place: Place) -> Draft {
        if record.len() != self.columns.len() {
            return Draft::failed(place, FailCause::Columns { found: record.len(), expected: self.columns.len() });
        }
        let mut note = self.whole.clone();
        let cells: Vec<Cow<'_, str>> = record.iter().map(|cell| decode_cell(cell, &mut note)).collect();
        let first = note.clone().filter(|_| self.whole.is_none() && !self.told);
        let record = Record::of_cells(&self.columns, cells.iter().map(AsRef::as_ref));
        let mut draft = self.articles.draft(&record, place, note);
        if let Some(note) = first {
            self.told = true;
            draft.notice_first(draft.place().clone(), NoticeKind::Decoded(note));
        }
        draft
    }
}

impl Records for Table {
    fn has_ended(&self) -> bool {
        self.ended
    }

    fn step(&mut self, options: &ReadOptions) -> Option<Draft> {
        self.read_row(options)
    }
}

/// The commonest of comma, semicolon and tab in the first line; a comma where there is none.
fn delimiter(prefix: &[u8]) -> u8 {
    let header = prefix.split(|&b| b == b'\n').next().unwrap_or_default();
    let count = |of: u8| header.iter().filter(|&&b| b == of).count();
    [b'\t', b';', b','].into_iter().max_by_key(|&delimiter| count(delimiter)).unwrap_or(b',')
}

/// Bytes that end in an error where a row is too long: a quotation mark that is never closed makes one row of a whole file.
struct Bounded {
    input: Input,
    limit: u64,
    /// How much of the row in hand may still be read.
    left: u64,
}

impl Read for Bounded {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            let message = format!("a row of more than {} bytes (a quotation mark that is not closed?)", self.limit);
            return Err(io::Error::new(ErrorKind::InvalidData, message));
        }
        let read = self.input.read(to)?;
        self.left = self.left.saturating_sub(read as u64);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::super::draft::Outcome;
    use super::*;

    fn read(bytes: &[u8], options: &ReadOptions) -> Vec<String> {
        let mut table = Table::new(Input::new(io::Cursor::new(bytes.to_vec())), "a.csv".into(), Format::Csv, options);
        let mut shown = Vec::new();
        while let Some(draft) = table.next(options) {
            let finished = draft.finish(options);
            shown.extend(finished.notices.iter().map(ToString::to_string));
            shown.push(match finished.outcome {
                Outcome::Article(a) => format!("{}: {} / {:?}", a.id, a.text, a.title),
                Outcome::Skipped(s) => s.to_string(),
                Outcome::Failed(f) => f.to_string(),
            });
        }
        shown
    }

    #[test]
    fn rows_become_articles_with_their_line() {
        let bytes =
            b"\xef\xbb\xbfid,title,body\n7,One,\"Some text, with\na line break.\"\n,Two,The other text.\n8,,\n9,x\n";
        assert_eq!(
            read(bytes, &ReadOptions::default()),
            [
                "a.csv: text from \"body\", id from \"id\", title from \"title\" (change with --text-field, --id-field, --title-field)",
                "7: Some text, with\na line break. / Some(\"One\")",
                "a.csv:4: The other text. / Some(\"Two\")",
                "a.csv:5: no text in it",
                "a.csv:6: 2 columns, but the header has 3 (quote cells that hold the delimiter)",
            ]
        );
    }

    #[test]
    fn delimiters_and_encodings_are_told() {
        let options = ReadOptions { any_language: true, ..ReadOptions::default() };
        let found = read(b"id;text\n1;\"caf\xe9; na\xefve and so on, for it is the end\"\n", &options);
        assert_eq!(found[0], "a.csv:2: not UTF-8, decoded as windows-1252");
        assert!(found[2].starts_with("1: café; naïve"), "{found:?}");
        let utf_16: Vec<u8> =
            "\u{feff}text\tid\nIt is all one.\t5\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&utf_16, &options)[1], "5: It is all one. / None");
    }

    #[test]
    fn a_quotation_mark_that_stays_open_ends_the_file() {
        let mut bytes = b"text\nIt is the first of them all.\n\"open ".to_vec();
        bytes.extend(vec![b'x'; 200_000]);
        let options = ReadOptions { max_article_bytes: 50_000, any_language: true, ..ReadOptions::default() };
        let found = read(&bytes, &options);
        assert_eq!(found[1], "a.csv:2: It is the first of them all. / None");
        assert!(found[2].contains("a row of more than 50000 bytes"), "{found:?}");
        assert_eq!(read(b"", &options), ["a.csv: no text in it"]);
        assert_eq!(read(b"text\n", &options), ["a.csv: no text in it"]);
    }
}
