//! `linear.safetensors`: feature keys, document-frequency weights, label weights.

use super::ModelError;
use crate::feature::{FeatureSettings, FeatureSpace};
use crate::linear::LinearModel;
use ndarray::{Array1, Array2};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

/// Writes the tensors `keys` (u64, features), `idf` (f32, features), `weights` (f32, features × labels) and `bias`
/// (f32, labels), little-endian. Of quantised weights, in format 3, `weights` holds whole numbers (i8) and `steps` (f32,
/// labels) what they are multiplied with.
pub(super) fn write(space: &FeatureSpace, linear: &LinearModel) -> Result<Vec<u8>, safetensors::SafeTensorError> {
    let keys: Vec<u8> = space.keys().iter().flat_map(|k| k.to_le_bytes()).collect();
    let idf = bytes(space.idf());
    let bias = bytes(linear.bias());
    let (n, m) = (space.len(), linear.n_labels());
    let (dtype, weights, steps) = match linear.steps() {
        Some((whole, steps)) => (Dtype::I8, whole.iter().flat_map(|w| w.to_le_bytes()).collect(), bytes(steps)),
        None => (Dtype::F32, bytes(linear.weights()), Vec::new()),
    };
    let mut tensors = vec![
        ("keys", TensorView::new(Dtype::U64, vec![n], &keys)?),
        ("idf", TensorView::new(Dtype::F32, vec![n], &idf)?),
        ("weights", TensorView::new(dtype, vec![n, m], &weights)?),
        ("bias", TensorView::new(Dtype::F32, vec![m], &bias)?),
    ];
    if linear.is_quantised() {
        tensors.push(("steps", TensorView::new(Dtype::F32, vec![m], &steps)?));
    }
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
    let bias = Array1::from(floats(&tensor("bias", Dtype::F32, 1)?));
    let linear = match tensors.tensor("steps") {
        Ok(_) => {
            let weights = tensor("weights", Dtype::I8, 2)?;
            let whole = weights.data().iter().map(|&w| w as i8).collect();
            let whole = Array2::from_shape_vec(shape(&weights), whole).map_err(|e| content(e.to_string()))?;
            LinearModel::from_steps(&whole, Array1::from(floats(&tensor("steps", Dtype::F32, 1)?)), bias)
        }
        Err(_) => {
            let weights = tensor("weights", Dtype::F32, 2)?;
            let weights =
                Array2::from_shape_vec(shape(&weights), floats(&weights)).map_err(|e| content(e.to_string()))?;
            LinearModel::from_parts(weights, bias)
        }
    };
    let space = FeatureSpace::from_parts(settings, keys, idf).map_err(|e| content(e.to_string()))?;
    let linear = linear
        .filter(|l| l.n_features() == space.len())
        .ok_or_else(|| content("weights, biases and features do not fit each other".into()))?;
    Ok((space, linear))
}

/// Rows and columns of a matrix.
fn shape(view: &TensorView<'_>) -> (usize, usize) {
    (view.shape()[0], view.shape()[1])
}

fn floats(view: &TensorView<'_>) -> Vec<f32> {
    view.data().as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect()
}
