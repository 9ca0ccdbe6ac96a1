//! `tag`, `batch`, `merge` and `report`.

use super::shared::{ReadingArgs, TaggingArgs};
use crate::batch::Shard;
use crate::report::ReportOptions;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  claimtag tag article.txt                    claims of one article, for reading
  claimtag tag news/ > rows.jsonl             a folder, one JSON row per sentence with a claim
  claimtag tag --all --to csv news/ > all.csv every sentence, for a spreadsheet
  claimtag tag --text-field body crawl.jsonl.zst
  claimtag tag --explain article.txt          which words a label was given for
  curl -s https://example.org/story.html | claimtag tag -")]
pub(in crate::cli) struct TagArgs {
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
pub(in crate::cli) struct BatchArgs {
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
pub(in crate::cli) struct MergeArgs {
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
  claimtag train run-review.jsonl labelled.jsonl --out my-model")]
pub(in crate::cli) struct ReportArgs {
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
    #[arg(long, value_name = "N", default_value_t = ReportOptions::MOST)]
    pub most: usize,
    /// Say nothing but errors
    #[arg(long, short)]
    pub quiet: bool,
}

fn share(text: &str) -> Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if share > 0.0 && share < 1.0 { Ok(share) } else { Err("a share lies between 0 and 1".to_owned()) }
}

/// How a batch writes rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum RowFormatChoice {
    /// For databases and data frames
    Parquet,
    /// One JSON object per sentence, zstd
    Jsonl,
    /// Comma-separated values with a header, zstd
    Csv,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum OutputFormat {
    /// One JSON object per sentence
    Jsonl,
    /// Comma-separated values with a header
    Csv,
    /// For reading, with colours on a terminal
    Text,
}
