//! From what the user names to files, in an order that is the same on every machine.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::{DirEntry, Walk, WalkBuilder};

use super::draft::Draft;
use super::event::{FailCause, Place, SkipCause};
use super::named::{List, Matches, Next, is_pattern};
use super::options::{Format, ReadOptions, Source};

/// What to read next.
#[derive(Debug)]
pub(super) enum Found {
    /// A file, and its format where that is known without looking into it.
    File(PathBuf, Option<Format>),
    /// Standard input.
    Stdin,
    /// Bytes in memory, their name, and their format where the name tells.
    Memory { name: String, bytes: Arc<[u8]>, format: Option<Format> },
    /// Nothing to read, but something to say.
    Draft(Box<Draft>),
}

/// The files of all sources.
pub(super) struct Files {
    sources: std::vec::IntoIter<Source>,
    /// A list in the middle of being read.
    list: Option<List>,
    /// A pattern whose matches are being read.
    matches: Option<Matches>,
    folder: Option<Walk>,
    hidden: bool,
    format: Option<Format>,
}

impl Files {
    /// Those of `sources`, in order.
    pub(super) fn new(sources: Vec<Source>, options: &ReadOptions) -> Self {
        Self {
            sources: sources.into_iter(),
            list: None,
            matches: None,
            folder: None,
            hidden: options.hidden,
            format: options.format,
        }
    }

    /// A path that the user has named: read in any case.
    fn named(&mut self, path: PathBuf) -> Option<Found> {
        match path.metadata() {
            Ok(meta) if meta.is_dir() => {
                self.folder = Some(self.walk(&path));
                None
            }
            Ok(_) => {
                let format = self.format.or_else(|| Format::of_path(&path));
                Some(Found::File(path, format))
            }
            Err(e) if e.kind() == ErrorKind::NotFound && is_pattern(&path) => {
                match Matches::new(&path, self.hidden) {
                    Ok(matches) => self.matches = Some(matches),
                    Err(cause) => return Some(failed(&path, cause)),
                }
                None
            }
            Err(e) => Some(Found::Draft(open_failed(&path, e).into())),
        }
    }

    /// Hidden files are left out, and what a file `.ignore` beside them lists; not what `.gitignore` does: a corpus may
    /// well be listed there.
    fn walk(&self, folder: &Path) -> Walk {
        WalkBuilder::new(folder)
            .standard_filters(false)
            .hidden(!self.hidden)
            .ignore(true)
            .follow_links(true)
            .sort_by_file_name(Ord::cmp)
            .build()
    }

    /// A file that was found in a folder: read where its kind is known.
    fn below(&self, found: Result<DirEntry, ignore::Error>) -> Option<Found> {
        let entry = match found {
            Ok(entry) => entry,
            Err(error) => return Some(walk_error(error)),
        };
        let kind = entry.file_type()?;
        if kind.is_dir() {
            return None;
        }
        let format = self.format.or_else(|| Format::of_path(entry.path()));
        Some(match format {
            Some(format) if kind.is_file() => Found::File(entry.into_path(), Some(format)),
            _ => skipped(entry.path(), SkipCause::UnknownKind),
        })
    }
}

impl Iterator for Files {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        loop {
            if let Some(found) = self.step()? {
                return Some(found);
            }
        }
    }
}

impl Files {
    /// Goes on by one file or less. `None` at the end of all.
    fn step(&mut self) -> Option<Option<Found>> {
        if let Some(folder) = &mut self.folder {
            let Some(found) = folder.next() else {
                self.folder = None;
                return Some(None);
            };
            return Some(self.below(found));
        }
        if let Some(matches) = &mut self.matches {
            return Some(match matches.next() {
                Next::Path(path) => self.named(path),
                Next::Failed(draft) => Some(Found::Draft(draft)),
                Next::End => {
                    self.matches = None;
                    None
                }
            });
        }
        if let Some(list) = &mut self.list {
            return Some(match list.next() {
                Next::Path(path) => self.named(path),
                Next::Failed(draft) => Some(Found::Draft(draft)),
                Next::End => {
                    self.list = None;
                    None
                }
            });
        }
        Some(match self.sources.next()? {
            Source::Stdin => Some(Found::Stdin),
            Source::Memory { name, bytes } => {
                let format = self.format.or_else(|| Format::of_path(Path::new(&name)));
                Some(Found::Memory { name, bytes, format })
            }
            Source::Path(path) => self.named(path),
            Source::List(path) => match List::new(&path) {
                Ok(list) => {
                    self.list = Some(list);
                    None
                }
                Err(error) => Some(Found::Draft(open_failed(&path, error).into())),
            },
        })
    }
}

/// A path as it stands in ids and messages: as given, with `/`.
pub(super) fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' { text.into_owned() } else { text.replace(std::path::MAIN_SEPARATOR, "/") }
}

/// What to say of a path that could not be opened.
pub(super) fn open_failed(path: &Path, error: std::io::Error) -> Draft {
    let cause = match error.kind() {
        ErrorKind::NotFound => FailCause::NotFound,
        _ => FailCause::Open(error),
    };
    Draft::failed(Place { path: shown(path), line: None }, cause)
}

fn failed(path: &Path, cause: FailCause) -> Found {
    Found::Draft(Draft::failed(Place { path: shown(path), line: None }, cause).into())
}

fn skipped(path: &Path, cause: SkipCause) -> Found {
    Found::Draft(Draft::skipped(Place { path: shown(path), line: None }, cause).into())
}

fn walk_error(error: ignore::Error) -> Found {
    let mut path = PathBuf::new();
    let mut inner = &error;
    loop {
        match inner {
            ignore::Error::WithPath { path: at, err } => {
                path.clone_from(at);
                inner = err;
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
                inner = err;
            }
            ignore::Error::Loop { child, .. } => return skipped(child, SkipCause::LinkLoop),
            _ => break,
        }
    }
    let text = inner.to_string();
    let io = error.into_io_error();
    Found::Draft(open_failed(&path, io.unwrap_or_else(|| std::io::Error::other(text))).into())
}

#[cfg(test)]
mod tests {
    use super::super::draft::Outcome;
    use super::*;
    use std::fs;

    /// The files below `folder`, and the events, as text without the folder.
    fn list(folder: &Path, options: &ReadOptions) -> Vec<String> {
        let files = Files::new(vec![Source::Path(folder.into())], options);
        let prefix = format!("{}/", shown(folder));
        let show = |found| match found {
            Found::File(path, format) => format!("{} {format:?}", shown(&path)),
            Found::Stdin => "stdin".to_string(),
            Found::Memory { name, .. } => name,
            Found::Draft(draft) => match draft.finish(options).outcome {
                Outcome::Skipped(s) => s.to_string(),
                Outcome::Failed(f) => f.to_string(),
                other => panic!("{other:?}"),
            },
        };
        files.map(|found| show(found).replace(&prefix, "")).collect()
    }

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for file in files {
            let path = dir.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "text").unwrap();
        }
        dir
    }

    const UNKNOWN: &str = "unknown kind of file (name the file itself, or say what it is with --format)";

    #[test]
    fn folders_are_walked_in_order() {
        let dir = folder(&["b/2.txt", "b/10.txt", "a.md", "c.xls", ".h.txt", "B.htm", ".gitignore", "b/.git/x.txt"]);
        fs::write(dir.path().join(".gitignore"), "*.txt").unwrap();
        let expected = [
            "B.htm Some(Html)".to_string(),
            "a.md Some(Markdown)".to_string(),
            "b/10.txt Some(Text)".to_string(),
            "b/2.txt Some(Text)".to_string(),
            format!("c.xls: {UNKNOWN}"),
        ];
        assert_eq!(list(dir.path(), &ReadOptions::default()), expected);
        let options = ReadOptions { hidden: true, ..ReadOptions::default() };
        assert_eq!(list(dir.path(), &options).len(), 8);
    }

    #[test]
    fn what_an_ignore_file_lists_is_left_out() {
        let dir = folder(&["a.txt", "b.txt", ".ignore"]);
        fs::write(dir.path().join(".ignore"), "b.txt").unwrap();
        assert_eq!(list(dir.path(), &ReadOptions::default()), ["a.txt Some(Text)"]);
    }

    #[test]
    fn a_format_makes_every_file_known() {
        let dir = folder(&["a.csv", "b.txt"]);
        let options = ReadOptions { format: Some(Format::Jsonl), ..ReadOptions::default() };
        let expected = ["a.csv Some(Jsonl)", "b.txt Some(Jsonl)"];
        assert_eq!(list(dir.path(), &options), expected);
    }

    #[test]
    fn named_files_are_always_read() {
        let dir = folder(&["a.xls", ".b.txt"]);
        let options = ReadOptions::default();
        let named = |name: &str| list(&dir.path().join(name), &options);
        assert!(named("a.xls")[0].ends_with("a.xls None"));
        assert!(named(".b.txt")[0].ends_with(".b.txt Some(Text)"));
        assert!(named("none.txt")[0].ends_with("none.txt: no such file or folder (check the path)"));
    }

    #[test]
    fn patterns_and_lists_name_files() {
        let dir = folder(&["b.txt", "a.txt", "c/d.txt", "c/e.md", "c/.f.txt", "x[1].txt"]);
        let options = ReadOptions::default();
        let named = |pattern: &str| list(&dir.path().join(pattern), &options);
        let end = |found: Vec<String>| -> Vec<String> {
            found.iter().map(|f| f.rsplit_once('/').map_or(f.clone(), |(_, name)| name.to_owned())).collect()
        };
        let text = |names: &[&str]| names.iter().map(|n| format!("{n} Some(Text)")).collect::<Vec<_>>();
        assert_eq!(end(named("?.txt")), text(&["a.txt", "b.txt"]));
        assert_eq!(end(named("x[1].txt")), text(&["x[1].txt"]));
        assert_eq!(end(named("**/*.txt")), text(&["a.txt", "b.txt", "d.txt", "x[1].txt"]));
        assert_eq!(end(named("**")).len(), 5);
        assert_eq!(end(named("c*")), ["d.txt Some(Text)", "e.md Some(Markdown)"]);
        assert_eq!(end(named("*.pdf")), ["*.pdf: nothing matches this pattern (check the folder and the pattern)"]);
        let wrong = named("a[.txt").remove(0);
        assert!(wrong.contains("a[.txt: no such file, and not a pattern: "), "{wrong}");

        let lines = ["b.txt", "", "c", "none", "?.txt"]
            .map(|l| if l.is_empty() { "\r".into() } else { shown(&dir.path().join(l)) });
        fs::write(dir.path().join("list"), lines.join("\n")).unwrap();
        let files = Files::new(vec![Source::List(dir.path().join("list"))], &options);
        assert_eq!(files.count(), 6);
        let files = Files::new(vec![Source::List(dir.path().join("nolist"))], &options);
        assert!(matches!(&files.collect::<Vec<_>>()[..], [Found::Draft(_)]));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_but_not_in_circles() {
        use std::os::unix::fs::symlink;
        let dir = folder(&["a/x.txt", "other/y.txt"]);
        symlink("..", dir.path().join("a/up")).unwrap();
        symlink("../other/y.txt", dir.path().join("a/y.txt")).unwrap();
        symlink("nowhere", dir.path().join("z.txt")).unwrap();
        let expected = [
            "a/up: symbolic link to a folder above it",
            "a/x.txt Some(Text)",
            "a/y.txt Some(Text)",
            "other/y.txt Some(Text)",
            "z.txt: no such file or folder (check the path)",
        ];
        assert_eq!(list(dir.path(), &ReadOptions::default()), expected);
    }
}
