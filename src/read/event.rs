//! What comes out of a reader: articles, and words about everything that did not become one.
//!
//! A file or record ends in exactly one of article, skipped and failed; notices come on top. The texts are written for
//! people: where, what, and what to do. Nothing is printed here.

use std::fmt;
use std::io;

use thiserror::Error;

use super::options::Role;
use crate::types::{Article, Day, Note};

/// One thing that a reader has to say.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // nearly all events are articles
pub enum Event {
    /// An article.
    Article(Article),
    /// Something to know about how a file is read; at most a few per file.
    Notice(Notice),
    /// A file or record that was left out on purpose.
    Skipped(Skipped),
    /// A file or record that could not be read. Reading goes on with the next one.
    Failed(Failed),
}

/// A file, or a line or record in it. Shows as `path` or `path:line`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    /// The path as given, with `/`; `stdin` for standard input.
    pub path: String,
    /// The line, from 1, where the place is one; in a WARC file the number of the record, and in a Parquet file that of the row.
    pub line: Option<u64>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        self.line.map_or(Ok(()), |line| write!(f, ":{line}"))
    }
}

/// Something to know about how a file is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Where.
    pub place: Place,
    /// What.
    pub kind: NoticeKind,
}

/// What a notice says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoticeKind {
    /// Fields of a JSONL or CSV file that were guessed, with their names; never empty.
    Guessed(Vec<(Role, String)>),
    /// The encoding was guessed. Given for the first record of a JSONL or CSV file that needed it.
    Decoded(Note),
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.place)?;
        match &self.kind {
            NoticeKind::Guessed(fields) => show_guesses(fields, f),
            NoticeKind::Decoded(note) => note.fmt(f),
        }
    }
}

fn show_guesses(fields: &[(Role, String)], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (i, (role, name)) in fields.iter().enumerate() {
        let comma = if i == 0 { "" } else { ", " };
        write!(f, "{comma}{} from {name:?}", role.name())?;
    }
    let flags: Vec<_> = fields.iter().map(|(role, _)| role.flag()).collect();
    write!(f, " (change with {})", flags.join(", "))
}

/// A file or record that was left out on purpose.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{place}: {cause}")]
pub struct Skipped {
    /// Where.
    pub place: Place,
    /// Why.
    pub cause: SkipCause,
}

/// Why a file or record was left out.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SkipCause {
    /// In another language than English.
    #[error("in {language}, not English (include it with --any-language)")]
    NotEnglish {
        /// The English name of the language.
        language: &'static str,
    },
    /// A file in a folder whose extension is not known.
    #[error("unknown kind of file (name the file itself, or say what it is with --format)")]
    UnknownKind,
    /// No text, or nothing but markup and white space.
    #[error("no text in it")]
    Empty,
    /// Not text.
    #[error("{}, not text (turn it into text, Markdown, HTML, JSONL, CSV or Parquet first)", kind.unwrap_or("binary data"))]
    Binary {
        /// What it looks like, with its article ("a PDF file"), where that is known.
        kind: Option<&'static str>,
    },
    /// Longer than [`ReadOptions::max_article_bytes`](super::ReadOptions::max_article_bytes).
    #[error("longer than {} (raise the limit with --max-article-bytes)", bytes(*limit))]
    TooLong {
        /// The limit, in bytes.
        limit: u64,
    },
    /// A link in a folder back to a folder above it; its files are read where they are.
    #[error("symbolic link to a folder above it")]
    LinkLoop,
    /// An archive in an archive.
    #[error("an archive inside an archive (unpack the outer one)")]
    Nested,
    /// A response in a WARC file that is no page: an error, a redirection, an image.
    #[error("not a page that was found (only answers with status 200 and HTML or plain text are articles)")]
    OtherResponse,
    /// A response in a WARC file that is compressed in a way that is not known.
    #[error("compressed with {coding:?}, which can't be unpacked (gzip, deflate, br and zstd can)")]
    Compressed {
        /// As the server calls it.
        coding: String,
    },
    /// A Parquet file that can only be read as a stream, and is too long for that.
    #[error(
        "a Parquet file of more than {} that is compressed, piped or in an archive (name the plain file itself, or raise the \
         limit with --max-article-bytes)",
        bytes(*limit)
    )]
    PackedParquet {
        /// The limit, in bytes.
        limit: u64,
    },
    /// An article of another day than those asked for.
    #[error("of {day}, outside of --since and --until")]
    OutOfRange {
        /// Its day.
        day: Day,
    },
    /// An article without a date that can be read, where days are asked for.
    #[error("without a date that can be read, as --since and --until need (map a field with --date-field NAME)")]
    NoDate,
}

impl SkipCause {
    /// A short name under which to count.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NotEnglish { .. } => "not English",
            Self::UnknownKind => "unknown kind of file",
            Self::Empty => "no text",
            Self::Binary { .. } => "binary",
            Self::TooLong { .. } => "too long",
            Self::LinkLoop => "link loop",
            Self::Nested => "archive in an archive",
            Self::OtherResponse => "other response",
            Self::Compressed { .. } => "unknown compression",
            Self::PackedParquet { .. } => "Parquet not in a file",
            Self::OutOfRange { .. } => "of another day",
            Self::NoDate => "no date",
        }
    }

    /// Whether it is what the user asked for, or in the nature of the collection: worth a count, but neither a warning nor an
    /// error.
    pub fn is_expected(&self) -> bool {
        matches!(self, Self::UnknownKind | Self::OtherResponse | Self::OutOfRange { .. } | Self::NoDate)
    }
}

/// A round number of bytes as people write it.
fn bytes(n: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    let unit = UNITS.iter().find(|(size, _)| n >= *size && n.is_multiple_of(*size));
    unit.map_or(format!("{n} bytes"), |(size, name)| format!("{} {name}", n / size))
}

/// A file or record that could not be read.
#[derive(Debug, Error)]
#[error("{place}: {cause}")]
pub struct Failed {
    /// Where.
    pub place: Place,
    /// Why.
    pub cause: FailCause,
}

/// Why a file or record could not be read. Sources of errors are part of the text already.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FailCause {
    /// Nothing is there.
    #[error("no such file or folder (check the path)")]
    NotFound,
    /// It is there, but cannot be opened or listed.
    #[error("cannot be opened: {0}")]
    Open(io::Error),
    /// A pattern that nothing matches.
    #[error("nothing matches this pattern (check the folder and the pattern)")]
    NoMatch,
    /// A pattern that is none.
    #[error("no such file, and not a pattern: {problem} (check the path)")]
    Pattern {
        /// What is wrong.
        problem: String,
    },
    /// A file or record of a binary format that does not hold what it says.
    #[error("damaged {what}: {problem} (is it complete?)")]
    Damaged {
        /// What it should be.
        what: &'static str,
        /// What is wrong.
        problem: String,
    },
    /// Reading or decompressing stopped half-way. The records before were read.
    #[error("broke off after {byte} bytes of text: {error} (is the file complete?)")]
    BrokeOff {
        /// How many bytes, after decompression, had been read.
        byte: u64,
        /// What stopped it.
        error: io::Error,
    },
    /// A line that is not JSON.
    #[error("not valid JSON: {problem} at column {column} (each line must hold one whole object)")]
    Json {
        /// What is wrong.
        problem: String,
        /// Where in the line, in bytes from 1.
        column: usize,
    },
    /// A line that is JSON, but no object.
    #[error("{found} where an object was expected (each line must hold one whole object)")]
    NotAnObject {
        /// What it is, with its article.
        found: &'static str,
    },
    /// A whole file that is JSON, but not in lines.
    #[error("JSON, but not one object per line (convert it, for example with jq -c '.[]')")]
    NotJsonLines,
    /// A row of a table with more or fewer cells than the header.
    #[error("{found} columns, but the header has {expected} (quote cells that hold the delimiter)")]
    Columns {
        /// Cells of the row.
        found: usize,
        /// Cells of the header.
        expected: usize,
    },
    /// The text field is not in the record.
    #[error("field {field:?} is missing (map another field with --text-field NAME)")]
    FieldMissing {
        /// The field.
        field: String,
    },
    /// The text field is not a string.
    #[error("field {field:?} is {found}, not a string (map another field with --text-field NAME)")]
    FieldNotText {
        /// The field.
        field: String,
        /// What it is, with its article.
        found: &'static str,
    },
    /// No field is known to hold a text.
    #[error("no field is known to hold the text, there {} (name one with --text-field NAME)", listed(fields))]
    NoTextField {
        /// The fields of the record.
        fields: Vec<String>,
    },
}

impl FailCause {
    /// A short name under which to count.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NotFound | Self::NoMatch | Self::Pattern { .. } => "not found",
            Self::Damaged { .. } => "damaged",
            Self::Open(_) => "cannot be opened",
            Self::BrokeOff { .. } => "broke off",
            Self::Json { .. } | Self::NotAnObject { .. } | Self::NotJsonLines => "bad JSON",
            Self::Columns { .. } => "bad row",
            Self::FieldMissing { .. } | Self::FieldNotText { .. } | Self::NoTextField { .. } => "no text field",
        }
    }
}

/// The first few names, for a message of bounded length.
fn listed(fields: &[String]) -> String {
    const MOST: usize = 8;
    let names: Vec<_> = fields.iter().take(MOST).map(|f| format!("{f:?}")).collect();
    match fields.len() {
        0 => "are none".into(),
        1 => format!("is only {}", names[0]),
        n if n <= MOST => format!("are {}", names.join(", ")),
        n => format!("are {} and {} more", names.join(", "), n - MOST),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(line: Option<u64>) -> Place {
        let path = "news.jsonl".into();
        Place { path, line }
    }

    #[test]
    fn notices_say_what_was_guessed() {
        let guessed = vec![(Role::Text, "body".into()), (Role::Title, "headline".into())];
        let kind = NoticeKind::Guessed(guessed);
        let notice = Notice { place: place(None), kind };
        assert_eq!(
            notice.to_string(),
            "news.jsonl: text from \"body\", title from \"headline\" (change with --text-field, --title-field)"
        );
        let kind = NoticeKind::Decoded(Note::Decoded { encoding: "windows-1252", replaced: false });
        let notice = Notice { place: place(Some(3)), kind };
        assert_eq!(notice.to_string(), "news.jsonl:3: not UTF-8, decoded as windows-1252");
    }

    #[test]
    fn skips_name_the_cause_and_the_way_out() {
        let cases = [
            (SkipCause::NotEnglish { language: "French" }, "in French, not English (include it with --any-language)"),
            (SkipCause::UnknownKind, "unknown kind of file (name the file itself, or say what it is with --format)"),
            (SkipCause::Empty, "no text in it"),
            (
                SkipCause::Binary { kind: Some("a PDF file") },
                "a PDF file, not text (turn it into text, Markdown, HTML, JSONL, CSV or Parquet first)",
            ),
            (
                SkipCause::Binary { kind: None },
                "binary data, not text (turn it into text, Markdown, HTML, JSONL, CSV or Parquet first)",
            ),
            (
                SkipCause::TooLong { limit: 100_000_000 },
                "longer than 100 MB (raise the limit with --max-article-bytes)",
            ),
            (SkipCause::TooLong { limit: 1_234_000 }, "longer than 1234 kB (raise the limit with --max-article-bytes)"),
            (SkipCause::TooLong { limit: 77 }, "longer than 77 bytes (raise the limit with --max-article-bytes)"),
            (SkipCause::LinkLoop, "symbolic link to a folder above it"),
            (SkipCause::Nested, "an archive inside an archive (unpack the outer one)"),
            (
                SkipCause::OtherResponse,
                "not a page that was found (only answers with status 200 and HTML or plain text are articles)",
            ),
            (
                SkipCause::Compressed { coding: "lzma".into() },
                "compressed with \"lzma\", which can't be unpacked (gzip, deflate, br and zstd can)",
            ),
            (
                SkipCause::PackedParquet { limit: 1000 },
                "a Parquet file of more than 1 kB that is compressed, piped or in an archive (name the plain file itself, or \
                 raise the limit with --max-article-bytes)",
            ),
            (
                SkipCause::NoDate,
                "without a date that can be read, as --since and --until need (map a field with --date-field NAME)",
            ),
        ];
        for (cause, text) in cases {
            let skipped = Skipped { place: place(Some(7)), cause };
            assert_eq!(skipped.to_string(), format!("news.jsonl:7: {text}"));
        }
    }

    #[test]
    fn failures_name_place_cause_and_way_out() {
        let field = || "body".to_string();
        let cases = [
            (FailCause::NotFound, "no such file or folder (check the path)"),
            (FailCause::NoMatch, "nothing matches this pattern (check the folder and the pattern)"),
            (FailCause::Pattern { problem: "wrong".into() }, "no such file, and not a pattern: wrong (check the path)"),
            (
                FailCause::Damaged { what: "tar archive", problem: "cut".into() },
                "damaged tar archive: cut (is it complete?)",
            ),
            (FailCause::Open(io::Error::other("disk on fire")), "cannot be opened: disk on fire"),
            (
                FailCause::BrokeOff { byte: 52, error: io::Error::other("incomplete frame") },
                "broke off after 52 bytes of text: incomplete frame (is the file complete?)",
            ),
            (
                FailCause::Json { problem: "expected value".into(), column: 9 },
                "not valid JSON: expected value at column 9 (each line must hold one whole object)",
            ),
            (
                FailCause::NotAnObject { found: "an array" },
                "an array where an object was expected (each line must hold one whole object)",
            ),
            (FailCause::NotJsonLines, "JSON, but not one object per line (convert it, for example with jq -c '.[]')"),
            (
                FailCause::FieldMissing { field: field() },
                "field \"body\" is missing (map another field with --text-field NAME)",
            ),
            (
                FailCause::FieldNotText { field: field(), found: "a number" },
                "field \"body\" is a number, not a string (map another field with --text-field NAME)",
            ),
            (
                FailCause::NoTextField { fields: vec!["a".into(), "b".into()] },
                "no field is known to hold the text, there are \"a\", \"b\" (name one with --text-field NAME)",
            ),
        ];
        for (cause, text) in cases {
            let failed = Failed { place: place(Some(1041)), cause };
            assert_eq!(failed.to_string(), format!("news.jsonl:1041: {text}"));
        }
    }

    #[test]
    fn long_lists_of_fields_are_cut() {
        let names = |n: usize| (0..n).map(|i| i.to_string()).collect::<Vec<_>>();
        assert_eq!(listed(&names(0)), "are none");
        assert_eq!(listed(&names(1)), "is only \"0\"");
        assert!(listed(&names(10)).ends_with("\"7\" and 2 more"));
    }
}
