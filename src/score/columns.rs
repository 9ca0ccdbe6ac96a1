//! The weights of the n-grams met so far.

use super::LinearTier;

/// Numbers for four labels; zero where there are no more labels.
pub(super) type Lane = [f32; 4];

/// Columns with a place each, in the order in which they were met, so that what is common stands together and stays in
/// the cache.
pub(super) struct Columns {
    /// The place of each column, plus one; 0 if it was not met.
    places: Vec<u32>,
    /// By place: `idf²`; `idf · weight` of each label, in whole lanes; how often it was counted, 0 between sentences.
    rows: Vec<f32>,
    /// Numbers in a row.
    width: usize,
}

impl Columns {
    /// Nothing met yet.
    pub fn new(tier: LinearTier<'_>, lanes: usize) -> Self {
        Self { places: vec![0; tier.features.len()], rows: Vec::new(), width: 2 + 4 * lanes }
    }

    /// How many were met.
    pub fn len(&self) -> usize {
        self.rows.len() / self.width
    }

    /// The place of a column.
    pub fn place(&mut self, tier: LinearTier<'_>, column: u32) -> u32 {
        match self.places[column as usize].checked_sub(1) {
            Some(place) => place,
            None => self.meet(tier, column as usize),
        }
    }

    fn meet(&mut self, tier: LinearTier<'_>, column: usize) -> u32 {
        let place = self.len();
        self.places[column] = place as u32 + 1;
        let idf = tier.features.idf()[column];
        self.rows.push(idf * idf);
        self.rows.extend(tier.linear.feature(column).into_iter().map(|weight| idf * weight));
        self.rows.resize((place + 1) * self.width, 0.0);
        place as u32
    }

    /// `idf²` of the n-gram at a place.
    pub fn square_at(&self, place: u32) -> f64 {
        f64::from(self.rows[place as usize * self.width])
    }

    /// `idf · weight` of the n-gram at a place, for four labels.
    pub fn weights_at(&self, place: u32, lane: usize) -> Lane {
        let start = place as usize * self.width + 1 + 4 * lane;
        self.rows[start..].first_chunk().copied().unwrap_or_default()
    }

    /// Counts n-grams, and writes those that come back to `repeated`, which has room for all; returns how many, and the
    /// sum of `idf²`.
    pub fn count(&mut self, places: &[u32], repeated: &mut [u32]) -> (usize, f64) {
        let (mut end, mut square) = (0, 0.0);
        for &place in places {
            let start = place as usize * self.width;
            let row = &mut self.rows[start..start + self.width];
            square += f64::from(row[0]);
            let times = &mut row[self.width - 1];
            // written first and kept if it is one: without a branch, which would often be mispredicted
            repeated[end] = place;
            end += usize::from(*times == 1.0);
            *times += 1.0;
        }
        (end, square)
    }

    /// How often an n-gram was counted.
    pub fn times(&self, place: u32) -> u16 {
        self.rows[(place as usize + 1) * self.width - 1] as u16
    }

    /// Makes ready for the next family.
    pub fn forget_counts(&mut self, places: &[u32]) {
        for &place in places {
            self.rows[(place as usize + 1) * self.width - 1] = 0.0;
        }
    }

    /// The sum of `idf²`.
    pub fn square(&self, places: &[u32]) -> f64 {
        places.iter().map(|&place| self.square_at(place)).sum()
    }

    /// The sum of `idf · weight`, for four labels.
    pub fn sum(&self, places: &[u32], lane: usize) -> [f64; 4] {
        let mut sum = [0.0; 4];
        for &place in places {
            add(&mut sum, 1.0, self.weights_at(place, lane));
        }
        sum
    }
}

/// The places of n-grams of several words, by key: one look at memory, where the space of the model takes three.
///
/// Only n-grams with a column are kept, so that there are at most as many as columns.
pub(super) struct Longer {
    /// Key, and place plus one; 0 where free. A power of two, at least half free.
    slots: Vec<(u64, u32)>,
    len: usize,
    /// Keys that may have a column, and what stands where each belongs.
    keys: Vec<u64>,
    looks: Vec<(u64, u32)>,
}

impl Default for Longer {
    fn default() -> Self {
        Self { slots: vec![(0, 0); 1 << 10], len: 0, keys: Vec::new(), looks: Vec::new() }
    }
}

impl Longer {
    /// Appends the places of the n-grams with `wanted` keys that have a column, in order.
    pub fn find(&mut self, tier: LinearTier<'_>, columns: &mut Columns, wanted: &[u64], places: &mut Vec<u32>) {
        self.keys.resize(wanted.len(), 0);
        let mut n = 0;
        for &key in wanted {
            // without a branch, as in `Columns::count`
            self.keys[n] = key;
            n += tier.features.may_have(key);
        }
        self.looks.clear();
        let mask = self.slots.len() - 1;
        // reads of memory that do not wait for each other
        self.looks.extend(self.keys[..n].iter().map(|&key| self.slots[key as usize & mask]));
        for i in 0..n {
            let key = self.keys[i];
            match self.looks[i] {
                (found, place) if found == key && place > 0 => places.push(place - 1),
                _ => places.extend(self.look_on(tier, columns, key)),
            }
        }
    }

    /// The place of an n-gram that does not stand in the first slot for it.
    fn look_on(&mut self, tier: LinearTier<'_>, columns: &mut Columns, key: u64) -> Option<u32> {
        let slot = self.slot(key);
        match self.slots[slot].1.checked_sub(1) {
            Some(place) => Some(place),
            None => self.meet(tier, columns, key, slot),
        }
    }

    /// Where a key stands, or belongs. Keys are hashes.
    fn slot(&self, key: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = key as usize & mask;
        while self.slots[at].1 != 0 && self.slots[at].0 != key {
            at = (at + 1) & mask;
        }
        at
    }

    fn meet(&mut self, tier: LinearTier<'_>, columns: &mut Columns, key: u64, slot: usize) -> Option<u32> {
        let place = columns.place(tier, tier.features.column_of(key)?);
        self.slots[slot] = (key, place + 1);
        self.len += 1;
        if 2 * self.len > self.slots.len() {
            let slots = vec![(0, 0); 2 * self.slots.len()];
            for old in std::mem::replace(&mut self.slots, slots) {
                if old.1 != 0 {
                    let slot = self.slot(old.0);
                    self.slots[slot] = old;
                }
            }
        }
        Some(place)
    }
}

/// Adds `factor · values` to `sum`.
pub(super) fn add(sum: &mut [f64; 4], factor: f64, values: Lane) {
    for (sum, value) in sum.iter_mut().zip(values) {
        *sum += factor * f64::from(value);
    }
}
