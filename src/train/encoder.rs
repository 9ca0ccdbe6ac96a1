//! The encoder tier of a new model: trained on most documents; calibration, thresholds and the limits of the cascade are
//! decided on the rest.

use super::checkpoint::{Checkpoint, Reached};
use super::data::{Data, data_digest};
use super::decide::{Decision, Judgement, decide, mean_average_precision};
use super::finetune::{Examples, FinetuneParams, Finetuning, Plan, by_packs};
use super::folds::deal;
use super::frozen::fit_head;
use super::params::{Meter, TrainError, TrainParams};
use crate::calibrate::Calibration;
use crate::cascade::{Choice, Sample, Thresholds, choose};
use crate::encoder::{Dense, Encoder, new_head, write_encoder};
use crate::model::{EncoderTier, sha256_hex};
use crate::tag::MAX_TOKENS;
use crate::token::Tokenizer;
use crate::types::{LabelledSentence, Logit, Prob};
use ndarray::{Array2, Axis};
use std::path::PathBuf;

/// What an encoder tier is made of, and how.
#[derive(Debug, Clone)]
pub struct EncoderTraining {
    /// Where the weights begin. Its vocabulary is that of the tokenizer.
    pub base: Encoder<Dense>,
    /// What is trained.
    pub method: Method,
}

/// What is trained of an encoder tier.
#[derive(Debug, Clone)]
pub enum Method {
    /// The head alone, on the vectors that the base gives.
    Frozen,
    /// All layers and the head.
    Finetune {
        /// How.
        params: FinetuneParams,
        /// Where the state of the unfinished run is kept. Default: nowhere.
        checkpoint: Option<Keep>,
    },
}

/// Where and how often the state of a run is kept.
#[derive(Debug, Clone)]
pub struct Keep {
    /// The file.
    pub path: PathBuf,
    /// After so many steps.
    pub every: usize,
}

/// One document in so many is held out for early stopping, calibration, thresholds and limits.
const HELD_OUT: usize = 8;
/// Folds among the rows held out, in which methods of calibration are compared.
const CALIBRATION_FOLDS: usize = 5;

impl EncoderTraining {
    /// How many steps training on `rows` rows takes at most, for a progress bar.
    pub(super) fn steps(&self, rows: usize) -> usize {
        match &self.method {
            Method::Frozen => 0,
            Method::Finetune { params, .. } => (rows - rows / HELD_OUT).div_ceil(params.batch.max(1)) * params.epochs,
        }
    }
}

/// What the linear tier says of rows that it was not fitted on, and what was decided on that.
pub(super) struct LinearDecisions<'a> {
    /// `rows × labels`.
    pub logits: &'a Array2<f64>,
    /// Per label.
    pub decisions: &'a [Decision],
}

/// Rows that training does not see. A model that was trained on the same rows with the same seed held out the same.
pub(super) fn held_out_rows(data: &Data<'_>, seed: u64) -> Split {
    let folds = deal(data.labels, data.rows, HELD_OUT, seed);
    let (kept, test): (Vec<usize>, Vec<usize>) = (0..folds.len()).partition(|&row| folds[row] != 0);
    Split { kept, test }
}

/// Row numbers.
pub(super) struct Split {
    pub kept: Vec<usize>,
    pub test: Vec<usize>,
}

/// Trains the tier; `notes` is told what its user should know.
pub(super) fn train_encoder(
    data: &Data<'_>,
    training: &EncoderTraining,
    params: &TrainParams,
    linear: &LinearDecisions<'_>,
    meter: &Meter<'_>,
    notes: &mut Vec<String>,
) -> Result<EncoderTier, TrainError> {
    let encode = Encode::new(data, &training.base)?;
    let split = held_out_rows(data, params.seed);
    let test = Examples { ids: encode.ids(&split.test), targets: data.gold.select(Axis(0), &split.test) };
    let train = Examples { ids: encode.ids(&split.kept), targets: data.targets.select(Axis(0), &split.kept) };
    if train.ids.is_empty() || test.ids.is_empty() {
        return Err(TrainError::OneDocument);
    }
    let base = training.base.clone().with_positions(encode.most);
    let bytes = match &training.method {
        Method::Frozen => fit_head(base, &train, &test, params)?,
        Method::Finetune { params: tuning, checkpoint } => {
            let checkpoint = checkpoint.as_ref().map(|keep| {
                let run = run_name(data, &base, tuning)?;
                Ok::<_, TrainError>((Checkpoint::new(keep.path.clone(), run), keep.every.max(1)))
            });
            let checkpoint = checkpoint.transpose()?;
            finetune(base, &train, &test, tuning, checkpoint.as_ref(), meter, notes)?
        }
    };
    let mut tier = EncoderTier::new(bytes, Vec::new(), Vec::new(), Vec::new())?;
    // by the 8-bit encoder that ships
    let logits = by_packs(&test.ids, params.threads, tier.head.bias.len(), |pack| tier.logits(pack)).mapv(f64::from);
    let score = mean_average_precision(&logits, &test.targets);
    notes.push(format!("in 8 bits: mean average precision {score:.4} on held-out rows"));
    let targets = data.targets.select(Axis(0), &split.test);
    let folds = calibration_folds(data, &split.test, params.seed);
    let judgement = Judgement { logits: &logits, gold: &test.targets, targets: &targets, folds: &folds };
    for decision in decide(&judgement, params.goal) {
        tier.calibration.push(decision.calibration);
        tier.thresholds.push(decision.threshold.prob);
    }
    let choice = limits(data, &split.test, &tier, &logits, linear, params);
    notes.push(format!(
        "the linear tier settles {:.0}% of the held-out rows for {:.2} points of macro-F1",
        100.0 * (1.0 - choice.escalated),
        100.0 * choice.loss.max(0.0)
    ));
    tier.limits = choice.limits;
    Ok(tier)
}

/// Sentences to ids.
struct Encode<'a> {
    data: &'a Data<'a>,
    marks: [u32; 2],
    /// Tokens of a sentence, marks included.
    most: usize,
}

impl<'a> Encode<'a> {
    fn new(data: &'a Data<'a>, base: &Encoder<Dense>) -> Result<Self, TrainError> {
        let mismatch =
            |what: &str| TrainError::Parameter(format!("the base encoder does not fit the tokenizer: {what}"));
        if base.config.vocab_size != data.tokenizer.vocabulary_size() {
            return Err(mismatch("their vocabularies have different sizes"));
        }
        let marks = data.tokenizer.marks().ok_or_else(|| mismatch("the vocabulary lacks [CLS] and [SEP]"))?;
        Ok(Self { data, marks, most: MAX_TOKENS.min(base.config.max_position_embeddings) })
    }

    fn ids(&self, rows: &[usize]) -> Vec<Vec<u32>> {
        rows.iter().map(|&row| Tokenizer::marked_ids(self.marks, &self.data.tokens[row], self.most)).collect()
    }
}

/// Names a run: the same for the same rows, parameters, tokenizer and weights to begin with.
fn run_name(data: &Data<'_>, base: &Encoder<Dense>, params: &FinetuneParams) -> Result<String, TrainError> {
    // how many threads there are changes nothing
    let params = FinetuneParams { threads: 1, ..params.clone() };
    let weights = write_encoder(base, &new_head(data.labels.len(), base.config.hidden_size, params.seed))?;
    let digests = [data_digest(data.rows), sha256_hex(data.tokenizer.json()), sha256_hex(&weights)];
    Ok(sha256_hex(format!("{:?} {params:?} {digests:?}", data.labels.names()).as_bytes()))
}

/// Fine-tunes until the mean average precision on the rows held out falls, and returns the best epoch's encoder.
fn finetune(
    base: Encoder<Dense>,
    train: &Examples,
    test: &Examples,
    params: &FinetuneParams,
    checkpoint: Option<&(Checkpoint, usize)>,
    meter: &Meter<'_>,
    notes: &mut Vec<String>,
) -> Result<Vec<u8>, TrainError> {
    let plan = Plan::new(train, params);
    let mut tuning = Finetuning::new(base, train.targets.ncols(), params);
    let mut reached = Reached::default();
    if let Some((checkpoint, _)) = checkpoint
        && let Some(found) = checkpoint.load(&mut tuning)?
    {
        notes.push(format!("went on from step {} of {}", tuning.step(), plan.steps()));
        meter.add(tuning.step(), None);
        reached = found;
    }
    while tuning.step() < plan.steps() && !reached.ended {
        let loss = tuning.advance(train, &plan, params);
        meter.add(1, Some(loss));
        if plan.ends_epoch(tuning.step()) {
            end_epoch(&tuning, test, params, &mut reached, notes)?;
        }
        if let Some((checkpoint, every)) = checkpoint
            && (tuning.step().is_multiple_of(*every) || plan.ends_epoch(tuning.step()))
        {
            checkpoint.save(&mut tuning, &reached)?;
        }
    }
    Ok(reached.best.map(|(_, bytes)| bytes).unwrap_or_default())
}

/// Keeps the encoder if it is the best so far, else ends the training.
fn end_epoch(
    tuning: &Finetuning,
    test: &Examples,
    params: &FinetuneParams,
    reached: &mut Reached,
    notes: &mut Vec<String>,
) -> Result<(), TrainError> {
    let logits = tuning.logits(&test.ids, params.threads).mapv(f64::from);
    let score = mean_average_precision(&logits, &test.targets);
    notes.push(format!("step {}: mean average precision {score:.4} on held-out rows", tuning.step()));
    match &reached.best {
        Some((most, _)) if score <= *most => reached.ended = true,
        _ => reached.best = Some((score, write_encoder(tuning.encoder(), tuning.head())?)),
    }
    Ok(())
}

/// Folds of the rows held out, by document.
fn calibration_folds(data: &Data<'_>, test: &[usize], seed: u64) -> Vec<usize> {
    let rows: Vec<LabelledSentence> = test.iter().map(|&row| data.rows[row].clone()).collect();
    deal(data.labels, &rows, CALIBRATION_FOLDS, seed)
}

/// Limits of the cascade on the rows held out, soft labels included.
fn limits(
    data: &Data<'_>,
    test: &[usize],
    tier: &EncoderTier,
    logits: &Array2<f64>,
    linear: &LinearDecisions<'_>,
    params: &TrainParams,
) -> Choice {
    let by_linear: Vec<&Calibration> = linear.decisions.iter().map(|d| &d.calibration).collect();
    let by_encoder: Vec<&Calibration> = tier.calibration.iter().collect();
    let samples: Vec<Sample> = test
        .iter()
        .zip(logits.rows())
        .map(|(&row, encoder)| Sample {
            linear: probs(&by_linear, linear.logits.row(row).iter()),
            encoder: probs(&by_encoder, encoder.iter()),
            truth: data.targets.row(row).to_vec(),
        })
        .collect();
    let linear: Vec<Prob> = linear.decisions.iter().map(|d| d.threshold.prob).collect();
    choose(&samples, Thresholds { linear: &linear, encoder: &tier.thresholds }, params.max_loss)
}

/// Calibrated probabilities of the labels of one row.
pub(super) fn probs<'a>(calibration: &[&Calibration], logits: impl Iterator<Item = &'a f64>) -> Vec<Prob> {
    // logits of finite weights are finite
    let prob = |(c, &z): (&&Calibration, &f64)| Logit::new(z).map_or(Prob::clamped(f64::NAN), |z| c.prob(z));
    calibration.iter().zip(logits).map(prob).collect()
}
