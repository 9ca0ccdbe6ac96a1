//! `claimtag batch`.

use super::args::{BatchArgs, MergeArgs, RowFormatChoice};
use super::articles::sources_or_stdin;
use super::batch_progress::Display;
use super::{Outcome, load_model, message, tagger};
use crate::batch::{self, Batch, Counts, End, LabelCounts, Settings};
use crate::exec::available_threads;
use crate::tag::Tagger;
use crate::write::TableFormat;
use anyhow::Context;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

pub(super) fn run(args: &BatchArgs) -> anyhow::Result<Outcome> {
    let inputs = sources_or_stdin(&args.inputs, args.reading.files_from.as_deref())?;
    let model = load_model(args.tagging.model.as_deref())?;
    let tagger = tagger(&model, args.tagging.tier)?.explaining(args.explain);
    let batch = Batch {
        out: &args.out,
        inputs,
        reading: args.reading.options(),
        tagger,
        settings: settings(args, tagger),
        threads: args.tagging.threads.unwrap_or_else(available_threads).max(1),
        restart: args.restart,
        command: std::env::args().collect(),
    };
    let stop = stop_on_signals().context("signals")?;
    let mut display = Display::new(args.quiet, args.json_progress);
    let ended = batch::run(batch, &stop, &mut |watch| display.show(watch));
    display.finish();
    match ended {
        Ok(end) => Ok(said(&end, args)),
        Err(error) => {
            let goes_on = !matches!(
                error,
                batch::BatchError::OtherSettings { .. }
                    | batch::BatchError::InTheWay(_)
                    | batch::BatchError::Locked(_)
                    | batch::BatchError::InputChanged(_)
            );
            if goes_on && !args.quiet {
                message::note(&format!("parts that are done are kept; go on with: {}", command()));
            }
            Err(error.into())
        }
    }
}

fn settings(args: &BatchArgs, tagger: Tagger<'_>) -> Settings {
    Settings {
        format: match args.to {
            RowFormatChoice::Parquet => TableFormat::Parquet,
            RowFormatChoice::Jsonl => TableFormat::Jsonl,
            RowFormatChoice::Csv => TableFormat::Csv,
        },
        all: args.all,
        rollup: args.rollup,
        explain: args.explain,
        dedup: args.dedup,
        limit: args.limit,
        sample: args.sample,
        shard: args.shard,
        part_bytes: args.part_bytes.unwrap_or_else(|| part_bytes(tagger.name())).max(1),
        strict: args.strict,
    }
}

/// A few seconds of work on two cores: what is lost if a run is killed, and what Ctrl-C waits for.
fn part_bytes(tier: &str) -> u64 {
    match tier {
        "linear" => 8_000_000,
        "cascade" => 2_000_000,
        _ => 250_000,
    }
}

/// A flag that Ctrl-C and a polite kill set. The second time they end the process at once.
fn stop_on_signals() -> io::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // in this order, so that the first signal finds the flag not yet set
        flag::register_conditional_shutdown(signal, 130, Arc::clone(&stop))?;
        flag::register(signal, Arc::clone(&stop))?;
    }
    Ok(stop)
}

/// `claimtag merge`.
pub(super) fn merge(args: &MergeArgs) -> anyhow::Result<Outcome> {
    let merged = batch::merge(&args.runs, &args.out, args.restart, std::env::args().collect())?;
    if !args.quiet {
        message::say(&summary(&merged.counts, merged.parts.len() as u64));
    }
    Ok(if has_failures(&args.out) { Outcome::RecordsLeftOut } else { Outcome::Done })
}

fn said(end: &End, args: &BatchArgs) -> Outcome {
    let counts = &end.summary.counts;
    if !args.quiet {
        message::say(&summary(counts, end.parts));
    }
    if !end.summary.complete {
        if !args.quiet {
            message::note(&format!("stopped before the end; go on with: {}", command()));
        }
        return Outcome::NotDone;
    }
    if has_failures(&args.out) { Outcome::RecordsLeftOut } else { Outcome::Done }
}

/// Whether `failures.jsonl` has a line.
fn has_failures(run: &Path) -> bool {
    std::fs::metadata(run.join("failures.jsonl")).is_ok_and(|file| file.len() > 0)
}

fn summary(counts: &Counts, parts: u64) -> String {
    let labels: Vec<String> = counts
        .labels
        .iter()
        .map(|(name, n)| {
            let LabelCounts { sentences, articles, clusters } = n;
            format!("{name}: {sentences} sentences in {articles} articles ({clusters} without near-duplicates)")
        })
        .collect();
    let causes = |what: &str, causes: &std::collections::BTreeMap<String, u64>| {
        let sum: u64 = causes.values().sum();
        let each: Vec<String> = causes.iter().map(|(cause, n)| format!("{n} {cause}")).collect();
        if sum > 0 { format!(", {sum} {what} ({})", each.join(", ")) } else { String::new() }
    };
    let others = [(counts.duplicates, "near-duplicates not tagged"), (counts.not_sampled, "not in the sample")];
    let others: String = others.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!(", {n} {what}")).collect();
    format!(
        "{} records: {} articles in {} clusters, {} sentences{others}{}{}; {parts} parts written\n{}",
        counts.records,
        counts.articles,
        counts.clusters,
        counts.sentences,
        causes("skipped", &counts.skipped),
        causes("failed", &counts.failed),
        labels.join("\n")
    )
}

/// The command that was typed, as a shell takes it.
fn command() -> String {
    let quoted = std::env::args().map(|argument| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,+@%".contains(c);
        match !argument.is_empty() && argument.chars().all(plain) {
            true => argument,
            false => format!("'{}'", argument.replace('\'', r"'\''")),
        }
    });
    // --restart would begin anew
    quoted.filter(|argument| argument != "--restart").collect::<Vec<_>>().join(" ")
}
