//! The recipe of the linear tier.

use super::encoder::{EncoderData, EncoderTraining, steps, train_encoder};
use super::folds::deal;
use crate::calibrate::{Calibration, Goal, HeldOut, Threshold};
use crate::encoder::WeightsError;
use crate::eval::{Counts, Judged, average_precision};
use crate::exec::map_in_order;
use crate::feature::{FeatureBuilder, FeatureSettings, FeatureSpace, RowScratch, SpaceError, SparseRows};
use crate::linear::{LinearError, LinearModel, LinearParams, Targets};
use crate::model::{LabelMetrics, Model, ModelError, ModelParts, Training, sha256_hex};
use crate::token::{Memo, Token, Tokenizer, TokenizerError};
use crate::types::{LabelError, LabelSet, LabelledSentence, Logit, Prob};
use linfa::traits::{FitWith, Predict};
use linfa::{DatasetBase, ParamGuard};
use ndarray::{Array2, Axis};
use std::collections::BTreeSet;
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
            threads: 1,
        }
    }
}

/// How far a training run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Fits done.
    pub done: usize,
    /// Fits in all.
    pub total: usize,
}

/// A trained model and what its user should know.
pub struct Trained {
    /// The model.
    pub model: Model,
    /// Mean out-of-fold average precision over labels, per candidate of the penalty.
    pub candidates: Vec<(f64, f64)>,
    /// Labels whose goal (`precision=` or `recall=`) can't be met on the out-of-fold rows.
    pub goals_missed: Vec<String>,
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
    /// The encoder can't be written or read.
    #[error(transparent)]
    Encoder(#[from] WeightsError),
    /// The parts do not make a model.
    #[error(transparent)]
    Model(#[from] ModelError),
}

/// Trains a model on `rows` with the tokenizer in `tokenizer_json`. `progress` is called after each fit, from any
/// thread. The same rows and parameters give the same model, byte for byte.
pub fn train(
    rows: &[LabelledSentence],
    tokenizer_json: &[u8],
    params: &TrainParams,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Trained, TrainError> {
    let labels = check_rows(rows, params)?;
    let tokenizer = Tokenizer::from_bytes(tokenizer_json)?;
    let tokens = tokenize(&tokenizer, rows);
    let data = Data::new(&labels, rows, &tokenizer, &tokens, params)?;
    let encoder_steps = params.encoder.as_ref().map_or(0, |training| steps(rows.len(), &training.params));
    let meter = Meter::new((data.n_folds * params.c.len() + 1) * labels.len() + encoder_steps, progress);
    let OutOfFold { candidates, best, decisions, .. } = OutOfFold::fit(&data, params, &meter)?;
    let c = params.c[best];
    let space = data.space(0..rows.len())?;
    let all = data.rows(&space, 0..rows.len());
    let units = map_in_order(params.threads, labels.len(), |label| {
        let unit = fit_path(&all, &data.targets, label, &[c], |_| ())?;
        meter.step();
        Ok(unit)
    });
    let units = units.into_iter().collect::<Result<Vec<_>, TrainError>>()?;
    let linear = LinearModel::join(&units).ok_or_else(|| LinearError::Solver("no labels".into()))?;
    let encoder = params.encoder.as_ref().map(|training| {
        let Data { tokenizer, tokens, targets, .. } = &data;
        let data = EncoderData { labels: &labels, rows, tokenizer, tokens, targets };
        train_encoder(&data, training, params.goal, &|| meter.step())
    });
    let encoder = encoder.transpose()?;
    let training = Training {
        data_sha256: data_digest(rows),
        rows: rows.len(),
        documents: documents(rows),
        seed: params.seed,
        folds: data.n_folds,
        c,
        goal: params.goal.to_string(),
        out_of_fold: decisions.iter().map(|d| d.metrics.clone()).collect(),
    };
    let missed = |(label, decision): (&String, &Decision)| (!decision.threshold.met).then(|| label.clone());
    let goals_missed = labels.names().iter().zip(&decisions).filter_map(missed).collect();
    let card = super::card::card(&labels, &training);
    let (calibration, thresholds) = decisions.into_iter().map(|d| (d.calibration, d.threshold.prob)).unzip();
    let model = Model::new(ModelParts {
        labels,
        tokenizer,
        features: space,
        linear,
        calibration,
        thresholds,
        encoder,
        training,
        card,
    })?;
    Ok(Trained { model, candidates, goals_missed })
}

/// What models trained without a row say of it: calibrated probabilities, `rows × labels`, labels in the order that
/// [`train`] would give them. Errors and determinism as there.
pub fn out_of_fold(
    rows: &[LabelledSentence],
    tokenizer_json: &[u8],
    params: &TrainParams,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Vec<Vec<Prob>>, TrainError> {
    let labels = check_rows(rows, params)?;
    let tokenizer = Tokenizer::from_bytes(tokenizer_json)?;
    let tokens = tokenize(&tokenizer, rows);
    let data = Data::new(&labels, rows, &tokenizer, &tokens, params)?;
    let meter = Meter::new(data.n_folds * params.c.len() * labels.len(), progress);
    let OutOfFold { logits, decisions, .. } = OutOfFold::fit(&data, params, &meter)?;
    let prob = |(&z, decision): (&f64, &Decision)| {
        // the solver gives finite weights, and sums of them are finite
        Logit::new(z).map_or(Prob::clamped(0.5), |logit| decision.calibration.prob(logit))
    };
    Ok(logits.rows().into_iter().map(|row| row.iter().zip(&decisions).map(prob).collect()).collect())
}

/// Held-out logits of the best penalty, and what is decided on them.
struct OutOfFold {
    /// Mean average precision per candidate of the penalty.
    candidates: Vec<(f64, f64)>,
    /// The best of them.
    best: usize,
    /// Its logits, `rows × labels`.
    logits: Array2<f64>,
    /// Per label.
    decisions: Vec<Decision>,
}

impl OutOfFold {
    fn fit(data: &Data<'_>, params: &TrainParams, meter: &Meter<'_>) -> Result<Self, TrainError> {
        let mut logits = cross_validate(data, params, meter)?;
        let average = |(&c, logits): (&f64, &Array2<f64>)| (c, mean_average_precision(logits, &data.targets));
        let candidates: Vec<(f64, f64)> = params.c.iter().zip(&logits).map(average).collect();
        let best = best_candidate(&candidates);
        let logits = logits.swap_remove(best);
        let decisions = (0..data.targets.ncols())
            .map(|label| Decision::fit(&held_out(&logits, &data.targets, &data.folds, label), params.goal))
            .collect();
        Ok(Self { candidates, best, logits, decisions })
    }
}

/// Labelled rows, tokenized.
struct Data<'a> {
    tokenizer: &'a Tokenizer,
    tokens: &'a [Vec<Token>],
    targets: Targets,
    features: FeatureSettings,
    /// The fold of each row.
    folds: Vec<usize>,
    n_folds: usize,
}

impl<'a> Data<'a> {
    fn new(
        labels: &LabelSet,
        rows: &[LabelledSentence],
        tokenizer: &'a Tokenizer,
        tokens: &'a [Vec<Token>],
        params: &TrainParams,
    ) -> Result<Self, TrainError> {
        let targets = targets(labels, rows);
        check_targets(labels, &targets)?;
        let n_folds = params.folds.min(documents(rows));
        if n_folds < 2 {
            return Err(TrainError::OneDocument);
        }
        let folds = deal(labels, rows, n_folds, params.seed);
        Ok(Self { tokenizer, tokens, targets, features: params.features, folds, n_folds })
    }

    fn space(&self, rows: impl Iterator<Item = usize>) -> Result<FeatureSpace, SpaceError> {
        let mut builder = FeatureBuilder::new(self.features);
        for row in rows {
            builder.add(self.tokenizer, &self.tokens[row]);
        }
        builder.freeze()
    }

    fn rows(&self, space: &FeatureSpace, rows: impl Iterator<Item = usize>) -> SparseRows {
        let mut scratch = RowScratch::default();
        let mut sparse = SparseRows::new(space.len());
        for row in rows {
            space.push_row(self.tokenizer, &self.tokens[row], &mut scratch, &mut sparse);
        }
        sparse
    }
}

/// Out-of-fold logits, `rows × labels`, for each candidate of the penalty.
fn cross_validate(data: &Data<'_>, params: &TrainParams, meter: &Meter<'_>) -> Result<Vec<Array2<f64>>, TrainError> {
    let n_labels = data.targets.ncols();
    let prepared = map_in_order(params.threads, data.n_folds, |fold| Fold::prepare(data, fold));
    let prepared = prepared.into_iter().collect::<Result<Vec<_>, _>>()?;
    let columns = map_in_order(params.threads, data.n_folds * n_labels, |task| {
        let (fold, label) = (&prepared[task / n_labels], task % n_labels);
        let mut logits = Vec::new();
        fit_path(&fold.train, &fold.targets, label, &params.c, |model| {
            logits.push(model.predict(&fold.test));
            meter.step();
        })?;
        Ok(logits)
    });
    let mut out_of_fold = vec![Array2::zeros(data.targets.dim()); params.c.len()];
    for (task, logits) in columns.into_iter().collect::<Result<Vec<_>, TrainError>>()?.into_iter().enumerate() {
        let (fold, label) = (&prepared[task / n_labels], task % n_labels);
        for (candidate, logits) in logits.iter().enumerate() {
            for (&row, &logit) in fold.held_out.iter().zip(logits.column(0)) {
                out_of_fold[candidate][[row, label]] = logit;
            }
        }
    }
    Ok(out_of_fold)
}

/// One fold held out, the rest ready to be fitted.
struct Fold {
    train: SparseRows,
    targets: Targets,
    test: SparseRows,
    held_out: Vec<usize>,
}

impl Fold {
    fn prepare(data: &Data<'_>, fold: usize) -> Result<Self, SpaceError> {
        let (held_out, kept): (Vec<_>, Vec<_>) = (0..data.folds.len()).partition(|&row| data.folds[row] == fold);
        let space = data.space(kept.iter().copied())?;
        Ok(Self {
            train: data.rows(&space, kept.iter().copied()),
            targets: data.targets.select(Axis(0), &kept),
            test: data.rows(&space, held_out.iter().copied()),
            held_out,
        })
    }
}

/// Fits one label for each penalty in turn, each from the weights of the one before; `each` sees every model.
fn fit_path(
    rows: &SparseRows,
    targets: &Targets,
    label: usize,
    penalties: &[f64],
    mut each: impl FnMut(&LinearModel),
) -> Result<LinearModel, LinearError> {
    let dataset = DatasetBase::new(rows, targets.select(Axis(1), &[label]));
    let mut last: Option<LinearModel> = None;
    for &c in penalties {
        let model = LinearParams::new(c).check()?.fit_with(last.as_ref(), &dataset)?;
        each(&model);
        last = Some(model);
    }
    last.ok_or_else(|| LinearError::Solver("no penalty to fit with".into()))
}

/// Calibration and threshold of one label, and its figures on the rows they were chosen on.
pub(super) struct Decision {
    pub calibration: Calibration,
    pub threshold: Threshold,
    metrics: LabelMetrics,
}

impl Decision {
    pub fn fit(rows: &[HeldOut], goal: Goal) -> Self {
        let calibration = Calibration::fit(rows);
        let mut judged: Vec<(Prob, bool)> =
            rows.iter().map(|row| (calibration.prob(row.logit), row.truth.get() >= 0.5)).collect();
        judged.sort_by(|a, b| b.0.get().total_cmp(&a.0.get()));
        let threshold = Threshold::choose(&judged, goal);
        let judged: Vec<Judged> = judged
            .into_iter()
            .map(|(prob, gold)| Judged { gold, predicted: prob.get() >= threshold.prob.get(), prob, doc: 0 })
            .collect();
        let mut counts = Counts::default();
        judged.iter().for_each(|row| counts.add(row, 1.0));
        let metrics = LabelMetrics {
            positives: judged.iter().filter(|row| row.gold).count(),
            precision: counts.precision(),
            recall: counts.recall(),
            f1: counts.f1(),
            average_precision: average_precision(judged.iter().map(|row| (row, 1.0))),
        };
        Self { calibration, threshold, metrics }
    }
}

pub(super) fn held_out(logits: &Array2<f64>, targets: &Targets, folds: &[usize], label: usize) -> Vec<HeldOut> {
    let columns = logits.column(label).into_iter().zip(targets.column(label)).zip(folds);
    columns
        .filter_map(|((&z, truth), &fold)| Some(HeldOut { logit: Logit::new(z).ok()?, truth: (*truth)?, fold }))
        .collect()
}

pub(super) fn mean_average_precision(logits: &Array2<f64>, targets: &Targets) -> f64 {
    let of_label = |label: usize| {
        // a rank is all that average precision needs
        let mut rows: Vec<_> = held_out(logits, targets, &vec![0; logits.nrows()], label);
        rows.sort_by(|a, b| b.logit.get().total_cmp(&a.logit.get()));
        let n = rows.len() as f64;
        let judged: Vec<Judged> = (0..)
            .zip(rows.chunk_by(|a, b| a.logit == b.logit))
            .flat_map(|(rank, tied)| {
                tied.iter().map(move |row| Judged {
                    gold: row.truth.get() >= 0.5,
                    predicted: false,
                    prob: Prob::clamped(1.0 - f64::from(rank) / n),
                    doc: 0,
                })
            })
            .collect();
        average_precision(judged.iter().map(|row| (row, 1.0))).unwrap_or(0.0)
    };
    (0..targets.ncols()).map(of_label).sum::<f64>() / targets.ncols() as f64
}

/// The first of the best: of two equals the stronger penalty.
fn best_candidate(candidates: &[(f64, f64)]) -> usize {
    (1..candidates.len()).fold(0, |best, i| if candidates[i].1 > candidates[best].1 { i } else { best })
}

fn check_params(params: &TrainParams) -> Result<(), TrainError> {
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
    if let Some(EncoderTraining { params, .. }) = &params.encoder {
        if params.epochs == 0 {
            return bad("fine-tuning needs at least 1 epoch");
        }
        if !params.rate.is_finite() || params.rate <= 0.0 {
            return bad("the learning rate is a small number above 0");
        }
    }
    Ok(())
}

/// Checks all that can be checked before work begins, and names the labels.
fn check_rows(rows: &[LabelledSentence], params: &TrainParams) -> Result<LabelSet, TrainError> {
    check_params(params)?;
    label_set(rows, params)
}

fn label_set(rows: &[LabelledSentence], params: &TrainParams) -> Result<LabelSet, TrainError> {
    if rows.is_empty() {
        return Err(TrainError::NoRows);
    }
    let named = || rows.iter().flat_map(|row| row.labels.iter().chain(&row.unknown).map(move |label| (row, label)));
    let Some(given) = &params.labels else {
        let all: BTreeSet<&String> = named().map(|(_, label)| label).collect();
        return match all.is_empty() {
            true => Err(TrainError::NoLabels),
            false => Ok(LabelSet::new(all.into_iter().cloned())?),
        };
    };
    let labels = LabelSet::new(given.iter().cloned())?;
    match named().find(|(_, label)| labels.index(label).is_none()) {
        Some((row, label)) => Err(TrainError::UnknownLabel { place: row.place.clone(), label: label.clone() }),
        None => Ok(labels),
    }
}

fn tokenize(tokenizer: &Tokenizer, rows: &[LabelledSentence]) -> Vec<Vec<Token>> {
    let mut memo = Memo::default();
    let tokens = |row: &LabelledSentence| {
        let mut tokens = Vec::new();
        tokenizer.tokenize(&row.text, &mut memo, &mut tokens);
        tokens
    };
    rows.iter().map(tokens).collect()
}

fn targets(labels: &LabelSet, rows: &[LabelledSentence]) -> Targets {
    Array2::from_shape_fn((rows.len(), labels.len()), |(row, label)| {
        rows[row].says(&labels.names()[label]).map(|applies| Prob::clamped(f64::from(u8::from(applies))))
    })
}

fn check_targets(labels: &LabelSet, targets: &Targets) -> Result<(), TrainError> {
    for (label, column) in labels.names().iter().zip(targets.columns()) {
        let positives = column.iter().flatten().filter(|p| p.get() >= 0.5).count();
        let negatives = column.iter().flatten().count() - positives;
        if positives == 0 || negatives == 0 {
            return Err(TrainError::OneClass { label: label.clone(), positives, negatives });
        }
    }
    Ok(())
}

fn documents(rows: &[LabelledSentence]) -> usize {
    let named: BTreeSet<&String> = rows.iter().filter_map(|row| row.doc.as_ref()).collect();
    let unnamed: BTreeSet<&String> = rows.iter().filter(|row| row.doc.is_none()).map(|row| &row.text).collect();
    named.len() + unnamed.len()
}

/// SHA-256 over what the rows say, in order, whatever file format they came in.
fn data_digest(rows: &[LabelledSentence]) -> String {
    let all: Vec<_> = rows.iter().map(|r| (&r.text, &r.labels, &r.unknown, &r.doc)).collect();
    // strings and lists always make JSON
    sha256_hex(&serde_json::to_vec(&all).unwrap_or_default())
}

/// Counts fits and reports them.
struct Meter<'a> {
    done: AtomicUsize,
    total: usize,
    report: &'a (dyn Fn(Progress) + Sync),
}

impl<'a> Meter<'a> {
    fn new(total: usize, report: &'a (dyn Fn(Progress) + Sync)) -> Self {
        Self { done: AtomicUsize::new(0), total, report }
    }

    fn step(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        (self.report)(Progress { done, total: self.total });
    }
}
