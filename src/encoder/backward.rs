//! Gradients of the encoder's layers, for fine-tuning.
//!
//! The embeddings stay as they are: nothing is propagated below the first layer. A [`Tape`] keeps what the forward pass
//! computed and the backward pass needs.

use super::dense::{Dense, Project};
use super::forward::{Pack, softmax_rows, values};
use super::vector;
use super::weights::{Encoder, Layer, LayerNorm};
use ndarray::linalg::general_mat_mul;
use ndarray::{Array1, Array2, ArrayView2, Axis, Zip, s};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::RngCore;

/// Random zeros in the forward pass (Srivastava et al.: Dropout, JMLR 2014), after attention and after feed-forward.
pub struct Dropout {
    rate: f32,
    random: Xoshiro256PlusPlus,
}

impl Dropout {
    /// Zeros with probability `rate`, below 1; what remains is scaled up.
    pub fn new(rate: f32, random: Xoshiro256PlusPlus) -> Self {
        Self { rate, random }
    }

    /// Factors of 0 or `1 / (1 - rate)`.
    fn mask(&mut self, shape: (usize, usize)) -> Option<Array2<f32>> {
        let kept = 1.0 / (1.0 - self.rate);
        // 24 bits are what a 32-bit float tells apart
        let limit = (f64::from(self.rate) * f64::from(1u32 << 24)) as u32;
        (self.rate > 0.0).then(|| {
            Array2::from_shape_simple_fn(shape, || if self.random.next_u32() >> 8 < limit { 0.0 } else { kept })
        })
    }
}

/// What a layer normalisation computed.
struct NormTape {
    /// Before scale and shift.
    normal: Array2<f32>,
    /// One over the standard deviation of each row.
    inverse: Array1<f32>,
}

/// What a layer computed.
struct LayerTape {
    input: Array2<f32>,
    qkv: Array2<f32>,
    /// Attention weights, sentence by sentence and head by head.
    weights: Vec<Array2<f32>>,
    context: Array2<f32>,
    attention_mask: Option<Array2<f32>>,
    attention_norm: NormTape,
    middle: Array2<f32>,
    up: Array2<f32>,
    active: Array2<f32>,
    output_mask: Option<Array2<f32>>,
    output_norm: NormTape,
}

/// What the forward pass over a pack computed.
pub struct Tape {
    layers: Vec<LayerTape>,
}

impl Encoder<Dense> {
    /// As [`pooled`](Self::pooled), with dropout, keeping what [`backward`](Self::backward) needs.
    pub fn pooled_for_training(&self, pack: &Pack, dropout: &mut Dropout) -> (Array2<f32>, Tape) {
        let mut hidden = self.embed(pack);
        let mut layers = Vec::with_capacity(self.layers.len());
        for layer in &self.layers {
            let (output, tape) = self.layer_for_training(layer, hidden, pack, dropout);
            layers.push(tape);
            hidden = output;
        }
        (self.mean(&hidden, pack), Tape { layers })
    }

    fn layer_for_training(
        &self,
        layer: &Layer<Dense>,
        input: Array2<f32>,
        pack: &Pack,
        dropout: &mut Dropout,
    ) -> (Array2<f32>, LayerTape) {
        let eps = self.config.layer_norm_eps;
        let qkv = layer.qkv.applied(&input);
        let (context, weights) = self.attend_for_training(&qkv, pack);
        let mut sum = layer.attention_out.applied(&context);
        let attention_mask = dropout.mask(sum.dim());
        mask(&mut sum, attention_mask.as_ref());
        sum += &input;
        let (middle, attention_norm) = layer.attention_norm.applied(sum, eps);
        let up = layer.up.applied(&middle);
        let mut active = up.clone();
        vector::gelu(values(&mut active));
        let mut sum = layer.down.applied(&active);
        let output_mask = dropout.mask(sum.dim());
        mask(&mut sum, output_mask.as_ref());
        sum += &middle;
        let (output, output_norm) = layer.output_norm.applied(sum, eps);
        let tape = LayerTape {
            input,
            qkv,
            weights,
            context,
            attention_mask,
            attention_norm,
            middle,
            up,
            active,
            output_mask,
            output_norm,
        };
        (output, tape)
    }

    fn attend_for_training(&self, qkv: &Array2<f32>, pack: &Pack) -> (Array2<f32>, Vec<Array2<f32>>) {
        let mut context = Array2::zeros((qkv.nrows(), self.config.hidden_size));
        let mut kept = Vec::with_capacity(pack.len() * self.config.num_attention_heads);
        for span in pack.spans() {
            for head in 0..self.config.num_attention_heads {
                let [q, k, v] = self.head(qkv, span.clone(), head);
                let mut weights = Array2::zeros((span.len(), span.len()));
                general_mat_mul(self.scale(), &q, &k.t(), 0.0, &mut weights);
                softmax_rows(&mut weights);
                let d = self.config.head_size();
                let mut to = context.slice_mut(s![span.clone(), head * d..(head + 1) * d]);
                general_mat_mul(1.0, &weights, &v, 0.0, &mut to);
                kept.push(weights);
            }
        }
        (context, kept)
    }

    /// Adds the gradient of the loss in the weights of all layers to `gradients`, given the gradient in the pooled
    /// vectors, `sentences × hidden`.
    pub fn backward(&self, pack: &Pack, tape: &Tape, pooled: ArrayView2<'_, f32>, gradients: &mut [Layer<Dense>]) {
        let mut output = Array2::zeros((pack.tokens(), self.config.hidden_size));
        for (span, of_sentence) in pack.spans().zip(pooled.rows()) {
            let share = &of_sentence / span.len() as f32;
            output.slice_mut(s![span, ..]).assign(&share);
        }
        let layers = self.layers.iter().zip(&tape.layers).zip(gradients).enumerate();
        for (i, ((layer, tape), gradients)) in layers.rev() {
            output = self.layer_backward(layer, tape, pack, &output, gradients, i > 0);
        }
    }

    /// The gradient in the layer's input; zeros where it is not `wanted`.
    fn layer_backward(
        &self,
        layer: &Layer<Dense>,
        tape: &LayerTape,
        pack: &Pack,
        output: &Array2<f32>,
        to: &mut Layer<Dense>,
        wanted: bool,
    ) -> Array2<f32> {
        let mut middle = layer.output_norm.backward(&tape.output_norm, output, &mut to.output_norm);
        let mut down = middle.clone();
        mask(&mut down, tape.output_mask.as_ref());
        let mut up = layer.down.backward(&tape.active, &down, &mut to.down);
        if let (Some(gradient), Some(at)) = (up.as_slice_mut(), tape.up.as_slice()) {
            vector::gelu_backward(gradient, at);
        }
        middle += &layer.up.backward(&tape.middle, &up, &mut to.up);
        let mut input = layer.attention_norm.backward(&tape.attention_norm, &middle, &mut to.attention_norm);
        let mut attention = input.clone();
        mask(&mut attention, tape.attention_mask.as_ref());
        let context = layer.attention_out.backward(&tape.context, &attention, &mut to.attention_out);
        let qkv = self.attend_backward(tape, pack, &context);
        to.qkv.add_gradient(&tape.input, &qkv);
        if wanted {
            general_mat_mul(1.0, &qkv, &layer.qkv.weight, 1.0, &mut input);
        }
        input
    }

    fn attend_backward(&self, tape: &LayerTape, pack: &Pack, context: &Array2<f32>) -> Array2<f32> {
        let (h, d, heads) = (self.config.hidden_size, self.config.head_size(), self.config.num_attention_heads);
        let mut gradient = Array2::zeros(tape.qkv.dim());
        for (sentence, span) in pack.spans().enumerate() {
            for head in 0..heads {
                let weights = &tape.weights[sentence * heads + head];
                let [q, k, v] = self.head(&tape.qkv, span.clone(), head);
                let of_context = context.slice(s![span.clone(), head * d..(head + 1) * d]);
                let mut scores = of_context.dot(&v.t());
                for (mut row, weights) in scores.rows_mut().into_iter().zip(weights.rows()) {
                    let mean = row.dot(&weights);
                    Zip::from(&mut row).and(&weights).for_each(|g, &w| *g = w * (*g - mean));
                }
                let mut part = |which: usize, a: ArrayView2<'_, f32>, b: ArrayView2<'_, f32>, scale: f32| {
                    let from = which * h + head * d;
                    let mut to = gradient.slice_mut(s![span.clone(), from..from + d]);
                    general_mat_mul(scale, &a, &b, 0.0, &mut to);
                };
                part(0, scores.view(), k, self.scale());
                part(1, scores.t(), q, self.scale());
                part(2, weights.t(), of_context, 1.0);
            }
        }
        gradient
    }
}

fn mask(rows: &mut Array2<f32>, mask: Option<&Array2<f32>>) {
    if let Some(mask) = mask {
        *rows *= mask;
    }
}

impl Dense {
    fn applied(&self, input: &Array2<f32>) -> Array2<f32> {
        let mut output = Array2::zeros((input.nrows(), self.outputs()));
        self.project(input.view(), output.view_mut(), &mut ());
        output
    }

    /// Adds the gradients in weight and bias, and returns that in the input.
    fn backward(&self, input: &Array2<f32>, output: &Array2<f32>, to: &mut Dense) -> Array2<f32> {
        to.add_gradient(input, output);
        output.dot(&self.weight)
    }

    fn add_gradient(&mut self, input: &Array2<f32>, output: &Array2<f32>) {
        general_mat_mul(1.0, &output.t(), input, 1.0, &mut self.weight);
        self.bias += &output.sum_axis(Axis(0));
    }
}

impl LayerNorm {
    fn applied(&self, mut rows: Array2<f32>, eps: f32) -> (Array2<f32>, NormTape) {
        let width = rows.ncols().max(1);
        let inverse = values(&mut rows).chunks_exact_mut(width).map(|row| vector::normalise(row, eps)).collect();
        let output = &rows * &self.weight + &self.bias;
        (output, NormTape { normal: rows, inverse })
    }

    /// Adds the gradients in scale and shift, and returns that in the input.
    fn backward(&self, tape: &NormTape, output: &Array2<f32>, to: &mut LayerNorm) -> Array2<f32> {
        to.weight += &(output * &tape.normal).sum_axis(Axis(0));
        to.bias += &output.sum_axis(Axis(0));
        let mut input = output * &self.weight;
        let n = input.ncols() as f32;
        for ((mut row, normal), inverse) in input.rows_mut().into_iter().zip(tape.normal.rows()).zip(&tape.inverse) {
            let mean = row.sum() / n;
            let slope = row.dot(&normal) / n;
            Zip::from(&mut row).and(&normal).for_each(|g, &x| *g = inverse * (*g - mean - x * slope));
        }
        input
    }
}

impl Layer<Dense> {
    /// A layer of this shape, all zeros.
    pub fn zeros_like(&self) -> Self {
        let norm =
            |n: &LayerNorm| LayerNorm { weight: Array1::zeros(n.weight.len()), bias: Array1::zeros(n.bias.len()) };
        let dense = |d: &Dense| Dense { weight: Array2::zeros(d.weight.dim()), bias: Array1::zeros(d.bias.len()) };
        Self {
            qkv: dense(&self.qkv),
            attention_out: dense(&self.attention_out),
            attention_norm: norm(&self.attention_norm),
            up: dense(&self.up),
            down: dense(&self.down),
            output_norm: norm(&self.output_norm),
        }
    }

    /// All weights, in a fixed order, each as a slice, and whether weight decay applies to it.
    pub fn parameters_mut(&mut self) -> Vec<(&mut [f32], bool)> {
        let mut all = Vec::with_capacity(12);
        for dense in [&mut self.qkv, &mut self.attention_out, &mut self.up, &mut self.down] {
            all.push((values(&mut dense.weight), true));
            all.extend(dense.bias.as_slice_mut().map(|bias| (bias, false)));
        }
        for norm in [&mut self.attention_norm, &mut self.output_norm] {
            all.extend(norm.weight.as_slice_mut().map(|weight| (weight, false)));
            all.extend(norm.bias.as_slice_mut().map(|bias| (bias, false)));
        }
        all
    }
}
