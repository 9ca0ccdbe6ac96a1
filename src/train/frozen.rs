//! A head on the vectors of an encoder that stays as it is: minutes instead of hours.

use super::decide::mean_average_precision;
use super::finetune::{Examples, by_packs};
use super::params::{TrainError, TrainParams};
use super::recipe::fit_all;
use crate::encoder::{Dense, Encoder, Int8Dense, new_head, read_encoder, write_encoder};
use crate::feature::SparseRows;
use crate::linear::{LinearError, LinearModel};
use linfa::traits::Predict;
use ndarray::Array2;

/// Candidates for the inverse strength of the penalty. Vectors of a sentence encoder have length 1 or so.
const CANDIDATES: [f64; 4] = [1.0, 10.0, 100.0, 1000.0];

/// Fits one logistic unit per label on the vectors of `base`, with the penalty that ranks the rows held out best, and
/// returns encoder and head as bytes.
pub(super) fn fit_head(
    base: Encoder<Dense>,
    train: &Examples,
    test: &Examples,
    params: &TrainParams,
) -> Result<Vec<u8>, TrainError> {
    let labels = train.targets.ncols();
    // the vectors that tagging will see: those of the 8-bit encoder
    let placeholder = write_encoder(&base, &new_head(labels, base.config.hidden_size, params.seed))?;
    let (encoder, _) = read_encoder::<Int8Dense>(&placeholder)?;
    let rows = vectors(&encoder, &train.ids, params.threads);
    let held_out = vectors(&encoder, &test.ids, params.threads);
    let mut best: Option<(f64, LinearModel)> = None;
    for c in CANDIDATES {
        let model = fit_all(&rows, &train.targets, c, params.threads, &|| ())?;
        let score = mean_average_precision(&model.predict(&held_out), &test.targets);
        if best.as_ref().is_none_or(|(most, _)| score > *most) {
            best = Some((score, model));
        }
    }
    let (_, model) = best.ok_or_else(|| LinearError::Solver("no penalty to fit with".into()))?;
    let head = Dense { weight: transposed(model.weights()), bias: model.bias().clone() };
    Ok(write_encoder(&base, &head)?)
}

fn transposed(matrix: &Array2<f32>) -> Array2<f32> {
    matrix.t().as_standard_layout().into_owned()
}

/// One row per sentence, all columns filled.
fn vectors(encoder: &Encoder<Int8Dense>, ids: &[Vec<u32>], threads: usize) -> SparseRows {
    let width = encoder.config.hidden_size;
    let vectors = by_packs(ids, threads, width, |pack| encoder.pooled(pack));
    let mut rows = SparseRows::new(width);
    vectors.rows().into_iter().for_each(|vector| rows.push((0..).zip(vector.iter().copied())));
    rows
}
