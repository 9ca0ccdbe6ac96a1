//! Tables as JSON, one object a line.

use super::table::{Cell, Column, Kind, Schema, Table};
use serde::ser::{Error, Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;
use std::io::{self, Write};

/// Writes each row as an object: `v`, the version, first, then the cells in order; empty ones are left out.
pub struct JsonlTable<W> {
    out: W,
    schema: Schema,
}

impl<W: Write> JsonlTable<W> {
    /// Writes to `out`, which should be buffered.
    pub fn new(out: W, schema: Schema) -> Self {
        Self { out, schema }
    }
}

impl<W: Write> Table for JsonlTable<W> {
    fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, &Row { schema: &self.schema, cells })?;
        self.out.write_all(b"\n")
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

struct Row<'a> {
    schema: &'a Schema,
    cells: &'a [Cell<'a>],
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("v", &self.schema.version)?;
        for (Column { name, kind, .. }, cell) in self.schema.columns.iter().zip(self.cells) {
            match (cell, kind) {
                (Cell::Empty, _) => {}
                (Cell::Text(text), _) => map.serialize_entry(name, text)?,
                (Cell::Count(count), _) => map.serialize_entry(name, count)?,
                (Cell::Texts(texts), _) => map.serialize_entry(name, texts)?,
                (Cell::Prob(prob), _) => map.serialize_entry(name, prob)?,
                (Cell::Probs(probs), Kind::Probs(names)) => map.serialize_entry(name, &Map(names, probs))?,
                (Cell::Probs(probs), _) => map.serialize_entry(name, probs)?,
                (Cell::Json(json), _) => map.serialize_entry(name, raw(json).map_err(S::Error::custom)?)?,
            }
        }
        map.end()
    }
}

/// JSON to be written as it stands.
fn raw(json: &str) -> serde_json::Result<&RawValue> {
    serde_json::from_str(json)
}

struct Map<'a>(&'a [String], &'a [f64]);

impl Serialize for Map<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().zip(self.1))
    }
}
