//! Tar archives: each file in them is read as if it lay in a folder. Nothing is ever written to the disk.

use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::draft::Draft;
use super::drafts::{Opened, Records, open};
use super::event::{FailCause, Place, SkipCause};
use super::input::Input;
use super::options::{Format, ReadOptions};

/// Files stand at multiples of this many bytes.
const BLOCK: u64 = 512;
/// Most bytes of headers before one file. Long names and extended attributes need some; without a bound, a hostile archive
/// could have a name of gigabytes.
const MOST_HEADER: u64 = 1 << 20;

/// A tar archive in the middle of being read.
pub(super) struct Tar {
    stream: Shared,
    path: String,
    /// The file of many articles that is being read.
    inner: Option<Box<dyn Records>>,
    any: bool,
    ended: bool,
}

/// The bytes of the archive, in the hands of whoever reads the file in it that has its turn.
#[derive(Clone)]
struct Shared(Arc<Mutex<Stream>>);

struct Stream {
    input: Input,
    /// Bytes of the file that has its turn that have not been read.
    left: u64,
    /// Zeros after it.
    padding: u64,
    /// Whether the archive ended in a file, or could not be read; the file has said so.
    broken: bool,
}

/// What a header says of a file.
struct Header {
    name: String,
    is_file: bool,
}

impl Tar {
    /// Begins to read the archive called `path`.
    pub(super) fn new(input: Input, path: String) -> Self {
        let stream = Stream { input, left: 0, padding: 0, broken: false };
        Self { stream: Shared(Arc::new(Mutex::new(stream))), path, inner: None, any: false, ended: false }
    }

    /// Goes on to the next file. `None` where it is left out or has many articles, or the archive ends.
    fn file(&mut self, options: &ReadOptions) -> Option<Draft> {
        let header = self.stream.lock().header();
        let header = match header {
            Ok(Some(header)) => header,
            Ok(None) => {
                self.ended = true;
                return (!self.any).then(|| Draft::skipped(self.whole(), SkipCause::Empty));
            }
            Err(error) => {
                self.ended = true;
                let is_told = self.stream.lock().broken;
                let cause = FailCause::Damaged { what: "tar archive", problem: error.to_string() };
                return (!is_told).then(|| Draft::failed(self.whole(), cause));
            }
        };
        if !header.is_file || !options.hidden && is_hidden(&header.name) {
            return None;
        }
        self.any = true;
        match self.open(&header.name, options) {
            Opened::One(draft) => Some(draft),
            Opened::Many(records) => {
                self.inner = Some(records);
                None
            }
        }
    }

    fn open(&self, name: &str, options: &ReadOptions) -> Opened {
        let path = format!("{}/{}", self.path, name.trim_start_matches("./").trim_start_matches('/'));
        let skipped = |path, cause| Opened::One(Draft::skipped(Place { path, line: None }, cause));
        let said = options.format.filter(|&format| format != Format::Tar);
        match said.or_else(|| Format::of_path(Path::new(name))) {
            None => skipped(path, SkipCause::UnknownKind),
            Some(Format::Tar) => skipped(path, SkipCause::Nested),
            Some(format) => open(Input::new(self.stream.clone()), path, Some(format), None, options),
        }
    }

    fn whole(&self) -> Place {
        Place { path: self.path.clone(), line: None }
    }
}

impl Records for Tar {
    fn has_ended(&self) -> bool {
        self.ended
    }

    fn step(&mut self, options: &ReadOptions) -> Option<Draft> {
        let Some(records) = &mut self.inner else { return self.file(options) };
        let draft = records.next(options);
        if draft.is_none() {
            self.inner = None;
        }
        draft
    }
}

/// As in folders: a name, or that of a folder above, that begins with a dot.
fn is_hidden(name: &str) -> bool {
    name.split('/').any(|part| part.starts_with('.') && part != "." && part != "..")
}

impl Shared {
    /// Nobody panics with the stream in hand.
    fn lock(&self) -> MutexGuard<'_, Stream> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Read for Shared {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        self.lock().read(to)
    }
}

impl Stream {
    /// Passes over the rest of a file and reads the next header.
    fn header(&mut self) -> io::Result<Option<Header>> {
        let rest = self.left.saturating_add(self.padding);
        if self.broken || io::copy(&mut self.input.by_ref().take(rest), &mut io::sink())? < rest {
            return Err(cut());
        }
        (self.left, self.padding) = (0, 0);
        let mut archive = tar::Archive::new(self.input.by_ref().take(MOST_HEADER));
        // An archive of its own for each file: the iterator over all of them could not be sent to another thread.
        let Some(entry) = archive.entries()?.next().transpose()? else { return Ok(None) };
        let kind = entry.header().entry_type();
        // Of a sparse file only what is stored is there; its size is that of the file with the gaps.
        self.left = if kind.is_gnu_sparse() { entry.header().entry_size()? } else { entry.size() };
        self.padding = (BLOCK - self.left % BLOCK) % BLOCK;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        Ok(Some(Header { name, is_file: kind.is_file() || kind.is_contiguous() }))
    }

    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(to.len());
        if most == 0 {
            return Ok(0);
        }
        match self.input.read(&mut to[..most]) {
            Ok(0) => {
                self.broken = true;
                Err(cut())
            }
            Ok(n) => {
                self.left -= n as u64;
                Ok(n)
            }
            Err(e) if e.kind() == ErrorKind::Interrupted => Err(e),
            Err(e) => {
                self.broken = true;
                Err(e)
            }
        }
    }
}

fn cut() -> io::Error {
    io::Error::new(ErrorKind::UnexpectedEof, "the archive ends in the middle of a file")
}
