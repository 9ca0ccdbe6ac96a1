//! The figures themselves. Rows carry a weight, so that a bootstrap sample is the same rows with other weights.

use super::Judged;

/// Weighted counts of one label, or of several added up.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Counts {
    /// Given and right.
    pub true_positives: f64,
    /// Given and wrong.
    pub false_positives: f64,
    /// Not given, though it applies.
    pub false_negatives: f64,
}

impl Counts {
    /// Adds one row.
    pub fn add(&mut self, row: &Judged, weight: f64) {
        match (row.gold, row.predicted) {
            (true, true) => self.true_positives += weight,
            (false, true) => self.false_positives += weight,
            (true, false) => self.false_negatives += weight,
            (false, false) => {}
        }
    }

    /// Adds the counts of another label.
    pub fn merge(&mut self, other: &Counts) {
        self.true_positives += other.true_positives;
        self.false_positives += other.false_positives;
        self.false_negatives += other.false_negatives;
    }

    /// Share of right ones among those given the label; undefined if none was.
    pub fn precision(&self) -> Option<f64> {
        share(self.true_positives, self.true_positives + self.false_positives)
    }

    /// Share of found ones among those with the label; undefined if there is none.
    pub fn recall(&self) -> Option<f64> {
        share(self.true_positives, self.true_positives + self.false_negatives)
    }

    /// Harmonic mean of precision and recall; 0 if all is missed or wrong, undefined only without any positive row,
    /// gold or predicted.
    pub fn f1(&self) -> Option<f64> {
        share(2.0 * self.true_positives, 2.0 * self.true_positives + self.false_positives + self.false_negatives)
    }
}

/// `part / whole`, undefined for an empty whole.
pub fn share(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

/// Area under the precision-recall curve as the mean precision at each true row, tied probabilities taken together (as
/// scikit-learn's `average_precision_score`). `by_prob` are `(row, weight)` from the highest probability down.
/// Undefined without a true row.
pub fn average_precision<'a>(by_prob: impl Iterator<Item = (&'a Judged, f64)> + Clone) -> Option<f64> {
    let positives: f64 = by_prob.clone().filter(|(row, _)| row.gold).map(|(_, weight)| weight).sum();
    let (mut said, mut right, mut area) = (0.0, 0.0, 0.0);
    let mut rows = by_prob.peekable();
    while let Some((row, weight)) = rows.next() {
        let mut gained = if row.gold { weight } else { 0.0 };
        said += weight;
        while let Some((tied, weight)) = rows.next_if(|(next, _)| next.prob == row.prob) {
            said += weight;
            gained += if tied.gold { weight } else { 0.0 };
        }
        right += gained;
        if said > 0.0 {
            area += gained * right / said;
        }
    }
    share(area, positives)
}

/// Bins of [`calibration_error`].
const BINS: usize = 10;

/// Expected calibration error: how far the mean probability of a bin lies from the share of true rows in it, averaged
/// over rows, with ten bins of equal width (Guo et al. 2017). Undefined without rows.
pub fn calibration_error(rows: &[Judged]) -> Option<f64> {
    let mut bins = [(0.0, 0.0); BINS];
    for row in rows {
        let bin = &mut bins[((row.prob.get() * BINS as f64) as usize).min(BINS - 1)];
        bin.0 += row.prob.get();
        bin.1 += f64::from(u8::from(row.gold));
    }
    let gap: f64 = bins.iter().map(|(said, true_)| (said - true_).abs()).sum();
    share(gap, rows.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Prob;

    /// (gold, predicted, probability), uneven on purpose: 2 right, 1 wrong, 3 missed, 2 rightly left out.
    fn rows() -> Vec<Judged> {
        [
            (true, true, 0.9),
            (false, true, 0.8),
            (true, true, 0.7),
            (true, false, 0.4),
            (false, false, 0.4),
            (true, false, 0.3),
            (false, false, 0.2),
            (true, false, 0.1),
        ]
        .map(|(gold, predicted, prob)| Judged { gold, predicted, prob: Prob::new(prob).unwrap(), doc: 0 })
        .to_vec()
    }

    fn close(a: Option<f64>, b: f64) {
        assert!(a.is_some_and(|a| (a - b).abs() < 1e-12), "{a:?} is not {b}");
    }

    #[test]
    fn counted_by_hand() {
        let mut counts = Counts::default();
        for row in &rows() {
            counts.add(row, 1.0);
        }
        close(counts.precision(), 2.0 / 3.0);
        close(counts.recall(), 2.0 / 5.0);
        close(counts.f1(), 0.5);
    }

    #[test]
    fn undefined_is_not_a_number() {
        let none = Counts::default();
        assert_eq!((none.precision(), none.recall(), none.f1()), (None, None, None));
        let missed = Counts { false_negatives: 3.0, ..none };
        assert_eq!((missed.precision(), missed.recall(), missed.f1()), (None, Some(0.0), Some(0.0)));
    }

    #[test]
    fn average_precision_with_a_tie() {
        // scikit-learn 1.x: average_precision_score([1,0,1,1,0,1,0,1], [.9,.8,.7,.4,.4,.3,.2,.1]) = 0.7116666…
        let rows = rows();
        close(
            average_precision(rows.iter().map(|r| (r, 1.0))),
            (1.0 + 2.0 / 3.0 + 3.0 / 5.0 + 4.0 / 6.0 + 5.0 / 8.0) / 5.0,
        );
        assert_eq!(average_precision(rows[1..2].iter().map(|r| (r, 1.0))), None);
    }

    #[test]
    fn weights_are_copies() {
        let rows = rows();
        let twice: Vec<_> = rows.iter().flat_map(|r| [r, r]).map(|r| (r, 1.0)).collect();
        let weighted = average_precision(rows.iter().map(|r| (r, 2.0)));
        close(weighted, average_precision(twice.into_iter()).unwrap());
    }

    #[test]
    fn calibration_error_by_hand() {
        // bins: 0.1 | 0.2 | 0.3 | 0.4 twice | 0.7 | 0.8 | 0.9
        let gaps = 0.9 + 0.2 + 0.7 + 0.2 + 0.3 + 0.8 + 0.1;
        close(calibration_error(&rows()), gaps / 8.0);
        assert_eq!(calibration_error(&[]), None);
    }
}
