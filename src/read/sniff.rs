//! What bytes are, from the first few thousand of them: binary or text, and which format.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};

use super::event::SkipCause;
use super::options::Format;
use crate::types::Note;

/// More control characters than one in so many bytes make data binary. Terminal logs stay below; not tuned.
const CONTROL: usize = 10;

/// Magic numbers of what people are likely to have among their articles.
const MAGIC: [(&[u8], &str); 20] = [
    (b"%PDF-", "a PDF file"),
    (b"%!PS", "a PostScript file"),
    (b"{\\rtf", "an RTF file"),
    (b"PK\x03\x04", "a ZIP archive (or .docx, .xlsx, .epub)"),
    (b"\xd0\xcf\x11\xe0", "an old Office file (.doc, .xls)"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"PAR1", "a Parquet file"),
    (b"ARROW1", "an Arrow file"),
    (b"WARC/1.", "a WARC file"),
    (b"\x89HDF", "an HDF5 file"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a", "a RAR archive"),
    (b"\xfd7zXZ\0", "an xz file (gzip and zstd are unpacked, xz is not)"),
    (b"BZh", "a bzip2 file (gzip and zstd are unpacked, bzip2 is not)"),
    (b"\x1f\x8b", "a gzip file inside a compressed file"),
    (b"\x28\xb5\x2f\xfd", "a zstd file inside a compressed file"),
    (b"\x7fELF", "a program"),
];

/// The format of a file of many articles that is known by its first bytes whatever it is called.
pub(super) fn container(prefix: &[u8]) -> Option<Format> {
    if is_tar(prefix) {
        Some(Format::Tar)
    } else if prefix.starts_with(b"WARC/1.") {
        Some(Format::Warc)
    } else {
        // Text may begin so, but does not go on with zeros.
        (prefix.starts_with(b"PAR1") && is_noise(prefix)).then_some(Format::Parquet)
    }
}

/// Older archives have no mark, and are known by their name only.
fn is_tar(prefix: &[u8]) -> bool {
    prefix.get(257..262) == Some(b"ustar")
}

/// Why data that begin with `prefix` are no text, if they are none.
pub(super) fn binary(prefix: &[u8]) -> Option<SkipCause> {
    let magic = MAGIC.iter().find(|(magic, _)| prefix.starts_with(magic));
    let tar = is_tar(prefix);
    let kind = magic.map(|(_, kind)| *kind).or(tar.then_some("a tar archive"));
    // "BZh" and "GIF8" may begin a sentence; the others cannot.
    let is_certain = kind.is_some() && !prefix.is_ascii() || prefix.starts_with(b"%") || tar;
    let is_rtf = prefix.starts_with(b"{\\rtf");
    (is_certain || is_rtf || is_noise(prefix)).then_some(SkipCause::Binary { kind })
}

/// NUL bytes, or mostly control characters. UTF-16 is full of NULs, and known by its mark.
fn is_noise(prefix: &[u8]) -> bool {
    if is_utf_16(prefix) {
        return false;
    }
    let is_control = |b: &&u8| b.is_ascii_control() && !matches!(b, b'\t'..=b'\r' | 0x1b | 0x08);
    let control = prefix.iter().filter(is_control).count();
    memchr::memchr(0, prefix).is_some() || control * CONTROL > prefix.len()
}

/// Whether the bytes begin with the byte order mark of UTF-16.
fn is_utf_16(prefix: &[u8]) -> bool {
    Encoding::for_bom(prefix).is_some_and(|(encoding, _)| encoding != UTF_8)
}

/// What to note of a file in UTF-16.
pub(super) fn utf_16(prefix: &[u8]) -> Option<Note> {
    let encoding = if prefix.first() == Some(&0xff) { "UTF-16LE" } else { "UTF-16BE" };
    is_utf_16(prefix).then_some(Note::Decoded { encoding, replaced: false })
}

/// The format of a text that nothing is known of: JSON lines, a web page, else plain text. Markdown cannot be told from
/// plain text safely.
pub(super) fn format(prefix: &[u8]) -> Format {
    let text = start(prefix);
    if is_json(&text) {
        Format::Jsonl
    } else if is_page(&text) {
        Format::Html
    } else {
        Format::Text
    }
}

/// Decoded as far as needed here: marks and markup are ASCII in every encoding but UTF-16.
fn start(prefix: &[u8]) -> Cow<'_, str> {
    match Encoding::for_bom(prefix) {
        Some((encoding, after)) => encoding.decode_without_bom_handling(&prefix[after..]).0,
        None => String::from_utf8_lossy(prefix),
    }
}

fn is_json(text: &str) -> bool {
    let after = |text: &str, open: char, next: &[char]| {
        let inner = text.trim_start().strip_prefix(open);
        inner.is_some_and(|t| t.trim_start().starts_with(next))
    };
    after(text, '{', &['"', '}']) || after(text, '[', &['{'])
}

fn is_page(text: &str) -> bool {
    let text = text.trim_start().as_bytes();
    let begins = |with: &str| text.get(..with.len()).is_some_and(|t| t.eq_ignore_ascii_case(with.as_bytes()));
    ["<!doctype html", "<html", "<head", "<body"].into_iter().any(begins)
        || (begins("<?xml") || begins("<!--")) && contains_ignore_case(text, b"<html")
}

fn contains_ignore_case(text: &[u8], what: &[u8]) -> bool {
    text.windows(what.len()).any(|w| w.eq_ignore_ascii_case(what))
}

/// Whether the first line of a JSONL file shows that the file is other JSON: an array, or an object over many lines.
pub(super) fn is_json_not_lines(first_line: &[u8]) -> bool {
    let line = first_line.trim_ascii();
    line == b"{" || line == b"[" || line.starts_with(b"[") && is_json(&String::from_utf8_lossy(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binary_data_are_told_and_named() {
        let mut tar = b"a.txt".to_vec();
        tar.resize(257, 0);
        tar.extend(b"ustar\x0000");
        let cases: [(&[u8], _); 9] = [
            (b"%PDF-1.7 looks like text", Some("a PDF file")),
            (b"{\\rtf1 also text", Some("an RTF file")),
            (b"PK\x03\x04\x14\0\0", Some("a ZIP archive (or .docx, .xlsx, .epub)")),
            (b"\x89PNG\r\n\x1a\n", Some("a PNG image")),
            (b"PAR1\x15\x04\0", Some("a Parquet file")),
            (&tar, Some("a tar archive")),
            (b"ab\0cd", None),
            (b"\x01\x02\x03abc", None),
            (b"\0", None),
        ];
        for (bytes, kind) in cases {
            assert_eq!(binary(bytes), Some(SkipCause::Binary { kind }), "{bytes:?}");
        }
    }

    #[test]
    fn containers_are_told() {
        let mut tar = vec![0; 257];
        tar.extend(b"ustar");
        assert_eq!(container(&tar), Some(Format::Tar));
        assert_eq!(container(b"WARC/1.1\r\n"), Some(Format::Warc));
        assert_eq!(container(b"PAR1\x15\x04\0"), Some(Format::Parquet));
        assert_eq!(
            (container(b"PAR1 is its name."), container(b"WARC is a format."), container(b"")),
            (None, None, None)
        );
    }

    #[test]
    fn texts_are_not_binary() {
        let cases: [&[u8]; 8] = [
            b"",
            b"GIF8 is how it begins.",
            b"BZh!",
            b"PAR1S is a typo.",
            b"\x1b[31mred\x1b[0m\tlog\r\n\x0c",
            b"caf\xe9 \x92 \xff\xfe",
            b"\xff\xfea\0b\0",
            b"\xfe\xff\0a\0b",
        ];
        for bytes in cases {
            assert_eq!(binary(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn formats_are_told_by_content() {
        let cases: [(&[u8], Format); 14] = [
            (b"{\"text\": 1", Format::Jsonl),
            (b"\xef\xbb\xbf\n {\n\"a\"", Format::Jsonl),
            (b"[\n{\"a\": 1}]", Format::Jsonl),
            (b"\xff\xfe{\0\"\0", Format::Jsonl),
            (b"{name} wins", Format::Text),
            (b"[Editor's note]", Format::Text),
            (b"\n<!DOCTYPE HTML PUBLIC", Format::Html),
            (b"<HTML lang=en>", Format::Html),
            (b"<?xml version='1.0'?><html>", Format::Html),
            (b"<?xml version='1.0'?><rss>", Format::Text),
            (b"<p>", Format::Text),
            (b"# Heading", Format::Text),
            (b"a \xff b", Format::Text),
            (b"", Format::Text),
        ];
        for (bytes, expected) in cases {
            assert_eq!(format(bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn other_json_is_told_by_its_first_line() {
        for line in ["{", " [ ", "[{\"a\": 1},"] {
            assert!(is_json_not_lines(line.as_bytes()), "{line}");
        }
        for line in ["{\"a\": 1}", "[1, 2]", "[\"a\"]", "{]", ""] {
            assert!(!is_json_not_lines(line.as_bytes()), "{line}");
        }
    }
}
