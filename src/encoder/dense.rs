//! Dense layers, `y = x Wᵀ + b`.

use super::vector;
use ndarray::linalg::general_mat_mul;
use ndarray::{Array1, Array2, ArrayView2, ArrayViewMut2, Axis, concatenate};

/// Anything that maps rows of one width to rows of another.
pub trait Project {
    /// Buffers that calls share.
    type Scratch: Default;

    /// `output = input · Wᵀ + b`, for `rows × in` and `rows × out`.
    fn project(&self, input: ArrayView2<'_, f32>, output: ArrayViewMut2<'_, f32>, scratch: &mut Self::Scratch);

    /// As [`project`](Self::project), then the Gaussian error linear unit of each value.
    fn project_gelu(&self, input: ArrayView2<'_, f32>, output: ArrayViewMut2<'_, f32>, scratch: &mut Self::Scratch);

    /// Width of the output.
    fn outputs(&self) -> usize;
}

/// A dense layer in 32-bit floats.
#[derive(Debug, Clone, PartialEq)]
pub struct Dense {
    /// `out × in`, as in PyTorch.
    pub weight: Array2<f32>,
    /// One per output.
    pub bias: Array1<f32>,
}

impl Dense {
    /// One layer that gives the outputs of several, one after the other; all take the same input.
    ///
    /// # Panics
    /// If there are none, or their inputs differ in width.
    pub fn stack(parts: &[Self]) -> Self {
        let weights: Vec<_> = parts.iter().map(|part| part.weight.view()).collect();
        let biases: Vec<_> = parts.iter().map(|part| part.bias.view()).collect();
        match (concatenate(Axis(0), &weights), concatenate(Axis(0), &biases)) {
            (Ok(weight), Ok(bias)) => Self { weight, bias },
            _ => panic!("layers of one input width are stacked"),
        }
    }
}

impl Project for Dense {
    type Scratch = ();

    fn project(&self, input: ArrayView2<'_, f32>, mut output: ArrayViewMut2<'_, f32>, (): &mut ()) {
        output.assign(&self.bias);
        general_mat_mul(1.0, &input, &self.weight.t(), 1.0, &mut output);
    }

    fn project_gelu(&self, input: ArrayView2<'_, f32>, mut output: ArrayViewMut2<'_, f32>, (): &mut ()) {
        self.project(input, output.view_mut(), &mut ());
        for mut row in output.rows_mut() {
            match row.as_slice_mut() {
                Some(row) => vector::gelu(row),
                None => row.mapv_inplace(vector::gelu_of),
            }
        }
    }

    fn outputs(&self) -> usize {
        self.weight.nrows()
    }
}
