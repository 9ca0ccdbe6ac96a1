//! Sums of products of integers, by the widest instructions that the machine has.

use super::Tokens;
use multiversion::multiversion;
use ndarray::{Array1, ArrayView2};

/// Outputs per panel: the lanes of two vectors of 32-bit sums.
const PANEL: usize = 16;
/// Inputs that one instruction sums up.
const PAIR: usize = 2;
/// Tokens that are worked on at once, as many as fit into the registers beside the weights.
const BLOCK: usize = 6;

/// Weights in the order in which kernels read them: panels of [`PANEL`] outputs, and in each, pair by pair of inputs, the
/// two weights of each output. The last panel and pair are filled up with zeros.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Panels {
    weights: Vec<i16>,
    /// Per panel, what turns its sums into values.
    affine: Vec<Affine>,
    outputs: usize,
    pairs: usize,
}

/// From the sums of a panel to values.
#[derive(Debug, Clone, Default, PartialEq)]
struct Affine {
    /// The sum of an output's weights, which the zero point of a token is multiplied with.
    sum: [i32; PANEL],
    /// The value of one step of an output's weights.
    scale: [f32; PANEL],
    bias: [f32; PANEL],
}

/// How the sums are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kernel {
    /// Plain code.
    Scalar,
    /// 256-bit vectors.
    #[cfg(target_arch = "x86_64")]
    Avx2,
}

impl Kernel {
    /// All that this machine has.
    pub fn all() -> Vec<Self> {
        let mut all = vec![Self::Scalar];
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") {
            all.push(Self::Avx2);
        }
        all
    }

    /// The fastest of them.
    pub fn best() -> Self {
        Self::all().pop().unwrap_or(Self::Scalar)
    }
}

/// The length of a token's values with the zeros that fill up the last pair.
pub(super) fn padded(inputs: usize) -> usize {
    inputs.next_multiple_of(PAIR)
}

/// Sums of up to [`BLOCK`] tokens for one panel.
type Sums = [[i32; PANEL]; BLOCK];

impl Panels {
    /// From weights, `out × in`, and per output the value of one step and the bias.
    pub fn new(weights: ArrayView2<'_, i8>, scale: &Array1<f32>, bias: &Array1<f32>) -> Self {
        let (outputs, inputs) = weights.dim();
        let pairs = padded(inputs) / PAIR;
        let mut packed = Vec::with_capacity(outputs.next_multiple_of(PANEL) * pairs * PAIR);
        let mut affine = Vec::with_capacity(outputs.div_ceil(PANEL));
        for first in (0..outputs).step_by(PANEL) {
            for pair in 0..pairs {
                for output in first..first + PANEL {
                    let weight = |input: usize| weights.get((output, input)).copied().map_or(0, i16::from);
                    packed.extend([weight(pair * PAIR), weight(pair * PAIR + 1)]);
                }
            }
            let mut of_panel = Affine::default();
            for (lane, output) in (first..outputs.min(first + PANEL)).enumerate() {
                of_panel.sum[lane] = weights.row(output).iter().map(|&w| i32::from(w)).sum();
                (of_panel.scale[lane], of_panel.bias[lane]) = (scale[output], bias[output]);
            }
            affine.push(of_panel);
        }
        Self { weights: packed, affine, outputs, pairs }
    }

    /// Width of the output.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// The product with each token, as rows of `output`.
    pub fn multiply(&self, kernel: Kernel, tokens: &Tokens, output: &mut [f32]) {
        let stride = self.pairs * PAIR;
        let panels = (0..self.outputs).step_by(PANEL).zip(self.weights.chunks_exact(stride * PANEL)).zip(&self.affine);
        for ((first, panel), affine) in panels {
            let last = self.outputs.min(first + PANEL);
            let blocks = tokens.values.chunks(BLOCK * stride).zip(tokens.steps.chunks(BLOCK));
            for ((block, steps), rows) in blocks.zip(output.chunks_mut(BLOCK * self.outputs)) {
                let mut sums: Sums = [[0; PANEL]; BLOCK];
                match kernel {
                    Kernel::Scalar => scalar(panel, block, stride, &mut sums),
                    #[cfg(target_arch = "x86_64")]
                    Kernel::Avx2 => avx2::run(panel, block, stride, &mut sums),
                }
                for ((row, sums), &step) in rows.chunks_exact_mut(self.outputs).zip(&sums).zip(steps) {
                    let values = values(affine, sums, step);
                    row[first..last].copy_from_slice(&values[..last - first]);
                }
            }
        }
    }
}

/// Sums to values, for a token with this step and zero point.
#[multiversion(targets("x86_64+avx2+fma", "aarch64+neon"))]
fn values(affine: &Affine, sums: &[i32; PANEL], (step, zero): (f32, i32)) -> [f32; PANEL] {
    std::array::from_fn(|i| (sums[i] - zero * affine.sum[i]) as f32 * (step * affine.scale[i]) + affine.bias[i])
}

/// What the vector kernels compute.
fn scalar(panel: &[i16], block: &[i16], stride: usize, sums: &mut Sums) {
    for (token, sums) in block.chunks_exact(stride).zip(sums) {
        for (pair, weights) in token.chunks_exact(PAIR).zip(panel.chunks_exact(PANEL * PAIR)) {
            for (sum, weights) in sums.iter_mut().zip(weights.chunks_exact(PAIR)) {
                *sum += i32::from(pair[0]) * i32::from(weights[0]) + i32::from(pair[1]) * i32::from(weights[1]);
            }
        }
    }
}

/// AVX2: `vpmaddwd` multiplies sixteen 16-bit pairs and adds neighbours, exactly.
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)] // 2.2 times the speed of the matrix product in 32-bit floats; twin and property test above
mod avx2 {
    use super::{BLOCK, PAIR, PANEL, Sums};
    use std::arch::x86_64::{
        __m256i, _mm256_add_epi32, _mm256_loadu_si256, _mm256_madd_epi16, _mm256_set1_epi32, _mm256_setzero_si256,
        _mm256_storeu_si256,
    };

    /// As the scalar twin. Only to be called where AVX2 has been detected.
    pub fn run(panel: &[i16], block: &[i16], stride: usize, sums: &mut Sums) {
        // SAFETY: `Kernel::Avx2` is only made where AVX2 has been detected.
        match block.len() / stride {
            6 => unsafe { tokens::<6>(panel, block, stride, sums) },
            5 => unsafe { tokens::<5>(panel, block, stride, sums) },
            4 => unsafe { tokens::<4>(panel, block, stride, sums) },
            3 => unsafe { tokens::<3>(panel, block, stride, sums) },
            2 => unsafe { tokens::<2>(panel, block, stride, sums) },
            _ => unsafe { tokens::<1>(panel, block, stride, sums) },
        }
    }

    #[target_feature(enable = "avx2")]
    fn tokens<const N: usize>(panel: &[i16], block: &[i16], stride: usize, sums: &mut Sums) {
        assert!(N <= BLOCK && block.len() == N * stride && panel.len() == stride * PANEL);
        let mut low = [_mm256_setzero_si256(); N];
        let mut high = [_mm256_setzero_si256(); N];
        for pair in 0..stride / PAIR {
            let at = pair * PAIR * PANEL;
            // SAFETY: the length of `panel` was checked: it holds 32 values at each multiple of 32 below it.
            let [left, right] = [0, 16].map(|by| unsafe { load(panel.as_ptr().add(at + by)) });
            for n in 0..N {
                // SAFETY: the length of `block` was checked: each token has `stride` values, an even number.
                let two = unsafe { block.as_ptr().add(n * stride + pair * PAIR).cast::<i32>().read_unaligned() };
                let two = _mm256_set1_epi32(two);
                low[n] = _mm256_add_epi32(low[n], _mm256_madd_epi16(two, left));
                high[n] = _mm256_add_epi32(high[n], _mm256_madd_epi16(two, right));
            }
        }
        for n in 0..N {
            let (a, b) = sums[n].split_at_mut(8);
            // SAFETY: both halves hold eight 32-bit values.
            unsafe {
                _mm256_storeu_si256(a.as_mut_ptr().cast::<__m256i>(), low[n]);
                _mm256_storeu_si256(b.as_mut_ptr().cast::<__m256i>(), high[n]);
            }
        }
    }

    /// # Safety
    /// 16 values can be read from `at`.
    #[target_feature(enable = "avx2")]
    unsafe fn load(at: *const i16) -> __m256i {
        // SAFETY: the caller's promise.
        unsafe { _mm256_loadu_si256(at.cast::<__m256i>()) }
    }
}
