//! `claimtag check`.

use super::args::CheckArgs;
use super::labelled::read_splits;
use super::table::{line, table};
use super::{Outcome, message, print, progress};
use crate::check::{CheckReport, Example, Finding, Kind, PHRASE_WORDS, Severity, Split, check};
use crate::exec::available_threads;
use crate::model::Model;
use crate::train::{TrainParams, out_of_fold};
use crate::types::{LabelledSentence, Prob};

pub(super) fn run(args: &CheckArgs) -> anyhow::Result<Outcome> {
    let splits = read_splits(&args.data)?;
    let probs = if args.no_models { None } else { probs(&splits, args) };
    let report = check(&splits, probs.as_deref());
    let text = if args.json { serde_json::to_string_pretty(&report)? + "\n" } else { text(&report, args.examples) };
    print(text.as_bytes())?;
    Ok(match report.worst() {
        Some(Severity::Error) => Outcome::Errors,
        Some(Severity::Warning) => Outcome::Warnings,
        Some(Severity::Note) | None => Outcome::Done,
    })
}

/// Out-of-fold probabilities of all rows, or nothing, with the reason said, where no models can be trained.
fn probs(splits: &[Split], args: &CheckArgs) -> Option<Vec<Vec<Prob>>> {
    let rows: Vec<LabelledSentence> = splits.iter().flat_map(|split| split.rows.clone()).collect();
    // strong enough for any data set: which rows disagree hardly depends on it, and one penalty takes a quarter of the time
    let params =
        TrainParams { c: vec![3.0], threads: args.threads.unwrap_or_else(available_threads), ..TrainParams::default() };
    match progress::fitting(|report| out_of_fold(&rows, Model::embedded_tokenizer(), &params, report)) {
        Ok(probs) => Some(probs),
        Err(error) => {
            message::warning(&format!("labels were not compared with models: {error}"));
            None
        }
    }
}

fn text(report: &CheckReport, examples: usize) -> String {
    let mut text = format!("{} rows, {} documents\n\n{}", report.rows, report.documents, counts(report));
    text += "\nlabels together:\n";
    for combination in report.combinations.iter().filter(|c| c.labels.len() > 1) {
        text += &format!("  {:6}  {}\n", combination.rows, combination.labels.join(" + "));
    }
    text += &format!("\ncommonest runs of {PHRASE_WORDS} words:\n");
    for phrase in report.phrases.iter().take(examples) {
        text += &format!("  {:6}  {}\n", phrase.rows, phrase.words);
    }
    for finding in &report.findings {
        text += &self::finding(finding, examples);
    }
    if report.findings.is_empty() {
        text += "\nnothing to complain about\n";
    }
    text
}

fn counts(report: &CheckReport) -> String {
    let names = report.splits.iter().map(|split| split.name.rsplit('/').next().unwrap_or_default().to_owned());
    let mut lines = vec![[String::new()].into_iter().chain(names).chain(["all".into(), "share".into()]).collect()];
    let line = |name: &str, counts: Vec<usize>| {
        let all: usize = counts.iter().sum();
        let share = format!("{:.1}%", 100.0 * all as f64 / report.rows.max(1) as f64);
        let counts = counts.into_iter().map(|n| n.to_string());
        [name.to_owned()].into_iter().chain(counts).chain([all.to_string(), share]).collect::<Vec<String>>()
    };
    lines.push(line("rows", report.splits.iter().map(|split| split.rows).collect()));
    lines.push(line("no label", report.splits.iter().map(|split| split.rows_without_label).collect()));
    lines.extend(report.labels.iter().map(|label| line(&label.label, label.positives.clone())));
    table(&lines)
}

fn finding(finding: &Finding, examples: usize) -> String {
    let mut text = format!("\n{}: {}\n", finding.severity.name(), finding.message);
    for example in finding.examples.iter().take(examples) {
        text += &self::example(finding.kind, example);
    }
    if let Some(more) = finding.examples.len().checked_sub(examples).filter(|&more| more > 0) {
        text += &format!("  and {more} more\n");
    }
    text
}

fn example(kind: Kind, example: &Example) -> String {
    match (kind, &example.other) {
        (Kind::Unreadable, _) => format!("  {}\n", example.place),
        (Kind::CommonPhrase, _) => format!("  {:?}: {}\n", example.text, example.detail),
        (_, Some(other)) => {
            format!("  {} and {other}: {}\n    {}\n", example.place, example.detail, line(&example.text))
        }
        (_, None) => format!("  {}: {}\n    {}\n", example.place, example.detail, line(&example.text)),
    }
}
