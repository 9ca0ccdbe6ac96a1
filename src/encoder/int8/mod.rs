//! Dense layers in 8-bit integers.
//!
//! Weights are quantised symmetrically with one scale per output (−127 to 127), activations asymmetrically with one scale
//! and zero point per token (0 to 255). Products of the integers are summed exactly in 32 bits, so that every path, scalar
//! or vector, gives the same sums and the same bits in the result.

mod kernel;
mod panels;

use super::dense::{Dense, Project};
use super::forward::values;
use kernel::{Kernel, Wide};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, ArrayViewMut2};
use panels::{After, Panels, Tokens};

/// A dense layer in 8-bit integers.
#[derive(Debug, Clone, PartialEq)]
pub struct Int8Dense {
    panels: Panels,
    kernel: Kernel,
}

/// The largest quantised weight.
const MAX_WEIGHT: f32 = 127.0;

impl Int8Dense {
    /// Quantises `dense`.
    pub fn quantise(dense: &Dense) -> Self {
        let (weights, scale) = quantise_rows(dense.weight.view());
        Self::new(weights.view(), scale, dense.bias.clone())
    }

    /// From quantised weights, `out × in`, and per output the value of one step and the bias.
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn new(weights: ArrayView2<'_, i8>, scale: Array1<f32>, bias: Array1<f32>) -> Self {
        assert!(weights.nrows() == scale.len() && scale.len() == bias.len(), "one scale and one bias per output");
        Self { panels: Panels::new(weights, &scale, &bias), kernel: Kernel::best() }
    }

    #[cfg(test)]
    fn with_kernel(mut self, kernel: Kernel) -> Self {
        self.kernel = kernel;
        self
    }
}

/// Each row in 255 steps around 0, and the value of a step.
pub fn quantise_rows(rows: ArrayView2<'_, f32>) -> (Array2<i8>, Array1<f32>) {
    let step = |row: ArrayView1<'_, f32>| row.iter().fold(0.0f32, |most, w| most.max(w.abs())) / MAX_WEIGHT;
    let scale: Array1<f32> = rows.rows().into_iter().map(step).collect();
    let quantised = Array2::from_shape_fn(rows.dim(), |(row, column)| {
        if scale[row] > 0.0 { (rows[[row, column]] / scale[row]).round() as i8 } else { 0 }
    });
    (quantised, scale)
}

/// Buffers that calls share: the tokens, quantised.
#[derive(Debug, Default)]
pub struct Int8Scratch {
    tokens: Tokens,
    wide: Wide,
}

impl Int8Dense {
    fn apply(
        &self,
        input: ArrayView2<'_, f32>,
        mut output: ArrayViewMut2<'_, f32>,
        after: After,
        Int8Scratch { tokens, wide }: &mut Int8Scratch,
    ) {
        tokens.fill(input);
        match output.as_slice_mut() {
            Some(output) => self.panels.multiply(self.kernel, tokens, wide, after, output),
            None => {
                let mut copy = Array2::zeros(output.dim());
                self.panels.multiply(self.kernel, tokens, wide, after, values(&mut copy));
                output.assign(&copy);
            }
        }
    }
}

impl Project for Int8Dense {
    type Scratch = Int8Scratch;

    fn project(&self, input: ArrayView2<'_, f32>, output: ArrayViewMut2<'_, f32>, scratch: &mut Int8Scratch) {
        self.apply(input, output, After::Nothing, scratch);
    }

    fn project_gelu(&self, input: ArrayView2<'_, f32>, output: ArrayViewMut2<'_, f32>, scratch: &mut Int8Scratch) {
        self.apply(input, output, After::Gelu, scratch);
    }

    fn outputs(&self) -> usize {
        self.panels.outputs()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoder::vector;
    use proptest::prelude::*;

    /// The largest quantised activation.
    const MAX_ACTIVATION: f32 = 255.0;

    fn some(rows: usize, columns: usize, seed: u32) -> Array2<f32> {
        let value = |i: usize| {
            (((i as u32 + 7).wrapping_mul(2_654_435_761).wrapping_add(seed) >> 8) % 2001) as f32 / 1000.0 - 1.0
        };
        Array2::from_shape_fn((rows, columns), |(r, c)| value(r * columns + c))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// Every kernel that this machine has gives the same bits, close to the product in floats.
        #[test]
        fn kernels_agree(tokens in 0usize..14, input in 1usize..70, output in 1usize..140, seed in 0u32..1000) {
            let dense = Dense { weight: some(output, input, seed), bias: some(1, output, seed + 1).row(0).to_owned() };
            let from = some(tokens, input, seed + 2) * 3.0 + 0.5;
            let mut expected = Array2::zeros((tokens, output));
            dense.project(from.view(), expected.view_mut(), &mut ());
            let int8 = Int8Dense::quantise(&dense);
            let mut found = Vec::new();
            let mut scratch = Int8Scratch::default();
            for kernel in Kernel::all() {
                let int8 = int8.clone().with_kernel(kernel);
                let mut to = Array2::zeros((tokens, output));
                int8.project(from.view(), to.view_mut(), &mut scratch);
                let mut gelu = to.clone();
                vector::gelu(values(&mut gelu));
                found.push(to.clone());
                int8.project_gelu(from.view(), to.view_mut(), &mut scratch);
                prop_assert_eq!(gelu, to);
            }
            for other in &found[1..] {
                prop_assert_eq!(&found[0], other);
            }
            // half a step of each factor, for each of the summands
            let bound = input as f32 * (3.5 * 0.5 / MAX_WEIGHT + 0.5 * 6.0 / MAX_ACTIVATION + 0.01);
            for (a, b) in found[0].iter().zip(&expected) {
                prop_assert!((a - b).abs() <= bound, "{} against {}", a, b);
            }
        }
    }
}
