//! The stream of drafts: one file after the other, one record after the other.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::csv::Table;
use super::draft::{Content, Draft};
use super::event::{FailCause, Place, SkipCause};
use super::input::Input;
use super::jsonl::JsonLines;
use super::options::{Format, ReadOptions, Source};
use super::position::Position;
use super::progress::Progress;
use super::tar::Tar;
use super::walk::{Files, Found, open_failed, shown};
use super::warc::Warc;
use super::{parquet, sniff};

/// A file of many articles in the middle of being read.
pub(super) trait Records: Send {
    /// Whether the end of the file has been reached.
    fn has_ended(&self) -> bool;

    /// Reads on, by a record or by something between records that gives no draft.
    fn step(&mut self, options: &ReadOptions) -> Option<Draft>;

    /// The next draft; `None` at the end of the file. A file without any has one that says so.
    fn next(&mut self, options: &ReadOptions) -> Option<Draft> {
        while !self.has_ended() {
            let draft = self.step(options);
            if draft.is_some() {
                return draft;
            }
        }
        None
    }
}

/// What an opened file holds.
pub(super) enum Opened {
    One(Draft),
    Many(Box<dyn Records>),
}

/// Where a file lies that is being read, for formats that must jump in it.
#[derive(Clone, Copy)]
pub(super) struct OnDisk<'a> {
    path: &'a Path,
    progress: &'a Progress,
}

/// Reads `sources` one after the other, as far as must be done in order. [`Draft::finish`] does the rest.
///
/// Every file or record gives exactly one draft, in the order of the sources; folders are read in the order of their file
/// names.
pub fn drafts(sources: Vec<Source>, options: ReadOptions) -> Drafts {
    let files = Files::new(sources, &options);
    Drafts { files, records: None, position: Position::default(), progress: Progress::default(), options }
}

/// The drafts of some sources.
pub struct Drafts {
    files: Files,
    /// The file of many articles that is being read.
    records: Option<Box<dyn Records>>,
    position: Position,
    progress: Progress,
    options: ReadOptions,
}

impl Drafts {
    /// Where the next draft stands. After the last draft of a file of many it may be one that the file does not have.
    pub fn position(&self) -> Position {
        self.position
    }

    /// Passes over all drafts before `to`. Whole files are not opened; that in which `to` stands is read from its start, for
    /// the first records tell what the fields mean. Never goes back.
    pub fn skip_to(&mut self, to: Position) {
        while self.position.file < to.file {
            if self.records.is_none() {
                match self.files.next() {
                    Some(found) => self.progress.begin(size(&found)),
                    None => return,
                }
            }
            self.close();
        }
        while self.position < to {
            if self.step().is_none() {
                return;
            }
        }
    }

    /// Bytes of files that have been read or passed over, as they lie on the disk (compressed ones compressed).
    pub fn bytes_read(&self) -> u64 {
        self.progress.bytes()
    }

    /// Goes on by one draft, or from one file to the next. `None` at the end of all.
    fn step(&mut self) -> Option<Option<Draft>> {
        let draft = match &mut self.records {
            Some(records) => {
                let draft = records.next(&self.options);
                match draft {
                    Some(draft) => Some(self.placed(draft)),
                    None => {
                        self.close();
                        None
                    }
                }
            }
            None => {
                let found = self.files.next()?;
                match self.open(found) {
                    Opened::Many(records) => {
                        self.records = Some(records);
                        None
                    }
                    Opened::One(draft) => {
                        let draft = self.placed(draft);
                        self.close();
                        Some(draft)
                    }
                }
            }
        };
        Some(draft)
    }

    fn placed(&mut self, mut draft: Draft) -> Draft {
        draft.position = self.position;
        self.position.draft += 1;
        draft
    }

    /// Ends the file in hand.
    fn close(&mut self) {
        self.records = None;
        self.position = Position { file: self.position.file + 1, draft: 0 };
        self.progress.close();
    }

    fn open(&mut self, found: Found) -> Opened {
        match found {
            Found::Draft(draft) => Opened::One(*draft),
            Found::Stdin => {
                let input = Input::new(self.progress.counted(io::stdin()));
                open(input, "stdin".into(), self.options.format, None, &self.options)
            }
            Found::Memory { name, bytes, format } => {
                let input = Input::new(self.progress.counted(io::Cursor::new(bytes)));
                open(input, name, format, None, &self.options)
            }
            Found::File(path, format) => match File::open(&path) {
                Ok(file) => {
                    self.progress.begin(file.metadata().map_or(0, |m| m.len()));
                    let input = Input::new(self.progress.counted(file));
                    open(
                        input,
                        shown(&path),
                        format,
                        Some(OnDisk { path: &path, progress: &self.progress }),
                        &self.options,
                    )
                }
                Err(error) => Opened::One(open_failed(&path, error)),
            },
        }
    }
}

impl Iterator for Drafts {
    type Item = Draft;

    fn next(&mut self) -> Option<Draft> {
        loop {
            if let Some(draft) = self.step()? {
                return Some(draft);
            }
        }
    }
}

/// Begins to read what is called `path`; without a `format` its first bytes tell. `file` is where it lies on the disk, if
/// it does.
pub(super) fn open(
    input: Input,
    path: String,
    format: Option<Format>,
    file: Option<OnDisk<'_>>,
    options: &ReadOptions,
) -> Opened {
    let format = format.or_else(|| sniff::container(input.prefix()));
    match format {
        Some(Format::Tar) => return Opened::Many(Box::new(Tar::new(input, path))),
        Some(Format::Warc) => return Opened::Many(Box::new(Warc::new(input, path))),
        Some(Format::Parquet) => return parquet(input, path, file, options),
        _ => {}
    }
    if let Some(cause) = sniff::binary(input.prefix()) {
        return Opened::One(Draft::skipped(Place { path, line: None }, cause));
    }
    match format.unwrap_or_else(|| sniff::format(input.prefix())) {
        Format::Jsonl => Opened::Many(Box::new(JsonLines::new(input, path, options))),
        format @ (Format::Csv | Format::Tsv) => Opened::Many(Box::new(Table::new(input, path, format, options))),
        format => Opened::One(document(input, path, format, options)),
    }
}

/// Parquet is read from its end, which only a file on the disk can do that is not compressed as a whole.
fn parquet(input: Input, path: String, file: Option<OnDisk<'_>>, options: &ReadOptions) -> Opened {
    match file.filter(|_| !input.is_packed()) {
        Some(file) => match File::open(file.path) {
            Ok(opened) => parquet::open_file(file.progress.counted(opened), path, options),
            Err(error) => Opened::One(open_failed(file.path, error)),
        },
        None => parquet::open_stream(input, path, options),
    }
}

/// Reads a file that is one article.
fn document(mut input: Input, path: String, format: Format, options: &ReadOptions) -> Draft {
    let limit = options.max_article_bytes;
    let content = match input.read_all(limit) {
        Ok(Some(bytes)) => Content::Document { bytes, format },
        Ok(None) => Content::Skipped(SkipCause::TooLong { limit }),
        Err(error) => Content::Failed(FailCause::BrokeOff { byte: input.position(), error }),
    };
    Draft::new(Place { path, line: None }, content)
}

/// The size of a file that is not opened.
fn size(found: &Found) -> u64 {
    match found {
        Found::File(path, _) => file_size(path),
        Found::Memory { bytes, .. } => bytes.len() as u64,
        Found::Stdin | Found::Draft(_) => 0,
    }
}

fn file_size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |m| m.len())
}
