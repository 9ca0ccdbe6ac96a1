//! A number that tells whether something read before is still the same.
//!
//! Not meant against people who look for two texts with one number, but against files that have been edited. Written here
//! because it is kept between runs: hashes of libraries may change with the version, the machine or the run.

/// Odd, with its bits well mixed: the fractional part of the golden ratio.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// A fingerprint in the making. The same on every machine.
#[derive(Debug, Default)]
pub struct Fingerprint(u64);

impl Fingerprint {
    /// Adds some bytes, and that they end here.
    pub fn add(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.add_number(u64::from_le_bytes(*word));
        }
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        self.add_number(u64::from_le_bytes(last));
        self.add_number(bytes.len() as u64);
    }

    /// Adds a text that may be missing.
    pub fn add_text(&mut self, text: Option<&str>) {
        self.add_number(u64::from(text.is_some()));
        self.add(text.unwrap_or_default().as_bytes());
    }

    /// Adds a number.
    pub fn add_number(&mut self, number: u64) {
        // The high half of the product reaches every later bit once it has been folded down.
        let product = u128::from(self.0 ^ number ^ FACTOR).wrapping_mul(u128::from(FACTOR));
        self.0 = (product as u64).rotate_left(23) ^ (product >> 64) as u64;
    }

    /// All that was added.
    pub fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn of(parts: &[&str]) -> u64 {
        let mut fingerprint = Fingerprint::default();
        parts.iter().for_each(|part| fingerprint.add(part.as_bytes()));
        fingerprint.finish()
    }

    #[test]
    fn every_small_change_shows() {
        let text = "The council will sell the old mill by the river.";
        let mut seen = HashSet::from([of(&[text])]);
        for i in 0..text.len() {
            assert!(seen.insert(of(&[&text[..i]])), "cut at {i}");
            assert!(seen.insert(of(&[&text[..i], &text[i..]])), "parted at {i}");
            let changed = format!("{}_{}", &text[..i], &text[i + 1..]);
            assert!(seen.insert(of(&[&changed])) || changed == text, "changed at {i}");
        }
        assert!(seen.insert(of(&["a", ""])) && seen.insert(of(&["", "a"])) && seen.insert(of(&["a\0"])));
    }

    /// A changed value would make every unfinished run start anew.
    #[test]
    fn the_numbers_stay() {
        assert_eq!(of(&[]), 0);
        assert_eq!(of(&["abc"]), 0x2786_2762_9f9f_6ea1);
        assert_eq!(of(&["The council"]), 0x4b86_efe4_42fc_cdfc);
    }
}
