//! What can be typed, a file for each group of commands.

mod judging;
mod shared;
mod shell;
mod tagging;
mod training;

pub(super) use judging::{CheckArgs, CompareArgs, EvalArgs, InspectArgs};
pub(super) use shared::TierChoice;
pub(super) use shell::{CompletionsArgs, ManArgs};
pub(super) use tagging::{BatchArgs, MergeArgs, OutputFormat, ReportArgs, RowFormatChoice, TagArgs};
pub(super) use training::{DistillArgs, EncoderArgs, EncoderMode, TrainArgs, TrimArgs};

use super::version::{LONG_VERSION, VERSION};
use clap::{Parser, Subcommand};

/// Tags each sentence of articles with the claims it makes.
#[derive(Debug, Parser)]
#[command(name = "claimtag", version = VERSION, long_version = LONG_VERSION.as_str())]
#[command(arg_required_else_help = true, propagate_version = true)]
pub struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Tag articles: files, folders or standard input
    Tag(TagArgs),
    /// Tag a whole collection into a run directory that survives being cut off
    Batch(BatchArgs),
    /// Join the runs of the shards of a corpus
    Merge(MergeArgs),
    /// Show a run as a page for the browser
    Report(ReportArgs),
    /// Train a model on labelled sentences
    Train(TrainArgs),
    /// Teach the linear tier of a model what its encoder says of unlabelled articles
    Distill(DistillArgs),
    /// Judge a model on labelled sentences
    Eval(EvalArgs),
    /// Tell whether one of two models is better, and where they differ
    Compare(CompareArgs),
    /// Look for what is wrong with labelled sentences
    Check(CheckArgs),
    /// Show what is inside a model
    Inspect(InspectArgs),
    /// Make the vocabulary of a base encoder smaller
    Trim(TrimArgs),
    /// Print what a shell needs to complete commands, flags and their values
    Completions(CompletionsArgs),
    /// Print the manual page, or write one for each command
    Man(ManArgs),
}
