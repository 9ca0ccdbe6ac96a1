//! Intervals by resampling documents: sentences of one document are not independent of each other.
//!
//! A difference of two models is resampled like a figure of one: as a function of how often each document counts, so that
//! both are judged on the same documents (the paired bootstrap; Efron and Tibshirani 1993, and for language processing
//! Berg-Kirkpatrick, Burkett and Klein 2012).

use super::figures::{Each, Four};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};

/// How often documents are drawn anew. 1,000 place the ends of a 95% interval to about a tenth of its width.
pub(super) const SAMPLES: usize = 1000;
/// The same data gives the same intervals.
const SEED: u64 = 20_240_607;

/// A figure, and what it is on resampled documents.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Resampled {
    /// On the documents as they are; absent where it is undefined.
    pub value: Option<f64>,
    /// On the samples that define it.
    drawn: Vec<f64>,
}

impl Resampled {
    /// The 95% percentile interval; absent without a value, and unless nineteen of twenty samples define it.
    pub fn interval(&self) -> Option<[f64; 2]> {
        self.value.and_then(|_| interval(self.drawn.clone()))
    }

    /// The share of samples above 0, those at 0 counted half; absent where the interval is.
    pub fn above_zero(&self) -> Option<f64> {
        self.interval()?;
        let points = self.drawn.iter().map(|&v| if v == 0.0 { 0.5 } else { f64::from(u8::from(v > 0.0)) });
        Some(points.sum::<f64>() / self.drawn.len() as f64)
    }
}

/// What `at`, a function of how often each document counts, is on the documents as they are and on resampled ones.
pub(super) fn resample(documents: usize, at: impl Fn(&[f64]) -> Each<Four>) -> Each<[Resampled; 4]> {
    let start = |four: Four| four.map(|value| Resampled { value, drawn: Vec::new() });
    let add = |(mut kept, four): ([Resampled; 4], Four)| {
        kept.iter_mut().zip(four).for_each(|(kept, value)| kept.drawn.extend(value));
        kept
    };
    samples(documents).fold(at(&vec![1.0; documents]).map(start), |kept, times| kept.zip(at(&times)).map(add))
}

/// For each sample, how often each of `n` documents was drawn (with replacement, `n` draws).
fn samples(n: usize) -> impl Iterator<Item = Vec<f64>> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(SEED);
    (0..SAMPLES).map(move |_| {
        let mut times = vec![0.0; n];
        for _ in 0..n {
            times[below(&mut rng, n)] += 1.0;
        }
        times
    })
}

/// A number below `n`, from the high bits of a product (Lemire 2019; the bias is below `n / 2^64`).
fn below(rng: &mut Xoshiro256PlusPlus, n: usize) -> usize {
    ((u128::from(rng.next_u64()) * n as u128) >> 64) as usize
}

/// The 2.5th and 97.5th percentile of `values`; none unless nineteen of twenty samples had a value.
fn interval(mut values: Vec<f64>) -> Option<[f64; 2]> {
    if values.len() < SAMPLES * 19 / 20 {
        return None;
    }
    values.sort_by(f64::total_cmp);
    let at = |share: f64| values[((values.len() - 1) as f64 * share).round() as usize];
    Some([at(0.025), at(0.975)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_repeat_and_are_full() {
        let first: Vec<_> = samples(7).take(3).collect();
        assert_eq!(first, samples(7).take(3).collect::<Vec<_>>());
        assert!(first.iter().all(|times| times.iter().sum::<f64>() == 7.0));
        assert_ne!(first[0], first[1]);
    }

    #[test]
    fn percentiles() {
        let values = (0..1000).map(f64::from).rev().collect();
        assert_eq!(interval(values), Some([25.0, 974.0]));
        assert_eq!(interval(vec![1.0; 10]), None);
    }

    #[test]
    fn ties_count_half() {
        let drawn = [vec![-1.0; 200], vec![0.0; 300], vec![0.5; 500]].concat();
        let resampled = |value| Resampled { value, drawn: drawn.clone() };
        assert_eq!(resampled(Some(0.1)).above_zero(), Some(0.65));
        assert_eq!(resampled(None).above_zero(), None);
    }
}
