//! A table of a part, from its first row to its place.

use super::BatchError;
use super::files::{FileSum, NewFile, RunFolder};
use crate::write::{CsvTable, JsonlTable, ParquetTable, Schema, Table, TableFormat};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// The file of a table that is being written.
pub(super) struct TableFile {
    file: SharedFile,
    /// Its path in the run directory.
    name: String,
    path: PathBuf,
}

/// How hard zstd tries: its default.
const LEVEL: i32 = 3;

impl TableFile {
    /// Begins a file of a run directory, and the table in it.
    pub fn begin(
        folder: &RunFolder,
        name: String,
        format: TableFormat,
        schema: &Schema,
    ) -> Result<(Self, Box<dyn Table + Send>), BatchError> {
        let path = folder.path(&name);
        let file = folder.create(&name)?;
        let begin = || -> io::Result<(SharedFile, Box<dyn Table + Send>)> {
            Ok(match format {
                TableFormat::Parquet => {
                    let file = SharedFile::new(Bytes::Plain(file));
                    (file.clone(), Box::new(ParquetTable::new(file, schema)?))
                }
                TableFormat::Jsonl => {
                    let file = SharedFile::new(Bytes::Zstd(zstd::Encoder::new(file, LEVEL)?));
                    (file.clone(), Box::new(JsonlTable::new(file, schema.clone())))
                }
                TableFormat::Csv => {
                    let file = SharedFile::new(Bytes::Zstd(zstd::Encoder::new(file, LEVEL)?));
                    (file.clone(), Box::new(CsvTable::new(file, schema.clone())))
                }
            })
        };
        let (file, table) = begin().map_err(BatchError::io(&path))?;
        Ok((Self { file, name, path }, table))
    }

    /// An error of the disk in this file.
    pub fn error(&self, error: io::Error) -> BatchError {
        BatchError::io(&self.path)(error)
    }

    /// Puts the file in its place, once its table is finished and gone. Its path in the run directory, and its size and checksum.
    pub fn finish(self) -> Result<(String, FileSum), BatchError> {
        let Self { file, name, path } = self;
        let file = file.into_inner().map_err(BatchError::io(&path))?;
        Ok((name, file.finish()?))
    }
}

/// A file, plain or compressed.
enum Bytes {
    Plain(NewFile),
    Zstd(zstd::Encoder<'static, NewFile>),
}

/// The file under a table, which can be had back once the table is finished.
#[derive(Clone)]
struct SharedFile(Arc<Mutex<Bytes>>);

impl SharedFile {
    fn new(bytes: Bytes) -> Self {
        Self(Arc::new(Mutex::new(bytes)))
    }

    fn into_inner(self) -> io::Result<NewFile> {
        let bytes = Arc::into_inner(self.0).ok_or_else(|| io::Error::other("the table still holds its file"))?;
        match bytes.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Bytes::Plain(file) => Ok(file),
            Bytes::Zstd(encoder) => encoder.finish(),
        }
    }
}

impl Write for SharedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Bytes::Plain(file) => file.write(bytes),
            Bytes::Zstd(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Bytes::Plain(file) => file.flush(),
            // what is held back is written at the end: a flush would make a block of its own
            Bytes::Zstd(_) => Ok(()),
        }
    }
}
