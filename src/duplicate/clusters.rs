//! Articles to clusters, one after another, in bounded memory.

use super::Sketch;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;

/// The first articles of the clusters found so far.
///
/// An article joins the cluster whose first article it resembles most, if that is by [`Clusters::THRESHOLD`] at least; of equals
/// the earlier. Else it begins a cluster of its own. Articles are compared with first articles only, so clusters do not
/// drift.
///
/// Candidates share one of 10 bands of 3 bytes of the sketch: articles with 70% of their shingles in common do with a chance
/// of 98%, 80% of 99.9%. Of those that share a band the last 64 are looked at: what a thousand articles share is boilerplate.
///
/// Bounded: the last [`Clusters::MOST`] first articles are remembered, in about 60 MB at most. A copy that comes after
/// more new articles than that begins a cluster of its own.
pub struct Clusters {
    /// The leaders that are remembered, oldest first.
    leaders: VecDeque<Leader>,
    /// How many leaders have been forgotten; the number of a leader is its place plus this.
    forgotten: u32,
    /// The latest leader of each value of each band.
    bands: FxHashMap<u32, u32>,
    most: usize,
}

/// The first article of a cluster.
struct Leader {
    /// The article's number in the corpus.
    article: u64,
    sketch: Sketch,
    /// For each band the leader before it that has the same value there.
    before: [u32; BANDS],
}

const BANDS: usize = 10;
/// Bytes of the sketch in a band.
const ROWS: usize = 3;
/// Leaders of one band that are looked at.
const DEEPEST: usize = 64;
const NONE: u32 = u32::MAX;

impl Clusters {
    /// Estimated share of common shingles from which on an article is a near-duplicate.
    pub const THRESHOLD: f64 = 0.7;
    /// First articles that are remembered.
    pub const MOST: usize = 200_000;

    /// No article seen yet.
    pub fn new() -> Self {
        Self::with_most(Self::MOST)
    }

    fn with_most(most: usize) -> Self {
        Self { leaders: VecDeque::new(), forgotten: 0, bands: FxHashMap::default(), most }
    }

    /// The cluster of the next article: the number of its first article. An article without words is alone.
    pub fn assign(&mut self, article: u64, sketch: Option<&Sketch>) -> u64 {
        let Some(sketch) = sketch else { return article };
        match self.most_similar(sketch) {
            Some(leader) => leader,
            None => {
                self.lead(article, *sketch);
                article
            }
        }
    }

    /// Makes an article the first of its cluster, without looking whether it is one: for articles that have been assigned
    /// before.
    pub fn lead(&mut self, article: u64, sketch: Sketch) {
        if self.leaders.len() == self.most {
            self.forget();
        }
        let number = self.forgotten.wrapping_add(self.leaders.len() as u32);
        let before = std::array::from_fn(|band| self.bands.insert(key(band, &sketch), number).unwrap_or(NONE));
        self.leaders.push_back(Leader { article, sketch, before });
    }

    fn most_similar(&self, sketch: &Sketch) -> Option<u64> {
        let mut best: Option<(f64, u64)> = None;
        for band in 0..BANDS {
            let mut next = self.bands.get(&key(band, sketch)).copied().unwrap_or(NONE);
            for _ in 0..DEEPEST {
                let Some(leader) = self.leader(next) else { break };
                let (similarity, article) = (leader.sketch.similarity(sketch), leader.article);
                let better =
                    best.is_none_or(|(most, earliest)| similarity > most || similarity == most && article < earliest);
                if similarity >= Self::THRESHOLD && better {
                    best = Some((similarity, article));
                }
                next = leader.before[band];
            }
        }
        best.map(|(_, article)| article)
    }

    /// The leader of a number, unless it has been forgotten.
    fn leader(&self, number: u32) -> Option<&Leader> {
        if number == NONE {
            return None;
        }
        self.leaders.get(number.wrapping_sub(self.forgotten) as usize)
    }

    fn forget(&mut self) {
        let Some(oldest) = self.leaders.pop_front() else { return };
        for band in 0..BANDS {
            let key = key(band, &oldest.sketch);
            if self.bands.get(&key) == Some(&self.forgotten) {
                self.bands.remove(&key);
            }
        }
        self.forgotten = self.forgotten.wrapping_add(1);
    }
}

impl Default for Clusters {
    fn default() -> Self {
        Self::new()
    }
}

/// A band and its value.
fn key(band: usize, sketch: &Sketch) -> u32 {
    let [a, b, c] = std::array::from_fn(|row| sketch.0[band * ROWS + row]);
    u32::from_le_bytes([a, b, c, band as u8])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(seed: u32, n: u32) -> String {
        (0..n).map(|i| format!("w{} ", (seed * 1009 + i).wrapping_mul(2_654_435_761) >> 8)).collect()
    }

    fn assign(clusters: &mut Clusters, article: u64, text: &str) -> u64 {
        clusters.assign(article, Sketch::of(text).as_ref())
    }

    #[test]
    fn copies_join_the_first() {
        let mut clusters = Clusters::new();
        assert_eq!(assign(&mut clusters, 3, &words(1, 300)), 3);
        assert_eq!(assign(&mut clusters, 4, &words(2, 300)), 4);
        assert_eq!(assign(&mut clusters, 7, &words(1, 300)), 3);
        let longer = format!("LONDON, Monday. {}{}", words(1, 300), words(9, 30));
        assert_eq!(assign(&mut clusters, 8, &longer), 3);
        let half = format!("{}{}", words(1, 150), words(5, 150));
        assert_eq!(assign(&mut clusters, 9, &half), 9);
        assert_eq!(assign(&mut clusters, 10, ""), 10);
        assert_eq!(assign(&mut clusters, 11, ""), 11);
    }

    #[test]
    fn memory_is_bounded_and_old_articles_are_forgotten() {
        let mut clusters = Clusters::with_most(50);
        for i in 0..500 {
            assert_eq!(assign(&mut clusters, i, &words(i as u32, 60)), i);
            assert_eq!(assign(&mut clusters, 1000 + i, &words(i as u32, 60)), i, "a copy right after");
        }
        assert!(clusters.leaders.len() == 50 && clusters.bands.len() <= 50 * BANDS);
        assert_eq!(assign(&mut clusters, 5000, &words(460, 60)), 460);
        assert_eq!(assign(&mut clusters, 5001, &words(440, 60)), 5001, "forgotten");
    }

    #[test]
    fn leading_again_gives_the_same_state() {
        let texts: Vec<String> = (0..40).map(|i| words(i % 25, 80)).collect();
        let mut whole = Clusters::new();
        let assigned: Vec<u64> = (0..).zip(&texts).map(|(i, text)| assign(&mut whole, i, text)).collect();
        let mut resumed = Clusters::new();
        for (i, text) in (0..).zip(&texts[..20]) {
            if assigned[i as usize] == i {
                resumed.lead(i, Sketch::of(text).unwrap());
            }
        }
        for (i, text) in (20..).zip(&texts[20..]) {
            assert_eq!(assign(&mut resumed, i, text), assigned[i as usize]);
        }
    }
}
