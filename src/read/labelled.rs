//! Labelled sentences: the JSONL and CSV files that `train` and `eval` read.
//!
//! Unlike articles they are read whole: training needs them all.

use super::event::Place;
use super::input::{Input, Line};
use crate::types::{LabelledSentence, Prob};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use thiserror::Error;

/// Labelled rows, and the records that are not any.
#[derive(Debug, Default)]
pub struct Labelled {
    /// The rows, in order.
    pub rows: Vec<LabelledSentence>,
    /// Records that could not be read; the others were.
    pub failed: Vec<BadRow>,
}

/// A record that is not a labelled sentence.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{place}: {cause}")]
pub struct BadRow {
    /// Where.
    pub place: Place,
    /// Why.
    pub cause: String,
}

/// Why a file could not be read at all.
#[derive(Debug, Error)]
#[error("{path}: {cause}")]
pub struct LabelledError {
    path: String,
    cause: String,
}

/// A row may have this many bytes; sentences have a few hundred.
const MAX_ROW_BYTES: u64 = 1_000_000;
/// A CSV file may have this many bytes after decompression.
const MAX_CSV_BYTES: u64 = 4_000_000_000;

/// Reads a file of labelled sentences, `.csv` or else JSON lines, also compressed (`.gz`, `.zst`); `-` is standard input.
///
/// JSON lines: `{"text", "labels": […], "unknown": […]?, "doc"?}`; other fields are ignored. Soft labels stand in
/// `"prob": {"label": 0.8, …}`, which overrules `labels` and lets it be left out; with `article_id` for `doc`, the rows that
/// `claimtag tag` writes are read as they are. CSV with a header:
/// `text`, `doc` (optional), and either `labels` and `unknown` (optional), names joined by `;` or `|`, or one column per
/// label that says 1, 0 or nothing (unknown).
///
/// # Errors
/// A file that can't be opened or decompressed, or a CSV header without `text` or labels. Bad records are no error, but
/// listed.
pub fn read_labelled(path: &Path) -> Result<Labelled, LabelledError> {
    let name = path.display().to_string();
    let failed = |cause: &dyn std::fmt::Display| LabelledError { path: name.clone(), cause: cause.to_string() };
    let raw: Box<dyn Read + Send> = match path.to_str() {
        Some("-") => Box::new(io::stdin()),
        _ if path.is_dir() => return Err(failed(&"a folder, where a JSONL or CSV file was expected")),
        _ => Box::new(File::open(path).map_err(|e| failed(&e))?),
    };
    let mut input = Input::new(raw);
    match is_csv(path) {
        true => {
            let bytes = input.read_all(MAX_CSV_BYTES).map_err(|e| failed(&e))?;
            let bytes = bytes.ok_or_else(|| failed(&"longer than 4 GB (split it)"))?;
            read_csv(&bytes, &name).map_err(|cause| failed(&cause))
        }
        false => read_jsonl(&mut input, &name).map_err(|e| failed(&e)),
    }
}

fn is_csv(path: &Path) -> bool {
    let name = path.to_string_lossy().to_lowercase();
    let name = name.trim_end_matches(".gz").trim_end_matches(".zst");
    name.ends_with(".csv")
}

/// A row as it stands in a JSONL file.
#[derive(Deserialize)]
struct Row {
    text: String,
    labels: Option<Vec<String>>,
    #[serde(default)]
    unknown: Vec<String>,
    #[serde(default)]
    prob: BTreeMap<String, f64>,
    #[serde(alias = "article_id")]
    doc: Option<Doc>,
}

/// The name of a document: text, or a number that serves as one.
#[derive(Deserialize)]
#[serde(untagged)]
enum Doc {
    Text(String),
    Number(serde_json::Number),
}

fn read_jsonl(input: &mut Input, name: &str) -> io::Result<Labelled> {
    let mut labelled = Labelled::default();
    let mut line = Vec::new();
    for number in 1.. {
        let row = match input.read_line(&mut line, MAX_ROW_BYTES)? {
            Line::End => break,
            Line::TooLong => Err("longer than 1 MB: not a sentence".to_owned()),
            Line::Whole if line.trim_ascii().is_empty() => continue,
            Line::Whole => {
                let bytes = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&line);
                serde_json::from_slice::<Row>(bytes).map_err(|e| describe(&e))
            }
        };
        labelled.push(name, number, row);
    }
    Ok(labelled)
}

/// The message of the parser, with the format that was expected; its line is always 1.
fn describe(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    format!("{message} at column {} (a row is {{\"text\": \"…\", \"labels\": [\"…\"]}})", error.column())
}

impl Labelled {
    fn push(&mut self, name: &str, line: u64, row: Result<Row, String>) {
        let place = Place { path: name.to_owned(), line: Some(line) };
        match row.and_then(|row| checked(row, &place)) {
            Ok(row) => self.rows.push(row),
            Err(cause) => self.failed.push(BadRow { place, cause }),
        }
    }
}

fn checked(row: Row, place: &Place) -> Result<LabelledSentence, String> {
    if row.text.trim().is_empty() {
        return Err("\"text\" is empty".into());
    }
    let labels = match row.labels {
        None if row.prob.is_empty() => return Err("neither \"labels\" nor \"prob\"".into()),
        labels => labels.unwrap_or_default(),
    };
    let mut names: Vec<&String> = labels.iter().chain(&row.unknown).collect();
    names.sort_unstable();
    if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(format!("label {:?} stands twice", pair[0]));
    }
    let soft = |(label, p): (String, f64)| match Prob::new(p) {
        Ok(prob) => Ok((label, prob)),
        Err(error) => Err(format!("\"prob\" of {label:?}: {error}")),
    };
    Ok(LabelledSentence {
        text: row.text,
        labels,
        unknown: row.unknown,
        prob: row.prob.into_iter().map(soft).collect::<Result<_, _>>()?,
        doc: row.doc.map(|doc| match doc {
            Doc::Text(text) => text,
            Doc::Number(number) => number.to_string(),
        }),
        place: place.to_string(),
    })
}

/// What a column of a CSV file holds.
enum Column {
    Text,
    Doc,
    Labels,
    Unknown,
    /// Yes, no or unknown for one label.
    Label(String),
    Other,
}

fn read_csv(bytes: &[u8], name: &str) -> Result<Labelled, String> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let header = reader.headers().map_err(|e| e.to_string())?.clone();
    let columns = columns(&header)?;
    let mut labelled = Labelled::default();
    for record in reader.records() {
        let line = |position: Option<&csv::Position>| position.map_or(0, csv::Position::line);
        match record {
            Ok(record) => {
                let line = line(record.position());
                let row = if record.len() == columns.len() {
                    row(&columns, &record)
                } else {
                    Err(format!("{} columns, but the header has {}", record.len(), columns.len()))
                };
                labelled.push(name, line, row);
            }
            Err(error) => labelled.push(name, line(error.position()), Err(error.to_string())),
        }
    }
    Ok(labelled)
}

fn columns(header: &csv::StringRecord) -> Result<Vec<Column>, String> {
    const OTHER: [&str; 3] = ["id", "source", "note"];
    let has_labels = header.iter().any(|name| name.trim() == "labels");
    let columns: Vec<Column> = header
        .iter()
        .map(|name| match name.trim().trim_start_matches('\u{feff}') {
            "text" => Column::Text,
            "doc" => Column::Doc,
            "labels" => Column::Labels,
            "unknown" if has_labels => Column::Unknown,
            _ if has_labels => Column::Other,
            other if OTHER.contains(&other) => Column::Other,
            label => Column::Label(label.to_owned()),
        })
        .collect();
    if !columns.iter().any(|c| matches!(c, Column::Text)) {
        return Err("the header has no column \"text\"".into());
    }
    if !columns.iter().any(|c| matches!(c, Column::Labels | Column::Label(_))) {
        return Err("the header has neither a column \"labels\" nor a column per label".into());
    }
    Ok(columns)
}

fn row(columns: &[Column], record: &csv::StringRecord) -> Result<Row, String> {
    let (mut text, mut doc, mut labels, mut unknown) = (String::new(), None, Vec::new(), Vec::new());
    let names = |field: &str| -> Vec<String> {
        field.split([';', '|']).map(str::trim).filter(|n| !n.is_empty()).map(str::to_owned).collect()
    };
    for (column, field) in columns.iter().zip(record) {
        match column {
            Column::Text => text = field.to_owned(),
            Column::Doc => doc = (!field.is_empty()).then(|| Doc::Text(field.to_owned())),
            Column::Labels => labels = names(field),
            Column::Unknown => unknown = names(field),
            Column::Other => {}
            Column::Label(label) => match field.trim().to_ascii_lowercase().as_str() {
                "1" | "true" | "yes" => labels.push(label.clone()),
                "0" | "false" | "no" => {}
                "" => unknown.push(label.clone()),
                other => return Err(format!("column {label:?} says {other:?}, not 1, 0 or nothing")),
            },
        }
    }
    Ok(Row { text, labels: Some(labels), unknown, prob: BTreeMap::new(), doc })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jsonl(text: &'static str) -> Labelled {
        read_jsonl(&mut Input::new(text.as_bytes()), "rows.jsonl").unwrap()
    }

    #[test]
    fn json_lines() {
        let read = jsonl(
            "{\"text\": \"Orrin Rail bought a depot.\", \"labels\": [\"deal\"], \"doc\": 7, \"note\": 1}\n\n{\"text\": \"Rain.\", \"labels\": [], \"unknown\": [\"deal\"]}\n",
        );
        assert!(read.failed.is_empty());
        assert_eq!(read.rows[0].labels, ["deal"]);
        assert_eq!(read.rows[0].doc.as_deref(), Some("7"));
        assert_eq!(read.rows[1].unknown, ["deal"]);
        assert_eq!(read.rows[1].place, "rows.jsonl:3");
    }

    #[test]
    fn bad_rows_are_listed_and_the_rest_is_read() {
        let read = jsonl(
            "{\"text\": \"a\"}\n{\"text\": 5, \"labels\": []}\nnonsense\n{\"text\": \" \", \"labels\": []}\n{\"text\": \"a\", \"labels\": [\"x\", \"x\"]}\n{\"text\": \"fine\", \"labels\": []}\n",
        );
        let said: Vec<String> = read.failed.iter().map(ToString::to_string).collect();
        assert_eq!(said[0], "rows.jsonl:1: neither \"labels\" nor \"prob\"");
        assert!(
            said[1].starts_with("rows.jsonl:2: invalid type: integer `5`, expected a string at column 10"),
            "{}",
            said[1]
        );
        assert!(said[2].starts_with("rows.jsonl:3: expected"), "{}", said[2]);
        assert_eq!(said[3], "rows.jsonl:4: \"text\" is empty");
        assert_eq!(said[4], "rows.jsonl:5: label \"x\" stands twice");
        assert_eq!(read.rows.len(), 1);
    }

    #[test]
    fn soft_labels() {
        let read = jsonl(
            "{\"article_id\": \"a1\", \"text\": \"Rain.\", \"labels\": [\"deal\"], \"prob\": {\"deal\": 0.7, \"law\": 0}}\n{\"text\": \"Rain.\", \"prob\": {\"deal\": 0.2}}\n{\"text\": \"Rain.\", \"prob\": {\"deal\": 1.2}}\n",
        );
        let row = &read.rows[0];
        assert_eq!((row.says("deal"), row.target("deal").map(Prob::get)), (None, Some(0.7)));
        assert_eq!((row.says("law"), row.target("law").map(Prob::get)), (None, Some(0.0)));
        assert_eq!((row.says("war"), row.doc.as_deref()), (Some(false), Some("a1")));
        assert!(read.rows[1].labels.is_empty() && read.rows[1].is_soft());
        assert_eq!(
            read.failed[0].to_string(),
            "rows.jsonl:3: \"prob\" of \"deal\": 1.2 is not a probability between 0 and 1"
        );
    }

    #[test]
    fn csv_with_a_list_of_labels() {
        let read = read_csv(b"doc,text,labels\nd1,\"One, two.\",a; b\nd2,Three.,\nd3,short\n", "rows.csv").unwrap();
        assert_eq!(read.rows[0].labels, ["a", "b"]);
        assert_eq!(read.rows[0].text, "One, two.");
        assert!(read.rows[1].labels.is_empty());
        assert_eq!(read.failed[0].to_string(), "rows.csv:4: 2 columns, but the header has 3");
    }

    #[test]
    fn csv_with_a_column_per_label() {
        let read = read_csv(b"text,a,b\nOne.,1,0\nTwo.,,yes\nThree.,maybe,0\n", "rows.csv").unwrap();
        assert_eq!(read.rows[0].labels, ["a"]);
        assert_eq!((read.rows[1].labels.clone(), read.rows[1].unknown.clone()), (vec!["b".into()], vec!["a".into()]));
        assert_eq!(read.failed[0].to_string(), "rows.csv:4: column \"a\" says \"maybe\", not 1, 0 or nothing");
    }

    #[test]
    fn headers_that_say_nothing() {
        assert_eq!(read_csv(b"body,labels\n", "x").unwrap_err(), "the header has no column \"text\"");
        assert!(read_csv(b"text,id\n", "x").unwrap_err().starts_with("the header has neither"));
    }
}
