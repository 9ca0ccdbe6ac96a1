//! A Parquet file whose pages unpack to a bounded size.
//!
//! The head of a page says how large the page is once it is unpacked, and the library takes that for granted: a few bytes could
//! ask for gigabytes. Here the head is looked at before the library reads it.

use std::io::{self, Cursor, ErrorKind, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use parquet::errors::Result as ParquetResult;
use parquet::file::reader::{ChunkReader, Length};

/// Largest page, in bytes: pages of usual writers have 1 MB, with long texts some 10 MB. One for each column is in memory.
pub(super) const LARGEST: u64 = 128 << 20;
/// Bytes of a head that hold its first two fields: type and size.
const LOOK: u64 = 16;

/// A file of pages.
pub(super) struct Pages<C> {
    inner: C,
    largest: u64,
    begun: Begun,
}

/// Whether the table of contents has been read: what is read from then on are pages.
#[derive(Clone, Default)]
pub(super) struct Begun(Arc<AtomicBool>);

impl Begun {
    /// Says that it has.
    pub(super) fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl<C> Pages<C> {
    /// A file whose pages have at most `largest` bytes, and what is to be told when they begin.
    pub(super) fn new(inner: C, largest: u64) -> (Self, Begun) {
        let begun = Begun::default();
        (Self { inner, largest, begun: begun.clone() }, begun)
    }
}

impl<C: Length> Length for Pages<C> {
    fn len(&self) -> u64 {
        self.inner.len()
    }
}

impl<C: ChunkReader> ChunkReader for Pages<C> {
    type T = Head<C::T>;

    fn get_read(&self, start: u64) -> ParquetResult<Self::T> {
        let unread = self.begun.0.load(Ordering::Relaxed).then_some(self.largest);
        Ok(Head { unread, start: Cursor::default(), rest: self.inner.get_read(start)? })
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        self.inner.get_bytes(start, length)
    }
}

/// Reads the head of a page. The library asks for some that it does not read then.
pub(super) struct Head<R> {
    /// The largest size that the head may give, until it has been looked at.
    unread: Option<u64>,
    start: Cursor<Vec<u8>>,
    rest: R,
}

impl<R: Read> Read for Head<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if let Some(largest) = self.unread.take() {
            self.rest.by_ref().take(LOOK).read_to_end(self.start.get_mut())?;
            check(self.start.get_ref(), largest)?;
        }
        match self.start.read(to)? {
            0 => self.rest.read(to),
            n => Ok(n),
        }
    }
}

fn check(head: &[u8], largest: u64) -> io::Result<()> {
    let problem = match size(head) {
        None => "a page does not begin with its type and size".to_owned(),
        Some(size) if size > largest => format!("a page of {size} bytes, and at most {largest} can be read"),
        Some(_) => return Ok(()),
    };
    Err(io::Error::new(ErrorKind::InvalidData, problem))
}

/// The unpacked size that a head gives: its second field, in Thrift's compact protocol. A size below 0 is left to the library.
fn size(mut head: &[u8]) -> Option<u64> {
    next_i32(&mut head)?;
    Some(u64::try_from(next_i32(&mut head)?).unwrap_or(0))
}

/// The next field, if it is the one after the last and a number of 32 bits.
fn next_i32(rest: &mut &[u8]) -> Option<i64> {
    const NEXT_I32: u8 = 0x15;
    const LONGEST: usize = 5;
    *rest = rest.strip_prefix(&[NEXT_I32])?;
    let last = rest.iter().take(LONGEST).position(|byte| byte & 0x80 == 0)?;
    let number = rest[..=last].iter().rev().fold(0i64, |number, byte| number << 7 | i64::from(byte & 0x7f));
    *rest = &rest[last + 1..];
    // signs alternate: 0, -1, 1, -2
    Some(number >> 1 ^ -(number & 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(head: &[u8], largest: u64, begun: bool) -> Result<Vec<u8>, String> {
        let (pages, begin) = Pages::new(Bytes::copy_from_slice(head), largest);
        if begun {
            begin.set();
        }
        let mut all = Vec::new();
        pages.get_read(0).unwrap().read_to_end(&mut all).map_err(|e| e.to_string())?;
        Ok(all)
    }

    /// The head of a page of 28 bytes said to have nearly 2 GB unpacked.
    #[test]
    fn a_page_that_asks_for_gigabytes_is_refused() {
        let head = [0x15, 4, 0x15, 0xfe, 0xff, 0xff, 0xff, 0x0e, 0x15, 56, 0x2c, 0x15, 2, 0, 0, 9, 9, 9, 9, 9, 9, 9];
        assert_eq!(size(&head), Some(2_013_265_919));
        let refused = read(&head, LARGEST, true).unwrap_err();
        assert_eq!(refused, "a page of 2013265919 bytes, and at most 134217728 can be read");
        assert_eq!(read(&head, 1 << 31, true).unwrap(), head);
        assert_eq!(read(&head, LARGEST, false).unwrap(), head, "not a page");
    }

    #[test]
    fn heads_of_another_kind_are_refused() {
        let odd: [&[u8]; 5] =
            [b"", b"PAR1", &[0x15, 4, 0x16, 2], &[0x15, 0x80], &[0x15, 0, 0x15, 255, 255, 255, 255, 255, 0]];
        for head in odd {
            assert!(read(head, LARGEST, true).unwrap_err().contains("does not begin"), "{head:?}");
        }
        assert_eq!(size(&[0x15, 0, 0x15, 1, 0x15, 2]), Some(0), "below 0");
    }
}
