//! Fine-tuning of the encoder tier: all layers and one head per label, by AdamW on the labels' cross-entropy.
//!
//! The embeddings of tokens stay as they are: half of the weights that most sentences never touch, and what the vocabulary
//! can be trimmed of without training again.

use super::adamw::AdamW;
use crate::encoder::{Dense, Dropout, Encoder, Layer, Pack, new_head};
use crate::exec::map_in_order;
use crate::linear::Targets;
use ndarray::{Array1, Array2, Axis};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};

/// How the encoder is fine-tuned.
#[derive(Debug, Clone, PartialEq)]
pub struct FinetuneParams {
    /// Passes over the rows. Default: 2; more overfit on ten thousand rows.
    pub epochs: usize,
    /// Rows per step. Default: 32.
    pub batch: usize,
    /// Highest learning rate of the layers. Default: 5e-5.
    pub rate: f32,
    /// Highest learning rate of the head, which starts from nothing. Default: 1e-3.
    pub head_rate: f32,
    /// Share of the steps over which the rates grow from 0, before they fall back to it. Default: 0.1.
    pub warmup: f32,
    /// Weight decay per unit of the rate. Default: 0.01.
    pub decay: f32,
    /// Share of values set to 0 after attention and feed-forward. Default: 0.1.
    pub dropout: f32,
    /// Longest gradient of the layers; longer ones are scaled down. Default: 1.
    pub clip: f32,
    /// Orders the rows and draws what is dropped. Default: 1.
    pub seed: u64,
    /// Threads; the result is the same for any number. Default: 1.
    pub threads: usize,
}

impl Default for FinetuneParams {
    fn default() -> Self {
        Self {
            epochs: 2,
            batch: 32,
            rate: 5e-5,
            head_rate: 1e-3,
            warmup: 0.1,
            decay: 0.01,
            dropout: 0.1,
            clip: 1.0,
            seed: 1,
            threads: 1,
        }
    }
}

/// Sentences as token ids, with the marks at their ends, and what their labels are: `rows × labels`.
pub struct Examples {
    /// One list of ids per row.
    pub ids: Vec<Vec<u32>>,
    /// Probabilities that labels apply, hard or soft; unknown ones add no loss.
    pub targets: Targets,
}

/// An encoder with its head in the middle of being fine-tuned.
pub struct Finetuning {
    encoder: Encoder<Dense>,
    head: Dense,
    optimiser: AdamW,
    head_optimiser: AdamW,
    /// Steps taken.
    step: usize,
}

/// Parts that a batch is cut into, each worked on by one thread. Fixed, so that sums of gradients never depend on how many
/// threads there are.
const PARTS: usize = 4;

/// Gradients of one part of a batch.
struct Gradients {
    loss: f64,
    layers: Vec<Layer<Dense>>,
    head: Dense,
}

impl Finetuning {
    /// Begins with `encoder` and a new head of `labels` outputs.
    pub fn new(mut encoder: Encoder<Dense>, labels: usize, params: &FinetuneParams) -> Self {
        let head = new_head(labels, encoder.config.hidden_size, params.seed);
        let lengths: Vec<usize> =
            encoder.layers.iter_mut().flat_map(Layer::parameters_mut).map(|(p, _)| p.len()).collect();
        Self {
            optimiser: AdamW::new(lengths),
            head_optimiser: AdamW::new([head.weight.len(), head.bias.len()]),
            encoder,
            head,
            step: 0,
        }
    }

    /// The encoder as it is now.
    pub fn encoder(&self) -> &Encoder<Dense> {
        &self.encoder
    }

    /// The head as it is now, `labels × hidden`.
    pub fn head(&self) -> &Dense {
        &self.head
    }

    /// Logits, `rows × labels`, without dropout.
    pub fn logits(&self, ids: &[Vec<u32>], threads: usize) -> Array2<f32> {
        /// Rows per pack: enough for matrix products to run at full speed, few enough to share among threads.
        const ROWS: usize = 8;
        let packs: Vec<&[Vec<u32>]> = ids.chunks(ROWS).collect();
        let logits = map_in_order(threads, packs.len(), |i| {
            let mut pack = Pack::default();
            packs[i].iter().for_each(|ids| pack.push(ids));
            self.encoder.pooled(&pack).dot(&self.head.weight.t()) + &self.head.bias
        });
        let mut all = Array2::zeros((ids.len(), self.head.bias.len()));
        for (mut rows, logits) in all.axis_chunks_iter_mut(Axis(0), ROWS).zip(logits) {
            rows.assign(&logits);
        }
        all
    }

    /// One epoch; `report` is called after each step with the mean loss per row of the step.
    pub fn epoch(&mut self, examples: &Examples, params: &FinetuneParams, mut report: impl FnMut(usize, f64)) {
        let weights = positive_weights(&examples.targets);
        let per_epoch = examples.ids.len().div_ceil(params.batch.max(1));
        let total = per_epoch * params.epochs;
        let order = order(examples.ids.len(), params.seed, self.step / per_epoch.max(1));
        for batch in order.chunks(params.batch.max(1)) {
            let loss = self.one_step(examples, batch, &weights, params, total);
            report(self.step, loss / batch.len() as f64);
        }
    }

    fn one_step(
        &mut self,
        examples: &Examples,
        batch: &[usize],
        weights: &Array1<f32>,
        params: &FinetuneParams,
        total: usize,
    ) -> f64 {
        let parts = map_in_order(params.threads, PARTS.min(batch.len()), |part| {
            let rows: Vec<usize> = batch.iter().copied().skip(part).step_by(PARTS).collect();
            let random = Xoshiro256PlusPlus::seed_from_u64(params.seed ^ (((self.step * PARTS + part) as u64) << 20));
            let dropout = Dropout::new(params.dropout, random);
            self.gradients(examples, &rows, weights, batch.len(), dropout)
        });
        let Some(mut sum) = parts.into_iter().reduce(Gradients::plus) else { return 0.0 };
        let norm = sum.layers_norm();
        let scale = if norm > params.clip { params.clip / norm } else { 1.0 };
        let gradients = sum.layers.iter_mut().flat_map(Layer::parameters_mut);
        let gradients: Vec<&[f32]> = gradients
            .map(|(gradient, _)| {
                gradient.iter_mut().for_each(|g| *g *= scale);
                &*gradient
            })
            .collect();
        let share = schedule(self.step, total, params.warmup);
        let layers = self.encoder.layers.iter_mut().flat_map(Layer::parameters_mut);
        self.optimiser.update(layers, gradients, params.rate * share, params.decay);
        let head = [(self.head.weight.as_slice_mut(), true), (self.head.bias.as_slice_mut(), false)];
        let head = head.into_iter().filter_map(|(part, decays)| Some((part?, decays)));
        let gradients = [sum.head.weight.as_slice(), sum.head.bias.as_slice()].into_iter().flatten();
        self.head_optimiser.update(head, gradients, params.head_rate * share, params.decay);
        self.step += 1;
        sum.loss
    }

    /// Loss and gradients of `rows`, as their part of the mean over a batch of `n`.
    fn gradients(
        &self,
        examples: &Examples,
        rows: &[usize],
        weights: &Array1<f32>,
        n: usize,
        mut dropout: Dropout,
    ) -> Gradients {
        let mut pack = Pack::default();
        rows.iter().for_each(|&row| pack.push(&examples.ids[row]));
        let (pooled, tape) = self.encoder.pooled_for_training(&pack, &mut dropout);
        let logits = pooled.dot(&self.head.weight.t()) + &self.head.bias;
        let mut loss = 0.0;
        let slope = Array2::from_shape_fn(logits.dim(), |(i, label)| {
            let Some(target) = examples.targets[[rows[i], label]] else { return 0.0 };
            let (of_row, slope) = cross_entropy(logits[[i, label]], target.get() as f32, weights[label]);
            loss += f64::from(of_row);
            slope / n as f32
        });
        let mut layers: Vec<Layer<Dense>> = self.encoder.layers.iter().map(Layer::zeros_like).collect();
        self.encoder.backward(&pack, &tape, slope.dot(&self.head.weight).view(), &mut layers);
        let head =
            Dense { weight: slope.t().dot(&pooled).as_standard_layout().into_owned(), bias: slope.sum_axis(Axis(0)) };
        Gradients { loss, layers, head }
    }
}

impl Gradients {
    fn plus(mut self, mut other: Self) -> Self {
        self.loss += other.loss;
        let parts = self.layers.iter_mut().zip(&mut other.layers);
        for ((to, _), (from, _)) in parts.flat_map(|(a, b)| a.parameters_mut().into_iter().zip(b.parameters_mut())) {
            to.iter_mut().zip(from.iter()).for_each(|(to, from)| *to += from);
        }
        self.head.weight += &other.head.weight;
        self.head.bias += &other.head.bias;
        self
    }

    fn layers_norm(&mut self) -> f32 {
        let parts = self.layers.iter_mut().flat_map(Layer::parameters_mut);
        parts.map(|(part, _)| part.iter().map(|g| g * g).sum::<f32>()).sum::<f32>().sqrt()
    }
}

/// Cross-entropy of a logit, positives counting `weight` times, and its derivative.
fn cross_entropy(logit: f32, target: f32, weight: f32) -> (f32, f32) {
    let prob = 1.0 / (1.0 + (-logit).exp());
    // ln(1 + e^-|x|) never overflows
    let rest = (-logit.abs()).exp().ln_1p();
    let (minus_ln_p, minus_ln_q) = (rest + (-logit).max(0.0), rest + logit.max(0.0));
    let loss = weight * target * minus_ln_p + (1.0 - target) * minus_ln_q;
    (loss, (1.0 - target) * prob - weight * target * (1.0 - prob))
}

/// How often positives of each label count: the root of how many negatives there are for each, at least once.
fn positive_weights(targets: &Targets) -> Array1<f32> {
    let weight = |column: ndarray::ArrayView1<'_, Option<crate::types::Prob>>| {
        let known: Vec<f64> = column.iter().flatten().map(|p| p.get()).collect();
        let positives: f64 = known.iter().sum();
        let negatives = known.len() as f64 - positives;
        if positives > 0.0 { (negatives / positives).sqrt().max(1.0) as f32 } else { 1.0 }
    };
    targets.columns().into_iter().map(weight).collect()
}

/// Share of the highest rate at `step`: up over the warm-up, then down to 0, both in a straight line.
fn schedule(step: usize, total: usize, warmup: f32) -> f32 {
    let (at, total) = (step as f32 + 1.0, total as f32);
    let warm = (total * warmup).max(1.0);
    if at < warm { at / warm } else { ((total - at) / (total - warm).max(1.0)).max(0.0) }
}

/// All rows in random order.
fn order(rows: usize, seed: u64, epoch: usize) -> Vec<usize> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed.wrapping_add((epoch as u64) << 32));
    let mut order: Vec<usize> = (0..rows).collect();
    for i in (1..rows).rev() {
        order.swap(i, (random.next_u64() % (i as u64 + 1)) as usize);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoder::EncoderConfig;
    use crate::types::Prob;

    #[test]
    fn slopes_of_the_loss() {
        for (logit, target, weight) in [(0.3, 1.0, 3.0), (-2.0, 0.0, 3.0), (1.0, 0.25, 2.0), (90.0, 0.0, 1.0)] {
            let (loss, slope) = cross_entropy(logit, target, weight);
            let moved = cross_entropy(logit + 0.01, target, weight).0 - cross_entropy(logit - 0.01, target, weight).0;
            assert!((moved / 0.02 - slope).abs() < 1e-2, "{logit}: {slope} against {}", moved / 0.02);
            assert!(loss.is_finite() && loss >= 0.0);
        }
    }

    #[test]
    fn the_rate_rises_and_falls() {
        let shares: Vec<f32> = (0..100).map(|step| schedule(step, 100, 0.1)).collect();
        assert!(shares[0] < 0.11 && shares[9] > 0.95 && shares[50] < 0.6 && shares[99] == 0.0);
        assert!(schedule(0, 1, 0.0).is_finite());
    }

    fn small() -> Encoder<Dense> {
        let config = EncoderConfig {
            vocab_size: 40,
            hidden_size: 16,
            num_hidden_layers: 2,
            num_attention_heads: 2,
            intermediate_size: 32,
            max_position_embeddings: 12,
            layer_norm_eps: 1e-12,
        };
        Encoder::random(config, 5)
    }

    /// Label 0: id 7 is in the sentence. Label 1: id 3 stands before id 4.
    fn examples(n: usize) -> Examples {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(9);
        let mut pick = |below: u64| (random.next_u64() % below) as u32;
        let ids: Vec<Vec<u32>> = (0..n)
            .map(|i| {
                let mut ids: Vec<u32> = (0..3 + pick(5)).map(|_| 10 + pick(20)).collect();
                match i % 4 {
                    0 => ids[1] = 7,
                    1 => (ids[0], ids[2]) = (3, 4),
                    2 => (ids[0], ids[2]) = (4, 3),
                    _ => {}
                }
                ids
            })
            .collect();
        let targets =
            Array2::from_shape_fn((n, 2), |(i, label)| Some(Prob::clamped(f64::from(u8::from(i % 4 == label)))));
        Examples { ids, targets }
    }

    #[test]
    fn order_of_words_is_learnt_and_threads_do_not_matter() {
        let (train, test) = (examples(600), examples(80));
        let params =
            FinetuneParams { epochs: 12, rate: 2e-3, head_rate: 5e-3, dropout: 0.0, ..FinetuneParams::default() };
        let tune = |threads: usize, epochs: usize| {
            let params = FinetuneParams { threads, ..params.clone() };
            let mut tuning = Finetuning::new(small(), 2, &params);
            let mut losses = Vec::new();
            for _ in 0..epochs {
                tuning.epoch(&train, &params, |_, loss| losses.push(loss));
            }
            (tuning, losses)
        };
        let (tuned, losses) = tune(2, params.epochs);
        let logits = tuned.logits(&test.ids, 2);
        let right = logits.indexed_iter().filter(|((i, label), z)| (**z > 0.0) == (i % 4 == *label)).count();
        assert!(
            right as f64 > 0.95 * logits.len() as f64,
            "{right} of {}, losses {:?}",
            logits.len(),
            &losses[losses.len() - 3..]
        );
        let (one, three) = (tune(1, 1), tune(3, 1));
        assert_eq!(one.1, three.1);
        assert_eq!(one.0.logits(&test.ids, 1), three.0.logits(&test.ids, 3));
    }
}
