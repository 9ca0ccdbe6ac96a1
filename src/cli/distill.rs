//! `claimtag distill`.

use super::args::DistillArgs;
use super::articles::{each_article, sources};
use super::labelled::read_all;
use super::{Outcome, message, progress};
use crate::exec::available_threads;
use crate::model::{Model, sha256_hex};
use crate::tag::sentences;
use crate::train::{DistillParams, distill};
use crate::types::LabelledSentence;
use anyhow::bail;
use std::collections::{BTreeMap, HashSet};

pub(super) fn run(args: &DistillArgs) -> anyhow::Result<Outcome> {
    Model::check_place(&args.out)?;
    let model = Model::load(&args.model)?;
    let (rows, bad) = read_all(&args.data)?;
    let (excluded, bad_excluded) = read_all(&args.exclude)?;
    let normals = |rows: &[LabelledSentence]| rows.iter().map(|row| normal(&row.text)).collect();
    let (unlabelled, outcome) = unlabelled(args, &normals(&rows), &normals(&excluded))?;
    if unlabelled.is_empty() {
        bail!("there is no sentence to learn from in the corpus");
    }
    let params = DistillParams {
        max_features: args.features,
        c: args.c,
        goal: args.target,
        max_loss: args.max_loss / 100.0,
        threads: args.threads.unwrap_or_else(available_threads),
    };
    let distilled = progress::fitting(|report| distill(&model, &rows, unlabelled, &params, report))?;
    distilled.model.save(&args.out)?;
    message::say(&format!(
        "taught on {} sentences; of those held out {:.1}% go on to the encoder, for {:.2} points of macro-F1; model {} written \
         to {}",
        distilled.sentences,
        100.0 * distilled.escalated,
        100.0 * distilled.loss.max(0.0),
        distilled.model.short_digest(),
        args.out.display()
    ));
    Ok(if bad + bad_excluded > 0 { Outcome::RecordsLeftOut } else { outcome })
}

/// What remains of a text when case, spaces and punctuation do not count.
fn normal(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// Distinct sentences of the corpus, without those that are labelled and without whole articles that hold an excluded one, in
/// an order that depends on nothing but the sentences: as many as asked for.
fn unlabelled(
    args: &DistillArgs,
    labelled: &HashSet<String>,
    excluded: &HashSet<String>,
) -> anyhow::Result<(Vec<LabelledSentence>, Outcome)> {
    let mut found: BTreeMap<String, LabelledSentence> = BTreeMap::new();
    let mut barred = 0;
    let count = each_article(
        sources(&args.corpus, args.reading.files_from.as_deref())?,
        args.reading.options(),
        false,
        |article| {
            let texts: Vec<String> = sentences(&article).into_iter().map(|sentence| sentence.text).collect();
            let normal: Vec<String> = texts.iter().map(|text| normal(text)).collect();
            if normal.iter().any(|text| excluded.contains(text)) {
                barred += 1;
                return Ok(());
            }
            for (text, normal) in texts.into_iter().zip(normal).filter(|(_, normal)| !labelled.contains(normal)) {
                let doc = Some(article.id.clone());
                found.entry(sha256_hex(normal.as_bytes())).or_insert(LabelledSentence {
                    text,
                    doc,
                    ..Default::default()
                });
            }
            Ok(())
        },
    )?;
    message::say(&format!(
        "{} articles, {} distinct sentences; {barred} articles left out because they hold an excluded one{}",
        count.articles,
        found.len(),
        count.left_out()
    ));
    Ok((found.into_values().take(args.sentences).collect(), count.outcome()))
}
