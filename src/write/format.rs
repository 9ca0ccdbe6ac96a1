//! The formats of tables, and rows back from a file.

use super::table::{Column, Kind, OwnedCell, Schema};
use parquet::file::reader::SerializedFileReader;
use parquet::record::Field;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind};
use std::path::Path;

/// How a table of a run is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableFormat {
    /// Parquet.
    Parquet,
    /// JSON lines, compressed with zstd.
    Jsonl,
    /// CSV, compressed with zstd.
    Csv,
}

/// Rows read back.
pub type LoadedRows = Box<dyn Iterator<Item = io::Result<Vec<OwnedCell>>>>;

impl TableFormat {
    /// Every format.
    pub const ALL: [TableFormat; 3] = [Self::Parquet, Self::Jsonl, Self::Csv];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
        }
    }

    /// The extension of files.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::Jsonl => "jsonl.zst",
            Self::Csv => "csv.zst",
        }
    }

    /// Reads the rows of a file that was written in this format with this schema.
    ///
    /// # Errors
    /// The disk's, and rows that do not fit the schema.
    pub fn load(self, path: &Path, schema: &Schema) -> io::Result<LoadedRows> {
        let file = File::open(path)?;
        let columns = schema.columns.clone();
        Ok(match self {
            Self::Parquet => {
                let reader = SerializedFileReader::new(file).map_err(io::Error::other)?;
                Box::new(reader.into_iter().map(move |row| {
                    let mut fields = row.map_err(io::Error::other)?.into_columns().into_iter().map(|(_, field)| field);
                    columns.iter().map(|column| of_fields(&column.kind, &mut fields)).collect()
                }))
            }
            Self::Jsonl => {
                let lines = BufReader::new(zstd::Decoder::new(file)?).lines();
                Box::new(lines.map(move |line| {
                    let line = line?;
                    let row: BTreeMap<String, &RawValue> = serde_json::from_str(&line)?;
                    columns.iter().map(|column| of_json(column, &row)).collect()
                }))
            }
            Self::Csv => {
                let rows = csv::Reader::from_reader(zstd::Decoder::new(file)?).into_records();
                Box::new(rows.map(move |row| {
                    let row = row?;
                    let mut cells = row.iter();
                    columns.iter().map(|column| of_cells(&column.kind, &mut cells)).collect()
                }))
            }
        })
    }
}

fn misfit() -> io::Error {
    io::Error::new(ErrorKind::InvalidData, "a row that does not fit its table")
}

fn of_fields(kind: &Kind, fields: &mut impl Iterator<Item = Field>) -> io::Result<OwnedCell> {
    let mut next = || fields.next().ok_or_else(misfit);
    Ok(match (kind, next()?) {
        (Kind::Text | Kind::Count | Kind::Prob | Kind::Json, Field::Null) => OwnedCell::Empty,
        (Kind::Text, Field::Str(text)) => OwnedCell::Text(text),
        (Kind::Json, Field::Str(json)) => OwnedCell::Json(json),
        (Kind::Count, Field::Long(count)) => OwnedCell::Count(u64::try_from(count).map_err(|_| misfit())?),
        (Kind::Prob, Field::Double(prob)) => OwnedCell::Prob(prob),
        (Kind::Texts, Field::ListInternal(list)) => {
            let text = |field: &Field| match field {
                Field::Str(text) => Ok(text.clone()),
                _ => Err(misfit()),
            };
            OwnedCell::Texts(list.elements().iter().map(text).collect::<io::Result<_>>()?)
        }
        (Kind::Probs(names), first) => {
            let mut probs = vec![first];
            for _ in 1..names.len() {
                probs.push(next()?);
            }
            let number = |field| match field {
                Field::Double(prob) => Ok(prob),
                _ => Err(misfit()),
            };
            OwnedCell::Probs(probs.into_iter().map(number).collect::<io::Result<_>>()?)
        }
        _ => return Err(misfit()),
    })
}

fn of_json(column: &Column, row: &BTreeMap<String, &RawValue>) -> io::Result<OwnedCell> {
    fn value<T: DeserializeOwned>(json: &RawValue) -> io::Result<T> {
        serde_json::from_str(json.get()).map_err(|_| misfit())
    }
    let Some(json) = row.get(&column.name) else { return Ok(OwnedCell::Empty) };
    Ok(match &column.kind {
        Kind::Text => OwnedCell::Text(value(json)?),
        Kind::Count => OwnedCell::Count(value(json)?),
        Kind::Prob => OwnedCell::Prob(value(json)?),
        Kind::Texts => OwnedCell::Texts(value(json)?),
        Kind::Probs(names) => {
            let probs: BTreeMap<String, f64> = value(json)?;
            let prob = |name| probs.get(name).copied().ok_or_else(misfit);
            OwnedCell::Probs(names.iter().map(prob).collect::<io::Result<_>>()?)
        }
        // as it stands, the order of its keys included
        Kind::Json => OwnedCell::Json(json.get().to_owned()),
    })
}

fn of_cells<'a>(kind: &Kind, cells: &mut impl Iterator<Item = &'a str>) -> io::Result<OwnedCell> {
    let mut next = || cells.next().ok_or_else(misfit);
    let number = |text: &str| text.parse::<f64>().map_err(|_| misfit());
    let first = next()?;
    Ok(match kind {
        Kind::Text | Kind::Json if first.is_empty() => OwnedCell::Empty,
        Kind::Text => OwnedCell::Text(first.to_owned()),
        Kind::Json => OwnedCell::Json(first.to_owned()),
        Kind::Texts if first.is_empty() => OwnedCell::Texts(Vec::new()),
        Kind::Texts => OwnedCell::Texts(first.split(';').map(str::to_owned).collect()),
        Kind::Count | Kind::Prob if first.is_empty() => OwnedCell::Empty,
        Kind::Count => OwnedCell::Count(first.parse().map_err(|_| misfit())?),
        Kind::Prob => OwnedCell::Prob(number(first)?),
        Kind::Probs(names) => {
            let mut probs = vec![number(first)?];
            for _ in 1..names.len() {
                probs.push(number(next()?)?);
            }
            OwnedCell::Probs(probs)
        }
    })
}
