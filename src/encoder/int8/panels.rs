//! Weights in the order in which kernels read them, and the product with tokens.

use super::kernel::{Kernel, Wide};
use crate::encoder::vector::{self, LANES};
use multiversion::multiversion;
use ndarray::{Array1, ArrayView2};

/// Outputs per panel: the lanes of four 512-bit vectors of 32-bit sums.
pub(super) const PANEL: usize = 64;
/// Inputs that one lane of an instruction sums up.
pub(super) const QUAD: usize = 4;
/// Tokens that are worked on at once: their sums for one panel fit into the 32 registers beside its weights.
pub(super) const BLOCK: usize = 6;

/// The weights of four inputs for each output of a panel.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(C, align(64))] // a cache line, so that no vector straddles two
pub(super) struct Row(pub [[i8; QUAD]; PANEL]);

/// Sums of up to [`BLOCK`] tokens for one panel.
pub(super) type Sums = [[i32; PANEL]; BLOCK];

/// Weights as panels of [`PANEL`] outputs, filled up with zeros.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Panels {
    rows: Vec<Row>,
    /// Per [`LANES`] outputs, what turns their sums into values.
    affine: Vec<Affine>,
    outputs: usize,
    /// Rows per panel.
    quads: usize,
}

/// From the sums of some outputs to values.
#[derive(Debug, Clone, Default, PartialEq)]
struct Affine {
    /// The sum of an output's weights, which the zero point of a token is multiplied with.
    sum: [i32; LANES],
    /// The value of one step of an output's weights.
    scale: [f32; LANES],
    bias: [f32; LANES],
}

/// What is done to the values of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    Nothing,
    Gelu,
}

/// Tokens in 8 bits.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    /// Token by token, the last four inputs filled up with zeros.
    pub values: Vec<[u8; QUAD]>,
    /// Per token: the value of one step, and which value stands for 0.
    pub steps: Vec<(f32, i32)>,
}

impl Tokens {
    /// Quantises the rows of `input`.
    pub fn fill(&mut self, input: ArrayView2<'_, f32>) {
        let quads = input.ncols().div_ceil(QUAD);
        self.values.clear();
        self.values.resize(input.nrows() * quads, [0; QUAD]);
        self.steps.clear();
        for (row, to) in input.rows().into_iter().zip(self.values.chunks_exact_mut(quads.max(1))) {
            let to = &mut to.as_flattened_mut()[..input.ncols()];
            // rows of a matrix in standard layout are slices; others are copied
            self.steps.push(match row.as_slice() {
                Some(row) => vector::quantise(row, to),
                None => vector::quantise(&row.to_vec(), to),
            });
        }
    }
}

impl Panels {
    /// From weights, `out × in`, and per output the value of one step and the bias.
    pub fn new(weights: ArrayView2<'_, i8>, scale: &Array1<f32>, bias: &Array1<f32>) -> Self {
        let (outputs, inputs) = weights.dim();
        let quads = inputs.div_ceil(QUAD);
        let mut rows = vec![Row([[0; QUAD]; PANEL]); outputs.div_ceil(PANEL) * quads];
        let mut affine = vec![Affine::default(); outputs.next_multiple_of(PANEL) / LANES];
        let weights = weights.as_standard_layout();
        for (output, weights) in weights.rows().into_iter().enumerate() {
            let (panel, lane) = (output / PANEL, output % PANEL);
            // rows of a matrix in standard layout are slices
            let weights = weights.to_slice().unwrap_or(&[]);
            pack(weights, &mut rows[panel * quads..(panel + 1) * quads], lane);
            let (affine, lane) = (&mut affine[output / LANES], output % LANES);
            affine.sum[lane] = weights.iter().map(|&w| i32::from(w)).sum();
            (affine.scale[lane], affine.bias[lane]) = (scale[output], bias[output]);
        }
        Self { rows, affine, outputs, quads }
    }

    /// Width of the output.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// The product with each token, as rows of `output`.
    pub fn multiply(&self, kernel: Kernel, tokens: &Tokens, wide: &mut Wide, after: After, output: &mut [f32]) {
        kernel.widen_tokens(&tokens.values, wide);
        let mut sums: Sums = [[0; PANEL]; BLOCK];
        for (index, affine) in self.affine.chunks_exact(PANEL / LANES).enumerate() {
            let panel = &self.rows[index * self.quads..(index + 1) * self.quads];
            kernel.widen_panel(panel, wide);
            let blocks = tokens.steps.chunks(BLOCK).zip(output.chunks_mut(BLOCK * self.outputs));
            for (block, (steps, output)) in blocks.enumerate() {
                let first = block * BLOCK;
                kernel.sums(panel, &tokens.values, first..first + steps.len(), wide, &mut sums);
                finish(affine, &sums, steps, after, (index * PANEL, self.outputs), output);
            }
        }
    }
}

/// Puts the weights of one output into its lane.
fn pack(weights: &[i8], rows: &mut [Row], lane: usize) {
    let (quads, rest) = weights.as_chunks::<QUAD>();
    let mut rows = rows.iter_mut();
    for (&quad, row) in quads.iter().zip(rows.by_ref()) {
        row.0[lane] = quad;
    }
    if let Some(row) = rows.next() {
        row.0[lane][..rest.len()].copy_from_slice(rest);
    }
}

/// Sums to values, from column `first` on of `output` with rows of `width`, one for each of the tokens with these steps.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2+fma", "aarch64+neon"))]
fn finish(
    affine: &[Affine],
    sums: &Sums,
    steps: &[(f32, i32)],
    after: After,
    (first, width): (usize, usize),
    output: &mut [f32],
) {
    for ((row, sums), &step) in output.chunks_exact_mut(width).zip(sums).zip(steps) {
        let last = width.min(first + PANEL);
        let (whole, rest) = row[first..last].as_chunks_mut();
        let mut parts = sums.as_chunks().0.iter().zip(affine);
        for (to, (sums, affine)) in whole.iter_mut().zip(parts.by_ref()) {
            values(sums, affine, step, after, to);
        }
        if let (false, Some((sums, affine))) = (rest.is_empty(), parts.next()) {
            let mut to = [0.0; LANES];
            values(sums, affine, step, after, &mut to);
            rest.copy_from_slice(&to[..rest.len()]);
        }
    }
}

/// Sums to values, for a token with this step and zero point.
#[inline(always)]
fn values(sums: &[i32; LANES], affine: &Affine, (step, zero): (f32, i32), after: After, to: &mut [f32; LANES]) {
    for i in 0..LANES {
        to[i] = (sums[i] - zero * affine.sum[i]) as f32 * (step * affine.scale[i]) + affine.bias[i];
    }
    if after == After::Gelu {
        to.iter_mut().for_each(|x| *x = vector::gelu_of(*x));
    }
}
