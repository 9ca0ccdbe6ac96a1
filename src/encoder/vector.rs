//! Element-wise arithmetic on rows, compiled for several instruction sets, of which the best is taken at run time.
//!
//! Sums run over [`LANES`] partial sums in a fixed order, so that all instruction sets give the same bits.

use multiversion::multiversion;

/// Partial sums per sum.
pub(super) const LANES: usize = 16;

/// Sum of `term` over a row, in a fixed order.
#[inline(always)]
fn sum(row: &[f32], term: impl Fn(f32) -> f32) -> f32 {
    let (chunks, rest) = row.as_chunks::<LANES>();
    let mut sums = [0.0f32; LANES];
    for chunk in chunks {
        sums.iter_mut().zip(chunk).for_each(|(sum, &x)| *sum += term(x));
    }
    sums.iter_mut().zip(rest).for_each(|(sum, &x)| *sum += term(x));
    fold(sums, |a, b| a + b)
}

/// One number of several: the two halves become one, and so on, which vectors do well.
#[inline(always)]
pub(super) fn fold(mut lanes: [f32; LANES], pair: impl Fn(f32, f32) -> f32) -> f32 {
    let mut half = LANES / 2;
    while half > 0 {
        for i in 0..half {
            lanes[i] = pair(lanes[i], lanes[i + half]);
        }
        half /= 2;
    }
    lanes[0]
}

/// Added to a small number, leaves its nearest whole number in the last bits.
const ROUND: f32 = 12_582_912.0;

/// `e^x` within 2e-7 of its value, for x from -87 to 88; clamped there.
///
/// `2^n e^r` with `n` the nearest whole number of `x / ln 2`, and a polynomial for the rest.
#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let x = x.clamp(-87.0, 88.0);
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = x - n * LN_2_HIGH - n * LN_2_LOW;
    let poly = 1.0 + r * (1.0 + r * (0.5 + r * (1.0 / 6.0 + r * (1.0 / 24.0 + r * (1.0 / 120.0 + r * (1.0 / 720.0))))));
    let power = (shifted.to_bits().wrapping_sub(ROUND.to_bits()).wrapping_add(127)) << 23;
    poly * f32::from_bits(power)
}

/// The error function within 5e-7, as a fraction of polynomials; the coefficients are those of Eigen and XLA.
#[inline(always)]
fn erf(x: f32) -> f32 {
    const ABOVE: [f32; 7] =
        [-2.726_142_3e-10, 2.770_681_4e-8, -2.101_024e-6, -5.692_506_3e-5, -7.349_906e-4, -2.954_6e-3, -1.609_603_3e-2];
    const BELOW: [f32; 5] = [-1.456_607_2e-5, -2.133_740_6e-4, -1.682_827e-3, -7.373_329e-3, -1.426_473_9e-2];
    let x = x.clamp(-4.0, 4.0);
    let square = x * x;
    let (mut above, mut below) = (ABOVE[0], BELOW[0]);
    for coefficient in &ABOVE[1..] {
        above = above * square + coefficient;
    }
    for coefficient in &BELOW[1..] {
        below = below * square + coefficient;
    }
    x * above / below
}

/// Gaussian error linear unit, `x Φ(x)` (Hendrycks, Gimpel, arXiv 1606.08415), of each element.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2+fma", "aarch64+neon"))]
pub(super) fn gelu(row: &mut [f32]) {
    row.iter_mut().for_each(|x| *x = gelu_of(*x));
}

/// [`gelu`] of one number.
#[inline(always)]
pub(super) fn gelu_of(x: f32) -> f32 {
    x * (0.5 * (1.0 + erf(x * std::f32::consts::FRAC_1_SQRT_2)))
}

/// Multiplies `gradient` with the derivative of [`gelu`] at `at`: `Φ(x) + x φ(x)`.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2+fma", "aarch64+neon"))]
pub(super) fn gelu_backward(gradient: &mut [f32], at: &[f32]) {
    const INVERSE_ROOT_TAU: f32 = 0.398_942_3;
    for (g, &x) in gradient.iter_mut().zip(at) {
        let below = 0.5 * (1.0 + erf(x * std::f32::consts::FRAC_1_SQRT_2));
        *g *= below + x * INVERSE_ROOT_TAU * exp(-0.5 * x * x);
    }
}

/// `e^x` of each element over their sum.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2+fma", "aarch64+neon"))]
pub(super) fn softmax(row: &mut [f32]) {
    let most = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    row.iter_mut().for_each(|x| *x = exp(*x - most));
    let inverse = 1.0 / sum(row, |x| x);
    row.iter_mut().for_each(|x| *x *= inverse);
}

/// Shifts and scales a row to mean 0 and variance 1; returns the scale.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2+fma", "aarch64+neon"))]
pub(super) fn normalise(row: &mut [f32], eps: f32) -> f32 {
    normalised(row, eps)
}

#[inline(always)]
fn normalised(row: &mut [f32], eps: f32) -> f32 {
    let n = row.len() as f32;
    let mean = sum(row, |x| x) / n;
    let variance = sum(row, |x| (x - mean) * (x - mean)) / n;
    let scale = 1.0 / (variance + eps).sqrt();
    row.iter_mut().for_each(|x| *x = (*x - mean) * scale);
    scale
}

/// [`normalise`], then scale and shift per element.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2+fma", "aarch64+neon"))]
pub(super) fn layer_norm(row: &mut [f32], eps: f32, scale: &[f32], shift: &[f32]) {
    normalised(row, eps);
    row.iter_mut().zip(scale).zip(shift).for_each(|((x, &scale), &shift)| *x = *x * scale + shift);
}

/// [`layer_norm`] of the sum of two rows.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2+fma", "aarch64+neon"))]
pub(super) fn add_layer_norm(row: &mut [f32], other: &[f32], eps: f32, scale: &[f32], shift: &[f32]) {
    row.iter_mut().zip(other).for_each(|(x, &y)| *x += y);
    normalised(row, eps);
    row.iter_mut().zip(scale).zip(shift).for_each(|((x, &scale), &shift)| *x = *x * scale + shift);
}

/// `row` in 256 steps, from 0: returns the value of one step and which step stands for 0, which is exactly on one.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2+fma", "aarch64+neon"))]
pub(super) fn quantise(row: &[f32], to: &mut [u8]) -> (f32, i32) {
    const STEPS: f32 = 255.0;
    let (mut least, mut most) = ([0.0f32; LANES], [0.0f32; LANES]);
    let (chunks, rest) = row.as_chunks::<LANES>();
    for chunk in chunks {
        least.iter_mut().zip(chunk).for_each(|(least, &x)| *least = if x < *least { x } else { *least });
        most.iter_mut().zip(chunk).for_each(|(most, &x)| *most = if x > *most { x } else { *most });
    }
    let least = rest.iter().chain(&least).copied().fold(0.0, f32::min);
    let most = rest.iter().chain(&most).copied().fold(0.0, f32::max);
    let step = (most - least) / STEPS;
    // a smaller step has no inverse, and what it measures is as good as 0
    let inverse = if step >= f32::MIN_POSITIVE { 1.0 / step } else { 0.0 };
    let zero = (-least * inverse).round_ties_even();
    for (to, &x) in to.iter_mut().zip(row) {
        let steps = x * inverse + zero;
        let steps = if steps > 0.0 { steps } else { 0.0 };
        // the rounded zero may push the greatest value half a step too far
        let steps = if steps < STEPS { steps } else { STEPS };
        *to = (steps + ROUND).to_bits() as u8;
    }
    (step, zero as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_close_to_those_in_64_bits() {
        let phi = |x: f64| {
            // Simpson's rule over the density
            let (n, h) = (2000, x / 2000.0);
            let density = |t: f64| (-0.5 * t * t).exp() / std::f64::consts::TAU.sqrt();
            let inner: f64 = (1..n).map(|i| density(f64::from(i) * h) * if i % 2 == 1 { 4.0 } else { 2.0 }).sum();
            0.5 + (density(0.0) + inner + density(x)) * h / 3.0
        };
        for i in -600..=600 {
            let x = i as f32 / 100.0;
            let exact = f64::from(x).exp();
            assert!((f64::from(exp(x)) / exact - 1.0).abs() < 3e-7, "exp {x}");
            let mut row = [x];
            gelu(&mut row);
            assert!((f64::from(row[0]) - f64::from(x) * phi(f64::from(x))).abs() < 2e-6, "gelu {x}");
        }
        assert!(exp(-1000.0) < 1e-37 && exp(1000.0).is_finite());
    }

    #[test]
    fn whatever_is_quantised_has_its_zero_in_range() {
        const WEIRD: [f32; 8] = [0.0, 1e-45, 1e-37, 3e-36, 1.0, f32::MAX, f32::INFINITY, f32::NAN];
        for a in WEIRD {
            for b in WEIRD {
                let (_, zero) = quantise(&[-a, b], &mut [0; 2]);
                assert!((0..=255).contains(&zero), "{zero} for -{a} and {b}");
            }
        }
    }

    #[test]
    fn rows_are_normalised_and_quantised() {
        let row: Vec<f32> = (0..37).map(|i| ((i * 7) % 11) as f32 - 3.0).collect();
        let mut normal = row.clone();
        normalise(&mut normal, 0.0);
        let mean: f32 = normal.iter().sum::<f32>() / 37.0;
        let variance: f32 = normal.iter().map(|x| x * x).sum::<f32>() / 37.0;
        assert!(mean.abs() < 1e-6 && (variance - 1.0).abs() < 1e-5);
        let mut steps = vec![0; 37];
        let (step, zero) = quantise(&row, &mut steps);
        for (&x, &q) in row.iter().zip(&steps) {
            assert!((f32::from(q) - zero as f32).mul_add(step, -x).abs() <= 0.51 * step);
            assert!(x != 0.0 || i32::from(q) == zero);
        }
        let mut weights = row.clone();
        softmax(&mut weights);
        assert!((weights.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        assert_eq!(quantise(&[0.0; 5], &mut steps[..5]), (0.0, 0));
    }
}
