//! Counts what is allocated, so that the input which asks for too much is the one that is blamed.

use std::alloc::{GlobalAlloc, Layout, System};
use std::process::abort;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes that may be allocated at a time: 1 GB.
const MOST: usize = 1_000_000_000;

#[global_allocator]
static COUNTED: Counted = Counted(AtomicUsize::new(0));

/// The allocator of the system, with a count of its bytes.
struct Counted(AtomicUsize);

impl Counted {
    fn add(&self, bytes: usize) {
        if self.0.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes) > MOST {
            self.0.store(0, Ordering::Relaxed); // the message needs memory, too
            eprintln!("more than {MOST} bytes are allocated, {bytes} of them now");
            eprintln!("{}", std::backtrace::Backtrace::force_capture());
            abort();
        }
    }

    fn remove(&self, bytes: usize) {
        self.0.fetch_sub(bytes, Ordering::Relaxed);
    }
}

// SAFETY: all is handed on to the allocator of the system, which keeps what the trait asks for.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.add(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        self.add(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        self.remove(layout.size());
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        self.add(size);
        self.remove(layout.size());
        unsafe { System.realloc(at, layout, size) }
    }
}
