//! Sentences to vectors.
//!
//! Sentences are packed: their tokens follow each other in one matrix, without padding, so that no work is done for tokens
//! that do not exist. Only attention looks at one sentence at a time.

use super::attention::{self, Attention, Shape};
use super::config::EncoderConfig;
use super::dense::Project;
use super::vector;
use super::weights::{Encoder, Layer, LayerNorm};
use ndarray::{Array2, ArrayView2, Axis, s};
use std::ops::Range;

/// Sentences as token ids, one after the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pack {
    ids: Vec<u32>,
    /// Where each sentence ends.
    ends: Vec<usize>,
}

impl Pack {
    /// Tokens after which a pack of sentences should go through the encoder: enough for matrix products at full speed, few enough
    /// to stay in the cache.
    pub const TOKENS: usize = 256;

    /// Adds a sentence; the marks at its ends are part of `ids`.
    pub fn push(&mut self, ids: &[u32]) {
        self.ids.extend_from_slice(ids);
        self.ends.push(self.ids.len());
    }

    /// How many sentences there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// How many tokens there are.
    pub fn tokens(&self) -> usize {
        self.ids.len()
    }

    /// Takes out all sentences.
    pub fn clear(&mut self) {
        self.ids.clear();
        self.ends.clear();
    }

    /// The rows of each sentence.
    pub(super) fn spans(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| start..end)
    }
}

impl<D: Project> Encoder<D> {
    /// The mean over its tokens' last vectors for each sentence, `sentences × hidden`.
    ///
    /// # Panics
    /// If an id is not in the vocabulary, or a sentence is empty or longer than the positions.
    pub fn pooled(&self, pack: &Pack) -> Array2<f32> {
        let mut hidden = self.embed(pack);
        let mut scratch = Scratch::new(&self.config, pack.tokens());
        for layer in &self.layers {
            self.layer(layer, &mut hidden, pack, &mut scratch);
        }
        self.mean(&hidden, pack)
    }

    /// The mean over the rows of each sentence.
    pub(super) fn mean(&self, hidden: &Array2<f32>, pack: &Pack) -> Array2<f32> {
        let mut means = Array2::zeros((pack.len(), self.config.hidden_size));
        for (span, mut mean) in pack.spans().zip(means.rows_mut()) {
            let n = span.len() as f32;
            mean.assign(&hidden.slice(s![span, ..]).sum_axis(Axis(0)));
            mean /= n;
        }
        means
    }

    /// Queries, keys and values of one head of one sentence.
    pub(super) fn head<'a>(&self, qkv: &'a Array2<f32>, span: Range<usize>, head: usize) -> [ArrayView2<'a, f32>; 3] {
        let (h, d) = (self.config.hidden_size, self.config.head_size());
        [0, 1, 2].map(|which| {
            let from = which * h + head * d;
            qkv.slice(s![span.clone(), from..from + d])
        })
    }

    /// What scores of attention are multiplied with.
    pub(super) fn scale(&self) -> f32 {
        1.0 / (self.config.head_size() as f32).sqrt()
    }

    pub(super) fn embed(&self, pack: &Pack) -> Array2<f32> {
        let mut hidden = Array2::zeros((pack.tokens(), self.config.hidden_size));
        for span in pack.spans() {
            for (position, row) in span.enumerate() {
                let mut to = hidden.row_mut(row);
                to.assign(&self.embeddings.word.row(pack.ids[row] as usize));
                to += &self.embeddings.position.row(position);
            }
        }
        self.embeddings.norm.apply(&mut hidden, self.config.layer_norm_eps);
        hidden
    }

    fn layer(&self, layer: &Layer<D>, hidden: &mut Array2<f32>, pack: &Pack, scratch: &mut Scratch<D>) {
        let eps = self.config.layer_norm_eps;
        let Scratch { qkv, context, sum, wide, attention, project } = scratch;
        layer.qkv.project(hidden.view(), qkv.view_mut(), project);
        self.attend(qkv, pack, attention, context);
        layer.attention_out.project(context.view(), sum.view_mut(), project);
        layer.attention_norm.apply_to_sum(hidden, sum, eps);
        layer.up.project_gelu(hidden.view(), wide.view_mut(), project);
        layer.down.project(wide.view(), sum.view_mut(), project);
        layer.output_norm.apply_to_sum(hidden, sum, eps);
    }

    /// Attention within each sentence: from queries, keys and values, `tokens × 3 hidden`, to `tokens × hidden`.
    fn attend(&self, qkv: &mut Array2<f32>, pack: &Pack, buffers: &mut Attention, context: &mut Array2<f32>) {
        let (hidden, head) = (self.config.hidden_size, self.config.head_size());
        let shape = Shape { hidden, head, scale: self.scale() };
        let (qkv, context) = (values(qkv), values(context));
        for span in pack.spans() {
            let qkv = &qkv[span.start * 3 * hidden..span.end * 3 * hidden];
            attention::attend(qkv, &mut context[span.start * hidden..span.end * hidden], shape, buffers);
        }
    }
}

/// What the layers compute, one after the other, in the same place.
struct Scratch<D: Project> {
    qkv: Array2<f32>,
    context: Array2<f32>,
    sum: Array2<f32>,
    wide: Array2<f32>,
    attention: Attention,
    project: D::Scratch,
}

impl<D: Project> Scratch<D> {
    fn new(config: &EncoderConfig, tokens: usize) -> Self {
        let rows = |width: usize| Array2::zeros((tokens, width));
        Self {
            qkv: rows(3 * config.hidden_size),
            context: rows(config.hidden_size),
            sum: rows(config.hidden_size),
            wide: rows(config.intermediate_size),
            attention: Attention::default(),
            project: D::Scratch::default(),
        }
    }
}

impl LayerNorm {
    /// Normalises each row: mean 0 and variance 1, then scale and shift.
    fn apply(&self, rows: &mut Array2<f32>, eps: f32) {
        let (scale, shift) = (self.weight.as_standard_layout(), self.bias.as_standard_layout());
        let (scale, shift) = (scale.as_slice().unwrap_or(&[]), shift.as_slice().unwrap_or(&[]));
        for row in values(rows).chunks_exact_mut(scale.len().max(1)) {
            vector::layer_norm(row, eps, scale, shift);
        }
    }

    /// Adds `other` to `rows`, then as [`apply`](Self::apply).
    fn apply_to_sum(&self, rows: &mut Array2<f32>, other: &mut Array2<f32>, eps: f32) {
        let (scale, shift) = (self.weight.as_standard_layout(), self.bias.as_standard_layout());
        let (scale, shift) = (scale.as_slice().unwrap_or(&[]), shift.as_slice().unwrap_or(&[]));
        let width = scale.len().max(1);
        for (row, other) in values(rows).chunks_exact_mut(width).zip(values(other).chunks_exact(width)) {
            vector::add_layer_norm(row, other, eps, scale, shift);
        }
    }
}

/// The values of a matrix, row by row, which is put into standard layout first: those made here are in it already.
pub(super) fn values(rows: &mut Array2<f32>) -> &mut [f32] {
    if !rows.is_standard_layout() {
        *rows = rows.as_standard_layout().into_owned();
    }
    // a matrix in standard layout is a slice
    rows.as_slice_mut().unwrap_or(&mut [])
}

pub(super) fn softmax_rows(rows: &mut Array2<f32>) {
    let width = rows.ncols().max(1);
    values(rows).chunks_exact_mut(width).for_each(vector::softmax);
}
