//! One-permutation MinHash with values cut to 8 bits.

/// What is kept of a text to compare it by. Deterministic: the same text has the same sketch everywhere.
///
/// One-permutation hashing (Li, Owen, Zhang 2012): the hash of each shingle names one of 64 bins and a value, and each bin keeps
/// the smallest. An empty bin takes the value of the next one that is not (Shrivastava, Li 2014). Values are cut to their lowest 8
/// bits (Li, König: b-bit minwise hashing, 2010).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sketch(pub [u8; Sketch::BINS]);

impl Sketch {
    /// How many bins there are.
    pub const BINS: usize = 64;
    /// Words in a shingle.
    const WORDS: usize = 3;

    /// The sketch of a text: of its triples of neighbouring words, lower-cased, or of all words where there are fewer. `None`
    /// for a text without words.
    pub fn of(text: &str) -> Option<Self> {
        let mut least = [u64::MAX; Self::BINS];
        let mut last = [0; Self::WORDS];
        let mut n = 0;
        for word in words(text) {
            last.rotate_left(1);
            last[Self::WORDS - 1] = word;
            n += 1;
            if n >= Self::WORDS {
                add(&mut least, &last);
            }
        }
        match n {
            0 => return None,
            n if n < Self::WORDS => add(&mut least, &last),
            _ => {}
        }
        Some(Self(filled(&least)))
    }

    /// An estimate of the share of shingles that two texts have in common (Jaccard), with a standard error of at most 0.06.
    pub fn similarity(&self, other: &Self) -> f64 {
        let same = self.0.iter().zip(&other.0).filter(|(a, b)| a == b).count();
        // 8 bits agree by chance once in 256 times
        let (share, chance) = (same as f64 / Self::BINS as f64, 1.0 / 256.0);
        ((share - chance) / (1.0 - chance)).max(0.0)
    }
}

fn add(least: &mut [u64; Sketch::BINS], shingle: &[u64; Sketch::WORDS]) {
    let hash = shingle.iter().fold(0, |hash, &word| mix(hash ^ word));
    let bin = &mut least[(hash >> 58) as usize];
    *bin = (*bin).min(hash);
}

/// One byte a bin.
fn filled(least: &[u64; Sketch::BINS]) -> [u8; Sketch::BINS] {
    std::array::from_fn(|bin| {
        let next = |step: usize| (step, least[(bin + step) % Sketch::BINS]);
        let found = (0..Sketch::BINS).map(next).find(|&(_, value)| value != u64::MAX);
        let (step, value) = found.unwrap_or((0, u64::MAX));
        // with its distance, so that two empty bins that borrow from one bin do not count twice
        mix(value ^ step as u64) as u8
    })
}

/// Hashes of the words of a text: runs of letters and digits, ASCII letters lower-cased.
fn words(text: &str) -> impl Iterator<Item = u64> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while !bytes.get(at).copied().map(is_word)? {
            at += 1;
        }
        let mut hash = 0xcbf2_9ce4_8422_2325u64; // FNV-1a
        while let Some(&byte) = bytes.get(at).filter(|&&b| is_word(b)) {
            hash = (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01b3);
            at += 1;
        }
        Some(hash)
    })
}

/// Letters, digits, and all that is not ASCII: a dash or a quotation mark of the latter kind joins two words, here as in any copy.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii()
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    /// `n` made-up words, a different text for each seed.
    fn text(seed: u64, n: u64) -> Vec<String> {
        (0..n).map(|i| format!("w{}", mix(seed << 32 | i) % 5000)).collect()
    }

    fn jaccard(a: &[String], b: &[String]) -> f64 {
        let shingles = |words: &[String]| words.windows(3).map(|w| w.join(" ")).collect::<HashSet<_>>();
        let (a, b) = (shingles(a), shingles(b));
        a.intersection(&b).count() as f64 / a.union(&b).count() as f64
    }

    #[test]
    fn similarity_estimates_the_share_of_common_shingles() {
        let (mut errors, mut worst) = (0.0, 0.0f64);
        for seed in 0..200 {
            let first = text(2 * seed, 400);
            let mut second = first.clone();
            let changed = (seed % 20) as usize * 20;
            second.splice(..changed, text(2 * seed + 1, changed as u64));
            let sketch = |words: &[String]| Sketch::of(&words.join(" ")).unwrap();
            let error = sketch(&first).similarity(&sketch(&second)) - jaccard(&first, &second);
            errors += error;
            worst = worst.max(error.abs());
        }
        assert!(worst < 0.25 && (errors / 200.0f64).abs() < 0.02, "worst {worst}, bias {}", errors / 200.0);
    }

    #[test]
    fn case_and_punctuation_do_not_count() {
        let a = Sketch::of("The harbour opened, at last; ships came.");
        assert_eq!(a, Sketch::of("  the HARBOUR opened at last\n\nShips came"));
        assert_ne!(a, Sketch::of("The harbour opened at last, ships left."));
        assert_eq!(Sketch::of(" \n.,-"), None);
        assert_ne!(Sketch::of("one"), Sketch::of("two"));
    }

    proptest! {
        #[test]
        fn any_text_has_a_sketch_like_itself(text in "\\PC{0,300}") {
            if let Some(sketch) = Sketch::of(&text) {
                prop_assert_eq!(sketch.similarity(&sketch), 1.0);
            }
        }
    }
}
