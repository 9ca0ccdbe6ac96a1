//! The files of some sources, without opening them.

use std::path::Path;
use std::time::UNIX_EPOCH;

use super::options::{ReadOptions, Source};
use super::walk::{Files, Found, shown};

/// A file of the sources, or something that was named and is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The path as given, with `/`; `stdin` for standard input.
    pub path: String,
    /// Its size; 0 for standard input and for what will not be read.
    pub bytes: u64,
    /// When it was last changed, in milliseconds since 1970; 0 where that is not known.
    pub modified_ms: u64,
}

/// The files of `sources` in the order of reading. It has one entry for each file that a
/// [`Position`](super::Position) counts, so also for those that can't be read or are left out.
pub fn list(sources: Vec<Source>, options: &ReadOptions) -> impl Iterator<Item = Listed> + Send + use<> {
    Files::new(sources, options).map(listed)
}

fn listed(found: Found) -> Listed {
    let without_file = |path| Listed { path, bytes: 0, modified_ms: 0 };
    match found {
        Found::File(path, _) => file(&path),
        Found::Memory { name, bytes, .. } => Listed { path: name, bytes: bytes.len() as u64, modified_ms: 0 },
        Found::Stdin => without_file("stdin".to_owned()),
        Found::Draft(draft) => without_file(draft.place().path.clone()),
    }
}

fn file(path: &Path) -> Listed {
    let meta = path.metadata().ok();
    let changed = meta.as_ref().and_then(|m| m.modified().ok()?.duration_since(UNIX_EPOCH).ok());
    Listed {
        path: shown(path),
        bytes: meta.map_or(0, |m| m.len()),
        modified_ms: changed.map_or(0, |t| t.as_millis() as u64),
    }
}
