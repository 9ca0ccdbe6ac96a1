//! `train`, `distill` and `trim`.

use super::shared::ReadingArgs;
use crate::calibrate::Goal;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
DATA is JSONL, a row {\"text\": \"…\", \"labels\": [\"…\"], \"unknown\": [\"…\"], \"doc\": \"…\"} (the last two may be left \
out), or CSV with a header: text, doc, and labels joined by ; or one 1/0 column per label. Soft labels of a model, to learn \
from and never to judge by, stand in \"prob\": {\"…\": 0.8}; rows of claimtag tag --all are such rows.

Examples:
  claimtag train rows.jsonl --out my-model
  claimtag train a.csv b.jsonl --labels praise,blame --target precision=0.9 --out my-model
  claimtag train rows.jsonl --encoder finetune --out my-model
  claimtag tag --model my-model news/")]
pub(in crate::cli) struct TrainArgs {
    /// Labelled sentences, JSONL or CSV; - is standard input
    #[arg(value_name = "DATA", required = true)]
    pub data: Vec<PathBuf>,
    /// The folder to write the model to; a model that is there is replaced
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// The labels in the order that the model shall have [default: all in the data, alphabetically]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub labels: Option<Vec<String>>,
    /// What thresholds are chosen for: f1, precision=P or recall=R
    #[arg(long, value_name = "GOAL", default_value = "f1")]
    pub target: Goal,
    /// Deals documents into folds
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// How many folds to cross-validate with
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub folds: usize,
    /// Candidates for the inverse strength of the penalty
    #[arg(long, value_name = "NUMBERS", value_delimiter = ',', default_values_t = [1.0, 3.0, 10.0, 30.0])]
    pub c: Vec<f64>,
    /// Threads; the model is the same for any number [default: all cores]
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    #[command(flatten)]
    pub features: FeatureArgs,
    #[command(flatten)]
    pub encoder: EncoderArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The encoder labels sentences of the corpus, and the linear tier is fitted again on them and on the labelled rows. It gets \
better on text of that kind, and the cascade sends fewer sentences on to the encoder.

Examples:
  claimtag distill my-model news/ --data rows.jsonl --out my-better-model
  claimtag distill my-model crawl.jsonl.zst --data rows.jsonl --exclude gold.jsonl --out my-better-model")]
pub(in crate::cli) struct DistillArgs {
    /// A model with an encoder tier
    #[arg(value_name = "MODEL")]
    pub model: PathBuf,
    /// Unlabelled articles of the kind that will be tagged, files or folders; - is standard input
    #[arg(value_name = "CORPUS", required_unless_present = "files_from")]
    pub corpus: Vec<PathBuf>,
    /// The labelled sentences that the model was trained on, in the same order
    #[arg(long, value_name = "DATA", required = true, num_args = 1..)]
    pub data: Vec<PathBuf>,
    /// Labelled sentences to judge by later: articles that hold one are not learnt from
    #[arg(long, value_name = "DATA", num_args = 1..)]
    pub exclude: Vec<PathBuf>,
    /// The folder to write the model to; a model that is there is replaced
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// The most sentences to learn from: a gigabyte of memory for 200,000
    #[arg(long, value_name = "N", default_value_t = 400_000)]
    pub sentences: usize,
    /// The most n-grams to keep: 16 bytes each with four labels
    #[arg(long, value_name = "N", default_value_t = 350_000)]
    pub features: usize,
    /// Inverse strength of the penalty
    #[arg(long, value_name = "C", default_value_t = 10.0)]
    pub c: f64,
    /// What thresholds are chosen for: f1, precision=P or recall=R
    #[arg(long, value_name = "GOAL", default_value = "f1")]
    pub target: Goal,
    /// Points of macro-F1 that the cascade may lose against the encoder alone
    #[arg(long, value_name = "POINTS", default_value_t = 0.5)]
    pub max_loss: f64,
    /// Threads; the model is the same for any number [default: all cores]
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    #[command(flatten)]
    pub reading: ReadingArgs,
}

/// What becomes of the encoder tier in training.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum EncoderMode {
    /// No encoder tier
    None,
    /// The base stays as it is, and only what reads its vectors is trained: half a minute for 10,000 rows
    Frozen,
    /// All layers are trained: half an hour on two cores for 50,000 rows
    Finetune,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Encoder tier")]
pub(in crate::cli) struct EncoderArgs {
    /// Whether to train an encoder tier beside the linear one
    #[arg(long, value_enum, default_value_t = EncoderMode::None)]
    pub encoder: EncoderMode,
    /// What to begin with: a claimtag model, or a folder with model.safetensors, config.json and tokenizer.json of a BERT model
    /// in the Hugging Face layout [default: the encoder of the built-in model]
    #[arg(long, value_name = "DIR")]
    pub base: Option<PathBuf>,
    /// Passes over the rows; fewer if held-out rows get worse
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub epochs: usize,
    /// Highest learning rate of the layers
    #[arg(long, value_name = "RATE", default_value_t = 5e-5)]
    pub learning_rate: f32,
    /// Rows per step
    #[arg(long, value_name = "N", default_value_t = 32)]
    pub batch: usize,
    /// Steps after which the state is kept in DIR.checkpoint beside the model, from which the same command goes on
    #[arg(long, value_name = "STEPS", default_value_t = 100)]
    pub checkpoint_every: usize,
    /// Points of macro-F1 that the cascade may lose against the encoder alone
    #[arg(long, value_name = "POINTS", default_value_t = 0.5)]
    pub max_loss: f64,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Features")]
pub(in crate::cli) struct FeatureArgs {
    /// Longest n-gram of WordPieces; 0 for none
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub piece_max: u8,
    /// Longest n-gram of word shapes; 0 for none
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub shape_max: u8,
    /// Shortest n-gram of characters
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub char_min: u8,
    /// Longest n-gram of characters; 0 for none
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub char_max: u8,
    /// Leave out n-grams that stand in fewer sentences
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub min_document_frequency: u32,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The pieces that are commonest in the sentences of the articles stay, and with them the marks such as [CLS] and all single \
characters of ASCII; words that lose their piece are made of shorter ones. The smaller base takes less room, and \
claimtag train --encoder finetune takes it like the whole one. Most of a small encoder is its vocabulary.

Exit code: 0 done; 2 an error, or articles were left out.

Examples:
  claimtag trim all-MiniLM-L6-v2 news/ --out small
  claimtag trim all-MiniLM-L6-v2 crawl.jsonl.zst news/ --pieces 16000 --out small
  claimtag train rows.jsonl --encoder finetune --base small --out my-model")]
pub(in crate::cli) struct TrimArgs {
    /// A BERT model in the Hugging Face layout: a folder with model.safetensors, config.json, tokenizer.json
    #[arg(value_name = "BASE")]
    pub base: PathBuf,
    /// Articles of the kind that will be tagged, files or folders; - is standard input
    #[arg(value_name = "CORPUS", required_unless_present = "files_from")]
    pub corpus: Vec<PathBuf>,
    /// The folder to write the smaller base to; one that is there, with these three files only, is replaced
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// How many pieces of the vocabulary stay
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    pub pieces: usize,
    #[command(flatten)]
    pub reading: ReadingArgs,
}
