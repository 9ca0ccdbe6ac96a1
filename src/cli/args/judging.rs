//! `eval`, `compare`, `check` and `inspect`.

use super::shared::TierChoice;
use crate::cli::model_tier::ModelTier;
use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  claimtag eval gold.jsonl
  claimtag eval --model my-model --json gold.csv > figures.json
  claimtag eval --min-macro-f1 0.6 gold.jsonl || echo 'below the floor'")]
pub(in crate::cli) struct EvalArgs {
    /// Labelled sentences, JSONL or CSV, that the model was not trained on; - is standard input
    #[arg(value_name = "DATA", required = true)]
    pub data: Vec<PathBuf>,
    /// The model to judge [default: the one built in]
    #[arg(long, value_name = "DIR")]
    pub model: Option<PathBuf>,
    /// The tier to judge [default: all that the model has]
    #[arg(long, value_name = "TIER")]
    pub tier: Option<TierChoice>,
    /// Write JSON instead of a table
    #[arg(long)]
    pub json: bool,
    /// Exit with 1 if the macro-F1 of the tier (by default, of that which tags by default) is below this
    #[arg(long, value_name = "F1")]
    pub min_macro_f1: Option<f64>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
A and B are folders with a model, or default for the one built in; :linear, :cascade or :encoder behind it takes that tier, \
else cascade, or linear if the model has nothing else. The folder named x:linear is typed as x:linear/, that named default \
as ./default; other colons mean nothing.

Both models are judged on the same documents, drawn anew a thousand times (paired bootstrap). If the interval of a \
difference holds 0, the data does not tell which model is better.

Exit code: 0 done; 1 the macro-F1 of B is lower by more than --max-drop; 2 an error, or rows were left out.

Examples:
  claimtag compare old-model new-model gold.jsonl
  claimtag compare default:linear default:cascade gold.jsonl
  claimtag compare --max-drop 0.01 --changes 0 default my-model gold.jsonl || echo 'the new model is worse'
  claimtag compare --json old-model new-model gold.jsonl | jq '.changes[] | select(.kind == \"lost\")'")]
pub(in crate::cli) struct CompareArgs {
    /// A model, with or without a tier
    #[arg(value_name = "A", value_parser = OsStringValueParser::new().map(ModelTier::from))]
    pub a: ModelTier,
    /// The model to compare with it
    #[arg(value_name = "B", value_parser = OsStringValueParser::new().map(ModelTier::from))]
    pub b: ModelTier,
    /// Labelled sentences, JSONL or CSV, that neither was trained on; - is standard input
    #[arg(value_name = "DATA", required = true)]
    pub data: Vec<PathBuf>,
    /// Write JSON, with all sentences whose labels changed, instead of a table with some of them
    #[arg(long)]
    pub json: bool,
    /// How many sentences to show of those whose labels B lost, of those it gained and of the others
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub changes: usize,
    /// Exit with 1 if the macro-F1 of B is lower than that of A by more than this, such as 0.01
    #[arg(long, value_name = "F1")]
    pub max_drop: Option<f64>,
    /// Threads; the result is the same for any number [default: all cores]
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Each file is a split of the data set, such as training and test; rows of one document, and sentences that are alike, \
belong into one split.

Exit code: 0 nothing worse than notes; 1 warnings (repeated sentences, phrases from a mould, labels too rare); 2 errors \
(contradictory labels, documents or sentences in two splits, records that can't be read).

Examples:
  claimtag check rows.jsonl
  claimtag check data/claims                  all splits in a folder
  claimtag check --json data/claims | jq '.findings[] | select(.kind == \"suspect_label\") | .examples[].place'")]
pub(in crate::cli) struct CheckArgs {
    /// Labelled sentences, JSONL or CSV, or folders of such files; - is standard input
    #[arg(value_name = "DATA", required = true)]
    pub data: Vec<PathBuf>,
    /// Write JSON, with all rows concerned, instead of a text with examples
    #[arg(long)]
    pub json: bool,
    /// How many examples to show per finding
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub examples: usize,
    /// Don't train models to find labels that are likely wrong
    #[arg(long)]
    pub no_models: bool,
    /// Threads; the result is the same for any number [default: all cores]
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  claimtag inspect
  claimtag inspect my-model --top 30")]
pub(in crate::cli) struct InspectArgs {
    /// The model [default: the one built in]
    #[arg(value_name = "DIR")]
    pub model: Option<PathBuf>,
    /// How many of the strongest words to list per label
    #[arg(long, value_name = "N", default_value_t = 12)]
    pub top: usize,
}
