//! Labels that are likely wrong, by what models trained on the other rows say.

use crate::types::Prob;

/// A label of a row that models trained without the row disagree with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Suspect {
    /// Index of the row.
    pub row: usize,
    /// Index of the label.
    pub label: usize,
    /// Whether the row has the label.
    pub given: bool,
    /// Out-of-fold probability of the label.
    pub prob: Prob,
    /// How far the disagreement goes beyond the limit, as a share of what is beyond it: 0 to 1.
    pub strength: f64,
}

/// A probability that is always enough for a suspicion.
const SURE: f64 = 0.95;

/// Suspect labels, the strongest first.
///
/// `given[row][label]` is what the data says (`None` if unknown), `probs[row][label]` what models trained without the row
/// say. The rule of confident learning (Northcutt, Jiang, Chuang: Confident learning, JAIR 2021), for each label on its
/// own: a row without the label is suspect if its probability reaches the mean over the rows that have it, a row with it
/// if the probability that it does not apply reaches the mean of that over the rows without it. Unlike there, the limits
/// are at most `SURE`: on clean data the means are so near to 1 that half of the wrong labels would stay below them.
pub fn suspects(given: &[Vec<Option<bool>>], probs: &[Vec<Prob>]) -> Vec<Suspect> {
    let n_labels = given.first().map_or(0, Vec::len);
    let mut found = Vec::new();
    for label in 0..n_labels {
        let known = || (0..given.len()).filter_map(|row| Some((row, given[row][label]?, probs[row][label])));
        let limit = |side: bool| {
            let of_side: Vec<f64> =
                known().filter(|&(_, given, _)| given == side).map(|(_, _, p)| towards(p, side)).collect();
            (!of_side.is_empty()).then(|| (of_side.iter().sum::<f64>() / of_side.len() as f64).min(SURE))
        };
        let limits = [limit(false), limit(true)];
        for (row, given, prob) in known() {
            let Some(limit) = limits[usize::from(!given)] else { continue };
            let against = towards(prob, !given);
            if against >= limit {
                let strength = (against - limit) / (1.0 - limit);
                found.push(Suspect { row, label, given, prob, strength });
            }
        }
    }
    found.sort_by(|a, b| b.strength.total_cmp(&a.strength).then(a.row.cmp(&b.row)).then(a.label.cmp(&b.label)));
    found
}

/// The probability of one side.
fn towards(prob: Prob, side: bool) -> f64 {
    if side { prob.get() } else { 1.0 - prob.get() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confident_disagreement_is_suspect() {
        let given = [true, true, false, false, false, false].map(|g| vec![Some(g)]);
        let probs = [0.9, 0.02, 0.1, 0.95, 0.05, 0.3].map(|p| vec![Prob::clamped(p)]);
        let found = suspects(&given, &probs);
        // without: mean 0.65 of the opposite; with: mean 0.46
        let rows: Vec<(usize, bool)> = found.iter().map(|s| (s.row, s.given)).collect();
        assert_eq!(rows, [(1, true), (3, false)]);
        assert!(found[0].strength > found[1].strength);
    }

    #[test]
    fn unknown_labels_and_lone_classes_are_no_ground_for_suspicion() {
        let given = [vec![None, Some(true)], vec![Some(false), Some(true)]];
        let probs = vec![vec![Prob::clamped(0.99), Prob::clamped(0.01)]; 2];
        assert!(suspects(&given, &probs).is_empty());
        assert!(suspects(&[], &[]).is_empty());
    }
}
