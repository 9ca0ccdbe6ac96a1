//! Which sentences the linear tier settles, and which go on to the encoder.
//!
//! A sentence is settled if the linear tier is sure of every label, that it applies or that it does not; from where on
//! it is sure is chosen on held-out sentences, for a stated loss against the encoder alone.

use crate::types::Prob;
use serde::{Deserialize, Serialize};

/// From where on the linear tier is sure of a label.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// A lower probability settles that the label does not apply; 0 settles nothing.
    pub low: f64,
    /// A higher probability settles that it applies; 1 settles nothing.
    pub high: f64,
}

impl Limits {
    /// Nothing is settled.
    pub const NONE: Self = Self { low: 0.0, high: 1.0 };

    /// Whether the linear tier is sure.
    pub fn settle(&self, prob: Prob) -> bool {
        prob.get() < self.low || prob.get() > self.high
    }

    /// Whether the numbers are probabilities in order.
    pub fn is_valid(&self) -> bool {
        0.0 <= self.low && self.low <= self.high && self.high <= 1.0
    }
}

/// Whether the linear tier is sure of all labels, of which it says `probs`.
pub fn settled(limits: &[Limits], probs: &[Prob]) -> bool {
    limits.iter().zip(probs).all(|(limits, &prob)| limits.settle(prob))
}

/// A held-out sentence: what both tiers say of each label, and what is true.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// By the linear tier, which has not seen the sentence.
    pub linear: Vec<Prob>,
    /// By the encoder.
    pub encoder: Vec<Prob>,
    /// The probability that the label applies, 0 or 1 where a person said so; `None` where nobody did.
    pub truth: Vec<Option<Prob>>,
}

/// Thresholds of both tiers, one per label.
#[derive(Debug, Clone, Copy)]
pub struct Thresholds<'a> {
    /// Of the linear tier.
    pub linear: &'a [Prob],
    /// Of the encoder.
    pub encoder: &'a [Prob],
}

/// Limits, and what they do to the sentences that they were chosen on.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// One per label.
    pub limits: Vec<Limits>,
    /// Share of sentences that go on to the encoder.
    pub escalated: f64,
    /// Macro-F1 of the encoder alone less that of the cascade.
    pub loss: f64,
}

/// Shares of error that are tried, each this part of the one before.
const STEP: f64 = 0.85;
/// How many are tried, from 1 down to about 1 in 100,000; after them none.
const STEPS: i32 = 72;

/// The widest limits whose loss of macro-F1 (expected, where the truth is a probability) is at most `max_loss`.
///
/// All labels share one number: the share of the encoder's true finds that may be settled away, and, in proportion to
/// what is true, of false finds that may be settled in. Limits of a label follow from it, and the largest number
/// that costs no more than allowed is taken.
pub fn choose(samples: &[Sample], thresholds: Thresholds<'_>, max_loss: f64) -> Choice {
    let alone = macro_f1(samples, thresholds, None);
    let shares = (0..STEPS).map(|i| STEP.powi(i)).chain([0.0]);
    let choices = shares.map(|share| {
        let limits: Vec<Limits> =
            (0..thresholds.linear.len()).map(|label| limits(samples, thresholds, label, share)).collect();
        let on = samples.iter().filter(|s| !settled(&limits, &s.linear)).count();
        let loss = alone - macro_f1(samples, thresholds, Some(&limits));
        Choice { escalated: on as f64 / samples.len().max(1) as f64, loss, limits }
    });
    let mut within = choices.filter(|choice| choice.loss <= max_loss);
    // with share 0 no true find is lost, so there is always a choice
    within.next().unwrap_or_else(|| Choice {
        limits: vec![Limits::NONE; thresholds.linear.len()],
        escalated: 1.0,
        loss: 0.0,
    })
}

/// What a sentence adds to the errors of a label on either side.
struct Cost {
    prob: f64,
    /// A true find of the encoder, lost if settled as "no".
    find: f64,
    /// No find of the encoder, wrong if settled as "yes".
    wrong: f64,
}

/// Limits of one label that lose at most `share` of the encoder's true finds, and add at most as many false ones.
fn limits(samples: &[Sample], thresholds: Thresholds<'_>, label: usize, share: f64) -> Limits {
    let encoder = thresholds.encoder[label].get();
    let mut costs: Vec<Cost> = samples
        .iter()
        .filter_map(|sample| {
            let truth = sample.truth[label]?.get();
            let given = sample.encoder[label].get() >= encoder;
            let (find, wrong) = if given { (truth, 0.0) } else { (0.0, 1.0 - truth) };
            Some(Cost { prob: sample.linear[label].get(), find, wrong })
        })
        .collect();
    costs.sort_by(|a, b| a.prob.total_cmp(&b.prob));
    let finds = costs.iter().map(|c| c.find).sum::<f64>();
    if finds == 0.0 {
        // nothing shows what settling would lose
        return Limits::NONE;
    }
    let allowed = share * finds;
    let threshold = thresholds.linear[label].get();
    let low = first_beyond(costs.iter().map(|c| (c.prob, c.find)), allowed).unwrap_or(1.0);
    let high = first_beyond(costs.iter().rev().map(|c| (c.prob, c.wrong)), allowed).unwrap_or(0.0);
    Limits { low: low.min(threshold), high: high.max(threshold) }
}

/// The probability at which the sum of costs first exceeds what is allowed.
fn first_beyond(costs: impl Iterator<Item = (f64, f64)>, allowed: f64) -> Option<f64> {
    let mut sum = 0.0;
    for (prob, cost) in costs {
        sum += cost;
        if sum > allowed {
            return Some(prob);
        }
    }
    None
}

/// Expected macro-F1 of the encoder, or of the cascade with `limits`, over the labels that any sentence has.
fn macro_f1(samples: &[Sample], thresholds: Thresholds<'_>, limits: Option<&[Limits]>) -> f64 {
    let labels = thresholds.linear.len();
    let (mut hits, mut given, mut true_) = (vec![0.0; labels], vec![0.0; labels], vec![0.0; labels]);
    for sample in samples {
        let linear = limits.is_some_and(|limits| settled(limits, &sample.linear));
        let (probs, thresholds) =
            if linear { (&sample.linear, thresholds.linear) } else { (&sample.encoder, thresholds.encoder) };
        for label in 0..labels {
            let Some(truth) = sample.truth[label] else { continue };
            true_[label] += truth.get();
            if probs[label].get() >= thresholds[label].get() {
                given[label] += 1.0;
                hits[label] += truth.get();
            }
        }
    }
    let f1: Vec<f64> = (0..labels).filter(|&l| true_[l] > 0.0).map(|l| 2.0 * hits[l] / (given[l] + true_[l])).collect();
    f1.iter().sum::<f64>() / f1.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One label: the linear tier is right at its ends and guesses between 0.2 and 0.8, the encoder is always right.
    fn samples() -> Vec<Sample> {
        (0..1000)
            .map(|i| {
                let prob = f64::from(i % 100) / 100.0;
                let truth = if (0.2..0.8).contains(&prob) { i % 3 == 0 } else { prob > 0.5 };
                let truth = Prob::clamped(f64::from(u8::from(truth)));
                Sample { linear: vec![Prob::clamped(prob)], encoder: vec![truth], truth: vec![Some(truth)] }
            })
            .collect()
    }

    fn half() -> Vec<Prob> {
        vec![Prob::clamped(0.5)]
    }

    #[test]
    fn what_the_linear_tier_guesses_goes_on() {
        let (linear, encoder) = (half(), half());
        let thresholds = Thresholds { linear: &linear, encoder: &encoder };
        let free = choose(&samples(), thresholds, 0.0);
        assert!(free.loss <= 0.0 && (0.55..=0.62).contains(&free.escalated), "{free:?}");
        let dear = choose(&samples(), thresholds, 0.05);
        assert!(dear.escalated < free.escalated && dear.loss > 0.0 && dear.loss <= 0.05, "{dear:?}");
        assert!(dear.limits[0].is_valid() && dear.limits[0].low <= 0.5 && dear.limits[0].high >= 0.5);
        let none = choose(&samples(), thresholds, 1.0);
        assert!(none.escalated < 0.02, "{none:?}");
    }

    #[test]
    fn every_label_must_be_settled() {
        let limits = [Limits { low: 0.2, high: 0.8 }, Limits::NONE];
        let probs = |a: f64, b: f64| [Prob::clamped(a), Prob::clamped(b)];
        assert!(settled(&limits[..1], &probs(0.1, 0.5)[..1]) && settled(&limits[..1], &probs(0.9, 0.5)[..1]));
        assert!(!settled(&limits[..1], &probs(0.2, 0.5)[..1]) && !settled(&limits[..1], &probs(0.8, 0.5)[..1]));
        assert!(!settled(&limits, &probs(0.1, 0.0)) && !settled(&limits, &probs(0.1, 1.0)));
    }

    #[test]
    fn without_evidence_nothing_is_settled() {
        let (linear, encoder) = (half(), half());
        let thresholds = Thresholds { linear: &linear, encoder: &encoder };
        assert_eq!(choose(&[], thresholds, 0.005).limits, [Limits::NONE]);
        let mut unknown = samples();
        unknown.iter_mut().for_each(|s| s.truth[0] = None);
        assert_eq!(choose(&unknown, thresholds, 0.005).limits, [Limits::NONE]);
    }
}
