//! Opened bytes: decompressed, with a look ahead, read in bounded pieces.
//!
//! Compression is told by magic bytes and not by name, so that standard input and misnamed files work. Nothing here reads
//! an unbounded amount: a small file may unpack to terabytes.

use std::io::{self, BufRead, BufReader, ErrorKind, Read};

use flate2::bufread::MultiGzDecoder;

/// Bytes looked at before a format is chosen. Enough for a magic number or the start of a page; not tuned.
const PREFIX: usize = 8 * 1024;
/// Capacity of the buffer behind a decompressor.
const BUFFER: usize = 64 * 1024;

type Bytes = Box<dyn BufRead + Send>;

/// A decompressed stream whose first bytes have been looked at.
pub(super) struct Input {
    bytes: Peeked<Bytes>,
    /// Whether the bytes are compressed where they lie.
    packed: bool,
    position: u64,
}

/// What became of a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// It is in the buffer.
    Whole,
    /// It was longer than allowed, and has been passed over.
    TooLong,
    /// There is none: the end of the input.
    End,
}

impl Input {
    /// Wraps what a file or standard input holds. Errors come out later, where the reading gets to them.
    pub(super) fn new(raw: impl Read + Send + 'static) -> Self {
        let raw = BufReader::with_capacity(BUFFER, raw);
        let (bytes, packed) = unpack(raw);
        Self { bytes: Peeked::new(bytes, PREFIX), packed, position: 0 }
    }

    /// The first bytes; not empty unless the input is, or breaks off at once. Only before anything else is read.
    pub(super) fn prefix(&self) -> &[u8] {
        &self.bytes.head
    }

    /// Whether it was gzip or zstd.
    pub(super) fn is_packed(&self) -> bool {
        self.packed
    }

    /// How many bytes have been read, after decompression.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// Turns UTF-16 into UTF-8 from here on. Used for formats that are read by the line.
    pub(super) fn transcode(self) -> Self {
        let decoder = encoding_rs_io::DecodeReaderBytes::new(self.bytes);
        let bytes: Bytes = Box::new(BufReader::with_capacity(BUFFER, decoder));
        Self { bytes: Peeked::new(bytes, 0), packed: self.packed, position: self.position }
    }

    /// Everything up to the end, or `None` where that is more than `limit` bytes.
    pub(super) fn read_all(&mut self, limit: u64) -> io::Result<Option<Vec<u8>>> {
        let mut all = Vec::new();
        loop {
            let chunk = match self.bytes.fill_buf() {
                Ok(chunk) => chunk,
                Err(e) if e.kind() == ErrorKind::Interrupted => continue,
                Err(e) => return Err(e),
            };
            let n = chunk.len();
            if n == 0 {
                return Ok(Some(all));
            }
            if all.len() as u64 + n as u64 > limit {
                return Ok(None);
            }
            all.extend_from_slice(chunk);
            self.consume(n);
        }
    }

    /// The next line into `line`, which is cleared first, without the line break. A line of more than `limit` bytes is
    /// passed over without being kept.
    pub(super) fn read_line(&mut self, line: &mut Vec<u8>, limit: u64) -> io::Result<Line> {
        line.clear();
        let (mut any, mut too_long) = (false, false);
        loop {
            let chunk = match self.bytes.fill_buf() {
                Ok(chunk) => chunk,
                Err(e) if e.kind() == ErrorKind::Interrupted => continue,
                Err(e) => return Err(e),
            };
            if chunk.is_empty() && !any {
                return Ok(Line::End);
            }
            any = true;
            let newline = memchr::memchr(b'\n', chunk);
            let part = &chunk[..newline.unwrap_or(chunk.len())];
            too_long |= line.len() as u64 + part.len() as u64 > limit;
            if too_long {
                // Frees what was kept: the rest of the line may be long.
                *line = Vec::new();
            } else {
                line.extend_from_slice(part);
            }
            let (read, last) = (part.len(), newline.is_some() || chunk.is_empty());
            self.consume(read + usize::from(newline.is_some()));
            if last {
                break;
            }
        }
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        Ok(if too_long { Line::TooLong } else { Line::Whole })
    }

    fn consume(&mut self, n: usize) {
        self.bytes.consume(n);
        self.position += n as u64;
    }
}

impl Read for Input {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let n = self.bytes.read(to)?;
        self.position += n as u64;
        Ok(n)
    }
}

/// The bytes as they are, or decompressed where they begin with the magic number of gzip or zstd; and whether they do.
fn unpack(raw: impl BufRead + Send + 'static) -> (Bytes, bool) {
    let raw = Peeked::new(raw, 4);
    match raw.head[..] {
        [0x1f, 0x8b, ..] => (Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(raw))), true),
        // a frame, or a skippable one (`pzstd` begins with it)
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => {
            match zstd::stream::read::Decoder::with_buffer(raw) {
                Ok(decoder) => (Box::new(BufReader::with_capacity(BUFFER, decoder)), true),
                Err(e) => (Box::new(Peeked::broken(e)), true),
            }
        }
        _ => (Box::new(raw), false),
    }
}

/// A reader with its first bytes read ahead. An error met while reading ahead is kept for its turn.
struct Peeked<R> {
    head: Vec<u8>,
    taken: usize,
    error: Option<io::Error>,
    rest: R,
}

impl<R: BufRead> Peeked<R> {
    fn new(mut rest: R, at_least: usize) -> Self {
        let mut head = Vec::new();
        let mut error = None;
        while head.len() < at_least {
            match rest.fill_buf() {
                Ok([]) => break,
                Ok(chunk) => {
                    // The whole of a small file, and no more than a look at a large one.
                    let n = chunk.len().min(at_least - head.len());
                    head.extend_from_slice(&chunk[..n]);
                    rest.consume(n);
                }
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => {
                    error = Some(e);
                    break;
                }
            }
        }
        Self { head, taken: 0, error, rest }
    }
}

impl Peeked<io::Empty> {
    fn broken(error: io::Error) -> Self {
        let mut broken = Self::new(io::empty(), 0);
        broken.error = Some(error);
        broken
    }
}

impl<R: BufRead> BufRead for Peeked<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.taken < self.head.len() {
            return Ok(&self.head[self.taken..]);
        }
        match self.error.take() {
            Some(e) => Err(e),
            None => self.rest.fill_buf(),
        }
    }

    fn consume(&mut self, n: usize) {
        if self.taken < self.head.len() {
            self.taken += n;
        } else {
            self.rest.consume(n);
        }
    }
}

impl<R: BufRead> Read for Peeked<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let mut from = self.fill_buf()?;
        let n = from.read(to)?;
        self.consume(n);
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap()
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        zstd::stream::encode_all(bytes, 1).unwrap()
    }

    fn input(bytes: Vec<u8>) -> Input {
        Input::new(io::Cursor::new(bytes))
    }

    /// All lines, with `None` for one that was too long.
    fn lines(mut input: Input, limit: u64) -> Vec<Option<String>> {
        let (mut all, mut line) = (Vec::new(), Vec::new());
        loop {
            match input.read_line(&mut line, limit).unwrap() {
                Line::Whole => all.push(Some(String::from_utf8(line.clone()).unwrap())),
                Line::TooLong => all.push(None),
                Line::End => return all,
            }
        }
    }

    #[test]
    fn every_member_and_frame_is_unpacked() {
        let skippable = [0x50, 0x2a, 0x4d, 0x18, 1, 0, 0, 0, 9].to_vec();
        let cases = [
            b"one two".to_vec(),
            [gzip(b"one "), gzip(b"two")].concat(),
            [zstd(b"one "), zstd(b"two")].concat(),
            [skippable, zstd(b"one two")].concat(),
        ];
        for bytes in cases {
            let mut input = input(bytes);
            assert_eq!(input.prefix(), b"one two");
            assert_eq!(input.read_all(7).unwrap().unwrap(), b"one two");
            assert_eq!(input.position(), 7);
        }
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let zeros = vec![b'a'; 5_000_000];
        for bytes in [gzip(&zeros), zstd(&zeros)] {
            let mut whole = input(bytes.clone());
            assert!(whole.read_all(100_000).unwrap().is_none());
            assert!(whole.position() <= 100_000);
            assert_eq!(lines(input(bytes), 100_000), [None]);
        }
    }

    #[test]
    fn lines_are_bounded_and_end_as_they_like() {
        let text = b"abc\r\nabcd\n\nabcde\nx".to_vec();
        let expected = ["abc", "abcd", "", "abcde", "x"].map(|l| Some(l.to_string()));
        assert_eq!(lines(input(text.clone()), 5), expected);
        let expected = [Some("abc"), Some("abcd"), Some(""), None, Some("x")];
        assert_eq!(lines(input(text), 4), expected.map(|l| l.map(str::to_string)));
        assert_eq!(lines(input(Vec::new()), 4), []);
        let long = [vec![b'y'; 300_000], b"\nz\n".to_vec()].concat();
        assert_eq!(lines(input(long), 200_000), [None, Some("z".into())]);
    }

    #[test]
    fn what_was_read_before_an_error_comes_out_first() {
        let text: Vec<u8> = (0..40_000).flat_map(|i| format!("{}\n", i * i).into_bytes()).collect();
        for mut bytes in [gzip(&text), zstd(&text)] {
            bytes.truncate(bytes.len() - 9);
            let (mut input, mut line, mut n) = (input(bytes), Vec::new(), 0);
            let error = loop {
                match input.read_line(&mut line, 100) {
                    Ok(Line::Whole) => n += 1,
                    Ok(other) => panic!("{other:?}"),
                    Err(e) => break e,
                }
            };
            assert!(n > 1000, "{n} lines");
            assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
        }
    }

    #[test]
    fn utf_16_becomes_utf_8() {
        let mut bytes = vec![0xff, 0xfe];
        bytes.extend("é\nb".encode_utf16().flat_map(u16::to_le_bytes));
        let lines = lines(input(bytes).transcode(), 9);
        assert_eq!(lines, [Some("é".into()), Some("b".into())]);
    }
}
