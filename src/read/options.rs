//! What a caller may choose about reading: where from, which format, which fields, which limits.
//!
//! Plain data with defaults. The command line fills it; the names of the flags in doc comments are the ones that
//! messages of this module name as the way out.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::types::Day;

/// The default of [`ReadOptions::max_article_bytes`]: 100 MB. A limit against decompression bombs and endless lines, far
/// above any article (the longest of 23,181 press releases has 0.3 MB); not tuned.
pub const DEFAULT_MAX_ARTICLE_BYTES: u64 = 100_000_000;

/// Something to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file, or a folder that is read with everything below it. Where nothing is there and the name holds `*`, `?` or `[`, it
    /// is a pattern: what matches is read, in the order of the names; `**` stands for any folders.
    Path(PathBuf),
    /// A file that lists such paths, one per line; blank lines do not count.
    List(PathBuf),
    /// Standard input. Named twice, it is empty the second time.
    Stdin,
    /// Bytes that are read as a file of that name would be.
    Memory {
        /// Stands for the path; its extension tells the format, and without a known one the bytes do.
        name: String,
        /// What the file would hold.
        bytes: Arc<[u8]>,
    },
}

impl From<PathBuf> for Source {
    /// `-` is [`Source::Stdin`].
    fn from(path: PathBuf) -> Self {
        if path.as_os_str() == "-" { Self::Stdin } else { Self::Path(path) }
    }
}

impl From<&str> for Source {
    fn from(path: &str) -> Self {
        PathBuf::from(path).into()
    }
}

/// How to read. The default guesses everything and keeps English only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadOptions {
    /// What every file is taken for (`--format`); in folders, files of unknown extension are then read too. `None`: by
    /// extension, and by content for standard input and for files of unknown extension named by the user.
    pub format: Option<Format>,
    /// Which fields of a JSON record, or columns of a table, mean what; those left `None` are guessed.
    pub fields: Fields,
    /// What the text field of records holds (`--text-format`). `None`: guessed for each record.
    pub text_format: Option<TextFormat>,
    /// Keeps articles that do not look English (`--any-language`). Default: false.
    pub any_language: bool,
    /// Reads hidden files of folders too (`--hidden`). Default: false.
    pub hidden: bool,
    /// Longest article, JSON line or row, in bytes after decompression (`--max-article-bytes`). Longer ones are skipped. The
    /// memory in use is a small multiple of the longest one. Default: [`DEFAULT_MAX_ARTICLE_BYTES`].
    pub max_article_bytes: u64,
    /// Keeps only articles of this day or later (`--since`); those without a date that can be read are left out.
    pub since: Option<Day>,
    /// Keeps only articles of this day or earlier (`--until`); those without a date that can be read are left out.
    pub until: Option<Day>,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            format: None,
            fields: Fields::default(),
            text_format: None,
            any_language: false,
            hidden: false,
            max_article_bytes: DEFAULT_MAX_ARTICLE_BYTES,
            since: None,
            until: None,
        }
    }
}

/// The format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Plain text (`.txt`, `.text`).
    Text,
    /// Markdown (`.md`, `.markdown`).
    Markdown,
    /// A web page (`.html`, `.htm`, `.xhtml`).
    Html,
    /// One JSON object per line (`.jsonl`, `.ndjson`).
    Jsonl,
    /// A table with a header, separated by commas, semicolons or tabs, whichever its first line has (`.csv`).
    Csv,
    /// A table with a header, separated by tabs (`.tsv`, `.tab`).
    Tsv,
    /// An archive of files, each read as if it lay in a folder (`.tar`, `.tgz`).
    Tar,
    /// What a crawler has fetched (`.warc`).
    Warc,
    /// A table with typed columns (`.parquet`).
    Parquet,
}

impl Format {
    /// Every format.
    pub const ALL: [Format; 9] = [
        Self::Text,
        Self::Markdown,
        Self::Html,
        Self::Jsonl,
        Self::Csv,
        Self::Tsv,
        Self::Tar,
        Self::Warc,
        Self::Parquet,
    ];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Tar => "tar",
            Self::Warc => "warc",
            Self::Parquet => "parquet",
        }
    }

    /// The format that the extension of `path` stands for, below `.gz` or `.zst`.
    pub fn of_path(path: &Path) -> Option<Self> {
        let extension = |p: &Path| Some(p.extension()?.to_str()?.to_ascii_lowercase());
        match extension(path)?.as_str() {
            "txt" | "text" => Some(Self::Text),
            "md" | "markdown" => Some(Self::Markdown),
            "html" | "htm" | "xhtml" => Some(Self::Html),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "csv" => Some(Self::Csv),
            "tsv" | "tab" => Some(Self::Tsv),
            "tar" | "tgz" => Some(Self::Tar),
            "warc" => Some(Self::Warc),
            "parquet" => Some(Self::Parquet),
            "gz" | "zst" => Self::of_path(Path::new(path.file_stem()?)),
            _ => None,
        }
    }
}

/// The format of a text inside a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextFormat {
    /// No markup.
    Plain,
    /// Markdown.
    Markdown,
    /// HTML, whole or in part.
    Html,
}

impl TextFormat {
    /// Every format.
    pub const ALL: [TextFormat; 3] = [Self::Plain, Self::Markdown, Self::Html];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Markdown => "markdown",
            Self::Html => "html",
        }
    }
}

/// Names of the fields of a JSON record or the columns of a table; in JSON a dotted path leads into nested objects (`article.body`), unless a field has
/// just that name. What stays `None` is guessed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fields {
    /// The text (`--text-field`); a record without it has failed.
    pub text: Option<String>,
    /// The id (`--id-field`); a record without it is called `path:line`.
    pub id: Option<String>,
    /// The title (`--title-field`).
    pub title: Option<String>,
    /// The date (`--date-field`).
    pub date: Option<String>,
    /// The address (`--url-field`).
    pub url: Option<String>,
    /// The publisher (`--source-field`).
    pub source: Option<String>,
}

/// What a field of a record means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The text of the article.
    Text,
    /// Its id.
    Id,
    /// Its title.
    Title,
    /// Its date.
    Date,
    /// Its address.
    Url,
    /// Its publisher.
    Source,
}

impl Role {
    /// Every role, in the order of [`Fields`].
    pub const ALL: [Role; 6] = [Self::Text, Self::Id, Self::Title, Self::Date, Self::Url, Self::Source];

    /// The name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Id => "id",
            Self::Title => "title",
            Self::Date => "date",
            Self::Url => "url",
            Self::Source => "source",
        }
    }

    /// The flag that maps a field to it.
    pub fn flag(self) -> &'static str {
        match self {
            Self::Text => "--text-field",
            Self::Id => "--id-field",
            Self::Title => "--title-field",
            Self::Date => "--date-field",
            Self::Url => "--url-field",
            Self::Source => "--source-field",
        }
    }

    /// The field that the caller mapped to it.
    pub fn of(self, fields: &Fields) -> Option<&str> {
        match self {
            Self::Text => fields.text.as_deref(),
            Self::Id => fields.id.as_deref(),
            Self::Title => fields.title.as_deref(),
            Self::Date => fields.date.as_deref(),
            Self::Url => fields.url.as_deref(),
            Self::Source => fields.source.as_deref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_go_by_extension_below_compression() {
        let cases = [
            ("a.txt", Some(Format::Text)),
            ("a.TXT.GZ", Some(Format::Text)),
            ("dir.md/a.markdown.zst", Some(Format::Markdown)),
            ("a.htm", Some(Format::Html)),
            ("a.ndjson", Some(Format::Jsonl)),
            ("a.jsonl.zst", Some(Format::Jsonl)),
            ("a.csv.gz", Some(Format::Csv)),
            ("a.tsv", Some(Format::Tsv)),
            ("a.tar.zst", Some(Format::Tar)),
            ("a.tgz", Some(Format::Tar)),
            ("a.warc.gz", Some(Format::Warc)),
            ("a.parquet", Some(Format::Parquet)),
            ("a.xls", None),
            ("a.gz", None),
            ("txt", None),
            (".txt", None),
            ("", None),
        ];
        for (path, expected) in cases {
            assert_eq!(Format::of_path(Path::new(path)), expected, "{path}");
        }
    }

    #[test]
    fn a_dash_is_standard_input() {
        assert_eq!(Source::from("-"), Source::Stdin);
        assert_eq!(Source::from("./-"), Source::Path("./-".into()));
    }
}
