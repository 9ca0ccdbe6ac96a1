//! Tables as CSV with a header, for spreadsheets.

use super::table::{Cell, Kind, Schema, Table};
use std::io::{self, Write};

/// Writes comma-separated values: texts of a list joined by `;`, empty cells as nothing.
pub struct CsvTable<W: Write> {
    out: csv::Writer<W>,
    schema: Schema,
    has_header: bool,
}

impl<W: Write> CsvTable<W> {
    /// Writes to `out`.
    pub fn new(out: W, schema: Schema) -> Self {
        Self { out: csv::Writer::from_writer(out), schema, has_header: false }
    }

    fn header(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.has_header, true) {
            return Ok(());
        }
        for column in &self.schema.columns {
            match &column.kind {
                Kind::Probs(names) => {
                    for name in names {
                        self.out.write_field(format!("{}_{name}", column.name))?;
                    }
                }
                _ => self.out.write_field(&column.name)?,
            }
        }
        Ok(self.out.write_record(None::<&[u8]>)?)
    }
}

impl<W: Write> Table for CsvTable<W> {
    fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        self.header()?;
        for (column, cell) in self.schema.columns.iter().zip(cells) {
            match (cell, &column.kind) {
                (Cell::Empty, Kind::Probs(names)) => names.iter().try_for_each(|_| self.out.write_field(""))?,
                (Cell::Empty, _) => self.out.write_field("")?,
                (Cell::Text(text) | Cell::Json(text), _) => self.out.write_field(text)?,
                (Cell::Count(count), _) => self.out.write_field(count.to_string())?,
                (Cell::Texts(texts), _) => self.out.write_field(texts.join(";"))?,
                (Cell::Prob(prob), _) => self.out.write_field(prob.to_string())?,
                (Cell::Probs(probs), _) => {
                    probs.iter().try_for_each(|prob| self.out.write_field(prob.to_string()))?;
                }
            }
        }
        Ok(self.out.write_record(None::<&[u8]>)?)
    }

    fn finish(&mut self) -> io::Result<()> {
        self.header()?;
        self.out.flush()
    }
}
