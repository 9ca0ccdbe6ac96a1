//! The files of a run directory: where they are, and how they are written whole or not at all.

use super::BatchError;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// What files are called while they are being written.
const TEMPORARY: &str = ".claimtag-new-";

/// A run directory, held by this process alone, or only to be read.
pub(super) struct RunFolder {
    path: PathBuf,
    /// Locked as long as it is open.
    _lock: Option<File>,
}

/// Size and checksum of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileSum {
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256, hexadecimal.
    pub sha256: String,
}

impl RunFolder {
    /// Takes hold of the folder `path`, which is made if it is not there.
    ///
    /// # Errors
    /// It holds other things than a run, or another process has hold of it.
    pub fn open(path: &Path) -> Result<Self, BatchError> {
        let occupied = fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_some());
        if path.exists() && !path.is_dir() || occupied && !path.join("run.json").exists() && !path.join("lock").exists()
        {
            return Err(BatchError::InTheWay(path.to_owned()));
        }
        for folder in ["parts", "state"] {
            let folder = path.join(folder);
            fs::create_dir_all(&folder).map_err(BatchError::io(&folder))?;
        }
        let lock = path.join("lock");
        let file =
            File::options().create(true).truncate(false).write(true).open(&lock).map_err(BatchError::io(&lock))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: Some(file) }),
            Err(fs::TryLockError::WouldBlock) => Err(BatchError::Locked(path.to_owned())),
            Err(fs::TryLockError::Error(error)) => Err(BatchError::io(&lock)(error)),
        }
    }

    /// A run directory to read, also while another process goes on with it: files of a run appear whole.
    ///
    /// # Errors
    /// No run is there.
    pub fn to_read(path: &Path) -> Result<Self, BatchError> {
        match path.join("run.json").is_file() {
            true => Ok(Self { path: path.to_owned(), _lock: None }),
            false => Err(BatchError::NoRun(path.to_owned())),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Removes all that a run writes, the mark that it has begun first.
    pub fn clear(&self) -> Result<(), BatchError> {
        for name in ["run.json", "summary.json", "failures.jsonl", "inputs.jsonl"] {
            let path = self.path(name);
            match fs::remove_file(&path) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(BatchError::io(&path)(e)),
                _ => {}
            }
        }
        for name in ["state", "parts", "articles"] {
            let path = self.path(name);
            match fs::remove_dir_all(&path) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(BatchError::io(&path)(e)),
                _ => {}
            }
        }
        for name in ["state", "parts"] {
            let path = self.path(name);
            fs::create_dir_all(&path).map_err(BatchError::io(&path))?;
        }
        Ok(())
    }

    /// Removes files that were being written when a run was cut off.
    pub fn tidy(&self) {
        for folder in ["", "parts", "articles", "state"] {
            for entry in fs::read_dir(self.path(folder)).into_iter().flatten().flatten() {
                if entry.file_name().to_string_lossy().starts_with(TEMPORARY) {
                    // it is in nobody's way: another run removes it
                    let _ = fs::remove_file(entry.path());
                }
            }
        }
    }

    /// Writes a file whole, or not at all.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<FileSum, BatchError> {
        let mut file = self.create(name)?;
        file.write_all(bytes).map_err(BatchError::io(&self.path(name)))?;
        file.finish()
    }

    /// Begins a file that is there once [`NewFile::finish`] is called, and never before.
    pub fn create(&self, name: &str) -> Result<NewFile, BatchError> {
        let path = self.path(name);
        let folder = path.parent().unwrap_or(&self.path).to_owned();
        let begin = || {
            fs::create_dir_all(&folder)?;
            temporary_file(&folder)
        };
        let file = begin().map_err(BatchError::io(&path))?;
        Ok(NewFile { file: BufWriter::with_capacity(1 << 16, file), path, hash: Sha256::new(), bytes: 0 })
    }

    /// Whether a file is there with the size and checksum that it should have.
    pub fn has(&self, name: &str, sum: &FileSum) -> bool {
        let path = self.path(name);
        // a file of another size need not be read; what is no file may have no end
        let is_alike = fs::metadata(&path).is_ok_and(|found| found.is_file() && found.len() == sum.bytes);
        is_alike && sum_of(&path).is_ok_and(|found| found == *sum)
    }

    /// Reads a JSON file of the run; `None` if it is not there. Its field `v` must be `version`.
    pub fn read_json<T: DeserializeOwned>(&self, name: &str, version: u32) -> Result<Option<T>, BatchError> {
        let path = self.path(name);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(BatchError::io(&path)(e)),
        };
        parse(&bytes, version, &path).map(Some)
    }

    /// Writes a JSON file of the run.
    pub fn write_json(&self, name: &str, value: &impl Serialize) -> Result<(), BatchError> {
        let mut bytes = serde_json::to_vec_pretty(value).map_err(|e| BatchError::damaged(&self.path(name), e))?;
        bytes.push(b'\n');
        self.write(name, &bytes).map(|_| ())
    }
}

/// Reads the bytes of a JSON file with a version. `path` names it in errors.
pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8], version: u32, path: &Path) -> Result<T, BatchError> {
    #[derive(Deserialize)]
    struct Versioned {
        v: u64,
    }
    let Versioned { v } = serde_json::from_slice(bytes).map_err(|e| BatchError::damaged(path, e))?;
    if v != u64::from(version) {
        return Err(BatchError::Version { path: path.to_owned(), found: v, known: version });
    }
    serde_json::from_slice(bytes).map_err(|e| BatchError::damaged(path, e))
}

fn sum_of(path: &Path) -> io::Result<FileSum> {
    let (mut file, mut hash, mut bytes) = (File::open(path)?, Sha256::new(), 0);
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            n => {
                hash.update(&buffer[..n]);
                bytes += n as u64;
            }
        }
    }
    Ok(FileSum { bytes, sha256: hexadecimal(hash) })
}

fn hexadecimal(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file to be moved to its place once it is written, as readable as any that the user makes; gone if it never is.
pub(crate) fn temporary_file(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666)); // less the user's umask
    }
    builder.tempfile_in(folder)
}

/// A file that is being written.
pub(super) struct NewFile {
    file: BufWriter<NamedTempFile>,
    path: PathBuf,
    hash: Sha256,
    bytes: u64,
}

impl NewFile {
    /// Where it will be.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts it in its place, in the place of what is there. From here on it survives a power cut.
    pub fn finish(self) -> Result<FileSum, BatchError> {
        let Self { file, path, hash, bytes } = self;
        let place = || -> io::Result<()> {
            let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.as_file().sync_all()?;
            file.persist(&path).map_err(|e| e.error)?;
            sync_folder(&path)
        };
        place().map_err(BatchError::io(&path))?;
        Ok(FileSum { bytes, sha256: hexadecimal(hash) })
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.file.write(bytes)?;
        self.hash.update(&bytes[..n]);
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Makes a new name in a folder survive a power cut. Only Unix lets folders be synced.
fn sync_folder(of: &Path) -> io::Result<()> {
    match of.parent() {
        Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}
