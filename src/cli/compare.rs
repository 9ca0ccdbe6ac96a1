//! `claimtag compare`.

use super::args::CompareArgs;
use super::labelled::read_all;
use super::model_tier::ModelTier;
use super::table::{figure, line, table};
use super::{Outcome, load_model, message, print};
use crate::eval::{Change, ChangeKind, Compared, Comparison, Difference, Differences, compare};
use crate::exec::available_threads;

pub(super) fn run(args: &CompareArgs) -> anyhow::Result<Outcome> {
    let [a, b] = [&args.a, &args.b];
    let model_a = load_model(a.model.as_deref())?;
    let other = (a.model != b.model).then(|| load_model(b.model.as_deref())).transpose()?;
    let tagger_a = super::tagger(&model_a, a.tier)?;
    let tagger_b = super::tagger(other.as_ref().unwrap_or(&model_a), b.tier)?;
    let (rows, bad) = read_all(&args.data)?;
    let comparison = compare(&tagger_a, &tagger_b, &rows, args.threads.unwrap_or_else(available_threads))?;
    let text = if args.json { serde_json::to_string_pretty(&comparison)? + "\n" } else { text(&comparison, args) };
    print(text.as_bytes())?;
    if bad > 0 {
        return Ok(Outcome::RecordsLeftOut);
    }
    Ok(match (args.max_drop, comparison.macro_mean.f1.difference) {
        (Some(most), Some(difference)) if -difference > most => {
            message::error(&format!("macro-F1 drops by {:.4}, more than {most}", -difference));
            Outcome::FloorMissed
        }
        (Some(_), None) => {
            message::error("macro-F1 of A and B can't be compared: it is not defined for both");
            Outcome::FloorMissed
        }
        _ => Outcome::Done,
    })
}

fn text(comparison: &Comparison, args: &CompareArgs) -> String {
    let Comparison { rows, documents, changed, .. } = comparison;
    let mut text = format!(
        "A: {}\nB: {}\n{rows} rows from {documents} documents; in brackets 95% intervals of the difference by a paired bootstrap over \
         documents; B better: the share of samples in which the F1 of B is higher, half of those in which it is equal\n\n{}\n\
         {} rows get other labels: B lost {}, gained {}, other {}\n",
        side(&args.a, &comparison.a),
        side(&args.b, &comparison.b),
        figures(comparison),
        comparison.changes.len(),
        changed.lost,
        changed.gained,
        changed.other
    );
    let kinds = [
        (ChangeKind::Lost, "lost (B is right about fewer labels)"),
        (ChangeKind::Gained, "gained (B is right about more labels)"),
        (ChangeKind::Other, "other"),
    ];
    for (kind, title) in kinds {
        text += &of_kind(comparison, kind, title, args.changes);
    }
    text
}

fn figures(comparison: &Comparison) -> String {
    let header = ["", "gold", "F1 of A", "F1 of B", "B - A", "B better"].map(str::to_owned);
    let more = ["precision", "recall", "average precision"].map(|name| format!("{name}, B - A"));
    let labels = comparison.labels.iter().map(|l| (l.label.as_str(), l.positives.to_string(), &l.differences));
    let means = [("macro", &comparison.macro_mean), ("micro", &comparison.micro)];
    let means = means.map(|(name, differences)| (name, String::new(), differences));
    let line = |(name, gold, differences): (&str, String, &Differences)| -> Vec<String> {
        [name.to_owned(), gold].into_iter().chain(cells(differences)).collect()
    };
    let header = header.into_iter().chain(more).collect();
    table(&[header].into_iter().chain(labels.chain(means).map(line)).collect::<Vec<_>>())
}

fn side(typed: &ModelTier, compared: &Compared) -> String {
    let name = typed.model.as_ref().map_or_else(|| "default".to_owned(), |dir| dir.display().to_string());
    format!("{}, model {}, {} tier", line(&name), compared.model, compared.tier)
}

fn cells(differences: &Differences) -> [String; 7] {
    let Differences { precision, recall, f1, average_precision } = differences;
    let better = f1.b_better.map_or_else(|| "-".to_owned(), |share| format!("{:.1}%", 100.0 * share));
    [
        figure(f1.a),
        figure(f1.b),
        difference(f1),
        better,
        difference(precision),
        difference(recall),
        difference(average_precision),
    ]
}

fn difference(difference: &Difference) -> String {
    let signed = |value: f64| format!("{value:+.3}");
    match (difference.difference, difference.interval) {
        (Some(value), Some([low, high])) => format!("{} [{} {}]", signed(value), signed(low), signed(high)),
        (Some(value), None) => signed(value),
        (None, _) => "-".to_owned(),
    }
}

/// The first changes of a kind.
fn of_kind(comparison: &Comparison, kind: ChangeKind, title: &str, most: usize) -> String {
    let all: Vec<&Change> = comparison.changes.iter().filter(|change| change.kind == kind).collect();
    if all.is_empty() || most == 0 {
        return String::new();
    }
    let mut text = format!("\n{title}\n");
    for change in all.iter().take(most) {
        let unknown =
            if change.unknown.is_empty() { String::new() } else { format!(" (unknown: {})", names(&change.unknown)) };
        let [gold, a, b] = [&change.gold, &change.a, &change.b].map(|labels| names(labels));
        text += &format!("  {}: gold {gold}{unknown}; A {a}; B {b}\n    {}\n", line(&change.place), line(&change.text));
    }
    match all.len().checked_sub(most).filter(|&more| more > 0) {
        Some(more) => text + &format!("  and {more} more\n"),
        None => text,
    }
}

fn names(labels: &[String]) -> String {
    if labels.is_empty() { "none".to_owned() } else { labels.join(", ") }
}
