//! The answer of a web server, as crawlers keep it: a header, and a body that may be cut in chunks and compressed.

use std::io::Read;

use encoding_rs::Encoding;

use super::event::{FailCause, SkipCause};

/// Most fields of a header that are read.
const MOST_FIELDS: usize = 256;

/// A page that a server has sent.
#[derive(Debug)]
pub(super) struct Page {
    /// Its bytes, unpacked.
    pub body: Vec<u8>,
    /// Whether it is HTML, rather than plain text.
    pub is_html: bool,
    /// The encoding that the server says it has.
    pub encoding: Option<&'static Encoding>,
}

/// Why an answer is no page.
#[derive(Debug)]
pub(super) enum NoPage {
    /// Left out.
    Skipped(SkipCause),
    /// Could not be read.
    Failed(FailCause),
}

/// What the header says.
struct Head {
    /// Where the body begins.
    end: usize,
    content_type: String,
    content_encoding: String,
    is_chunked: bool,
}

/// Reads an answer. Bodies of more than `limit` bytes are left out.
pub(super) fn page(answer: &[u8], limit: u64) -> Result<Page, NoPage> {
    let head = head(answer)?;
    let mime = head.content_type.split(';').next().unwrap_or_default().trim();
    let is_html = matches!(mime, "text/html" | "application/xhtml+xml");
    if !is_html && mime != "text/plain" {
        return Err(NoPage::Skipped(SkipCause::OtherResponse));
    }
    let body = &answer[head.end..];
    let joined = if head.is_chunked { join_chunks(body)? } else { body.to_vec() };
    let body = unpack(joined, &head.content_encoding, limit)?;
    Ok(Page { body, is_html, encoding: encoding(&head.content_type) })
}

fn head(answer: &[u8]) -> Result<Head, NoPage> {
    let mut fields = [httparse::EMPTY_HEADER; MOST_FIELDS];
    let mut response = httparse::Response::new(&mut fields);
    let mut config = httparse::ParserConfig::default();
    config
        .allow_spaces_after_header_name_in_responses(true)
        .allow_obsolete_multiline_headers_in_responses(true)
        .allow_multiple_spaces_in_response_status_delimiters(true)
        .ignore_invalid_headers_in_responses(true);
    let end = match config.parse_response(&mut response, answer) {
        Ok(httparse::Status::Complete(end)) => end,
        Ok(httparse::Status::Partial) => return Err(damaged("its header does not end")),
        Err(error) => return Err(damaged(error)),
    };
    if response.code != Some(200) {
        return Err(NoPage::Skipped(SkipCause::OtherResponse));
    }
    let field = |name: &str| {
        let found = response.headers.iter().find(|h| h.name.eq_ignore_ascii_case(name));
        found.map(|h| String::from_utf8_lossy(h.value).trim().to_ascii_lowercase()).unwrap_or_default()
    };
    Ok(Head {
        end,
        content_type: field("content-type"),
        content_encoding: field("content-encoding"),
        is_chunked: field("transfer-encoding").split(',').any(|c| c.trim() == "chunked"),
    })
}

/// The encoding named after `charset=`.
fn encoding(content_type: &str) -> Option<&'static Encoding> {
    let (_, after) = content_type.split_once("charset=")?;
    let name = after.split(';').next()?.trim().trim_matches(['"', '\'']);
    Encoding::for_label(name.as_bytes())
}

/// Puts together a body that was sent in chunks. Some crawlers join them and leave the header as it was: a body that does
/// not begin with a chunk is taken as it is.
fn join_chunks(body: &[u8]) -> Result<Vec<u8>, NoPage> {
    let mut joined = Vec::with_capacity(body.len());
    let mut rest = body;
    loop {
        let Some((size, after)) = chunk_size(rest) else {
            return if joined.is_empty() && !body.is_empty() { Ok(body.to_vec()) } else { Err(damaged(BAD_CHUNK)) };
        };
        if size == 0 {
            return Ok(joined);
        }
        joined.extend_from_slice(after.get(..size).ok_or_else(|| damaged(BAD_CHUNK))?);
        rest = after.get(size..).and_then(|r| r.strip_prefix(b"\r\n")).ok_or_else(|| damaged(BAD_CHUNK))?;
    }
}

const BAD_CHUNK: &str = "a chunk has another length than it says";

/// The size of the chunk that begins here, and what follows its line.
fn chunk_size(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let end = memchr::memchr(b'\n', bytes)?;
    let line = std::str::from_utf8(&bytes[..end]).ok()?;
    let digits = line.split(';').next()?.trim();
    Some((usize::from_str_radix(digits, 16).ok()?, &bytes[end + 1..]))
}

/// Takes off the compressions that the header lists, the last one first.
fn unpack(mut body: Vec<u8>, codings: &str, limit: u64) -> Result<Vec<u8>, NoPage> {
    for coding in codings.split(',').rev().map(str::trim) {
        body = match coding {
            "" | "identity" => body,
            // Some crawlers unpack and leave the header as it was.
            "gzip" | "x-gzip" if !body.starts_with(&[0x1f, 0x8b]) => body,
            "gzip" | "x-gzip" => bounded(flate2::bufread::MultiGzDecoder::new(&body[..]), limit)?,
            "deflate" if is_zlib(&body) => bounded(flate2::bufread::ZlibDecoder::new(&body[..]), limit)?,
            "deflate" => bounded(flate2::bufread::DeflateDecoder::new(&body[..]), limit)?,
            "br" => bounded(brotli_decompressor::Decompressor::new(&body[..], 4096), limit)?,
            "zstd" => bounded(zstd::stream::read::Decoder::new(&body[..]).map_err(damaged)?, limit)?,
            other => {
                let coding = other.chars().take(40).collect();
                return Err(NoPage::Skipped(SkipCause::Compressed { coding }));
            }
        };
    }
    if body.len() as u64 > limit {
        return Err(NoPage::Skipped(SkipCause::TooLong { limit }));
    }
    Ok(body)
}

/// Deflated data with the usual frame; without it they are sent by some servers all the same.
fn is_zlib(body: &[u8]) -> bool {
    matches!(body, [first, second, ..] if first & 0x0f == 8 && (u16::from(*first) << 8 | u16::from(*second)).is_multiple_of(31))
}

/// All that a decompressor gives, unless it is more than `limit` bytes.
fn bounded(packed: impl Read, limit: u64) -> Result<Vec<u8>, NoPage> {
    let mut unpacked = Vec::new();
    match packed.take(limit.saturating_add(1)).read_to_end(&mut unpacked) {
        Ok(_) if unpacked.len() as u64 > limit => Err(NoPage::Skipped(SkipCause::TooLong { limit })),
        Ok(_) => Ok(unpacked),
        Err(error) => Err(damaged(error)),
    }
}

fn damaged(problem: impl ToString) -> NoPage {
    NoPage::Failed(FailCause::Damaged { what: "HTTP response", problem: problem.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Write;

    fn answer(fields: &str, body: &[u8]) -> Vec<u8> {
        [format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; Charset=\"ISO-8859-2\"\r\n{fields}\r\n").as_bytes(), body]
            .concat()
    }

    fn body(fields: &str, body: &[u8]) -> Result<String, String> {
        match page(&answer(fields, body), 1000) {
            Ok(page) => Ok(String::from_utf8_lossy(&page.body).into_owned()),
            Err(NoPage::Skipped(cause)) => Err(cause.to_string()),
            Err(NoPage::Failed(cause)) => Err(cause.to_string()),
        }
    }

    fn deflated(text: &[u8], framed: bool) -> Vec<u8> {
        let level = flate2::Compression::fast();
        if framed {
            let mut writer = flate2::write::ZlibEncoder::new(Vec::new(), level);
            writer.write_all(text).unwrap();
            return writer.finish().unwrap();
        }
        let mut writer = flate2::write::DeflateEncoder::new(Vec::new(), level);
        writer.write_all(text).unwrap();
        writer.finish().unwrap()
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        writer.write_all(text).unwrap();
        writer.finish().unwrap()
    }

    #[test]
    fn bodies_are_joined_and_unpacked() {
        let zst = zstd::stream::encode_all(&b"page"[..], 1).unwrap();
        // "page" in a stream of one stored block
        let brotli = [0x8b, 0x01, 0x80, b'p', b'a', b'g', b'e', 0x03];
        let cases: [(&str, &[u8]); 12] = [
            ("", b"page"),
            ("Transfer-Encoding: chunked\r\n", b"2\r\npa\r\n2;x=y\r\nge\r\n0\r\n\r\n"),
            ("Transfer-Encoding: chunked\r\n", b"page"),
            ("Content-Encoding: gzip\r\n", &gzip(b"page")),
            ("Content-Encoding: gzip\r\n", b"page"),
            ("Content-Encoding: deflate\r\n", &deflated(b"page", true)),
            ("Content-Encoding: deflate\r\n", &deflated(b"page", false)),
            ("Content-Encoding: br\r\n", &brotli),
            ("Content-Encoding: zstd\r\n", &zst),
            ("Content-Encoding: identity\r\n", b"page"),
            ("Content-Encoding: zstd, gzip\r\n", &gzip(&zst)),
            ("Bad header\r\nContent-Encoding: zstd\r\n", &zst),
        ];
        for (fields, bytes) in cases {
            assert_eq!(body(fields, bytes).as_deref(), Ok("page"), "{fields}");
        }
    }

    #[test]
    fn what_cannot_be_unpacked_says_why() {
        let long = gzip(&[b'x'; 2000]);
        let cases: [(&str, &[u8], &str); 6] = [
            ("Transfer-Encoding: chunked\r\n", b"4\r\npa\r\n0\r\n", "a chunk has another length than it says"),
            ("Transfer-Encoding: chunked\r\n", b"2\r\npa\r\nge", "a chunk has another length than it says"),
            ("Content-Encoding: gzip\r\n", &gzip(b"page")[..15], "damaged HTTP response: "),
            ("Content-Encoding: gzip\r\n", &long, "longer than 1 kB"),
            ("", &[b'x'; 1001], "longer than 1 kB"),
            ("Content-Encoding: compress\r\n", b"x", "compressed with \"compress\""),
        ];
        for (fields, bytes, why) in cases {
            let error = body(fields, bytes).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
    }

    #[test]
    fn only_pages_count() {
        let other = |text: &str| matches!(page(text.as_bytes(), 1000), Err(NoPage::Skipped(SkipCause::OtherResponse)));
        assert!(other("HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n"));
        assert!(other("HTTP/1.0 301\r\n\r\n"));
        assert!(other("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n"));
        let found = page(b"HTTP/1.1 200 OK\r\ncontent-type: TEXT/PLAIN\r\n\r\nx", 9).unwrap();
        assert!(!found.is_html && found.encoding.is_none());
        let found = page(&answer("", b"x"), 9).unwrap();
        assert_eq!((found.is_html, found.encoding.map(Encoding::name)), (true, Some("ISO-8859-2")));
        assert!(matches!(page(b"HTTP/1.1 200 OK\r\nContent", 9), Err(NoPage::Failed(_))));
        assert!(matches!(page(b"gopher", 9), Err(NoPage::Failed(_))));
    }

    proptest! {
        #[test]
        fn any_answer_is_read_or_refused(fields in "(Content-Encoding: (gzip|br|deflate|zstd)\r\n|Transfer-Encoding: chunked\r\n){0,2}", body: Vec<u8>) {
            let _ = page(&answer(&fields, &body), 100);
            let _ = page(&body, 100);
        }
    }
}
