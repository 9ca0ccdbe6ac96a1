//! What several commands take: a tier, a model to tag with, and how to read articles.

use crate::read::{Fields, Format, ReadOptions, TextFormat};
use crate::types::Day;
use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// What articles are tagged with.
#[derive(Debug, Args)]
#[command(next_help_heading = "Model")]
pub(in crate::cli) struct TaggingArgs {
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

/// A tier to tag with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum TierChoice {
    /// N-grams: fast
    Linear,
    /// N-grams where they are sure, else the transformer
    Cascade,
    /// A transformer: better, and many times slower; not every model has one
    Encoder,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Reading")]
pub(in crate::cli) struct ReadingArgs {
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
