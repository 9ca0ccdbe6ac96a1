//! The encoder tier of a new model: fine-tuned on most documents, calibrated on the rest.

use super::finetune::{Examples, FinetuneParams, Finetuning};
use super::folds::deal;
use super::recipe::{Decision, TrainError, held_out};
use crate::calibrate::Goal;
use crate::encoder::{Dense, Encoder, write_encoder};
use crate::exec::map_in_order;
use crate::linear::Targets;
use crate::model::EncoderTier;
use crate::tag::MAX_TOKENS;
use crate::token::{Token, Tokenizer};
use crate::types::{LabelSet, LabelledSentence};
use ndarray::{Array2, Axis};

/// What to fine-tune, and how.
#[derive(Debug, Clone)]
pub struct EncoderTraining {
    /// Where the weights begin. Its vocabulary is that of the tokenizer.
    pub base: Encoder<Dense>,
    /// How it is fine-tuned.
    pub params: FinetuneParams,
}

/// One document in so many is held out for early stopping, calibration and thresholds.
const HELD_OUT: usize = 8;
/// Folds among the rows held out, in which methods of calibration are compared.
const CALIBRATION_FOLDS: usize = 5;

/// The labelled rows as the encoder takes them.
pub(super) struct EncoderData<'a> {
    pub labels: &'a LabelSet,
    pub rows: &'a [LabelledSentence],
    pub tokenizer: &'a Tokenizer,
    pub tokens: &'a [Vec<Token>],
    pub targets: &'a Targets,
}

/// How many steps the fine-tuning of `rows` rows takes at most, for a progress bar.
pub(super) fn steps(rows: usize, params: &FinetuneParams) -> usize {
    (rows - rows / HELD_OUT).div_ceil(params.batch.max(1)) * params.epochs
}

/// Fine-tunes, keeps the epoch with the best mean average precision on the rows held out, and decides on these.
pub(super) fn train_encoder(
    data: &EncoderData<'_>,
    training: &EncoderTraining,
    goal: Goal,
    report: &(dyn Fn() + Sync),
) -> Result<EncoderTier, TrainError> {
    let EncoderTraining { base, params } = training;
    let mismatch = |what: &str| TrainError::Parameter(format!("the base encoder does not fit the tokenizer: {what}"));
    if base.config.vocab_size != data.tokenizer.vocabulary_size() {
        return Err(mismatch("their vocabularies have different sizes"));
    }
    let marks = data.tokenizer.marks().ok_or_else(|| mismatch("the vocabulary lacks [CLS] and [SEP]"))?;
    let most = MAX_TOKENS.min(base.config.max_position_embeddings);
    let folds = deal(data.labels, data.rows, HELD_OUT, params.seed);
    let (kept, test): (Vec<usize>, Vec<usize>) = (0..folds.len()).partition(|&row| folds[row] != 0);
    let ids = |rows: &[usize]| -> Vec<Vec<u32>> {
        rows.iter().map(|&row| Tokenizer::marked_ids(marks, &data.tokens[row], most)).collect()
    };
    let train = Examples { ids: ids(&kept), targets: data.targets.select(Axis(0), &kept) };
    let (test_ids, test_targets) = (ids(&test), data.targets.select(Axis(0), &test));
    if kept.is_empty() || test.is_empty() {
        return Err(TrainError::OneDocument);
    }
    let mut tuning = Finetuning::new(base.clone().with_positions(most), data.labels.len(), params);
    let mut best: Option<(f64, Vec<u8>)> = None;
    for _ in 0..params.epochs.max(1) {
        tuning.epoch(&train, params, |_, _| report());
        let logits = tuning.logits(&test_ids, params.threads).mapv(f64::from);
        let score = super::recipe::mean_average_precision(&logits, &test_targets);
        if best.as_ref().is_some_and(|(most, _)| score <= *most) {
            break;
        }
        best = Some((score, write_encoder(tuning.encoder(), tuning.head())?));
    }
    let bytes = best.map(|(_, bytes)| bytes).unwrap_or_default();
    decide(bytes, &test_ids, &test_targets, &sub_folds(data, &test, params.seed), goal, params.threads)
}

/// Folds of the rows held out, by document.
fn sub_folds(data: &EncoderData<'_>, test: &[usize], seed: u64) -> Vec<usize> {
    let rows: Vec<LabelledSentence> = test.iter().map(|&row| data.rows[row].clone()).collect();
    deal(data.labels, &rows, CALIBRATION_FOLDS, seed)
}

/// Calibration and thresholds, on logits of the 8-bit encoder that ships.
fn decide(
    bytes: Vec<u8>,
    ids: &[Vec<u32>],
    targets: &Targets,
    folds: &[usize],
    goal: Goal,
    threads: usize,
) -> Result<EncoderTier, TrainError> {
    let mut tier = EncoderTier::new(bytes, Vec::new(), Vec::new())?;
    let rows = map_in_order(threads, ids.len(), |i| {
        let mut pack = crate::encoder::Pack::default();
        pack.push(&ids[i]);
        tier.logits(&pack)
    });
    let mut logits = Array2::zeros(targets.dim());
    for (mut to, row) in logits.rows_mut().into_iter().zip(&rows) {
        to.assign(&row.row(0).mapv(f64::from));
    }
    for label in 0..targets.ncols() {
        let decision = Decision::fit(&held_out(&logits, targets, folds, label), goal);
        tier.calibration.push(decision.calibration);
        tier.thresholds.push(decision.threshold.prob);
    }
    Ok(tier)
}
