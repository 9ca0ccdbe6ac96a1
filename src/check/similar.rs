//! Sentences that repeat others, word for word or nearly so.

use rustc_hash::FxHashMap;
use std::collections::HashMap;

/// A sentence as the comparison sees it: which pairs of neighbouring words it has, each once.
///
/// Case, punctuation and white space do not count.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Shingles(Vec<u32>);

/// Numbers pairs of words in the order in which they come up.
#[derive(Debug, Default)]
pub struct Shingler {
    numbers: HashMap<String, u32>,
}

impl Shingler {
    /// The shingles of `text`: pairs of words, or the one word there is.
    pub fn shingles(&mut self, text: &str) -> Shingles {
        let words = words(text);
        let pairs: Vec<String> = match words.as_slice() {
            [word] => vec![word.clone()],
            words => words.windows(2).map(|pair| pair.join(" ")).collect(),
        };
        let mut numbers: Vec<u32> = pairs.into_iter().map(|pair| self.number(pair)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        Shingles(numbers)
    }

    fn number(&mut self, pair: String) -> u32 {
        // 4 billion different pairs do not fit into memory
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        *self.numbers.entry(pair).or_insert(next)
    }
}

/// The words of `text` in lower case: runs of letters, digits and apostrophes.
pub fn words(text: &str) -> Vec<String> {
    let text = text.to_lowercase().replace('’', "'");
    let words = text.split(|c: char| !(c.is_alphanumeric() || c == '\'')).map(|word| word.trim_matches('\''));
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// A row and the earlier row that it resembles most.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// Index of the later row.
    pub row: usize,
    /// Index of the earlier row.
    pub earlier: usize,
    /// Jaccard similarity of their shingles; 1 for rows with the same shingles.
    pub similarity: f64,
}

/// For each row that resembles an earlier one by at least `threshold` (Jaccard similarity of shingles, above 0 and up to
/// 1), the earlier row that it resembles most, and the first of those; rows in order. Rows without a word resemble none.
///
/// Exact, not approximate: candidates are found by prefix filtering (Bayardo, Ma, Srikant: Scaling up all pairs
/// similarity search, WWW 2007): two sets of that similarity must share one of their rarest elements.
pub fn similar_pairs(rows: &[Shingles], threshold: f64) -> Vec<Pair> {
    let by_rarity = by_rarity(rows);
    // rows with equal shingles stand for one, or a data set of one sentence would take quadratic time
    let mut first: HashMap<&[u32], usize> = HashMap::new();
    let mut index: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
    let mut pairs = Vec::new();
    let mut seen = vec![usize::MAX; rows.len()];
    for (row, shingles) in by_rarity.iter().enumerate() {
        if shingles.is_empty() {
            continue;
        }
        if let Some(&earlier) = first.get(shingles.as_slice()) {
            pairs.push(Pair { row, earlier, similarity: 1.0 });
            continue;
        }
        first.insert(shingles, row);
        let mut best: Option<Pair> = None;
        let prefix = &shingles[..prefix_len(shingles.len(), threshold)];
        for shingle in prefix {
            for &earlier in index.get(shingle).into_iter().flatten() {
                if std::mem::replace(&mut seen[earlier], row) == row {
                    continue;
                }
                let similarity = jaccard(shingles, &by_rarity[earlier]);
                let better = best.is_none_or(|b| (similarity, b.earlier) > (b.similarity, earlier));
                if similarity >= threshold && better {
                    best = Some(Pair { row, earlier, similarity });
                }
            }
        }
        pairs.extend(best);
        for &shingle in prefix {
            index.entry(shingle).or_default().push(row);
        }
    }
    pairs
}

/// How many of the rarest of `n` shingles must hold one in common with any set that is similar enough.
fn prefix_len(n: usize, threshold: f64) -> usize {
    // the small term keeps rounding from cutting one off
    let needed = (threshold * n as f64 - 1e-9).ceil() as usize;
    n + 1 - needed.clamp(1, n)
}

/// The shingles of each row, renumbered so that rarer ones come first.
fn by_rarity(rows: &[Shingles]) -> Vec<Vec<u32>> {
    let mut counts: FxHashMap<u32, u32> = FxHashMap::default();
    rows.iter().flat_map(|row| &row.0).for_each(|&shingle| *counts.entry(shingle).or_default() += 1);
    let mut order: Vec<(u32, u32)> = counts.into_iter().map(|(shingle, count)| (count, shingle)).collect();
    order.sort_unstable();
    let rank: FxHashMap<u32, u32> = (0..).zip(order).map(|(rank, (_, shingle))| (shingle, rank)).collect();
    rows.iter()
        .map(|row| {
            let mut ranks: Vec<u32> = row.0.iter().map(|shingle| rank[shingle]).collect();
            ranks.sort_unstable();
            ranks
        })
        .collect()
}

/// Shared elements over all elements of two ascending lists.
fn jaccard(a: &[u32], b: &[u32]) -> f64 {
    let (mut i, mut j, mut shared) = (0, 0, 0usize);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, shared) = (i + 1, j + 1, shared + 1),
        }
    }
    shared as f64 / (a.len() + b.len() - shared) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pairs(texts: &[&str], threshold: f64) -> Vec<Pair> {
        let mut shingler = Shingler::default();
        let rows: Vec<Shingles> = texts.iter().map(|text| shingler.shingles(text)).collect();
        similar_pairs(&rows, threshold)
    }

    #[test]
    fn words_are_bare() {
        assert_eq!(words("“Tarn’s” U.S. deal – $3.5m, 'done'!"), ["tarn's", "u", "s", "deal", "3", "5m", "done"]);
        assert!(words(" … ").is_empty());
    }

    #[test]
    fn repeats_and_near_repeats_are_found() {
        let found = pairs(
            &[
                "The mill at Tarn was sold to Fjell in May.",
                "Something else happened here.",
                "the mill at Tarn was sold to Fjell in MAY",
                "The mill at Tarn was sold to Orrin in May.",
                "…",
                "…",
            ],
            0.6,
        );
        assert_eq!(found[0], Pair { row: 2, earlier: 0, similarity: 1.0 });
        assert_eq!((found[1].row, found[1].earlier), (3, 0));
        // 9 pairs each, 7 in common
        assert!((found[1].similarity - 7.0 / 11.0).abs() < 1e-12);
        assert_eq!(found.len(), 2);
    }

    proptest! {
        /// The index finds what comparing all with all finds.
        #[test]
        fn as_all_pairs(
            rows in prop::collection::vec(prop::collection::btree_set(0u32..12, 0..8), 0..24),
            threshold in prop::sample::select(vec![0.2, 0.5, 0.6, 2.0 / 3.0, 0.9, 1.0]),
        ) {
            let rows: Vec<Shingles> = rows.into_iter().map(|set| Shingles(set.into_iter().collect())).collect();
            let mut expected = Vec::new();
            for row in 0..rows.len() {
                let best = (0..row)
                    .filter(|_| !rows[row].0.is_empty())
                    .map(|earlier| Pair { row, earlier, similarity: jaccard(&rows[row].0, &rows[earlier].0) })
                    .filter(|pair| pair.similarity >= threshold)
                    .reduce(|a, b| if b.similarity > a.similarity { b } else { a });
                expected.extend(best);
            }
            prop_assert_eq!(similar_pairs(&rows, threshold), expected);
        }
    }
}
