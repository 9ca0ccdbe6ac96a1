//! Sums of products of integers, by the widest instructions that the machine has.

#[cfg(target_arch = "x86_64")]
use super::panels::BLOCK;
use super::panels::{PANEL, QUAD, Row, Sums};
use multiversion::multiversion;
use std::ops::Range;

/// Outputs that kernels for 16 bits work on at once: the lanes of two vectors of 256 bits.
const STRIP: usize = 16;

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

/// Two inputs in 16 bits.
type Pair = [i16; 2];

/// Copies in 16 bits, for kernels that multiply such.
#[derive(Debug, Default)]
pub(super) struct Wide {
    tokens: Vec<Pair>,
    /// For each [`STRIP`] outputs, for each two inputs, their weights side by side.
    panel: Vec<[Pair; STRIP]>,
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

    /// Whether it multiplies in 16 bits.
    fn is_wide(self) -> bool {
        match self {
            Self::Scalar => true,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => true,
            #[cfg(target_arch = "x86_64")]
            Self::Vnni => false,
        }
    }

    /// Prepares for the tokens.
    pub fn widen_tokens(self, tokens: &[[u8; QUAD]], wide: &mut Wide) {
        wide.tokens.clear();
        if self.is_wide() {
            let pairs = tokens.as_flattened().as_chunks().0.iter();
            wide.tokens.extend(pairs.map(|&[first, second]: &[u8; 2]| [i16::from(first), i16::from(second)]));
        }
    }

    /// Prepares for a panel.
    pub fn widen_panel(self, panel: &[Row], wide: &mut Wide) {
        if self.is_wide() {
            wide.panel.resize(panel.len() * 2 * (PANEL / STRIP), [[0; 2]; STRIP]);
            widen(panel, &mut wide.panel);
        }
    }

    /// The sums of a panel for up to [`BLOCK`](super::panels::BLOCK) of the tokens; [`Wide`] has been filled with both.
    pub fn sums(self, panel: &[Row], tokens: &[[u8; QUAD]], block: Range<usize>, wide: &Wide, sums: &mut Sums) {
        let of_block = |width: usize| block.start * width..block.end * width;
        match self {
            Self::Scalar => scalar(&wide.panel, &wide.tokens[of_block(2 * panel.len())], sums),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => avx2::run(&wide.panel, &wide.tokens[of_block(2 * panel.len())], sums),
            #[cfg(target_arch = "x86_64")]
            Self::Vnni => vnni::run(panel, &tokens[of_block(panel.len())], sums),
        }
    }
}

/// Weights in 16 bits: strip by strip, from each row the first two inputs of each output, and the last two.
#[multiversion(targets("x86_64+avx2"))]
fn widen(panel: &[Row], to: &mut [[Pair; STRIP]]) {
    for (strip, to) in to.chunks_exact_mut((2 * panel.len()).max(1)).enumerate() {
        for (row, [first, last]) in panel.iter().zip(to.as_chunks_mut().0) {
            let quads: &[[i8; QUAD]; STRIP] = &row.0.as_chunks().0[strip];
            for i in 0..STRIP {
                first[i] = [i16::from(quads[i][0]), i16::from(quads[i][1])];
                last[i] = [i16::from(quads[i][2]), i16::from(quads[i][3])];
            }
        }
    }
}

/// What the vector kernels compute.
fn scalar(panel: &[[Pair; STRIP]], tokens: &[Pair], sums: &mut Sums) {
    let pairs = (panel.len() / (PANEL / STRIP)).max(1);
    for (token, sums) in tokens.chunks_exact(pairs).zip(sums) {
        for (panel, sums) in panel.chunks_exact(pairs).zip(sums.as_chunks_mut::<STRIP>().0) {
            let mut acc = [0; STRIP];
            for (x, weights) in token.iter().zip(panel) {
                for (sum, w) in acc.iter_mut().zip(weights) {
                    *sum += i32::from(x[0]) * i32::from(w[0]) + i32::from(x[1]) * i32::from(w[1]);
                }
            }
            *sums = acc;
        }
    }
}

/// AVX2: `vpmaddwd` multiplies sixteen 16-bit pairs and adds neighbours, exactly. (`vpmaddubsw`, for bytes, saturates.)
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)] // 2.2 times the speed of the matrix product in 32-bit floats; twin and property test above
mod avx2 {
    use super::{BLOCK, PANEL, Pair, STRIP, Sums};
    use std::arch::x86_64::{
        __m256i, _mm256_add_epi32, _mm256_loadu_si256, _mm256_madd_epi16, _mm256_set1_epi32, _mm256_setzero_si256,
        _mm256_storeu_si256,
    };

    /// As the scalar twin. Only to be called where AVX2 has been detected.
    pub fn run(panel: &[[Pair; STRIP]], tokens: &[Pair], sums: &mut Sums) {
        let pairs = panel.len() / (PANEL / STRIP);
        for (strip, panel) in panel.chunks_exact(pairs.max(1)).enumerate() {
            // SAFETY: `Kernel::Avx2` is only made where AVX2 has been detected.
            match tokens.len() / panel.len() {
                0 => {}
                1 => unsafe { multiply::<1>(panel, strip, tokens, sums) },
                2 => unsafe { multiply::<2>(panel, strip, tokens, sums) },
                3 => unsafe { multiply::<3>(panel, strip, tokens, sums) },
                4 => unsafe { multiply::<4>(panel, strip, tokens, sums) },
                5 => unsafe { multiply::<5>(panel, strip, tokens, sums) },
                _ => unsafe { multiply::<BLOCK>(panel, strip, tokens, sums) },
            }
        }
    }

    #[target_feature(enable = "avx2")]
    fn multiply<const N: usize>(panel: &[[Pair; STRIP]], strip: usize, block: &[Pair], sums: &mut Sums) {
        let tokens: [&[Pair]; N] = std::array::from_fn(|n| &block[n * panel.len()..(n + 1) * panel.len()]);
        let mut acc = [[_mm256_setzero_si256(); 2]; N];
        for (pair, row) in panel.iter().enumerate() {
            let halves = row.as_chunks().0;
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
    fn load(from: &[Pair; 8]) -> __m256i {
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
#[allow(unsafe_code)] // 4 times the speed of the AVX2 kernel; twin and property test above
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
