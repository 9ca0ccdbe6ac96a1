//! `claimtag eval`.

use super::args::EvalArgs;
use super::labelled::read_all;
use super::table::{figure, table};
use super::{Outcome, load_model, message, print};
use crate::eval::{Figure, Figures, Report, evaluate};
use crate::tag::Tagger;

pub(super) fn run(args: &EvalArgs) -> anyhow::Result<Outcome> {
    let model = load_model(args.model.as_deref())?;
    let (rows, bad) = read_all(&args.data)?;
    let taggers = match args.tier {
        None => [Some(Tagger::linear(&model)), Tagger::cascade(&model), Tagger::encoder(&model)],
        tier => [Some(super::tagger(&model, tier)?), None, None],
    };
    let reports: Vec<Report> =
        taggers.iter().flatten().map(|tagger| evaluate(tagger, &rows)).collect::<Result<_, _>>()?;
    let text = if args.json { json(&reports)? } else { reports.iter().map(text).collect::<Vec<_>>().join("\n") };
    print(text.as_bytes())?;
    if bad > 0 {
        return Ok(Outcome::RecordsLeftOut);
    }
    Ok(match (args.min_macro_f1, default_of(&reports).and_then(|r| r.macro_mean.f1.value)) {
        (Some(floor), value) if value.is_none_or(|v| v < floor) => {
            message::error(&format!("macro-F1 {} is below the floor of {floor}", figure(value)));
            Outcome::FloorMissed
        }
        _ => Outcome::Done,
    })
}

/// The report of the tier that tags by default: the cascade, or the only one.
fn default_of(reports: &[Report]) -> Option<&Report> {
    reports.iter().find(|report| report.tier == "cascade").or(reports.first())
}

/// Version 2: `{"v": 2, "tiers": [a `[`Report`]` each]}`.
fn json(reports: &[Report]) -> serde_json::Result<String> {
    Ok(serde_json::to_string_pretty(&serde_json::json!({ "v": 2, "tiers": reports }))? + "\n")
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
    let escalated = match report.tier.as_str() {
        "cascade" => format!("; {:.1}% of the rows went on to the encoder", 100.0 * report.escalated),
        _ => String::new(),
    };
    format!(
        "model {}, {} tier, on {} rows from {} documents, {} rows without a label; in brackets 95% bootstrap intervals over \
         documents; {:.1} s{escalated}\n\n{}",
        report.model,
        report.tier,
        report.rows,
        report.documents,
        report.rows_without_label,
        report.seconds,
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
