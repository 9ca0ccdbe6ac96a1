//! From a sentence's vector to one logit per label.

use super::dense::Dense;
use ndarray::{Array1, Array2};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};

/// A head of `labels × hidden` small random weights, as training begins with.
pub fn new_head(labels: usize, hidden: usize, seed: u64) -> Dense {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let spread = 1.0 / (hidden as f32).sqrt();
    let mut uniform = || (random.next_u32() >> 8) as f32 / (1u32 << 23) as f32 - 1.0;
    Dense { weight: Array2::from_shape_simple_fn((labels, hidden), || uniform() * spread), bias: Array1::zeros(labels) }
}
