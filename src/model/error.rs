//! What can be wrong with a bundle.

use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// Why a model could not be loaded or saved.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ModelError {
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// No such folder.
    #[error("{}: no such folder (a model is a folder written by `claimtag train`)", .0.display())]
    NotFound(PathBuf),
    /// The folder lacks the file that every bundle has.
    #[error("{} is not a claimtag model: manifest.json is missing (a model is a folder written by `claimtag train`)", .0.display())]
    NoManifest(PathBuf),
    /// Not our kind of manifest.
    #[error("{file} is not the manifest of a claimtag model: {cause}")]
    Foreign {
        /// The file.
        file: String,
        /// What was found instead.
        cause: String,
    },
    /// Written by another version of the format.
    #[error(
        "{file} has model format {found}, but this claimtag reads formats up to {supported} (use a claimtag of the matching \
         version, or train again)"
    )]
    Version {
        /// The file.
        file: String,
        /// The version in the file.
        found: u64,
        /// The newest that this program reads.
        supported: u32,
    },
    /// Bytes that are not those that were written.
    #[error("{file} is damaged: {cause} (copy the model again)")]
    Damaged {
        /// The file.
        file: String,
        /// What does not fit.
        cause: String,
    },
    /// The files are intact, but do not fit each other.
    #[error("{file} does not fit this claimtag: {cause}")]
    Content {
        /// The file.
        file: String,
        /// What does not fit.
        cause: String,
    },
    /// The place to save to holds something else.
    #[error("{} exists and is not {kind}; choose another --out or remove it", path.display())]
    InTheWay {
        /// The place.
        path: PathBuf,
        /// What would have been replaced there.
        kind: &'static str,
    },
}
