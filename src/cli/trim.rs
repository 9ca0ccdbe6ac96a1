//! `claimtag trim`.

use super::args::TrimArgs;
use super::articles::{Count, each_article, sources};
use super::base::{BaseFiles, CONFIG, FILES, TOKENIZER, WEIGHTS};
use super::{Outcome, message};
use crate::encoder::{with_kept_rows, with_kept_vocabulary};
use crate::model::{BundleFiles, check_place, write_folder};
use crate::tag::sentences;
use crate::token::{Kept, Splits, Tally, Tokenizer, Trim, renumbered};
use anyhow::{Context, bail};
use std::path::Path;

pub(super) fn run(args: &TrimArgs) -> anyhow::Result<Outcome> {
    // all that can be wrong before the corpus is read, which takes longest
    let base = BaseFiles::read(&args.base)?;
    check_out(args)?;
    let before = Tokenizer::from_bytes(base.file(TOKENIZER)).with_context(|| base.path(TOKENIZER))?;
    let trim = Trim::new(&before, args.pieces).with_context(|| base.path(TOKENIZER))?;
    check_rows(&base, &before)?;

    let (tally, count) = count(args, &before)?;
    let kept = trim.choose(tally.counts());
    let files = trimmed(&base, &kept)?;
    let after = Tokenizer::from_bytes(&files[TOKENIZER]).context("the smaller tokenizer")?;
    write_folder(&args.out, &files)?;

    say_kept(&tally, &kept, &before);
    say_splits(tally.splits(&before), tally.splits(&after), tally.sample_step());
    let (from, to) = (megabytes(&base.files), megabytes(&files));
    message::say(&format!("{from:.1} MB before, {to:.1} MB after; written to {}", args.out.display()));
    Ok(count.outcome())
}

/// That the folder to write to is free, or holds what may be replaced.
fn check_out(args: &TrimArgs) -> anyhow::Result<()> {
    let same = |a: &Path, b: &Path| a.canonicalize().is_ok_and(|a| b.canonicalize().is_ok_and(|b| a == b));
    if same(&args.out, &args.base) {
        bail!("{} is the base itself; choose another --out", args.out.display());
    }
    let is_trimmed = |dir: &Path| {
        let names: Result<Vec<_>, _> =
            dir.read_dir().and_then(|entries| entries.map(|entry| Ok(entry?.file_name())).collect());
        names.is_ok_and(|mut names| {
            names.sort();
            names == FILES
        })
    };
    Ok(check_place(&args.out, "a base written by claimtag trim", is_trimmed)?)
}

/// That the base is an encoder with a row for each piece.
fn check_rows(base: &BaseFiles, tokenizer: &Tokenizer) -> anyhow::Result<()> {
    let (rows, pieces) = (base.encoder()?.config.vocab_size, tokenizer.vocabulary_size());
    if rows < pieces {
        bail!("{} has {pieces} pieces, but vocab_size in {} is {rows}", base.path(TOKENIZER), base.path(CONFIG));
    }
    Ok(())
}

/// Counts the pieces in the sentences of the corpus.
fn count(args: &TrimArgs, tokenizer: &Tokenizer) -> anyhow::Result<(Tally, Count)> {
    let mut tally = Tally::new(tokenizer);
    let count = each_article(
        sources(&args.corpus, args.reading.files_from.as_deref())?,
        args.reading.options(),
        false,
        |article| {
            sentences(&article).iter().for_each(|sentence| tally.add(&sentence.text, tokenizer));
            Ok(())
        },
    )?;
    let (articles, left_out) = (count.articles, count.left_out());
    message::say(&format!("{articles} articles, {} sentences, {} tokens{left_out}", tally.sentences(), tally.tokens()));
    if tally.tokens() == 0 {
        bail!("there is nothing to count in the corpus");
    }
    Ok((tally, count))
}

/// The files of `base` with the pieces in `kept` only.
fn trimmed(base: &BaseFiles, kept: &Kept) -> anyhow::Result<BundleFiles> {
    let config = with_kept_vocabulary(base.file(CONFIG), kept).with_context(|| base.path(CONFIG))?;
    let weights = with_kept_rows(base.file(WEIGHTS), kept).with_context(|| base.path(WEIGHTS))?;
    let tokenizer = renumbered(base.file(TOKENIZER), kept).with_context(|| base.path(TOKENIZER))?;
    let files = [(CONFIG, config), (WEIGHTS, weights), (TOKENIZER, tokenizer)];
    Ok(files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect())
}

fn say_kept(tally: &Tally, kept: &Kept, before: &Tokenizer) {
    let (n, all, share) = (kept.old_ids().len(), before.vocabulary_size(), 100.0 * tally.share(kept));
    message::say(&format!("{n} of {all} pieces kept; {share:.2}% of the tokens keep their piece"));
}

fn say_splits(before: Splits, after: Splits, step: u64) {
    let sample = if step > 1 { format!(" (every {step}th sentence)") } else { String::new() };
    message::say(&format!(
        "{:.2} tokens per sentence before, {:.2} after; {:.3}% unknown before, {:.3}% after{sample}",
        before.tokens_per_sentence,
        after.tokens_per_sentence,
        100.0 * before.unknown,
        100.0 * after.unknown
    ));
}

fn megabytes(files: &BundleFiles) -> f64 {
    files.values().map(Vec::len).sum::<usize>() as f64 / 1e6
}
