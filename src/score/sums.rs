//! The sums over a family of n-grams that its logits are made of.

use super::columns::{Columns, add};
use super::words::WordTable;
use ndarray::Array1;

/// Logits in the making.
pub(super) struct Sums {
    logits: Vec<[f64; 4]>,
    /// How often each n-gram of characters was counted, by place; zero between sentences. So many are counted that they
    /// are kept close, away from the weights.
    counts: Vec<u16>,
    /// Places of n-grams counted more than once, in the order in which they came back.
    repeated: Vec<u32>,
    /// What there is too much of `idf · weight` for each repeated n-gram: a negative factor.
    excess: Vec<f64>,
    /// `1 + ln t` for small `t`, as in a row.
    frequencies: Vec<f32>,
}

/// Frequencies that are looked up: more occurrences of one n-gram in a sentence are rare.
const FREQUENCIES: u16 = 64;

impl Sums {
    pub fn new(lanes: usize) -> Self {
        Self {
            logits: vec![[0.0; 4]; lanes],
            counts: Vec::new(),
            repeated: Vec::new(),
            excess: Vec::new(),
            frequencies: (0..FREQUENCIES).map(weight).collect(),
        }
    }

    /// Begins a sentence.
    pub fn begin(&mut self, bias: &Array1<f32>) {
        for (logit, &bias) in self.logits.as_flattened_mut().iter_mut().zip(bias) {
            *logit = f64::from(bias);
        }
    }

    /// Ends it.
    pub fn write(&self, logits: &mut [f64]) {
        for (to, from) in logits.iter_mut().zip(self.logits.as_flattened()) {
            *to = *from;
        }
    }

    /// Adds a family that consists of the n-grams at `places`.
    pub fn add_grams(&mut self, columns: &mut Columns, places: &[u32]) {
        self.repeated.resize(places.len(), 0);
        let (repeats, square) = columns.count(places, &mut self.repeated);
        self.repeated.truncate(repeats);
        let factor = self.settle(columns, square, |place| columns.times(place));
        for lane in 0..self.logits.len() {
            self.add_lane(columns, lane, factor, columns.sum(places, lane));
        }
        columns.forget_counts(places);
    }

    /// Adds the family of the n-grams of characters of these words, which have been counted.
    pub fn add_words(&mut self, columns: &Columns, words: &WordTable, distinct: &[u32]) {
        self.counts.resize(columns.len(), 0);
        let (mut square, mut grams) = (0.0, 0);
        for word in distinct.iter().map(|&word| words.record(word)) {
            square += f64::from(word.times) * f64::from(word.square);
            grams += word.chars.len();
        }
        self.repeated.resize(grams, 0);
        let mut repeats = 0;
        for word in distinct.iter().map(|&word| words.record(word)) {
            repeats = match word.times {
                1 => self.count_once(word.chars, repeats),
                times => self.count_often(word.chars, times as u16, repeats),
            };
        }
        self.repeated.truncate(repeats);
        let counts = std::mem::take(&mut self.counts);
        let factor = self.settle(columns, square, |place| counts[place as usize]);
        self.counts = counts;
        for lane in 0..self.logits.len() {
            let mut sum = [0.0; 4];
            for word in distinct.iter().map(|&word| words.record(word)) {
                add(&mut sum, f64::from(word.times), word.weights(lane));
            }
            self.add_lane(columns, lane, factor, sum);
        }
        for &word in distinct {
            self.forget(words.record(word).chars);
        }
    }

    /// Counts n-grams, and writes those that come back to `repeated`, from `end` on; returns the new end.
    fn count_once(&mut self, places: &[u32], mut end: usize) -> usize {
        let Self { counts, repeated, .. } = self;
        for &place in places {
            let count = &mut counts[place as usize];
            // written first and kept if it is one: without a branch, which would often be mispredicted
            repeated[end] = place;
            end += usize::from(*count == 1);
            *count += 1;
        }
        end
    }

    /// As above, for n-grams of which each occurs `times` times, more than once.
    fn count_often(&mut self, places: &[u32], times: u16, mut end: usize) -> usize {
        for &place in places {
            let count = &mut self.counts[place as usize];
            self.repeated[end] = place;
            end += usize::from(*count <= 1);
            *count += times;
        }
        end
    }

    /// Works out what the sums over all occurrences have in excess; returns what makes the family's row as long as 1,
    /// given the sum of `idf²`.
    fn settle(&mut self, columns: &Columns, mut square: f64, times: impl Fn(u32) -> u16) -> f64 {
        self.excess.clear();
        for &place in &self.repeated {
            let times = times(place);
            let value = self.frequencies.get(usize::from(times)).copied().unwrap_or_else(|| weight(times));
            let (value, times) = (f64::from(value), f64::from(times));
            square += (value * value - times) * columns.square_at(place);
            self.excess.push(value - times);
        }
        if square > 0.0 { 1.0 / square.sqrt() } else { 0.0 }
    }

    /// Adds `factor` times what `sum` is without the excess.
    fn add_lane(&mut self, columns: &Columns, lane: usize, factor: f64, mut sum: [f64; 4]) {
        for (&place, &excess) in self.repeated.iter().zip(&self.excess) {
            add(&mut sum, excess, columns.weights_at(place, lane));
        }
        for (logit, sum) in self.logits[lane].iter_mut().zip(sum) {
            *logit += factor * sum;
        }
    }

    fn forget(&mut self, places: &[u32]) {
        for &place in places {
            self.counts[place as usize] = 0;
        }
    }
}

/// What an n-gram counts that occurs `times` times, before its document frequency.
fn weight(times: u16) -> f32 {
    1.0 + f32::from(times).ln()
}
