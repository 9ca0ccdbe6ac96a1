//! Parquet files: one article per row. Columns are fields, guessed and mapped as in JSON lines.

use std::borrow::Cow;
use std::fs::File;
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::Repetition;
use parquet::errors::Result as ParquetResult;
use parquet::file::reader::{ChunkReader, FileReader, Length, SerializedFileReader};
use parquet::record::Field;
use parquet::record::reader::RowIter;
use parquet::schema::types::{Type, TypePtr};

use super::decode::decode_cell;
use super::draft::Draft;
use super::drafts::{Opened, Records};
use super::event::{FailCause, Place, SkipCause};
use super::fields::{Raw, Record, is_usual};
use super::input::Input;
use super::options::{ReadOptions, Role};
use super::pages::{LARGEST, Pages};
use super::progress::Counted;
use super::record::Articles;
use crate::types::{Day, Note};

/// Rows that are decoded at a time: more take memory, fewer take time. Not tuned.
const BATCH: usize = 64;

/// A Parquet file in the middle of being read.
pub(super) struct Parquet {
    rows: RowIter<'static>,
    path: String,
    /// Rows read so far.
    row: u64,
    articles: Articles,
    ended: bool,
}

/// Begins to read a file on the disk.
pub(super) fn open_file(file: Counted<File>, path: String, options: &ReadOptions) -> Opened {
    open(file, path, options)
}

/// Begins to read what can't be read from its end, where Parquet keeps its table of contents, and is taken into memory
/// therefore.
pub(super) fn open_stream(mut input: Input, path: String, options: &ReadOptions) -> Opened {
    let place = Place { path: path.clone(), line: None };
    match input.read_all(options.max_article_bytes) {
        Ok(Some(bytes)) => open(Bytes::from(bytes), path, options),
        Ok(None) => {
            let limit = options.max_article_bytes;
            Opened::One(Draft::skipped(place, SkipCause::PackedParquet { limit }))
        }
        Err(error) => {
            let byte = input.position();
            Opened::One(Draft::failed(place, FailCause::BrokeOff { byte, error }))
        }
    }
}

fn open(bytes: impl ChunkReader + 'static, path: String, options: &ReadOptions) -> Opened {
    match guarded(|| rows(bytes, options)).and_then(|rows| rows) {
        Ok(rows) => {
            Opened::Many(Box::new(Parquet { rows, path, row: 0, articles: Articles::new(options), ended: false }))
        }
        Err(cause) => Opened::One(Draft::failed(Place { path, line: None }, cause)),
    }
}

impl Length for Counted<File> {
    fn len(&self) -> u64 {
        Length::len(self.inner())
    }
}

impl ChunkReader for Counted<File> {
    type T = Counted<BufReader<File>>;

    fn get_read(&self, start: u64) -> ParquetResult<Self::T> {
        Ok(self.with(self.inner().get_read(start)?))
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        self.add(length);
        self.inner().get_bytes(start, length)
    }
}

/// The rows of a file, with the columns that may matter; the others stay unread on the disk.
fn rows(bytes: impl ChunkReader + 'static, options: &ReadOptions) -> Result<RowIter<'static>, FailCause> {
    let (pages, begun) = Pages::new(bytes, LARGEST);
    let reader = SerializedFileReader::new(pages).map_err(damaged)?;
    begun.set();
    let schema = reader.metadata().file_metadata().schema();
    let columns: Vec<TypePtr> = schema.get_fields().iter().filter(|column| is_plain(column)).cloned().collect();
    let names: Vec<String> = columns.iter().map(|column| column.name().to_owned()).collect();
    check_text(&names, options)?;
    let is_wanted = |name: &str| {
        Role::ALL.into_iter().any(|role| role.of(&options.fields).map_or(is_usual(role, name), |mapped| mapped == name))
    };
    let wanted = columns.into_iter().filter(|column| is_wanted(column.name())).collect();
    let projection = Type::group_type_builder(schema.name()).with_fields(wanted).build().map_err(damaged)?;
    let rows = RowIter::from_file_into(Box::new(reader)).project(Some(projection)).map_err(damaged)?;
    Ok(rows.with_batch_size(BATCH))
}

/// Whether a column has one value per row.
fn is_plain(column: &Arc<Type>) -> bool {
    let info = column.get_basic_info();
    column.is_primitive() && (!info.has_repetition() || info.repetition() != Repetition::REPEATED)
}

/// One failure for a file without a text column, and not one for each of its rows.
fn check_text(names: &[String], options: &ReadOptions) -> Result<(), FailCause> {
    match &options.fields.text {
        Some(field) if !names.contains(field) => Err(FailCause::FieldMissing { field: field.clone() }),
        None if !names.iter().any(|name| is_usual(Role::Text, name)) => {
            Err(FailCause::NoTextField { fields: names.to_vec() })
        }
        _ => Ok(()),
    }
}

/// Runs the library, which checks much and not all of what it reads: a damaged file may make it panic, and that must cost
/// the file and not the run.
fn guarded<T>(run: impl FnOnce() -> T) -> Result<T, FailCause> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|_| damaged("its parts contradict each other"))
}

fn damaged(problem: impl ToString) -> FailCause {
    FailCause::Damaged { what: "Parquet file", problem: problem.to_string() }
}

impl Records for Parquet {
    fn has_ended(&self) -> bool {
        self.ended
    }

    fn step(&mut self, _: &ReadOptions) -> Option<Draft> {
        self.row += 1;
        let place = Place { path: self.path.clone(), line: Some(self.row) };
        match guarded(|| self.rows.next().transpose().map_err(damaged)).and_then(|row| row) {
            Ok(Some(row)) => Some(self.draft(&row.into_columns(), place)),
            Ok(None) => {
                self.ended = true;
                let whole = Place { line: None, ..place };
                (self.row == 1).then(|| Draft::skipped(whole, SkipCause::Empty))
            }
            Err(cause) => {
                self.ended = true;
                Some(Draft::failed(place, cause))
            }
        }
    }
}

impl Parquet {
    fn draft(&mut self, columns: &[(String, Field)], place: Place) -> Draft {
        let mut note = None;
        let values: Vec<Cell<'_>> = columns.iter().map(|(_, field)| cell(field, &mut note)).collect();
        let named = columns.iter().zip(&values).map(|((name, _), value)| (Cow::Borrowed(name.as_str()), value.raw()));
        let record = Record::of_values(named);
        self.articles.draft(&record, place, note)
    }
}

/// A value as far as it matters here.
enum Cell<'a> {
    Null,
    Text(Cow<'a, str>),
    /// In digits.
    Number(String),
    /// What it is, with its article.
    Other(&'static str),
}

impl Cell<'_> {
    fn raw(&self) -> Raw<'_> {
        match self {
            Self::Null => Raw::Cell(""),
            Self::Text(text) => Raw::Cell(text),
            Self::Number(digits) => Raw::Number(digits),
            Self::Other(kind) => Raw::Other(kind),
        }
    }
}

fn cell<'a>(field: &'a Field, note: &mut Option<Note>) -> Cell<'a> {
    let day = |day: Option<Day>| day.map_or(Cell::Null, |day| Cell::Number(day.to_string()));
    match field {
        Field::Null => Cell::Null,
        Field::Str(text) => Cell::Text(text.into()),
        Field::Bytes(bytes) => Cell::Text(decode_cell(bytes.data(), note)),
        Field::Date(days) => day(Day::from_unix_days(i64::from(*days))),
        Field::TimestampMillis(at) => Cell::timestamp(*at, 1_000),
        Field::TimestampMicros(at) => Cell::timestamp(*at, 1_000_000),
        Field::Bool(_) => Cell::Other("true or false"),
        Field::Group(_) | Field::ListInternal(_) | Field::MapInternal(_) => Cell::Other("a list or group"),
        number => Cell::Number(number.to_string()),
    }
}

impl Cell<'_> {
    /// A moment in so many parts of a second since 1970, in the ISO form (UTC).
    fn timestamp(at: i64, parts: i64) -> Self {
        let seconds = at.div_euclid(parts);
        let of_day = seconds.rem_euclid(86_400);
        let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
        Day::from_unix_seconds(seconds)
            .map_or(Self::Null, |day| Self::Number(format!("{day}T{hour:02}:{minute:02}:{second:02}Z")))
    }
}
