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
use std::sync::{Mutex, PoisonError};

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
    /// Room for the gradients of each part of a batch, kept between steps: fresh memory costs a fifth of a step.
    gradients: Vec<Mutex<Gradients>>,
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

/// What one pass over the rows consists of.
pub struct Plan {
    /// How often positives of each label count.
    weights: Array1<f32>,
    rows: usize,
    /// Steps per epoch.
    per_epoch: usize,
    /// Steps in all.
    total: usize,
}

impl Plan {
    /// For fine-tuning on `examples`.
    pub fn new(examples: &Examples, params: &FinetuneParams) -> Self {
        let rows = examples.ids.len();
        let per_epoch = rows.div_ceil(params.batch.max(1)).max(1);
        Self { weights: positive_weights(&examples.targets), rows, per_epoch, total: per_epoch * params.epochs }
    }

    /// Steps in all.
    pub fn steps(&self) -> usize {
        self.total
    }

    /// Whether an epoch is complete after `step` steps.
    pub fn ends_epoch(&self, step: usize) -> bool {
        step.is_multiple_of(self.per_epoch)
    }
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
            gradients: (0..PARTS).map(|_| Mutex::new(Gradients::zeros(&encoder, &head))).collect(),
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
        by_packs(ids, threads, self.head.bias.len(), |pack| {
            self.encoder.pooled(pack).dot(&self.head.weight.t()) + &self.head.bias
        })
    }

    /// Steps taken.
    pub fn step(&self) -> usize {
        self.step
    }

    /// Everything that changes in training, each part as a slice, in a fixed order: weights, then running means, then
    /// running means of squares, of the layers and then of the head.
    pub(super) fn state_mut(&mut self) -> Vec<&mut [f32]> {
        let layers = self.encoder.layers.iter_mut().flat_map(Layer::parameters_mut);
        let weights = layers.chain(head_parts(&mut self.head)).map(|(part, _)| part);
        let [means, squares] = &mut self.optimiser.moments;
        let [head_means, head_squares] = &mut self.head_optimiser.moments;
        let moments = means.iter_mut().chain(head_means).chain(squares).chain(head_squares).map(Vec::as_mut_slice);
        weights.chain(moments).collect()
    }

    /// Sets how many steps have been taken, after [`state_mut`](Self::state_mut) has been filled in.
    pub(super) fn set_step(&mut self, step: usize) {
        self.step = step;
        self.optimiser.step = step as u64;
        self.head_optimiser.step = step as u64;
    }

    /// One step; returns the mean loss per row. Which rows it takes depends on the plan, the seed and how many steps have
    /// been taken alone.
    pub fn advance(&mut self, examples: &Examples, plan: &Plan, params: &FinetuneParams) -> f64 {
        let order = order(plan.rows, params.seed, self.step / plan.per_epoch);
        let at = self.step % plan.per_epoch * params.batch.max(1);
        let batch = &order[at..plan.rows.min(at + params.batch.max(1))];
        let parts = PARTS.min(batch.len());
        let this = &*self;
        map_in_order(params.threads, parts, |part| {
            let rows: Vec<usize> = batch.iter().copied().skip(part).step_by(PARTS).collect();
            let random = Xoshiro256PlusPlus::seed_from_u64(params.seed ^ (((this.step * PARTS + part) as u64) << 20));
            let dropout = Dropout::new(params.dropout, random);
            // no task panics with the lock in hand, and each has its own
            let mut to = this.gradients[part].lock().unwrap_or_else(PoisonError::into_inner);
            this.gradients_of(examples, &rows, &plan.weights, batch.len(), dropout, &mut to);
        });
        let loss = self.apply(parts, schedule(self.step, plan.total, params.warmup), params);
        self.step += 1;
        loss / batch.len() as f64
    }

    /// Moves the weights against the gradients of the first `parts` parts; returns the loss of these.
    fn apply(&mut self, parts: usize, share: f32, params: &FinetuneParams) -> f64 {
        let mut all =
            self.gradients.iter_mut().take(parts).map(|g| g.get_mut().unwrap_or_else(PoisonError::into_inner));
        let Some(sum) = all.next() else { return 0.0 };
        all.for_each(|other| sum.add(other));
        let norm = sum.layers_norm();
        let scale = if norm > params.clip { params.clip / norm } else { 1.0 };
        let gradients = sum.layers.iter_mut().flat_map(Layer::parameters_mut).map(|(gradient, _)| &*gradient);
        let layers = self.encoder.layers.iter_mut().flat_map(Layer::parameters_mut);
        self.optimiser.update(layers, gradients, scale, params.rate * share, params.decay);
        let gradients = head_parts(&mut sum.head).map(|(gradient, _)| &*gradient);
        self.head_optimiser.update(head_parts(&mut self.head), gradients, 1.0, params.head_rate * share, params.decay);
        sum.loss
    }

    /// Loss and gradients of `rows`, as their part of the mean over a batch of `n`.
    fn gradients_of(
        &self,
        examples: &Examples,
        rows: &[usize],
        weights: &Array1<f32>,
        n: usize,
        mut dropout: Dropout,
        to: &mut Gradients,
    ) {
        to.clear();
        let mut pack = Pack::default();
        rows.iter().for_each(|&row| pack.push(&examples.ids[row]));
        let (pooled, tape) = self.encoder.pooled_for_training(&pack, &mut dropout);
        let logits = pooled.dot(&self.head.weight.t()) + &self.head.bias;
        let slope = Array2::from_shape_fn(logits.dim(), |(i, label)| {
            let Some(target) = examples.targets[[rows[i], label]] else { return 0.0 };
            let (of_row, slope) = cross_entropy(logits[[i, label]], target.get() as f32, weights[label]);
            to.loss += f64::from(of_row);
            slope / n as f32
        });
        self.encoder.backward(&pack, &tape, slope.dot(&self.head.weight).view(), &mut to.layers);
        to.head.weight += &slope.t().dot(&pooled);
        to.head.bias += &slope.sum_axis(Axis(0));
    }
}

/// One row of `width` numbers for each sentence, by what `each` makes of a pack of sentences: `sentences × width`.
pub(super) fn by_packs(
    ids: &[Vec<u32>],
    threads: usize,
    width: usize,
    each: impl Fn(&Pack) -> Array2<f32> + Sync,
) -> Array2<f32> {
    /// Rows per pack: enough for matrix products to run at full speed, few enough to share among threads.
    const ROWS: usize = 8;
    let packs: Vec<&[Vec<u32>]> = ids.chunks(ROWS).collect();
    let made = map_in_order(threads, packs.len(), |i| {
        let mut pack = Pack::default();
        packs[i].iter().for_each(|ids| pack.push(ids));
        each(&pack)
    });
    let mut all = Array2::zeros((ids.len(), width));
    for (mut rows, made) in all.axis_chunks_iter_mut(Axis(0), ROWS).zip(made) {
        rows.assign(&made);
    }
    all
}

/// Weight and bias of a head, and whether weight decay applies.
fn head_parts(head: &mut Dense) -> impl Iterator<Item = (&mut [f32], bool)> {
    let parts = [(head.weight.as_slice_mut(), true), (head.bias.as_slice_mut(), false)];
    parts.into_iter().filter_map(|(part, decays)| Some((part?, decays)))
}

impl Gradients {
    fn zeros(encoder: &Encoder<Dense>, head: &Dense) -> Self {
        let head = Dense { weight: Array2::zeros(head.weight.dim()), bias: Array1::zeros(head.bias.len()) };
        Self { loss: 0.0, layers: encoder.layers.iter().map(Layer::zeros_like).collect(), head }
    }

    /// All parts, in a fixed order.
    fn parts_mut(&mut self) -> impl Iterator<Item = &mut [f32]> {
        let layers = self.layers.iter_mut().flat_map(Layer::parameters_mut);
        layers.chain(head_parts(&mut self.head)).map(|(part, _)| part)
    }

    fn clear(&mut self) {
        self.loss = 0.0;
        self.parts_mut().for_each(|part| part.fill(0.0));
    }

    fn add(&mut self, other: &mut Self) {
        self.loss += other.loss;
        for (to, from) in self.parts_mut().zip(other.parts_mut()) {
            to.iter_mut().zip(from.iter()).for_each(|(to, from)| *to += from);
        }
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
            let plan = Plan::new(&train, &params);
            let steps = plan.steps() / params.epochs * epochs;
            let losses: Vec<f64> = (0..steps).map(|_| tuning.advance(&train, &plan, &params)).collect();
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
