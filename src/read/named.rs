//! Files that are named by a pattern or in a list.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::draft::Draft;
use super::event::{FailCause, Place, SkipCause};
use super::input::{Input, Line};
use super::walk::{open_failed, shown};

/// Longest path in a list; systems allow about 4 kB.
const LONGEST_PATH: u64 = 64 << 10;

/// What comes next of a pattern or list.
pub(super) enum Next {
    /// A path to read.
    Path(PathBuf),
    /// Something to say.
    Failed(Box<Draft>),
    /// Nothing.
    End,
}

/// Whether a path that does not exist may be meant as a pattern.
pub(super) fn is_pattern(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().iter().any(|b| b"*?[".contains(b))
}

/// The paths that match a pattern, in order.
pub(super) struct Matches {
    paths: glob::Paths,
    pattern: PathBuf,
    /// Whether folders count: they don't where `**` matches what is in them, too.
    folders: bool,
    any: bool,
}

impl Matches {
    /// Those of `pattern`; hidden ones only where `hidden`, or where the pattern has the dot.
    pub(super) fn new(pattern: &Path, hidden: bool) -> Result<Self, FailCause> {
        let mut text = pattern.to_string_lossy().into_owned();
        let folders = !text.contains("**");
        if text.ends_with("**") {
            // by itself it stands for folders only
            text.push_str("/*");
        }
        let options = glob::MatchOptions { require_literal_leading_dot: !hidden, ..glob::MatchOptions::new() };
        match glob::glob_with(&text, options) {
            Ok(paths) => Ok(Self { paths, pattern: pattern.into(), folders, any: false }),
            Err(error) => Err(FailCause::Pattern { problem: error.msg.to_owned() }),
        }
    }

    /// The next one.
    pub(super) fn next(&mut self) -> Next {
        for found in self.paths.by_ref() {
            match found {
                Ok(path) if !self.folders && path.is_dir() => {}
                Ok(path) => {
                    self.any = true;
                    return Next::Path(path);
                }
                Err(error) => {
                    self.any = true;
                    let path = error.path().to_owned();
                    return Next::Failed(open_failed(&path, error.into()).into());
                }
            }
        }
        if self.any {
            return Next::End;
        }
        self.any = true;
        Next::Failed(Draft::failed(Place { path: shown(&self.pattern), line: None }, FailCause::NoMatch).into())
    }
}

/// A file with one path per line.
pub(super) struct List {
    lines: Input,
    path: PathBuf,
    line: Vec<u8>,
    number: u64,
    ended: bool,
}

impl List {
    /// Opens it.
    pub(super) fn new(path: &Path) -> io::Result<Self> {
        let lines = Input::new(File::open(path)?);
        Ok(Self { lines, path: path.into(), line: Vec::new(), number: 0, ended: false })
    }

    /// The path of the next line that is not blank.
    pub(super) fn next(&mut self) -> Next {
        while !self.ended {
            let read = self.lines.read_line(&mut self.line, LONGEST_PATH);
            self.number += 1;
            match read {
                Ok(Line::Whole) if self.line.trim_ascii().is_empty() => {}
                Ok(Line::Whole) => return Next::Path(String::from_utf8_lossy(&self.line).into_owned().into()),
                Ok(Line::TooLong) => {
                    return Next::Failed(
                        Draft::skipped(self.place(), SkipCause::TooLong { limit: LONGEST_PATH }).into(),
                    );
                }
                Ok(Line::End) => self.ended = true,
                Err(error) => {
                    self.ended = true;
                    let byte = self.lines.position();
                    return Next::Failed(Draft::failed(self.place(), FailCause::BrokeOff { byte, error }).into());
                }
            }
        }
        Next::End
    }

    fn place(&self) -> Place {
        Place { path: shown(&self.path), line: Some(self.number) }
    }
}
