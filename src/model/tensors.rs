//! `linear.safetensors`: feature keys, document-frequency weights, label weights.

use super::ModelError;
use crate::feature::{FeatureSettings, FeatureSpace};
use crate::linear::LinearModel;
use ndarray::{Array1, Array2};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

/// Writes the tensors `keys` (u64, features), `idf` (f32, features), `weights` (f32, features × labels) and `bias`
/// (f32, labels), little-endian.
pub(super) fn write(space: &FeatureSpace, linear: &LinearModel) -> Result<Vec<u8>, safetensors::SafeTensorError> {
    let keys: Vec<u8> = space.keys().iter().flat_map(|k| k.to_le_bytes()).collect();
    let idf = bytes(space.idf());
    let weights = bytes(linear.weights());
    let bias = bytes(linear.bias());
    let (n, m) = (space.len(), linear.n_labels());
    let tensors = [
        ("keys", TensorView::new(Dtype::U64, vec![n], &keys)?),
        ("idf", TensorView::new(Dtype::F32, vec![n], &idf)?),
        ("weights", TensorView::new(Dtype::F32, vec![n, m], &weights)?),
        ("bias", TensorView::new(Dtype::F32, vec![m], &bias)?),
    ];
    safetensors::serialize(tensors, None)
}

fn bytes<'a>(values: impl IntoIterator<Item = &'a f32>) -> Vec<u8> {
    values.into_iter().flat_map(|v| v.to_le_bytes()).collect()
}

/// Reads what [`write`] wrote. `file` names it in errors.
pub(super) fn read(
    data: &[u8],
    settings: FeatureSettings,
    file: &str,
) -> Result<(FeatureSpace, LinearModel), ModelError> {
    let content = |cause: String| ModelError::Content { file: file.to_owned(), cause };
    let tensors = SafeTensors::deserialize(data).map_err(|e| content(e.to_string()))?;
    let tensor = |name: &str, dtype: Dtype, rank: usize| {
        let view = tensors.tensor(name).map_err(|e| content(e.to_string()))?;
        let as_expected = view.dtype() == dtype && view.shape().len() == rank;
        if as_expected { Ok(view) } else { Err(content(format!("tensor {name:?} has another type or shape"))) }
    };
    let keys = tensor("keys", Dtype::U64, 1)?;
    let keys = keys.data().as_chunks().0.iter().map(|b| u64::from_le_bytes(*b)).collect();
    let idf = floats(&tensor("idf", Dtype::F32, 1)?);
    let weights = tensor("weights", Dtype::F32, 2)?;
    let shape = (weights.shape()[0], weights.shape()[1]);
    let weights = Array2::from_shape_vec(shape, floats(&weights)).map_err(|e| content(e.to_string()))?;
    let bias = Array1::from(floats(&tensor("bias", Dtype::F32, 1)?));
    let space = FeatureSpace::from_parts(settings, keys, idf).map_err(|e| content(e.to_string()))?;
    let linear = LinearModel::from_parts(weights, bias)
        .filter(|l| l.n_features() == space.len())
        .ok_or_else(|| content("weights, biases and features do not fit each other".into()))?;
    Ok((space, linear))
}

fn floats(view: &TensorView<'_>) -> Vec<f32> {
    view.data().as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect()
}
