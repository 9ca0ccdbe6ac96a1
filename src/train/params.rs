//! What a training run can be told, how it reports, and why it fails.

use super::encoder::{EncoderTraining, Method};
use crate::calibrate::Goal;
use crate::encoder::WeightsError;
use crate::feature::{FeatureSettings, SpaceError};
use crate::linear::{LinearError, LinearParams};
use crate::model::{Model, ModelError};
use crate::token::TokenizerError;
use crate::types::LabelError;
use linfa::ParamGuard;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use thiserror::Error;

/// What a training run can be told.
#[derive(Debug, Clone)]
pub struct TrainParams {
    /// Label names in the order that the model shall have. Default: all names in the data, in alphabetical order.
    pub labels: Option<Vec<String>>,
    /// Orders documents into folds. Default: 1.
    pub seed: u64,
    /// How many folds; fewer where there are fewer documents. Default: 5.
    pub folds: usize,
    /// Candidates for the inverse strength of the penalty, ascending. Default: 1, 3, 10, 30.
    pub c: Vec<f64>,
    /// Which n-grams become features.
    pub features: FeatureSettings,
    /// What thresholds are chosen for. Default: F1.
    pub goal: Goal,
    /// The encoder tier to train beside the linear one. Default: none.
    pub encoder: Option<EncoderTraining>,
    /// Macro-F1 that the cascade may lose against the encoder alone. Default: 0.005, half a point.
    pub max_loss: f64,
    /// Threads; the result is the same for any number. Default: 1.
    pub threads: usize,
}

impl Default for TrainParams {
    fn default() -> Self {
        Self {
            labels: None,
            seed: 1,
            folds: 5,
            c: vec![1.0, 3.0, 10.0, 30.0],
            features: FeatureSettings::default(),
            goal: Goal::F1,
            encoder: None,
            max_loss: 0.005,
            threads: 1,
        }
    }
}

/// How far a training run is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Fits or steps done.
    pub done: usize,
    /// Fits or steps in all.
    pub total: usize,
    /// Mean loss per row of the last step, while an encoder is fine-tuned.
    pub loss: Option<f64>,
}

/// A trained model and what its user should know.
pub struct Trained {
    /// The model.
    pub model: Model,
    /// Mean out-of-fold average precision over labels, per candidate of the penalty.
    pub candidates: Vec<(f64, f64)>,
    /// Labels whose goal (`precision=` or `recall=`) can't be met on the out-of-fold rows.
    pub goals_missed: Vec<String>,
    /// What became of the encoder tier, for its user: epochs, figures, a checkpoint that was gone on from.
    pub notes: Vec<String>,
}

/// Why a training run failed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TrainError {
    /// No rows.
    #[error("no labelled rows to train on")]
    NoRows,
    /// No row has a label.
    #[error("no row has a label, so there is nothing to learn (give labels, or name them with --labels)")]
    NoLabels,
    /// A row has a label that was not asked for.
    #[error("{place}: label {label:?} is not among those given with --labels")]
    UnknownLabel {
        /// `file:line`.
        place: String,
        /// The label.
        label: String,
    },
    /// A label that every or no known row has.
    #[error(
        "label {label:?} has {positives} positive and {negatives} negative rows: both kinds are needed, from at least \
         two documents (label more rows, or leave the label out with --labels)"
    )]
    OneClass {
        /// The label.
        label: String,
        /// Rows with it.
        positives: usize,
        /// Rows known not to have it.
        negatives: usize,
    },
    /// Fewer than two documents.
    #[error("all rows come from one document, but cross-validation needs two (give rows their \"doc\")")]
    OneDocument,
    /// A parameter out of range.
    #[error("{0}")]
    Parameter(String),
    /// Names that make no label set.
    #[error(transparent)]
    Labels(#[from] LabelError),
    /// The tokenizer can't be used.
    #[error(transparent)]
    Tokenizer(#[from] TokenizerError),
    /// The features can't be used.
    #[error(transparent)]
    Features(#[from] SpaceError),
    /// The solver failed.
    #[error(transparent)]
    Linear(#[from] LinearError),
    /// The state of an unfinished run can't be kept or read.
    #[error("{path}: {cause}", path = path.display())]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: String,
    },
    /// The encoder can't be written or read.
    #[error(transparent)]
    Encoder(#[from] WeightsError),
    /// The parts do not make a model.
    #[error(transparent)]
    Model(#[from] ModelError),
}

pub(super) fn check_params(params: &TrainParams) -> Result<(), TrainError> {
    let bad = |message: &str| Err(TrainError::Parameter(message.to_owned()));
    if params.folds < 2 {
        return bad("cross-validation needs at least 2 folds");
    }
    if params.c.is_empty() {
        return bad("at least one candidate for the penalty is needed");
    }
    for &c in &params.c {
        LinearParams::new(c).check()?;
    }
    if !(0.0..=1.0).contains(&params.max_loss) {
        return bad("the loss that the cascade may cause is a share between 0 and 1");
    }
    if let Some(EncoderTraining { method: Method::Finetune { params, .. }, .. }) = &params.encoder {
        if params.epochs == 0 {
            return bad("fine-tuning needs at least 1 epoch");
        }
        if !params.rate.is_finite() || params.rate <= 0.0 {
            return bad("the learning rate is a small number above 0");
        }
    }
    Ok(())
}

/// Counts fits and steps and reports them.
pub(super) struct Meter<'a> {
    done: AtomicUsize,
    total: usize,
    report: &'a (dyn Fn(Progress) + Sync),
}

impl<'a> Meter<'a> {
    pub fn new(total: usize, report: &'a (dyn Fn(Progress) + Sync)) -> Self {
        Self { done: AtomicUsize::new(0), total, report }
    }

    /// One fit is done.
    pub fn step(&self) {
        self.add(1, None);
    }

    /// `n` more are done.
    pub fn add(&self, n: usize, loss: Option<f64>) {
        let done = self.done.fetch_add(n, Ordering::Relaxed) + n;
        (self.report)(Progress { done, total: self.total, loss });
    }
}
