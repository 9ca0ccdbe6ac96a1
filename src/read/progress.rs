//! How far a reading has come, in bytes as they lie on the disk.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many bytes have been read.
#[derive(Default)]
pub(super) struct Progress {
    /// Of the files before.
    before: u64,
    /// Of the file in hand, as its reader counts them.
    count: Arc<AtomicU64>,
    /// Of the file in hand, all of it; 0 where that is not known.
    size: u64,
}

impl Progress {
    /// Begins a file of a known size.
    pub(super) fn begin(&mut self, size: u64) {
        self.size = size;
    }

    /// All bytes so far.
    pub(super) fn bytes(&self) -> u64 {
        let count = self.count.load(Ordering::Relaxed);
        // Formats that jump may read some bytes twice.
        self.before + if self.size > 0 { count.min(self.size) } else { count }
    }

    /// Ends a file: what was not looked at counts, too.
    pub(super) fn close(&mut self) {
        self.before = if self.size > 0 { self.before + self.size } else { self.bytes() };
        self.count = Arc::default();
        self.size = 0;
    }

    /// A reader that counts for the file in hand.
    pub(super) fn counted<R>(&self, inner: R) -> Counted<R> {
        Counted { inner, count: Arc::clone(&self.count) }
    }
}

/// Counts the bytes that are read through it.
pub(super) struct Counted<R> {
    inner: R,
    count: Arc<AtomicU64>,
}

impl<R> Counted<R> {
    /// What is read.
    pub(super) fn inner(&self) -> &R {
        &self.inner
    }

    /// Another reader that counts for the same file.
    pub(super) fn with<S>(&self, inner: S) -> Counted<S> {
        Counted { inner, count: Arc::clone(&self.count) }
    }

    /// Counts bytes that were read in another way.
    pub(super) fn add(&self, n: usize) {
        self.count.fetch_add(n as u64, Ordering::Relaxed);
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(to)?;
        self.add(n);
        Ok(n)
    }
}
