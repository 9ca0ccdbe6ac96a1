//! Sums of products of integers, by the widest instructions that the machine has.

use super::panels::{BLOCK, PANEL, QUAD, Row, Sums};
use std::ops::Range;

/// How the sums are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kernel {
    /// Plain code.
    Scalar,
    /// 256-bit vectors.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// 512-bit vectors, with an instruction for sums of products of bytes.
    #[cfg(target_arch = "x86_64")]
    Vnni,
}

/// Copies in 16 bits, for kernels that multiply such.
#[derive(Debug, Default)]
pub(super) struct Wide {
    tokens: Vec<[i16; QUAD]>,
    /// For each two inputs, their weights for each output.
    panel: Vec<[[i16; 2]; PANEL]>,
}

impl Kernel {
    /// All that this machine has, the fastest last.
    pub fn all() -> Vec<Self> {
        let mut all = vec![Self::Scalar];
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx2") {
                all.push(Self::Avx2);
            }
            if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vnni") {
                all.push(Self::Vnni);
            }
        }
        all
    }

    /// The fastest of them.
    pub fn best() -> Self {
        Self::all().pop().unwrap_or(Self::Scalar)
    }

    /// Prepares for the tokens.
    pub fn widen_tokens(self, tokens: &[[u8; QUAD]], wide: &mut Wide) {
        #[cfg(target_arch = "x86_64")]
        if self == Self::Avx2 {
            wide.tokens.clear();
            wide.tokens.extend(tokens.iter().map(|quad| quad.map(i16::from)));
        }
    }

    /// Prepares for a panel.
    pub fn widen_panel(self, panel: &[Row], wide: &mut Wide) {
        #[cfg(target_arch = "x86_64")]
        if self == Self::Avx2 {
            wide.panel.clear();
            wide.panel.extend(panel.iter().flat_map(|row| {
                [0, 2].map(|first| row.0.map(|quad| [first, first + 1].map(|input| i16::from(quad[input]))))
            }));
        }
    }

    /// The sums of a panel for up to [`BLOCK`] of the tokens; [`Wide`] has been filled with them.
    pub fn sums(self, panel: &[Row], tokens: &[[u8; QUAD]], block: Range<usize>, wide: &Wide, sums: &mut Sums) {
        let quads = block.start * panel.len()..block.end * panel.len();
        match self {
            Self::Scalar => scalar(panel, &tokens[quads], sums),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => avx2::run(&wide.panel, &wide.tokens[quads], sums),
            #[cfg(target_arch = "x86_64")]
            Self::Vnni => vnni::run(panel, &tokens[quads], sums),
        }
    }
}

/// What the vector kernels compute.
fn scalar(panel: &[Row], block: &[[u8; QUAD]], sums: &mut Sums) {
    for (token, sums) in block.chunks_exact(panel.len().max(1)).zip(sums) {
        *sums = [0; PANEL];
        for (values, row) in token.iter().zip(panel) {
            for (sum, weights) in sums.iter_mut().zip(&row.0) {
                *sum += values.iter().zip(weights).map(|(&x, &w)| i32::from(x) * i32::from(w)).sum::<i32>();
            }
        }
    }
}

/// AVX2: `vpmaddwd` multiplies sixteen 16-bit pairs and adds neighbours, exactly. (`vpmaddubsw`, for bytes, saturates.)
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)] // 2.2 times the speed of the matrix product in 32-bit floats; twin and property test above
mod avx2 {
    use super::{BLOCK, PANEL, QUAD, Sums};
    use std::arch::x86_64::{
        __m256i, _mm256_add_epi32, _mm256_loadu_si256, _mm256_madd_epi16, _mm256_set1_epi32, _mm256_setzero_si256,
        _mm256_storeu_si256,
    };

    /// Outputs at once: the lanes of two vectors.
    const STRIP: usize = 16;

    /// As the scalar twin. Only to be called where AVX2 has been detected.
    pub fn run(panel: &[[[i16; 2]; PANEL]], block: &[[i16; QUAD]], sums: &mut Sums) {
        let pairs = block.as_flattened().as_chunks().0;
        for strip in 0..PANEL / STRIP {
            // SAFETY: `Kernel::Avx2` is only made where AVX2 has been detected.
            match pairs.len() / panel.len().max(1) {
                0 => {}
                1 => unsafe { tokens::<1>(panel, strip, pairs, sums) },
                2 => unsafe { tokens::<2>(panel, strip, pairs, sums) },
                3 => unsafe { tokens::<3>(panel, strip, pairs, sums) },
                4 => unsafe { tokens::<4>(panel, strip, pairs, sums) },
                5 => unsafe { tokens::<5>(panel, strip, pairs, sums) },
                _ => unsafe { tokens::<BLOCK>(panel, strip, pairs, sums) },
            }
        }
    }

    #[target_feature(enable = "avx2")]
    fn tokens<const N: usize>(panel: &[[[i16; 2]; PANEL]], strip: usize, block: &[[i16; 2]], sums: &mut Sums) {
        let tokens: [&[[i16; 2]]; N] = std::array::from_fn(|n| &block[n * panel.len()..(n + 1) * panel.len()]);
        let mut acc = [[_mm256_setzero_si256(); 2]; N];
        for (pair, row) in panel.iter().enumerate() {
            let (strips, _) = row.as_chunks::<STRIP>();
            let halves = strips[strip].as_chunks().0;
            let weights = [load(&halves[0]), load(&halves[1])];
            for (token, acc) in tokens.iter().zip(&mut acc) {
                let [low, high] = token[pair];
                let two = _mm256_set1_epi32(i32::from(low as u16) | i32::from(high) << 16);
                for (acc, &weights) in acc.iter_mut().zip(&weights) {
                    *acc = _mm256_add_epi32(*acc, _mm256_madd_epi16(two, weights));
                }
            }
        }
        for (sums, acc) in sums.iter_mut().zip(&acc) {
            let halves = sums[strip * STRIP..(strip + 1) * STRIP].as_chunks_mut::<8>().0;
            halves.iter_mut().zip(acc).for_each(|(half, &acc)| store(acc, half));
        }
    }

    #[target_feature(enable = "avx2")]
    fn load(from: &[[i16; 2]; 8]) -> __m256i {
        // SAFETY: a reference to 32 bytes.
        unsafe { _mm256_loadu_si256(std::ptr::from_ref(from).cast()) }
    }

    #[target_feature(enable = "avx2")]
    fn store(vector: __m256i, to: &mut [i32; 8]) {
        // SAFETY: a reference to 32 bytes.
        unsafe { _mm256_storeu_si256(std::ptr::from_mut(to).cast(), vector) }
    }
}

/// AVX-512 VNNI: `vpdpbusd` multiplies 64 unsigned bytes with signed ones and adds each four products to a sum, exactly.
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)] // twin and property test above
mod vnni {
    use super::{BLOCK, PANEL, QUAD, Row, Sums};
    use std::arch::x86_64::{
        __m512i, _mm512_dpbusd_epi32, _mm512_loadu_si512, _mm512_set1_epi32, _mm512_setzero_si512, _mm512_storeu_si512,
    };

    /// Outputs per vector.
    const LANES: usize = 16;
    /// Vectors per panel.
    const VECTORS: usize = PANEL / LANES;

    /// As the scalar twin. Only to be called where AVX-512 VNNI has been detected.
    pub fn run(panel: &[Row], block: &[[u8; QUAD]], sums: &mut Sums) {
        // SAFETY: `Kernel::Vnni` is only made where AVX-512 VNNI has been detected.
        match block.len() / panel.len().max(1) {
            0 => {}
            1 => unsafe { tokens::<1>(panel, block, sums) },
            2 => unsafe { tokens::<2>(panel, block, sums) },
            3 => unsafe { tokens::<3>(panel, block, sums) },
            4 => unsafe { tokens::<4>(panel, block, sums) },
            5 => unsafe { tokens::<5>(panel, block, sums) },
            _ => unsafe { tokens::<BLOCK>(panel, block, sums) },
        }
    }

    #[target_feature(enable = "avx512f,avx512vnni")]
    fn tokens<const N: usize>(panel: &[Row], block: &[[u8; QUAD]], sums: &mut Sums) {
        let tokens: [&[[u8; QUAD]]; N] = std::array::from_fn(|n| &block[n * panel.len()..(n + 1) * panel.len()]);
        let mut acc = [[_mm512_setzero_si512(); VECTORS]; N];
        for (quad, row) in panel.iter().enumerate() {
            let weights: [__m512i; VECTORS] = load(row);
            for n in 0..N {
                let four = _mm512_set1_epi32(i32::from_ne_bytes(tokens[n][quad]));
                for v in 0..VECTORS {
                    acc[n][v] = _mm512_dpbusd_epi32(acc[n][v], four, weights[v]);
                }
            }
        }
        for (sums, acc) in sums.iter_mut().zip(&acc) {
            let vectors = sums.as_chunks_mut::<LANES>().0;
            vectors.iter_mut().zip(acc).for_each(|(to, &acc)| store(acc, to));
        }
    }

    #[target_feature(enable = "avx512f")]
    fn load(row: &Row) -> [__m512i; VECTORS] {
        let from: *const __m512i = std::ptr::from_ref(row).cast();
        // SAFETY: a row is as many bytes as these vectors.
        [0, 1, 2, 3].map(|v| unsafe { _mm512_loadu_si512(from.add(v)) })
    }

    #[target_feature(enable = "avx512f")]
    fn store(vector: __m512i, to: &mut [i32; LANES]) {
        // SAFETY: a reference to 64 bytes.
        unsafe { _mm512_storeu_si512(std::ptr::from_mut(to).cast(), vector) }
    }
}
