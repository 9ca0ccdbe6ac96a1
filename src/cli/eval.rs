//! `claimtag eval`.

use super::args::EvalArgs;
use super::labelled::read_all;
use super::table::{figure, table};
use super::{Outcome, load_model, message};
use crate::eval::{Figure, Figures, Report, evaluate};
use anyhow::Context;
use std::io::{self, Write};

pub(super) fn run(args: &EvalArgs) -> anyhow::Result<Outcome> {
    let model = load_model(args.model.as_deref())?;
    let (rows, bad) = read_all(&args.data)?;
    let report = evaluate(&super::tagger(&model, args.tier)?, &rows)?;
    let text = if args.json { serde_json::to_string_pretty(&report)? + "\n" } else { text(&report) };
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).context("standard output")?;
    if bad > 0 {
        return Ok(Outcome::RecordsLeftOut);
    }
    Ok(match (args.min_macro_f1, report.macro_mean.f1.value) {
        (Some(floor), value) if value.is_none_or(|v| v < floor) => {
            message::error(&format!("macro-F1 {} is below the floor of {floor}", figure(value)));
            Outcome::FloorMissed
        }
        _ => Outcome::Done,
    })
}

fn text(report: &Report) -> String {
    let mut lines = vec![
        ["", "gold", "given", "precision", "recall", "F1", "average precision", "calibration error"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for label in &report.labels {
        let counts = [label.label.clone(), label.positives.to_string(), label.predicted.to_string()];
        let line = counts.into_iter().chain(cells(&label.figures)).chain([figure(label.calibration_error)]);
        lines.push(line.collect());
    }
    for (name, figures) in [("macro", &report.macro_mean), ("micro", &report.micro)] {
        lines.push([name.to_owned(), String::new(), String::new()].into_iter().chain(cells(figures)).collect());
    }
    format!(
        "model {} on {} rows from {} documents, {} rows without a label; in brackets 95% bootstrap intervals over documents\n\n{}",
        report.model,
        report.rows,
        report.documents,
        report.rows_without_label,
        table(&lines)
    )
}

fn cells(figures: &Figures) -> [String; 4] {
    let cell = |f: &Figure| match f.interval {
        Some([low, high]) => format!("{} [{low:.2} {high:.2}]", figure(f.value)),
        None => figure(f.value),
    };
    [&figures.precision, &figures.recall, &figures.f1, &figures.average_precision].map(cell)
}
