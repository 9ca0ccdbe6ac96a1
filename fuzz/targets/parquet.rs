//! Parquet files, in memory and on the disk.

#![no_main]

use claimtag::read::Source;
use claimtag::write::{Cell, Column, Kind, ParquetTable, Schema, Table};
use claimtag_fuzz::{begin, reading};
use libfuzzer_sys::fuzz_target;
use std::io::Write;

fn table(columns: Vec<Column>, rows: &[Vec<Cell<'_>>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut table = ParquetTable::new(&mut bytes, &Schema { version: 2, columns }).expect("a table");
    rows.iter().for_each(|row| table.row(row).expect("a row"));
    table.finish().expect("an end");
    drop(table);
    bytes
}

fn seeds() -> Vec<Vec<u8>> {
    let text = |name: &str| Column::new(name, Kind::Text);
    let maybe = |name: &str| Column::optional(name, Kind::Text);
    let row = |text| vec![Cell::Text(text), Cell::Empty];
    vec![
        table(vec![text("text"), maybe("title")], &[row("The quay was sold."), row("It is gone."), row("")]),
        table(
            vec![Column::optional("id", Kind::Count), maybe("text"), Column::new("tags", Kind::Texts), maybe("date")],
            &[
                vec![Cell::Count(7), Cell::Text("The quay"), Cell::Texts(vec!["a", "b"]), Cell::Text("2024-05-31")],
                vec![Cell::Empty, Cell::Empty, Cell::Texts(Vec::new()), Cell::Empty],
            ],
        ),
        table(
            vec![Column::new("date", Kind::Count), Column::new("source", Kind::Prob), text("text")],
            &vec![vec![Cell::Count(1), Cell::Prob(0.5), Cell::Text("The quay was sold.")]; 70],
        ),
        table(vec![text("text")], &[]),
    ]
}

fuzz_target!(
    init: begin(seeds()),
    |bytes: &[u8]| {
        let options = reading::options(true);
        // the two ways to read differ little, and the disk is slower
        if !bytes.len().is_multiple_of(8) {
            reading::check("a.parquet", bytes.to_vec(), &options, false);
            return;
        }
        let mut file = tempfile::Builder::new().suffix(".parquet").tempfile().expect("a file");
        file.write_all(bytes).expect("a file is written");
        reading::check_source(Source::Path(file.path().to_owned()), &options, true);
    }
);
