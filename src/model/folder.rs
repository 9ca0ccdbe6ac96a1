//! Folders that are written whole, or not at all.

use super::ModelError;
use super::bundle::BundleFiles;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Whether a folder may be written to `dir`: nothing is there, an empty folder, or one that `replaceable` says may go.
///
/// # Errors
/// Something else is there; `kind` says in the error what would have been replaced, such as "a claimtag model".
pub fn check_place(dir: &Path, kind: &'static str, replaceable: impl Fn(&Path) -> bool) -> Result<(), ModelError> {
    let is_empty = |d: &Path| fs::read_dir(d).is_ok_and(|mut entries| entries.next().is_none());
    match !dir.exists() || replaceable(dir) || is_empty(dir) {
        true => Ok(()),
        false => Err(ModelError::InTheWay { path: dir.to_owned(), kind }),
    }
}

/// Writes `files` as folder `dir`, with the folders above it: all of them, or none. Whatever was at `dir` is replaced, see
/// [`check_place`].
///
/// # Errors
/// The disk's, with the name of the file.
pub fn write_folder(dir: &Path, files: &BundleFiles) -> Result<(), ModelError> {
    let io_error = |path: &Path| {
        let path = path.to_owned();
        move |source| ModelError::Io { path, source }
    };
    let parent = match dir.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(parent).map_err(io_error(parent))?;
    let new = temporary_folder(".claimtag-new-", parent).map_err(io_error(parent))?;
    for (name, bytes) in files {
        write_synced(&new.path().join(name), bytes).map_err(io_error(&dir.join(name)))?;
    }
    replace(dir, new).map_err(io_error(dir))
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// A folder that is removed when dropped, as readable as any that the user makes.
fn temporary_folder(prefix: &str, parent: &Path) -> io::Result<tempfile::TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o777)); // less the user's umask
    }
    builder.tempdir_in(parent)
}

/// Puts the folder `new` in the place of `dir`. What stood there is moved aside first and removed last.
fn replace(dir: &Path, new: tempfile::TempDir) -> io::Result<()> {
    let old = match dir.exists() {
        true => {
            let parent = new.path().parent().unwrap_or(Path::new("."));
            let aside = temporary_folder(".claimtag-old-", parent)?;
            fs::rename(dir, aside.path().join("old"))?;
            Some(aside)
        }
        false => None,
    };
    let moved = fs::rename(new.path(), dir);
    match (moved, old) {
        (Ok(()), _) => {
            let _ = new.keep(); // it stands at `dir` now: nothing is left to remove
            Ok(())
        }
        (Err(e), Some(aside)) => {
            fs::rename(aside.path().join("old"), dir)?;
            Err(e)
        }
        (Err(e), None) => Err(e),
    }
}
