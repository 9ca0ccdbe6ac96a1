//! Tables as Parquet, for databases and data frames.

use super::table::{Cell, Column, Kind, Schema, Table};
use parquet::basic::{Compression, ConvertedType, LogicalType, Repetition, Type as Physical, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{Type, TypePtr};
use std::io::{self, Write};
use std::sync::Arc;

/// Writes a column for each of the schema: texts and JSON as strings, counts as 64-bit integers, texts of a list as a list of
/// strings, and probabilities as a double `prob_NAME` for each name. Compressed with zstd, in row groups of
/// [`ParquetTable::ROWS`]. The version of the rows stands in the metadata as `claimtag.version`.
pub struct ParquetTable<W: Write + Send> {
    /// `None` once finished.
    out: Option<SerializedFileWriter<W>>,
    columns: Vec<Values>,
    rows: usize,
}

/// Cells of a row group that wait to be written, with the levels of the Dremel encoding: how much of a nested value is there
/// (definition), and whether it continues a list (repetition).
enum Values {
    Text {
        values: Vec<ByteArray>,
        definition: Vec<i16>,
    },
    Count {
        values: Vec<i64>,
        definition: Vec<i16>,
    },
    Texts {
        values: Vec<ByteArray>,
        definition: Vec<i16>,
        repetition: Vec<i16>,
    },
    Prob {
        values: Vec<f64>,
        definition: Vec<i16>,
    },
    /// One column a name.
    Probs(Vec<Vec<f64>>),
}

impl<W: Write + Send> ParquetTable<W> {
    /// Rows held in memory before they are written as a group.
    pub const ROWS: usize = 50_000;

    /// Writes to `out`.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn new(out: W, schema: &Schema) -> io::Result<Self> {
        let version = KeyValue::new("claimtag.version".to_owned(), schema.version.to_string());
        let properties = WriterProperties::builder()
            .set_created_by(concat!("claimtag ", env!("CARGO_PKG_VERSION")).to_owned())
            .set_key_value_metadata(Some(vec![version]))
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(3).map_err(io_error)?))
            .build();
        let fields = schema.columns.iter().flat_map(fields).collect::<Result<Vec<_>, _>>().map_err(io_error)?;
        let root = Type::group_type_builder("rows").with_fields(fields).build().map_err(io_error)?;
        let out = SerializedFileWriter::new(out, Arc::new(root), Arc::new(properties)).map_err(io_error)?;
        Ok(Self { out: Some(out), columns: schema.columns.iter().map(Values::new).collect(), rows: 0 })
    }

    fn write_group(&mut self) -> io::Result<()> {
        let Some(out) = self.out.as_mut().filter(|_| self.rows > 0) else { return Ok(()) };
        let mut group = out.next_row_group().map_err(io_error)?;
        for values in &mut self.columns {
            values.write(&mut group).map_err(io_error)?;
        }
        group.close().map_err(io_error)?;
        self.rows = 0;
        Ok(())
    }
}

impl<W: Write + Send> Table for ParquetTable<W> {
    fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        for (values, cell) in self.columns.iter_mut().zip(cells) {
            values.push(cell);
        }
        self.rows += 1;
        if self.rows == Self::ROWS { self.write_group() } else { Ok(()) }
    }

    fn finish(&mut self) -> io::Result<()> {
        self.write_group()?;
        if let Some(out) = self.out.take() {
            out.into_inner().map_err(io_error)?.flush()?;
        }
        Ok(())
    }
}

/// The disk's own error where there is one inside, so that a full disk is called that.
fn io_error(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(other) => io::Error::other(other),
        },
        other => io::Error::other(other),
    }
}

/// The Parquet types of a column.
fn fields(column: &Column) -> Vec<Result<TypePtr, ParquetError>> {
    let repetition = if column.optional { Repetition::OPTIONAL } else { Repetition::REQUIRED };
    match &column.kind {
        Kind::Text | Kind::Json => vec![string(&column.name, repetition)],
        Kind::Count => vec![primitive(&column.name, Physical::INT64, repetition)],
        Kind::Texts => vec![list(&column.name)],
        Kind::Prob => vec![primitive(&column.name, Physical::DOUBLE, repetition)],
        Kind::Probs(names) => {
            let name = |name| format!("{}_{name}", column.name);
            names.iter().map(|n| primitive(&name(n), Physical::DOUBLE, Repetition::REQUIRED)).collect()
        }
    }
}

fn primitive(name: &str, physical: Physical, repetition: Repetition) -> Result<TypePtr, ParquetError> {
    Type::primitive_type_builder(name, physical).with_repetition(repetition).build().map(Arc::new)
}

fn string(name: &str, repetition: Repetition) -> Result<TypePtr, ParquetError> {
    let builder = Type::primitive_type_builder(name, Physical::BYTE_ARRAY).with_repetition(repetition);
    builder.with_converted_type(ConvertedType::UTF8).with_logical_type(Some(LogicalType::String)).build().map(Arc::new)
}

/// A list in the three levels that the format asks for.
fn list(name: &str) -> Result<TypePtr, ParquetError> {
    let element = string("element", Repetition::REQUIRED)?;
    let inner = Type::group_type_builder("list").with_repetition(Repetition::REPEATED).with_fields(vec![element]);
    let inner = Arc::new(inner.build()?);
    let outer = Type::group_type_builder(name).with_repetition(Repetition::REQUIRED).with_fields(vec![inner]);
    let outer = outer.with_converted_type(ConvertedType::LIST).with_logical_type(Some(LogicalType::List));
    outer.build().map(Arc::new)
}

impl Values {
    fn new(column: &Column) -> Self {
        match &column.kind {
            Kind::Text | Kind::Json => Self::Text { values: Vec::new(), definition: Vec::new() },
            Kind::Count => Self::Count { values: Vec::new(), definition: Vec::new() },
            Kind::Texts => Self::Texts { values: Vec::new(), definition: Vec::new(), repetition: Vec::new() },
            Kind::Prob => Self::Prob { values: Vec::new(), definition: Vec::new() },
            Kind::Probs(names) => Self::Probs(vec![Vec::new(); names.len()]),
        }
    }

    fn push(&mut self, cell: &Cell<'_>) {
        match (self, cell) {
            (Self::Text { values, definition }, Cell::Text(text) | Cell::Json(text)) => {
                let value = shared(values.last(), text);
                values.push(value);
                definition.push(1);
            }
            (Self::Count { values, definition }, Cell::Count(count)) => {
                values.push(i64::try_from(*count).unwrap_or(i64::MAX));
                definition.push(1);
            }
            (Self::Texts { values, definition, repetition }, Cell::Texts(texts)) => {
                for (i, text) in texts.iter().enumerate() {
                    values.push(ByteArray::from(*text));
                    definition.push(1);
                    repetition.push(i16::from(i > 0));
                }
                if texts.is_empty() {
                    definition.push(0);
                    repetition.push(0);
                }
            }
            (Self::Prob { values, definition }, Cell::Prob(prob)) => {
                values.push(*prob);
                definition.push(1);
            }
            (Self::Probs(columns), Cell::Probs(probs)) => {
                columns.iter_mut().zip(probs).for_each(|(column, &prob)| column.push(prob));
            }
            (Self::Text { definition, .. } | Self::Count { definition, .. } | Self::Prob { definition, .. }, _) => {
                definition.push(0);
            }
            (Self::Texts { definition, repetition, .. }, _) => {
                definition.push(0);
                repetition.push(0);
            }
            (Self::Probs(columns), _) => columns.iter_mut().for_each(|column| column.push(f64::NAN)),
        }
    }

    fn write<W: Write + Send>(&mut self, group: &mut SerializedRowGroupWriter<'_, W>) -> Result<(), ParquetError> {
        match self {
            Self::Text { values, definition } => {
                write_column::<ByteArrayType, W>(group, values, definition, &[])?;
                values.clear();
                definition.clear();
            }
            Self::Count { values, definition } => {
                write_column::<Int64Type, W>(group, values, definition, &[])?;
                values.clear();
                definition.clear();
            }
            Self::Prob { values, definition } => {
                write_column::<DoubleType, W>(group, values, definition, &[])?;
                values.clear();
                definition.clear();
            }
            Self::Texts { values, definition, repetition } => {
                write_column::<ByteArrayType, W>(group, values, definition, repetition)?;
                values.clear();
                definition.clear();
                repetition.clear();
            }
            Self::Probs(columns) => {
                for values in columns {
                    write_column::<DoubleType, W>(group, values, &[], &[])?;
                    values.clear();
                }
            }
        }
        Ok(())
    }
}

/// The bytes of `text`, shared with the cell above where that is the same: rows of one article repeat its title.
fn shared(above: Option<&ByteArray>, text: &str) -> ByteArray {
    match above {
        Some(above) if above.data() == text.as_bytes() => above.clone(),
        _ => ByteArray::from(text),
    }
}

fn write_column<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &[T::T],
    definition: &[i16],
    repetition: &[i16],
) -> Result<(), ParquetError> {
    let Some(mut column) = group.next_column()? else {
        return Err(ParquetError::General("more columns than the schema has".to_owned()));
    };
    let typed = column.typed::<T>();
    let has_definition = typed.get_descriptor().max_def_level() > 0;
    let has_repetition = typed.get_descriptor().max_rep_level() > 0;
    typed.write_batch(values, has_definition.then_some(definition), has_repetition.then_some(repetition))?;
    column.close()
}
