//! The command line: flags, help, messages, exit codes. No step of the pipeline is done here.
//!
//! Data goes to standard output, messages to standard error. Exit codes: 0 done; 1 ran, but a floor that was asked for
//! was missed, or `check` has warnings; 2 an error, records were left out, or `check` found errors.

mod args;
mod articles;
mod base;
mod batch;
mod batch_progress;
mod check;
mod compare;
mod completions;
mod distill;
mod eval;
mod inspect;
mod labelled;
mod man;
mod message;
mod model_tier;
mod progress;
mod report;
mod table;
mod tag;
mod train;
mod trim;
mod version;

pub use args::Cli;

use crate::model::Model;
use crate::tag::Tagger;
use anyhow::Context;
use args::{Command, TierChoice};
use clap::Parser;
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::process::ExitCode;

/// How a command that did not fail ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// All is done.
    Done,
    /// A floor that was asked for was missed.
    FloorMissed,
    /// Some records were left out, as messages have said.
    RecordsLeftOut,
    /// Stopped before the end, to go on later.
    NotDone,
    /// Data that was checked has weaknesses.
    Warnings,
    /// Data that was checked has errors.
    Errors,
}

/// Parses the arguments of the process, runs the command and says how it ended.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match &cli.command {
        Command::Tag(args) => tag::run(args),
        Command::Batch(args) => batch::run(args),
        Command::Merge(args) => batch::merge(args),
        Command::Report(args) => report::run(args),
        Command::Train(args) => train::run(args),
        Command::Distill(args) => distill::run(args),
        Command::Eval(args) => eval::run(args),
        Command::Compare(args) => compare::run(args),
        Command::Check(args) => check::run(args),
        Command::Inspect(args) => inspect::run(args),
        Command::Trim(args) => trim::run(args),
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => man::run(args),
    };
    match result {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::FloorMissed | Outcome::Warnings) => ExitCode::from(1),
        Ok(Outcome::RecordsLeftOut | Outcome::NotDone | Outcome::Errors) => ExitCode::from(2),
        // whoever read the output has seen enough
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            message::error(&message::chain(&error));
            ExitCode::from(2)
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let broken = |e: &(dyn std::error::Error + 'static)| {
        e.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == ErrorKind::BrokenPipe)
    };
    error.chain().any(broken)
}

/// Writes the whole result of a command to standard output.
fn print(result: &[u8]) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(result).and_then(|()| out.flush()).context("standard output")
}

/// A tagger with the tier that was asked for, else the cascade, or the linear tier of a model that has nothing else.
fn tagger(model: &Model, tier: Option<TierChoice>) -> anyhow::Result<Tagger<'_>> {
    let tagger = match tier {
        None => Some(Tagger::new(model)),
        Some(TierChoice::Linear) => Some(Tagger::linear(model)),
        Some(TierChoice::Cascade) => Tagger::cascade(model),
        Some(TierChoice::Encoder) => Tagger::encoder(model),
    };
    tagger.context("the model has no encoder tier (train one with --encoder finetune, or use --tier linear)")
}

/// The model in `dir`, or the default model.
fn load_model(dir: Option<&Path>) -> anyhow::Result<Model> {
    Ok(match dir {
        Some(dir) => Model::load(dir)?,
        None => Model::embedded()?,
    })
}
