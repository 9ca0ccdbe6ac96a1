//! `claimtag train`.

use super::args::{EncoderArgs, EncoderMode, TrainArgs};
use super::base::{BaseFiles, TOKENIZER};
use super::labelled::read_all;
use super::table::{figure, table};
use super::{Outcome, message, progress};
use crate::check::{Severity, Split, check};
use crate::encoder::{Dense, Encoder, read_encoder};
use crate::exec::available_threads;
use crate::feature::FeatureSettings;
use crate::model::Model;
use crate::train::{EncoderTraining, FinetuneParams, Keep, Method, TrainParams, Trained, train};
use crate::types::LabelledSentence;
use anyhow::Context;
use std::path::{Path, PathBuf};

pub(super) fn run(args: &TrainArgs) -> anyhow::Result<Outcome> {
    Model::check_place(&args.out)?;
    let (rows, bad) = read_all(&args.data)?;
    let Base { encoder, tokenizer } = base(&args.encoder)?;
    let params = params(args, encoder);
    report_problems(&rows);
    let trained = progress::fitting(|report| train(&rows, &tokenizer, &params, report))?;
    trained.model.save(&args.out)?;
    if args.encoder.encoder == EncoderMode::Finetune {
        // the model is whole: the state that led to it is not needed any more
        let path = checkpoint(&args.out);
        std::fs::remove_file(&path).with_context(|| path.display().to_string())?;
    }
    summary(&trained, args);
    Ok(if bad > 0 { Outcome::RecordsLeftOut } else { Outcome::Done })
}

/// What a new model begins with.
struct Base {
    encoder: Option<Encoder<Dense>>,
    /// Bytes of its `tokenizer.json`.
    tokenizer: Vec<u8>,
}

fn base(args: &EncoderArgs) -> anyhow::Result<Base> {
    match &args.base {
        _ if args.encoder == EncoderMode::None => {
            Ok(Base { encoder: None, tokenizer: Model::embedded_tokenizer().to_vec() })
        }
        None => of_model(&Model::embedded()?, "the built-in model"),
        Some(dir) if Model::is_at(dir) => of_model(&Model::load(dir)?, &dir.display().to_string()),
        Some(dir) => of_folder(dir),
    }
}

fn of_model(model: &Model, name: &str) -> anyhow::Result<Base> {
    let tier = model.parts().encoder.as_ref();
    let tier = tier.with_context(|| format!("{name} has no encoder tier to begin with (name another with --base)"))?;
    let (encoder, _) = read_encoder(tier.bytes())?;
    Ok(Base { encoder: Some(encoder), tokenizer: model.parts().tokenizer.json().to_vec() })
}

fn of_folder(dir: &Path) -> anyhow::Result<Base> {
    let base = BaseFiles::read(dir)?;
    Ok(Base { encoder: Some(base.encoder()?), tokenizer: base.file(TOKENIZER).to_vec() })
}

fn params(args: &TrainArgs, base: Option<Encoder<Dense>>) -> TrainParams {
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
        encoder: base.map(|base| EncoderTraining { base, method: method(args) }),
        max_loss: args.encoder.max_loss / 100.0,
        threads: args.threads.unwrap_or_else(available_threads),
    }
}

fn method(args: &TrainArgs) -> Method {
    if args.encoder.encoder == EncoderMode::Frozen {
        return Method::Frozen;
    }
    let params = FinetuneParams {
        epochs: args.encoder.epochs,
        batch: args.encoder.batch,
        rate: args.encoder.learning_rate,
        seed: args.seed,
        threads: args.threads.unwrap_or_else(available_threads),
        ..FinetuneParams::default()
    };
    Method::Finetune {
        params,
        checkpoint: Some(Keep { path: checkpoint(&args.out), every: args.encoder.checkpoint_every }),
    }
}

/// Where the state of an unfinished run is kept.
fn checkpoint(out: &Path) -> PathBuf {
    let mut name = out.file_name().unwrap_or_default().to_owned();
    name.push(".checkpoint");
    out.with_file_name(name)
}

/// Says what `claimtag check` would, short of its notes.
fn report_problems(rows: &[LabelledSentence]) {
    let rows = rows.iter().filter(|row| !row.is_soft()).cloned().collect();
    let split = Split { name: "the data".into(), rows, failed: Vec::new() };
    let findings = check(&[split], None).findings;
    let serious: Vec<_> = findings.iter().filter(|finding| finding.severity > Severity::Note).collect();
    for finding in &serious {
        let first = finding.examples.first().filter(|example| !example.place.is_empty());
        let first = first.map_or_else(String::new, |e| match &e.other {
            Some(other) => format!(" (first: {} and {other})", e.place),
            None => format!(" (first: {})", e.place),
        });
        message::warning(&format!("{}{first}", finding.message));
    }
    if serious.iter().any(|finding| !finding.examples.is_empty()) {
        message::note("claimtag check lists the rows");
    }
}

fn summary(trained: &Trained, args: &TrainArgs) {
    let training = trained.model.training();
    for label in &trained.goals_missed {
        message::warning(&format!(
            "label {label:?} can't reach {} on held-out rows; the nearest threshold is kept",
            training.goal
        ));
    }
    trained.notes.iter().for_each(|note| message::note(note));
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
