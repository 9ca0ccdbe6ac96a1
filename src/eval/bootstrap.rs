//! Intervals by resampling documents: sentences of one document are not independent of each other.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};

/// How often documents are drawn anew. 1,000 place the ends of a 95% interval to about a tenth of its width.
pub(super) const SAMPLES: usize = 1000;
/// The same data gives the same intervals.
const SEED: u64 = 20_240_607;

/// For each sample, how often each of `n` documents was drawn (with replacement, `n` draws).
pub(super) fn samples(n: usize) -> impl Iterator<Item = Vec<f64>> {
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
pub(super) fn interval(mut values: Vec<f64>) -> Option<[f64; 2]> {
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
}
