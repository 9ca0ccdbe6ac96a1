//! Why a run cannot begin or go on.

use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why a run cannot begin or go on. What was done before stays done.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BatchError {
    /// The disk's.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the disk says.
        source: io::Error,
    },
    /// A folder with other things in it.
    #[error("{} is there and is not a run (choose another --out)", .0.display())]
    InTheWay(PathBuf),
    /// A folder without a run.
    #[error("{}: no run is there (claimtag batch makes one)", .0.display())]
    NoRun(PathBuf),
    /// Another process works on the run.
    #[error("{} is in use by another process (wait for it, or choose another --out)", .0.display())]
    Locked(PathBuf),
    /// A run of other settings.
    #[error("{} is a run with other settings: {} (use the same settings to go on, --restart to begin anew, or another --out)",
        path.display(), differences.join("; "))]
    OtherSettings {
        /// The run.
        path: PathBuf,
        /// What differs, each with both values.
        differences: Vec<String>,
    },
    /// Inputs are not what they were.
    #[error("the corpus has changed since the run began: {0} (--restart begins anew)")]
    InputChanged(String),
    /// Runs that cannot be merged.
    #[error("{}: {cause}", path.display())]
    Unmergeable {
        /// The run that does not fit.
        path: PathBuf,
        /// Why.
        cause: String,
    },
    /// Another version of a format.
    #[error("{}: version {found} of the format, but this program knows {known} (use the claimtag that wrote it, or --restart)", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u64,
        /// The version of this program.
        known: u32,
    },
    /// A file of the run that makes no sense.
    #[error("{}: {cause} (--restart begins anew)", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        cause: String,
    },
    /// With `--strict`: something was left out.
    #[error("{0} (stopped, because of --strict)")]
    Strict(String),
    /// A mistake of the program.
    #[error(
        "the counts do not add up: {records} records, but {accounted} tagged, skipped or failed (this is a mistake of claimtag, please report it)"
    )]
    Counts {
        /// Records that were read.
        records: u64,
        /// Records of which is known what became of them.
        accounted: u64,
    },
}

impl BatchError {
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }

    pub(super) fn damaged(path: &Path, cause: impl ToString) -> Self {
        Self::Damaged { path: path.to_owned(), cause: cause.to_string() }
    }
}
