//! A table of words: text in, number out.

use crate::types::Span;
use rustc_hash::FxHasher;
use std::hash::Hasher;

/// A map from words to numbers.
///
/// Open addressing over one flat text, so that a look-up touches two cache lines, or three for a word of more than
/// eight bytes. Common words come early, and so stand together.
pub struct Words {
    /// 0 where free, else the upper bits of the word's hash above its index. A power of two, at least half free.
    slots: Vec<u32>,
    text: String,
    /// From index 1 on; the first stands for a word that is not there.
    entries: Vec<Entry>,
}

#[derive(Clone, Copy)]
struct Entry {
    /// See [`key`].
    key: u64,
    /// The end of the word in `text`; it starts where the one before ends.
    end: u32,
    /// What it is mapped to.
    number: u32,
}

/// Slots of a table without words.
const SLOTS: usize = 1 << 10;
/// The bits of a slot that hold an index.
const INDEX: u32 = (1 << 20) - 1;
/// Words that are looked up at once: reads of memory that do not wait for each other.
const BATCH: usize = 32;

impl Default for Words {
    fn default() -> Self {
        Self { slots: vec![0; SLOTS], text: String::new(), entries: vec![Entry { key: 0, end: 0, number: Self::NONE }] }
    }
}

impl Words {
    /// What [`get_all`](Self::get_all) says of a word that is not there; no word may be mapped to it.
    pub const NONE: u32 = u32::MAX;
    /// The most words there can be.
    pub const MOST: usize = INDEX as usize;

    /// How many words there are.
    pub fn len(&self) -> usize {
        self.entries.len() - 1
    }

    /// Whether there is no word.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets all words.
    pub fn clear(&mut self) {
        self.slots.fill(0);
        self.text.clear();
        self.entries.truncate(1);
    }

    /// The number of `word`, if it is there.
    pub fn get(&self, word: &str) -> Option<u32> {
        self.find(word, key(word)).ok()
    }

    /// Appends the number of each of these words of `text` to `numbers`. Faster than one by one.
    pub fn get_all(&self, text: &str, words: &[Span], numbers: &mut Vec<u32>) {
        for words in words.chunks(BATCH) {
            let (mut keys, mut slots) = ([0; BATCH], [0; BATCH]);
            for (key, word) in keys.iter_mut().zip(words) {
                *key = self::key(&text[word.range()]);
            }
            for (slot, &key) in slots.iter_mut().zip(&keys[..words.len()]) {
                *slot = self.slots[hash(key) as usize & (self.slots.len() - 1)];
            }
            numbers.extend(words.iter().zip(slots).zip(keys).map(|((word, slot), key)| {
                let word = &text[word.range()];
                match self.matches(slot, word, key) {
                    Some(number) => number,
                    None => self.find(word, key).unwrap_or(Self::NONE),
                }
            }));
        }
    }

    /// Puts `word` in with `number`, unless it is there. There may be [`Words::MOST`], of less than 4 GB in all.
    pub fn insert(&mut self, word: &str, number: u32) {
        let key = key(word);
        if let Err(slot) = self.find(word, key) {
            self.slots[slot] = slot_of(hash(key), self.entries.len());
            self.text.push_str(word);
            self.entries.push(Entry { key, end: self.text.len() as u32, number });
            if 2 * self.len() > self.slots.len() {
                self.grow();
            }
        }
    }

    /// The number of a word, or the slot where it belongs.
    fn find(&self, word: &str, key: u64) -> Result<u32, usize> {
        let mask = self.slots.len() - 1;
        let mut at = hash(key) as usize & mask;
        loop {
            let slot = self.slots[at];
            if slot == 0 {
                return Err(at);
            }
            if let Some(number) = self.matches(slot, word, key) {
                return Ok(number);
            }
            at = (at + 1) & mask;
        }
    }

    /// The number in a slot, if it is that of `word`.
    fn matches(&self, slot: u32, word: &str, key: u64) -> Option<u32> {
        let index = (slot & INDEX) as usize;
        if slot != slot_of(hash(key), index) {
            return None;
        }
        let entry = self.entries[index];
        let start = self.entries[index.saturating_sub(1)].end as usize;
        let end = entry.end as usize;
        let same = entry.key == key
            && end - start == word.len()
            && (word.len() <= 8 || &self.text.as_bytes()[start..end] == word.as_bytes());
        same.then_some(entry.number)
    }

    fn grow(&mut self) {
        let mut slots = vec![0; 2 * self.slots.len()];
        let mask = slots.len() - 1;
        for (index, entry) in self.entries.iter().enumerate().skip(1) {
            let hash = hash(entry.key);
            let mut at = hash as usize & mask;
            while slots[at] != 0 {
                at = (at + 1) & mask;
            }
            slots[at] = slot_of(hash, index);
        }
        self.slots = slots;
    }
}

/// Names a word among those of its length: of up to eight bytes, these; of a longer one, a hash.
fn key(word: &str) -> u64 {
    let word = word.as_bytes();
    let long = |bytes: &[u8; 4]| u64::from(u32::from_le_bytes(*bytes));
    match (word.first_chunk(), word.last_chunk(), word.first_chunk(), word) {
        (_, _, Some(eight), _) if word.len() == 8 => u64::from_le_bytes(*eight),
        (_, _, Some(_), _) => {
            let mut hasher = FxHasher::default();
            hasher.write(word);
            hasher.finish()
        }
        // the two halves may overlap, in bytes that they agree on
        (Some(first), Some(last), ..) => long(first) | long(last) << (8 * (word.len() - 4)),
        _ => word.iter().rev().fold(0, |key, &byte| key << 8 | u64::from(byte)),
    }
}

/// Spreads keys.
fn hash(key: u64) -> u64 {
    let product = u128::from(key ^ 0x9E37_79B9_7F4A_7C15) * 0xD6E8_FEB8_6659_FD93;
    product as u64 ^ (product >> 64) as u64
}

fn slot_of(hash: u64, index: usize) -> u32 {
    (hash >> 32) as u32 & !INDEX | index as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_their_numbers() {
        let mut words = Words::default();
        let word = |i: u32| format!("word {}", i * i);
        for i in 0..3000 {
            assert_eq!(words.get(&word(i)), None);
            words.insert(&word(i), 7 * i);
            words.insert(&word(i), 0);
        }
        for i in 0..3000 {
            assert_eq!(words.get(&word(i)), Some(7 * i));
        }
        assert_eq!((words.len(), words.get("word 50")), (3000, None));
        let text = "word 1 word 4word 5";
        let mut numbers = vec![9];
        let spans = [(0, 6), (7, 13), (13, 19), (0, 4)].map(|(start, end)| Span::new(start, end));
        words.get_all(text, &spans.repeat(20), &mut numbers);
        assert_eq!(numbers[1..], [7, 14, Words::NONE, Words::NONE].repeat(20));
        let alike = ["", "a", "a\0", "aa", "aba", "abca", "abcda", "abcdabc", "abcdabcd", "abcdabcda", "\0"];
        (0..).zip(alike).for_each(|(i, word)| words.insert(word, i));
        assert!((0..).zip(alike).all(|(i, word)| words.get(word) == Some(i)));
        words.clear();
        assert!(words.is_empty());
        assert_eq!(words.get(""), None);
        words.insert("", 5);
        assert_eq!((words.get(""), words.get("word 0")), (Some(5), None));
    }
}
