//! Attention within a sentence, with the products of its small matrices written out.
//!
//! Each sum runs over its terms in order, so that all instruction sets give the same bits.

use super::vector::{self, LANES};
use multiversion::multiversion;

/// Rows of a product that are worked on at once, as many as keep their sums in registers.
const ROWS: usize = 6;

/// Some numbers side by side.
type Lanes = [f32; LANES];

/// Buffers for one head of one sentence.
#[derive(Debug, Default)]
pub(super) struct Attention {
    /// `tokens × head`, scaled; filled up to whole blocks of [`ROWS`].
    queries: Vec<f32>,
    /// For each [`LANES`] tokens, each dimension of their keys, side by side.
    keys: Vec<Lanes>,
    /// For each [`LANES`] dimensions, each token's values.
    values: Vec<Lanes>,
    /// `tokens × tokens`, rows filled up to whole [`Lanes`].
    scores: Vec<Lanes>,
    /// `tokens × head`, filled up in the same way.
    context: Vec<Lanes>,
    /// Per token, one over the sum of its weights.
    inverse: Vec<f32>,
}

/// The sizes of attention over one sentence.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    /// Width of a token's vector.
    pub hidden: usize,
    /// Width of a head, which divides it.
    pub head: usize,
    /// What scores are multiplied with.
    pub scale: f32,
}

/// From a sentence's queries, keys and values, `tokens × 3 hidden`, to `tokens × hidden`.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2+fma", "aarch64+neon"))]
pub(super) fn attend(qkv: &[f32], context: &mut [f32], shape: Shape, buffers: &mut Attention) {
    let tokens = qkv.len() / (3 * shape.hidden);
    buffers.resize(tokens, shape.head);
    for from in (0..shape.hidden).step_by(shape.head) {
        buffers.read(qkv, from, shape);
        let wide = tokens.div_ceil(LANES);
        product(&buffers.queries, shape.head, shape.head, &buffers.keys, &mut buffers.scores, wide);
        for (row, inverse) in buffers.scores.chunks_exact_mut(wide).zip(&mut buffers.inverse) {
            *inverse = weights(row, tokens);
        }
        let scores = buffers.scores.as_flattened();
        let parts = shape.head.div_ceil(LANES);
        product(scores, wide * LANES, tokens, &buffers.values, &mut buffers.context, parts);
        let rows = context.chunks_exact_mut(shape.hidden).zip(buffers.context.chunks_exact(parts));
        for ((row, of_head), &inverse) in rows.zip(&buffers.inverse) {
            let row = &mut row[from..from + shape.head];
            row.iter_mut().zip(of_head.as_flattened()).for_each(|(to, &x)| *to = x * inverse);
        }
    }
}

impl Attention {
    #[inline(always)]
    fn resize(&mut self, tokens: usize, head: usize) {
        let rows = tokens.next_multiple_of(ROWS);
        let (wide, parts) = (tokens.div_ceil(LANES), head.div_ceil(LANES));
        // what fills up rows and lanes is computed with, but not used: it need only be some number
        self.queries.resize(rows * head, 0.0);
        self.inverse.resize(tokens, 0.0);
        self.keys.resize(wide * head, [0.0; LANES]);
        self.values.resize(parts * tokens, [0.0; LANES]);
        self.scores.resize(rows * wide, [0.0; LANES]);
        self.context.resize(rows * parts, [0.0; LANES]);
    }

    /// Takes over queries, keys and values of the head whose columns begin at `from`.
    #[inline(always)]
    fn read(&mut self, qkv: &[f32], from: usize, Shape { hidden, head, scale }: Shape) {
        let tokens = qkv.len() / (3 * hidden);
        for (token, row) in qkv.chunks_exact(3 * hidden).enumerate() {
            let part = |which: usize| &row[which * hidden + from..][..head];
            let query = &mut self.queries[token * head..(token + 1) * head];
            query.iter_mut().zip(part(0)).for_each(|(to, &x)| *to = x * scale);
            put_into_lane(part(1), &mut self.keys[token / LANES * head..][..head], token % LANES);
            for (at, values) in part(2).chunks(LANES).enumerate() {
                self.values[at * tokens + token][..values.len()].copy_from_slice(values);
            }
        }
    }
}

/// One number for each of `to`.
///
/// A function of its own for the plainest instruction set: with AVX-512 the compiler would scatter, which is slow.
#[inline(never)]
fn put_into_lane(numbers: &[f32], to: &mut [Lanes], lane: usize) {
    to.iter_mut().zip(numbers).for_each(|(to, &x)| to[lane % LANES] = x);
}

/// The product of `left`, rows of which `inner` of `stride` numbers count, and `right`, `inner` rows for each of `wide`
/// columns of [`Lanes`]; `to` has whole blocks of [`ROWS`] rows of `wide`.
#[inline(always)]
fn product(left: &[f32], stride: usize, inner: usize, right: &[Lanes], to: &mut [Lanes], wide: usize) {
    for (left, to) in left.chunks_exact(ROWS * stride).zip(to.chunks_exact_mut(ROWS * wide)) {
        let mut rows: [&[f32]; ROWS] = [&[]; ROWS];
        rows.iter_mut().zip(left.chunks_exact(stride)).for_each(|(to, row)| *to = &row[..inner]);
        for (column, right) in right.chunks_exact(inner).enumerate() {
            let mut sums = [[0.0; LANES]; ROWS];
            for (at, right) in right.iter().enumerate() {
                let (mut left, right) = ([0.0; ROWS], *right);
                left.iter_mut().zip(&rows).for_each(|(to, row)| *to = row[at]);
                for (sums, left) in sums.iter_mut().zip(left) {
                    sums.iter_mut().zip(right).for_each(|(sum, x)| *sum += left * x);
                }
            }
            for (row, sums) in sums.iter().enumerate() {
                to[row * wide + column] = *sums;
            }
        }
    }
}

/// `e^x` of each of the first `len` numbers, over that of the greatest; returns one over their sum.
#[inline(always)]
fn weights(row: &mut [Lanes], len: usize) -> f32 {
    // what fills up the row counts as least: its share is far below the precision of the sum
    row.as_flattened_mut()[len..].fill(f32::MIN);
    let mut most = [f32::MIN; LANES];
    for lanes in &*row {
        most.iter_mut().zip(lanes).for_each(|(most, &x)| *most = if x > *most { x } else { *most });
    }
    let most = vector::fold(most, |a, b| if a > b { a } else { b });
    let mut sums = [0.0; LANES];
    for lanes in row {
        for (x, sum) in lanes.iter_mut().zip(&mut sums) {
            *x = vector::exp(*x - most);
            *sum += *x;
        }
    }
    1.0 / vector::fold(sums, |a, b| a + b)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same in 64 bits, as the formula has it.
    fn expected(qkv: &[f32], Shape { hidden, head, scale }: Shape) -> Vec<f64> {
        let rows: Vec<&[f32]> = qkv.chunks_exact(3 * hidden).collect();
        let at = |row: usize, which: usize, column: usize| f64::from(rows[row][which * hidden + column]);
        let mut context = vec![0.0; rows.len() * hidden];
        for row in 0..rows.len() {
            for from in (0..hidden).step_by(head) {
                let dims = || from..from + head;
                let score = |other| dims().map(|i| at(row, 0, i) * at(other, 1, i)).sum::<f64>() * f64::from(scale);
                let weights: Vec<f64> = (0..rows.len()).map(|other| score(other).exp()).collect();
                for i in dims() {
                    let sum: f64 = weights.iter().enumerate().map(|(other, weight)| weight * at(other, 2, i)).sum();
                    context[row * hidden + i] = sum / weights.iter().sum::<f64>();
                }
            }
        }
        context
    }

    #[test]
    fn attention_is_what_the_formula_says() {
        let mut buffers = Attention::default();
        for (tokens, hidden, head) in [(1, 4, 4), (5, 6, 3), (6, 32, 16), (7, 40, 20), (33, 64, 32), (3, 34, 17)] {
            let qkv: Vec<f32> = (0..tokens * 3 * hidden).map(|i| ((i * 37 + 11) % 101) as f32 / 25.0 - 2.0).collect();
            let shape = Shape { hidden, head, scale: 1.0 / (head as f32).sqrt() };
            let mut found = vec![0.0; tokens * hidden];
            attend(&qkv, &mut found, shape, &mut buffers);
            for (a, b) in found.iter().zip(expected(&qkv, shape)) {
                assert!((f64::from(*a) - b).abs() < 1e-5, "{tokens} tokens: {a} against {b}");
            }
        }
    }
}
