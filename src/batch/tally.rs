//! Which labels each cluster has been given.

use std::collections::VecDeque;

/// The labels of the clusters that may still grow. As [`Clusters`](crate::duplicate::Clusters) it remembers the latest only.
pub(super) struct Tally {
    /// Ascending numbers of clusters.
    clusters: VecDeque<u64>,
    /// As many masks.
    seen: VecDeque<Labels>,
    most: usize,
}

/// A set of labels by index.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Labels(pub Vec<u8>);

impl Labels {
    /// Bytes that hold one bit per label.
    pub fn bytes(n_labels: usize) -> usize {
        n_labels.div_ceil(8)
    }

    pub fn none(n_labels: usize) -> Self {
        Self(vec![0; Self::bytes(n_labels)])
    }

    pub fn insert(&mut self, label: usize) {
        self.0[label / 8] |= 1 << (label % 8);
    }

    pub fn iter(&self) -> impl Iterator<Item = usize> {
        (0..8 * self.0.len()).filter(|label| self.0[label / 8] & 1 << (label % 8) != 0)
    }

    /// Adds those of another set; what was new among them.
    fn merge(&mut self, other: &Self) -> Self {
        let new = self.0.iter_mut().zip(&other.0).map(|(mine, &others)| {
            let new = others & !*mine;
            *mine |= others;
            new
        });
        Self(new.collect())
    }
}

impl Tally {
    pub fn new(most: usize) -> Self {
        Self { clusters: VecDeque::new(), seen: VecDeque::new(), most }
    }

    /// Notes an article of a cluster. The labels that no article of the cluster had before, and whether it is the first article.
    pub fn add(&mut self, article: u64, cluster: u64, labels: &Labels) -> (Labels, bool) {
        if article != cluster {
            return match self.clusters.binary_search(&cluster) {
                Ok(place) => (self.seen[place].merge(labels), false),
                Err(_) => (Labels(vec![0; labels.0.len()]), false),
            };
        }
        if self.clusters.len() == self.most {
            self.clusters.pop_front();
            self.seen.pop_front();
        }
        self.clusters.push_back(cluster);
        self.seen.push_back(labels.clone());
        (labels.clone(), true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(of: &[usize]) -> Labels {
        let mut labels = Labels::none(10);
        of.iter().for_each(|&label| labels.insert(label));
        labels
    }

    #[test]
    fn each_label_counts_once_a_cluster() {
        let mut tally = Tally::new(2);
        assert_eq!(tally.add(3, 3, &labels(&[1, 9])), (labels(&[1, 9]), true));
        assert_eq!(tally.add(5, 5, &labels(&[])), (labels(&[]), true));
        assert_eq!(tally.add(6, 3, &labels(&[1, 2])), (labels(&[2]), false));
        assert_eq!(tally.add(7, 5, &labels(&[2])), (labels(&[2]), false));
        assert_eq!(tally.add(8, 3, &labels(&[1, 2, 9])), (labels(&[]), false));
        tally.add(9, 9, &labels(&[0]));
        assert_eq!(tally.add(10, 3, &labels(&[4])), (labels(&[]), false), "forgotten");
        assert_eq!(labels(&[0, 8, 9]).iter().collect::<Vec<_>>(), [0, 8, 9]);
    }
}
