//! Bytes to text. UTF-8 nearly always; old files and web pages are in other encodings, and guessing wrong turns every
//! apostrophe into noise, so a guess is reported.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8};

use crate::types::Note;

/// Bytes of a file that the guess looks at, from the first one that is not ASCII. A bound on time; not tuned.
const GUESS_FROM: usize = 1 << 20;
/// Bytes of a page in which its encoding may be declared: the HTML standard's 1024, and some for comments before it.
const DECLARED_IN: usize = 4096;
/// So many valid characters beyond ASCII for each invalid byte sequence make damaged UTF-8 more likely than another
/// encoding, where valid ones are rare accidents. Not tuned.
const MOSTLY_UTF_8: usize = 4;

/// A text and how it came to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// Set where the bytes were not UTF-8.
    pub note: Option<Note>,
    /// Whether the encoding was guessed, rather than declared.
    pub guessed: bool,
}

/// Decodes a plain text: by byte order mark, else UTF-8, else a guess.
pub(super) fn decode(bytes: Vec<u8>) -> Decoded {
    decode_said(bytes, None)
}

/// As [`decode`], but with the encoding that came with the text before a guess.
pub(super) fn decode_said(bytes: Vec<u8>, said: Option<&'static Encoding>) -> Decoded {
    decode_with(bytes, |_| said)
}

/// The text of a value in a table, copied only where it must be; `note` is set where it is not UTF-8 and nothing is noted
/// yet.
pub(super) fn decode_cell<'c>(cell: &'c [u8], note: &mut Option<Note>) -> Cow<'c, str> {
    match std::str::from_utf8(cell) {
        Ok(text) => Cow::Borrowed(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Err(_) => {
            let decoded = decode(cell.to_vec());
            *note = note.take().or(decoded.note);
            Cow::Owned(decoded.text)
        }
    }
}

/// Decodes a web page: as [`decode`], but with the encoding that came with it (`said`), or else that the page declares,
/// before a guess.
///
/// Valid UTF-8 is UTF-8 whatever the page declares: text in another encoding is next to never valid UTF-8 by accident,
/// while tools that save pages often convert them and leave the declaration.
pub(super) fn decode_html(bytes: Vec<u8>, said: Option<&'static Encoding>) -> Decoded {
    decode_with(bytes, |page| said.or_else(|| declared(page)))
}

fn decode_with(bytes: Vec<u8>, declared: impl Fn(&[u8]) -> Option<&'static Encoding>) -> Decoded {
    let (mark, after) = Encoding::for_bom(&bytes).unwrap_or((UTF_8, 0));
    if mark != UTF_8 {
        return decode_as(mark, &bytes[after..], false);
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(mut text) => {
            text.drain(..after);
            return plain(text);
        }
        Err(e) => e.into_bytes(),
    };
    let bytes = &bytes[after..];
    match declared(bytes).filter(|&e| e != UTF_8) {
        Some(encoding) => decode_as(encoding, bytes, false),
        None if is_damaged_utf_8(bytes) => decode_as(UTF_8, bytes, true),
        None => decode_as(guess(bytes), bytes, true),
    }
}

fn plain(text: String) -> Decoded {
    Decoded { text, note: None, guessed: false }
}

fn decode_as(encoding: &'static Encoding, bytes: &[u8], guessed: bool) -> Decoded {
    let (text, replaced) = encoding.decode_without_bom_handling(bytes);
    let note = Note::Decoded { encoding: encoding.name(), replaced };
    Decoded { text: text.into_owned(), note: Some(note), guessed }
}

fn is_damaged_utf_8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good >= MOSTLY_UTF_8 * bad
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let first = bytes.iter().position(|b| !b.is_ascii()).unwrap_or(0);
    // Some ASCII before it: the detector looks at the letter before a byte.
    let start = first.saturating_sub(16);
    let end = bytes.len().min(start + GUESS_FROM);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&bytes[start..end], end == bytes.len());
    // As for a British site: without a hint, a lone pound sign makes a text Polish.
    detector.guess(Some(b"uk"), Utf8Detection::Deny)
}

/// The encoding named by `<meta charset=...>`, by its `http-equiv` form or by an XML declaration.
fn declared(page: &[u8]) -> Option<&'static Encoding> {
    let head = page[..page.len().min(DECLARED_IN)].to_ascii_lowercase();
    let head = String::from_utf8_lossy(&head);
    let xml = head.starts_with("<?xml").then_some("encoding");
    [Some("charset"), xml].into_iter().flatten().find_map(|key| {
        let (_, after) = head.split_once(key)?;
        let value = after.trim_start().strip_prefix('=')?.trim_start();
        let value = value.trim_start_matches(['"', '\'']);
        let end = value.find(|c: char| !(c.is_ascii_alphanumeric() || "-_:.".contains(c)));
        Encoding::for_label(&value.as_bytes()[..end.unwrap_or(value.len())])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn note(encoding: &'static str, replaced: bool) -> Option<Note> {
        Some(Note::Decoded { encoding, replaced })
    }

    fn utf_16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(bytes).collect()
    }

    #[test]
    fn texts_are_decoded() {
        let latin = b"The caf\xe9 \x96 it\x92s open. A na\xefve fianc\xe9 paid \xa35.";
        let cases = [
            (b"caf\xc3\xa9".to_vec(), "café", None, false),
            (b"\xef\xbb\xbfcaf\xc3\xa9\r\n".to_vec(), "café\r\n", None, false),
            (utf_16("é\n", u16::to_le_bytes), "é\n", note("UTF-16LE", false), false),
            (utf_16("é\n", u16::to_be_bytes), "é\n", note("UTF-16BE", false), false),
            (latin.to_vec(), "The café – it’s open. A naïve fiancé paid £5.", note("windows-1252", false), true),
            (b"a \xa35.8m fee".to_vec(), "a £5.8m fee", note("windows-1252", false), true),
            (
                "déjà vu, naïve — cut: ".bytes().chain([0xe2, 0x80]).collect(),
                "déjà vu, naïve — cut: \u{fffd}",
                note("UTF-8", true),
                true,
            ),
            (Vec::new(), "", None, false),
        ];
        for (bytes, text, note, guessed) in cases {
            let text = text.to_string();
            assert_eq!(decode(bytes), Decoded { text, note, guessed });
        }
    }

    #[test]
    fn pages_may_declare_their_encoding() {
        let page = |head: &str, body: &[u8]| [head.as_bytes(), body].concat();
        let cases: [(Vec<u8>, _, _); 7] = [
            (page("<meta charset=windows-1251>", b"\xcf"), "П", false),
            (page("<META CHARSET='ISO-8859-2'>", b"\xb3"), "ł", false),
            (page("<meta http-equiv=Content-Type content=\"text/html; charset=koi8-r\">", b"\xf0"), "П", false),
            (page("<?xml version='1.0' encoding='windows-1251'?>", b"\xcf"), "П", false),
            // converted by whoever saved it
            (page("<meta charset=windows-1252>", "é’".as_bytes()), "é’", false),
            (page("<meta charset=utf-8>it", b"\x92s"), "it’s", true),
            (page("<meta charset=no-such-thing>it", b"\x92s"), "it’s", true),
        ];
        for (bytes, end, guessed) in cases {
            let decoded = decode_html(bytes, None);
            assert!(decoded.text.ends_with(end), "{decoded:?}");
            assert_eq!(decoded.guessed, guessed, "{decoded:?}");
        }
    }

    #[test]
    fn what_came_with_a_page_counts_before_what_it_declares() {
        let page = b"<meta charset=windows-1252>\xb3".to_vec();
        let said = Encoding::for_label(b"iso-8859-2");
        assert!(decode_html(page.clone(), said).text.ends_with('ł'));
        assert!(decode_html(page, None).text.ends_with('³'));
        assert_eq!(decode_said(b"\xb3".to_vec(), said).text, "ł");
        assert_eq!(decode_said("ł".into(), Encoding::for_label(b"koi8-r")).text, "ł");
    }

    proptest! {
        #[test]
        fn any_bytes_are_decoded(bytes: Vec<u8>) {
            let decoded = decode(bytes.clone());
            let marked = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
            let valid = !marked && std::str::from_utf8(&bytes).is_ok();
            prop_assert_eq!(decoded.note.is_none(), valid);
            decode_html(bytes, None);
        }
    }
}
