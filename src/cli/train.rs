//! `claimtag train`.

use super::args::TrainArgs;
use super::table::{figure, table};
use super::{Outcome, message, progress};
use crate::exec::available_threads;
use crate::feature::FeatureSettings;
use crate::model::Model;
use crate::read::read_labelled;
use crate::train::{TrainParams, Trained, problems, train};
use crate::types::{LabelSet, LabelledSentence};
use std::path::PathBuf;

pub(super) fn run(args: &TrainArgs) -> anyhow::Result<Outcome> {
    let (rows, bad) = read_all(&args.data)?;
    let params = params(args);
    report_problems(&rows, &params)?;
    let bar = progress::bar(1, "fitting");
    let trained = train(&rows, Model::embedded_tokenizer(), &params, &|step| {
        bar.set_length(step.total as u64);
        bar.set_position(step.done as u64);
    });
    bar.finish_and_clear();
    let trained = trained?;
    trained.model.save(&args.out)?;
    summary(&trained, args);
    Ok(if bad > 0 { Outcome::RecordsLeftOut } else { Outcome::Done })
}

/// The rows of all files, and how many records were no rows.
pub(super) fn read_all(paths: &[PathBuf]) -> anyhow::Result<(Vec<LabelledSentence>, usize)> {
    /// More bad rows than these are counted, not listed.
    const LISTED: usize = 20;
    let (mut rows, mut bad) = (Vec::new(), 0);
    for path in paths {
        let read = read_labelled(path)?;
        for failed in read.failed.iter().take(LISTED) {
            message::warning(&format!("left out {failed}"));
        }
        if let Some(more) = read.failed.len().checked_sub(LISTED + 1) {
            message::warning(&format!("left out {} more rows of {}", more + 1, path.display()));
        }
        rows.extend(read.rows);
        bad += read.failed.len();
    }
    Ok((rows, bad))
}

fn params(args: &TrainArgs) -> TrainParams {
    let mut c = args.c.clone();
    c.sort_by(f64::total_cmp);
    TrainParams {
        labels: args.labels.clone(),
        seed: args.seed,
        folds: args.folds,
        c,
        features: FeatureSettings {
            piece_max: args.features.piece_max,
            shape_max: args.features.shape_max,
            char_min: args.features.char_min,
            char_max: args.features.char_max,
            min_document_frequency: args.features.min_document_frequency,
        },
        goal: args.target,
        threads: args.threads.unwrap_or_else(available_threads),
    }
}

fn report_problems(rows: &[LabelledSentence], params: &TrainParams) -> anyhow::Result<()> {
    let mut names: Vec<String> = match &params.labels {
        Some(labels) => labels.clone(),
        None => rows.iter().flat_map(|row| row.labels.clone()).collect(),
    };
    names.sort_unstable();
    names.dedup();
    if !names.is_empty() {
        for problem in problems(&LabelSet::new(names)?, rows) {
            message::warning(&problem.to_string());
        }
    }
    Ok(())
}

fn summary(trained: &Trained, args: &TrainArgs) {
    let training = trained.model.training();
    for label in &trained.goals_missed {
        message::warning(&format!(
            "label {label:?} can't reach {} on held-out rows; the nearest threshold is kept",
            training.goal
        ));
    }
    let mut lines = vec![["out of fold", "positives", "precision", "recall", "F1", "AP"].map(str::to_owned).to_vec()];
    for (label, m) in trained.model.labels().names().iter().zip(&training.out_of_fold) {
        let figures = [m.precision, m.recall, m.f1, m.average_precision].map(figure);
        lines.push([label.clone(), m.positives.to_string()].into_iter().chain(figures).collect());
    }
    message::say(table(&lines).trim_end());
    let tried: Vec<String> = trained.candidates.iter().map(|(c, ap)| format!("{c}: {ap:.4}")).collect();
    message::say(&format!("penalty C = {} (mean average precision by C: {})", training.c, tried.join(", ")));
    message::say(&format!(
        "model {} written to {} ({} rows, {} documents)",
        trained.model.short_digest(),
        args.out.display(),
        training.rows,
        training.documents
    ));
}
