//! What can be typed.

use super::model_tier::ModelTier;
use super::version::{LONG_VERSION, VERSION};
use crate::batch::Shard;
use crate::calibrate::Goal;
use crate::read::{Fields, Format, ReadOptions, TextFormat};
use crate::types::Day;
use clap::builder::{OsStringValueParser, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

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

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  claimtag tag article.txt                    claims of one article, for reading
  claimtag tag news/ > rows.jsonl             a folder, one JSON row per sentence with a claim
  claimtag tag --all --to csv news/ > all.csv every sentence, for a spreadsheet
  claimtag tag --text-field body crawl.jsonl.zst
  claimtag tag --explain article.txt          which words a label was given for
  curl -s https://example.org/story.html | claimtag tag -")]
pub(super) struct TagArgs {
    /// Files, folders or patterns to read; - is standard input [default: standard input]
    #[arg(value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    #[command(flatten)]
    pub tagging: TaggingArgs,
    /// Write every sentence, not only those with a label
    #[arg(long, help_heading = "Output")]
    pub all: bool,
    /// Say why each label was given: words and, by the linear tier, the N strongest n-grams. The linear tier takes a little
    /// longer; the encoder, once more for each word of a sentence with a label [default without N: 16]
    #[arg(long, value_name = "N", help_heading = "Output", num_args = 0..=1, require_equals = true, default_missing_value = "16")]
    pub explain: Option<usize>,
    /// How to write [default: text on a terminal, else jsonl]
    #[arg(long, value_name = "FORMAT", help_heading = "Output")]
    pub to: Option<OutputFormat>,
    /// Say nothing but errors
    #[arg(long, short, help_heading = "Output")]
    pub quiet: bool,
    #[command(flatten)]
    pub reading: ReadingArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The same command again goes on where a run was cut off, and ends with the same bytes as a run that was not. Ctrl-C finishes the \
part in hand. What a run directory holds is described in src/batch/mod.rs; rows are in RUN/parts, all counts in \
RUN/summary.json, what was left out and why in RUN/failures.jsonl.

Exit code: 0 done; 2 an error, records were left out, or not done yet.

Examples:
  claimtag batch news/ crawl.warc.gz --out run
  claimtag batch 'archive/2024-*.jsonl.zst' --out run --rollup --since 2024-03-01
  claimtag batch crawl.jsonl.zst --out run --to jsonl --all --tier linear
  claimtag batch crawl.jsonl.zst --out run-1 --shard 1/2   (and --out run-2 --shard 2/2 elsewhere)
  duckdb -c \"SELECT day[:7] AS month, label, count(*) FROM (SELECT day, unnest(labels) AS label FROM 'run/parts/*.parquet') \
GROUP BY ALL ORDER BY ALL\"")]
pub(super) struct BatchArgs {
    /// Files, folders or patterns to read; - is standard input
    #[arg(value_name = "CORPUS")]
    pub inputs: Vec<PathBuf>,
    /// The run directory; a run that is there goes on
    #[arg(long, value_name = "RUN")]
    pub out: PathBuf,
    /// Begin anew where a run is there
    #[arg(long)]
    pub restart: bool,
    #[command(flatten)]
    pub tagging: TaggingArgs,
    /// How to write rows
    #[arg(long, value_name = "FORMAT", default_value = "parquet", help_heading = "Output")]
    pub to: RowFormatChoice,
    /// Write every sentence, not only those with a label
    #[arg(long, help_heading = "Output")]
    pub all: bool,
    /// Write a row for each article, too: counts and strongest sentence per label
    #[arg(long, help_heading = "Output")]
    pub rollup: bool,
    /// Say why each label was given: words and, by the linear tier, the N strongest n-grams. The linear tier takes a little
    /// longer; the encoder, once more for each word of a sentence with a label [default without N: 16]
    #[arg(long, value_name = "N", help_heading = "Output", num_args = 0..=1, require_equals = true, default_missing_value = "16")]
    pub explain: Option<usize>,
    /// Bytes of text in a part: what is lost at most if a run is cut off [default: 8 MB with the linear tier, 2 MB with the
    /// cascade, 250 kB with the encoder]
    #[arg(long, value_name = "BYTES", help_heading = "Output")]
    pub part_bytes: Option<u64>,
    /// Say nothing but errors
    #[arg(long, short, help_heading = "Output")]
    pub quiet: bool,
    /// Say how far the run is in JSON, a line a second on standard error
    #[arg(long, help_heading = "Output", conflicts_with = "quiet")]
    pub json_progress: bool,
    /// Stop after so many records
    #[arg(long, value_name = "N", help_heading = "Choosing")]
    pub limit: Option<u64>,
    /// Take this share of the records, such as 0.1; the same ones each time
    #[arg(long, value_name = "SHARE", help_heading = "Choosing", value_parser = share)]
    pub sample: Option<f64>,
    /// Tag only the first of several near-duplicates
    #[arg(long, help_heading = "Choosing")]
    pub dedup: bool,
    /// Take the i-th of n shares of the corpus, to be joined by claimtag merge
    #[arg(long, value_name = "i/n", help_heading = "Choosing", conflicts_with = "dedup")]
    pub shard: Option<Shard>,
    /// Stop at the first record that can't be read or is skipped against expectation
    #[arg(long, help_heading = "Choosing")]
    pub strict: bool,
    #[command(flatten)]
    pub reading: ReadingArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The merged run is the same, byte for byte, as a run of the whole corpus: near-duplicates are found across shards.

Examples:
  claimtag batch crawl.jsonl.zst --out run-1 --shard 1/2
  claimtag batch crawl.jsonl.zst --out run-2 --shard 2/2
  claimtag merge run-1 run-2 --out run")]
pub(super) struct MergeArgs {
    /// The run directories of all shards, complete
    #[arg(value_name = "RUN", required = true)]
    pub runs: Vec<PathBuf>,
    /// The run directory to write
    #[arg(long, value_name = "RUN")]
    pub out: PathBuf,
    /// Replace a run that is there
    #[arg(long)]
    pub restart: bool,
    /// Say nothing but errors
    #[arg(long, short)]
    pub quiet: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The page is one file that needs no network: open it in a browser, mail it, print it. It shows claims over time and by source, \
the articles with their claims marked, and why a sentence was tagged if the run was made with --explain. Articles are read \
again from the corpus, so run it where the batch ran; without the corpus the page shows the claims alone.

In the page, ? lists the keys. Claims are accepted, rejected or corrected by keyboard, and saved as rows for claimtag train.

Examples:
  claimtag batch news/ --out run --explain
  claimtag report run --out report.html
  claimtag train review.jsonl rows.jsonl --out my-model")]
pub(super) struct ReportArgs {
    /// The run directory
    #[arg(value_name = "RUN")]
    pub run: PathBuf,
    /// The page to write; one that is there is replaced
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// What stands above the page [default: the name of the run directory]
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// The most sentences to show; of more, the most probable
    #[arg(long, value_name = "N", default_value_t = 150_000)]
    pub most: usize,
    /// Say nothing but errors
    #[arg(long, short)]
    pub quiet: bool,
}

fn share(text: &str) -> Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if share > 0.0 && share < 1.0 { Ok(share) } else { Err("a share lies between 0 and 1".to_owned()) }
}

/// What articles are tagged with.
#[derive(Debug, Args)]
#[command(next_help_heading = "Model")]
pub(super) struct TaggingArgs {
    /// The model to tag with [default: the one built in]
    #[arg(long, value_name = "DIR")]
    pub model: Option<PathBuf>,
    /// The tier to tag with [default: cascade, or linear if the model has nothing else]
    #[arg(long, value_name = "TIER")]
    pub tier: Option<TierChoice>,
    /// Threads; what comes out is the same for any number [default: all cores]
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

/// How a batch writes rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum RowFormatChoice {
    /// For databases and data frames
    Parquet,
    /// One JSON object per sentence, zstd
    Jsonl,
    /// Comma-separated values with a header, zstd
    Csv,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum OutputFormat {
    /// One JSON object per sentence
    Jsonl,
    /// Comma-separated values with a header
    Csv,
    /// For reading, with colours on a terminal
    Text,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Reading")]
pub(super) struct ReadingArgs {
    /// Read the files and folders that LIST names, one per line, too; - is standard input
    #[arg(long, value_name = "LIST")]
    pub files_from: Option<PathBuf>,
    /// Only articles of this day or later, as 2024-05-01; those without a date are left out
    #[arg(long, value_name = "DATE")]
    pub since: Option<Day>,
    /// Only articles of this day or earlier, as 2024-05-31; those without a date are left out
    #[arg(long, value_name = "DATE")]
    pub until: Option<Day>,
    /// What every input is [default: by extension, else by content]
    #[arg(long, value_name = "FORMAT", value_parser = PossibleValuesParser::new(Format::ALL.map(Format::name)))]
    pub format: Option<String>,
    /// What the text in a record is [default: by content]
    #[arg(long, value_name = "FORMAT", value_parser = ["plain", "markdown", "html"])]
    pub text_format: Option<String>,
    /// Field or column with the text [default: guessed]
    #[arg(long, value_name = "NAME")]
    pub text_field: Option<String>,
    /// Field or column with the id [default: guessed]
    #[arg(long, value_name = "NAME")]
    pub id_field: Option<String>,
    /// Field or column with the title [default: guessed]
    #[arg(long, value_name = "NAME")]
    pub title_field: Option<String>,
    /// Field or column with the date [default: guessed]
    #[arg(long, value_name = "NAME")]
    pub date_field: Option<String>,
    /// Field or column with the address [default: guessed]
    #[arg(long, value_name = "NAME")]
    pub url_field: Option<String>,
    /// Field or column with the publisher [default: guessed]
    #[arg(long, value_name = "NAME")]
    pub source_field: Option<String>,
    /// Tag articles in other languages than English, too
    #[arg(long)]
    pub any_language: bool,
    /// Read hidden files and folders, too
    #[arg(long)]
    pub hidden: bool,
    /// Skip articles and records of more bytes
    #[arg(long, value_name = "BYTES", default_value_t = crate::read::DEFAULT_MAX_ARTICLE_BYTES)]
    pub max_article_bytes: u64,
}

impl ReadingArgs {
    /// What was typed, as the readers take it.
    pub fn options(&self) -> ReadOptions {
        let named = |name: &Option<String>| name.as_deref().map(str::to_owned);
        ReadOptions {
            format: named(&self.format).and_then(|n| Format::ALL.into_iter().find(|f| f.name() == n)),
            text_format: named(&self.text_format).and_then(|n| TextFormat::ALL.into_iter().find(|f| f.name() == n)),
            fields: Fields {
                text: self.text_field.clone(),
                id: self.id_field.clone(),
                title: self.title_field.clone(),
                date: self.date_field.clone(),
                url: self.url_field.clone(),
                source: self.source_field.clone(),
            },
            any_language: self.any_language,
            hidden: self.hidden,
            max_article_bytes: self.max_article_bytes,
            since: self.since,
            until: self.until,
        }
    }
}

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
pub(super) struct TrainArgs {
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
pub(super) struct DistillArgs {
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
pub(super) enum EncoderMode {
    /// No encoder tier
    None,
    /// The base stays as it is, and only what reads its vectors is trained: half a minute for 10,000 rows
    Frozen,
    /// All layers are trained: half an hour on two cores for 50,000 rows
    Finetune,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Encoder tier")]
pub(super) struct EncoderArgs {
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

/// A tier to tag with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum TierChoice {
    /// N-grams: fast
    Linear,
    /// N-grams where they are sure, else the transformer
    Cascade,
    /// A transformer: better, and many times slower; not every model has one
    Encoder,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Features")]
pub(super) struct FeatureArgs {
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
Examples:
  claimtag eval gold.jsonl
  claimtag eval --model my-model --json gold.csv > figures.json
  claimtag eval --min-macro-f1 0.6 gold.jsonl || echo 'below the floor'")]
pub(super) struct EvalArgs {
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
pub(super) struct CompareArgs {
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
pub(super) struct CheckArgs {
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
pub(super) struct InspectArgs {
    /// The model [default: the one built in]
    #[arg(value_name = "DIR")]
    pub model: Option<PathBuf>,
    /// How many of the strongest words to list per label
    #[arg(long, value_name = "N", default_value_t = 12)]
    pub top: usize,
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
pub(super) struct TrimArgs {
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

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  claimtag completions bash > ~/.local/share/bash-completion/completions/claimtag
  claimtag completions zsh > ~/.zfunc/_claimtag    (and fpath+=~/.zfunc before compinit in ~/.zshrc)
  claimtag completions fish > ~/.config/fish/completions/claimtag.fish
  claimtag completions elvish >> ~/.config/elvish/rc.elv
  claimtag completions powershell >> $PROFILE")]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  claimtag man | man -l -
  claimtag man --out ~/.local/share/man/man1    (then: man claimtag, man claimtag-tag)")]
pub(super) struct ManArgs {
    /// Write the pages of all commands into this folder; pages of claimtag that are there are replaced, other files stay
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}
