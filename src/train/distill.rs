//! Distillation: the encoder labels unlabelled sentences softly, and the linear tier is fitted again on these and on the rows
//! that people labelled (sparse distillation, arXiv 2110.08536).
//!
//! The linear tier is calibrated on labelled rows that neither tier has seen. Its thresholds and the limits of the cascade are
//! chosen on unlabelled sentences held out, too, with the encoder's probabilities for the truth: that is the text which
//! will be tagged.

use super::card::card;
use super::data::{Data, data_digest};
use super::decide::{Decision, Judgement, decide};
use super::encoder::{held_out_rows, probs};
use super::params::{Meter, Progress, TrainError, TrainParams};
use super::recipe::fit_all;
use crate::calibrate::{Calibration, Goal};
use crate::cascade::{Choice, Sample, Thresholds, choose};
use crate::exec::map_in_order;
use crate::feature::SparseRows;
use crate::linear::LinearModel;
use crate::model::{EncoderTier, Model, ModelParts, Training, sha256_hex};
use crate::tag::Tagger;
use crate::token::Tokenizer;
use crate::types::{LabelledSentence, Prob};
use linfa::traits::Predict;
use ndarray::Axis;
use std::collections::BTreeMap;

/// How the linear tier is taught.
#[derive(Debug, Clone)]
pub struct DistillParams {
    /// The most n-grams with a column; the rarest are left out. Default: 350,000, about 6 MB with four labels.
    pub max_features: usize,
    /// Inverse strength of the penalty. Default: 10.
    pub c: f64,
    /// What thresholds are chosen for. Default: F1.
    pub goal: Goal,
    /// Macro-F1 that the cascade may lose against the encoder alone, as the encoder expects it. Default: 0.005.
    pub max_loss: f64,
    /// Threads; the result is the same for any number. Default: 1.
    pub threads: usize,
}

impl Default for DistillParams {
    fn default() -> Self {
        Self { max_features: 350_000, c: 10.0, goal: Goal::F1, max_loss: 0.005, threads: 1 }
    }
}

/// A model whose linear tier has been taught.
pub struct Distilled {
    /// The model.
    pub model: Model,
    /// How many unlabelled sentences it was taught on.
    pub sentences: usize,
    /// Share of unlabelled sentences, held out, that go on to the encoder.
    pub escalated: f64,
    /// Macro-F1 that the cascade loses on them against the encoder alone, as the encoder expects it.
    pub loss: f64,
}

/// One document in so many of the unlabelled ones is held out for the limits of the cascade.
const HELD_OUT: u8 = 8;
/// Sentences that a thread labels at a time.
const CHUNK: usize = 512;

/// Teaches the linear tier of `model`. `rows` are the labelled rows that it was trained on; `unlabelled` are sentences with
/// the document that each comes from, and nothing else. `progress` is called after each chunk of sentences and each fit.
/// The same input gives the same model, byte for byte.
///
/// # Errors
/// A model without an encoder, or rows that are not those of its training.
pub fn distill(
    model: &Model,
    rows: &[LabelledSentence],
    unlabelled: Vec<LabelledSentence>,
    params: &DistillParams,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Distilled, TrainError> {
    let bad = |cause: &str| TrainError::Parameter(cause.to_owned());
    let teacher = Tagger::encoder(model).ok_or_else(|| bad("the model has no encoder tier to teach the linear one"))?;
    if data_digest(rows) != model.training().data_sha256 {
        return Err(bad(
            "these are not the rows that the model was trained on (name the same files in the same order)",
        ));
    }
    let (labels, sentences) = (model.labels(), unlabelled.len());
    let meter = Meter::new(sentences + labels.len(), progress);
    let mut all = rows.to_vec();
    all.extend(labelled_softly(&teacher, unlabelled, params.threads, &meter));
    let train_params = TrainParams { seed: model.training().seed, ..TrainParams::default() };
    let first = Data::new(labels, rows, &model.parts().tokenizer, &train_params)?;
    let split = held_out_rows(&first, train_params.seed);
    let features = *model.parts().features.settings();
    let data = Data::new(labels, &all, &model.parts().tokenizer, &TrainParams { features, ..train_params })?;
    let (held, taught): (Vec<usize>, Vec<usize>) = (rows.len()..all.len()).partition(|&i| is_held_out(&all[i]));
    let kept: Vec<usize> = split.kept.iter().copied().chain(taught).collect();
    let space = data.space_of(kept.iter().copied(), params.max_features)?;
    let targets = data.targets.select(Axis(0), &kept);
    let linear = fit_all(&data.rows(&space, kept.into_iter()), &targets, params.c, params.threads, &|| meter.step())?;
    let linear = linear.quantised();
    let test: Vec<usize> = split.test.iter().chain(&held).copied().collect();
    let decisions = decide(
        &Judgement {
            logits: &linear.predict(&data.rows(&space, test.iter().copied())),
            gold: &data.gold.select(Axis(0), &test),
            targets: &data.targets.select(Axis(0), &test),
            folds: &test.iter().map(|&row| data.folds[row]).collect::<Vec<_>>(),
        },
        params.goal,
    );
    let choice = limits(&data, &held, &linear, &data.rows(&space, held.iter().copied()), &decisions, model, params);
    let (escalated, loss) = (choice.escalated, choice.loss);
    let training = Training {
        c: params.c,
        distilled: sentences,
        goal: params.goal.to_string(),
        out_of_fold: decisions.iter().map(|d| d.metrics.clone()).collect(),
        ..model.training().clone()
    };
    let (calibration, thresholds) = decisions.into_iter().map(|d| (d.calibration, d.threshold.prob)).unzip();
    let parts = ModelParts {
        labels: labels.clone(),
        tokenizer: Tokenizer::from_bytes(model.parts().tokenizer.json())?,
        features: space,
        linear,
        calibration,
        thresholds,
        encoder: with_limits(model, choice)?,
        card: card(labels, &training),
        training,
    };
    Ok(Distilled { model: Model::new(parts)?, sentences, escalated, loss })
}

/// The sentences with the encoder's probabilities.
fn labelled_softly(
    teacher: &Tagger<'_>,
    sentences: Vec<LabelledSentence>,
    threads: usize,
    meter: &Meter<'_>,
) -> Vec<LabelledSentence> {
    let names = teacher.model().labels().names();
    let chunks: Vec<&[LabelledSentence]> = sentences.chunks(CHUNK).collect();
    let probs = map_in_order(threads, chunks.len(), |i| {
        let texts: Vec<&str> = chunks[i].iter().map(|row| row.text.as_str()).collect();
        let verdicts = teacher.judge(&texts, &mut teacher.scratch());
        meter.add(texts.len(), None);
        verdicts
    });
    let soft = |prob: Vec<Prob>| names.iter().cloned().zip(prob).collect::<BTreeMap<_, _>>();
    let probs: Vec<_> = probs.into_iter().flatten().map(|verdict| soft(verdict.prob)).collect();
    sentences.into_iter().zip(probs).map(|(row, prob)| LabelledSentence { prob, ..row }).collect()
}

/// Whether the document of an unlabelled sentence is held out: by its name alone.
fn is_held_out(row: &LabelledSentence) -> bool {
    let name = row.doc.as_ref().unwrap_or(&row.text);
    // two hexadecimal digits are enough to share documents out evenly
    let digits = sha256_hex(name.as_bytes());
    u8::from_str_radix(&digits[..2], 16).is_ok_and(|byte| byte % HELD_OUT == 0)
}

/// Limits of the cascade, on unlabelled sentences held out.
fn limits(
    data: &Data<'_>,
    held: &[usize],
    linear: &LinearModel,
    rows: &SparseRows,
    decisions: &[Decision],
    model: &Model,
    params: &DistillParams,
) -> Choice {
    let calibration: Vec<&Calibration> = decisions.iter().map(|d| &d.calibration).collect();
    let samples: Vec<Sample> = held
        .iter()
        .zip(linear.predict(rows).rows())
        .map(|(&row, logits)| {
            let truth = data.targets.row(row).to_vec();
            let encoder = truth.iter().map(|p| p.unwrap_or(Prob::clamped(0.0))).collect();
            Sample { linear: probs(&calibration, logits.iter()), encoder, truth }
        })
        .collect();
    let linear: Vec<Prob> = decisions.iter().map(|d| d.threshold.prob).collect();
    let encoder = model.parts().encoder.as_ref().map_or(&[][..], |tier| &tier.thresholds);
    choose(&samples, Thresholds { linear: &linear, encoder }, params.max_loss)
}

/// The encoder tier of `model` with new limits.
fn with_limits(model: &Model, choice: Choice) -> Result<Option<EncoderTier>, TrainError> {
    let with = |tier: &EncoderTier| {
        EncoderTier::new(tier.bytes().to_vec(), tier.calibration.clone(), tier.thresholds.clone(), choice.limits)
    };
    Ok(model.parts().encoder.as_ref().map(with).transpose()?)
}
