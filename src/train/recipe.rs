//! The recipe of a model: the linear tier by cross-validation, then the encoder tier.

use super::data::{Data, check_rows, data_digest, documents};
use super::decide::{Decision, Judgement, decide, mean_average_precision};
use super::encoder::{LinearDecisions, train_encoder};
use super::params::{Meter, Progress, TrainError, TrainParams, Trained};
use crate::exec::map_in_order;
use crate::feature::{SpaceError, SparseRows};
use crate::linear::{LinearError, LinearModel, LinearParams, Targets};
use crate::model::{Model, ModelParts, Training};
use crate::token::Tokenizer;
use crate::types::{LabelledSentence, Logit, Prob};
use linfa::traits::{FitWith, Predict};
use linfa::{DatasetBase, ParamGuard};
use ndarray::{Array2, Axis};

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
    let data = Data::new(&labels, rows, &tokenizer, params)?;
    let encoder_steps = params.encoder.as_ref().map_or(0, |training| training.steps(rows.len()));
    let meter = Meter::new((data.n_folds * params.c.len() + 1) * labels.len() + encoder_steps, progress);
    let OutOfFold { candidates, best, decisions, logits } = OutOfFold::fit(&data, params, &meter)?;
    let c = params.c[best];
    let space = data.space(0..rows.len())?;
    let all = data.rows(&space, 0..rows.len());
    let linear = fit_all(&all, &data.targets, c, params.threads, &|| meter.step())?;
    let mut notes = Vec::new();
    let encoder = params.encoder.as_ref().map(|training| {
        let linear = LinearDecisions { logits: &logits, decisions: &decisions };
        train_encoder(&data, training, params, &linear, &meter, &mut notes)
    });
    let encoder = encoder.transpose()?;
    let training = Training {
        data_sha256: data_digest(rows),
        rows: rows.len(),
        soft_rows: rows.iter().filter(|row| row.is_soft()).count(),
        distilled: 0,
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
    Ok(Trained { model, candidates, goals_missed, notes })
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
    let data = Data::new(&labels, rows, &tokenizer, params)?;
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
        let average = |(&c, logits): (&f64, &Array2<f64>)| (c, mean_average_precision(logits, &data.gold));
        let candidates: Vec<(f64, f64)> = params.c.iter().zip(&logits).map(average).collect();
        let best = best_candidate(&candidates);
        let logits = logits.swap_remove(best);
        let Data { gold, targets, folds, .. } = data;
        let decisions = decide(&Judgement { logits: &logits, gold, targets, folds }, params.goal);
        Ok(Self { candidates, best, logits, decisions })
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

/// Fits all labels with one penalty; `report` is called after each.
pub(super) fn fit_all(
    rows: &SparseRows,
    targets: &Targets,
    c: f64,
    threads: usize,
    report: &(dyn Fn() + Sync),
) -> Result<LinearModel, TrainError> {
    let units = map_in_order(threads, targets.ncols(), |label| {
        let unit = fit_path(rows, targets, label, &[c], |_| ())?;
        report();
        Ok(unit)
    });
    let units = units.into_iter().collect::<Result<Vec<_>, TrainError>>()?;
    Ok(LinearModel::join(&units).ok_or_else(|| LinearError::Solver("no labels".into()))?)
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

/// The first of the best: of two equals the stronger penalty.
fn best_candidate(candidates: &[(f64, f64)]) -> usize {
    (1..candidates.len()).fold(0, |best, i| if candidates[i].1 > candidates[best].1 { i } else { best })
}
