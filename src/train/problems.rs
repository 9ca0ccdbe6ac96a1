//! What is wrong with labelled rows, said before hours are spent on them.

use crate::types::{LabelSet, LabelledSentence};
use std::collections::{BTreeSet, HashMap};
use std::fmt;

/// A weakness of a data set. None stops the training.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// One sentence several times, with the same labels.
    Duplicates {
        /// How many rows repeat an earlier one.
        rows: usize,
        /// Where the first of them stands, and what it repeats.
        example: (String, String),
    },
    /// One sentence with different labels.
    Contradictions {
        /// How many rows contradict an earlier one.
        rows: usize,
        /// Where the first of them stands, and what it contradicts.
        example: (String, String),
    },
    /// Too few rows have the label for its figures to mean much.
    FewPositives {
        /// The label.
        label: String,
        /// How many rows have it.
        positives: usize,
    },
}

/// Below this number of positives a label is reported.
pub const FEW: usize = 20;

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::Duplicates { rows, example: (later, earlier) } => {
                write!(f, "{rows} rows repeat an earlier sentence (first: {later} repeats {earlier})")
            }
            Problem::Contradictions { rows, example: (later, earlier) } => {
                write!(f, "{rows} rows give an earlier sentence other labels (first: {later} against {earlier})")
            }
            Problem::FewPositives { label, positives } => {
                write!(f, "label {label:?} has {positives} positive rows; under {FEW} its figures mean little")
            }
        }
    }
}

/// Lists the weaknesses of `rows`. Sentences are the same if they differ in case and white space alone.
pub fn problems(labels: &LabelSet, rows: &[LabelledSentence]) -> Vec<Problem> {
    let mut first: HashMap<String, &LabelledSentence> = HashMap::new();
    let (mut duplicates, mut contradictions) = (Vec::new(), Vec::new());
    for row in rows {
        let text = row.text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
        let earlier = *first.entry(text).or_insert(row);
        if std::ptr::eq(earlier, row) {
            continue;
        }
        let same = said(earlier) == said(row);
        let list = if same { &mut duplicates } else { &mut contradictions };
        list.push((row.place.clone(), earlier.place.clone()));
    }
    let mut found = Vec::new();
    let (n_duplicates, n_contradictions) = (duplicates.len(), contradictions.len());
    found.extend(duplicates.into_iter().next().map(|example| Problem::Duplicates { rows: n_duplicates, example }));
    found.extend(
        contradictions.into_iter().next().map(|example| Problem::Contradictions { rows: n_contradictions, example }),
    );
    found.extend(labels.names().iter().filter_map(|label| {
        let positives = rows.iter().filter(|row| row.labels.contains(label)).count();
        (positives < FEW).then(|| Problem::FewPositives { label: label.clone(), positives })
    }));
    found
}

fn said(row: &LabelledSentence) -> (BTreeSet<&String>, BTreeSet<&String>) {
    (row.labels.iter().collect(), row.unknown.iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(n: usize, text: &str, labels: &[&str]) -> LabelledSentence {
        LabelledSentence {
            text: text.into(),
            labels: labels.iter().map(|&l| l.into()).collect(),
            place: format!("rows.jsonl:{n}"),
            ..LabelledSentence::default()
        }
    }

    #[test]
    fn problems_are_named_with_their_place() {
        let rows = [
            row(1, "Tarn Foods bought a mill.", &["deal"]),
            row(2, "tarn  foods bought a MILL.", &["deal"]),
            row(3, "Nothing happened.", &[]),
            row(4, "Nothing happened.", &["deal"]),
        ];
        let labels = LabelSet::new(["deal"]).unwrap();
        let found: Vec<String> = problems(&labels, &rows).iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            [
                "1 rows repeat an earlier sentence (first: rows.jsonl:2 repeats rows.jsonl:1)",
                "1 rows give an earlier sentence other labels (first: rows.jsonl:4 against rows.jsonl:3)",
                "label \"deal\" has 3 positive rows; under 20 its figures mean little",
            ]
        );
    }
}
