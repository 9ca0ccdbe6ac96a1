//! Deals documents into folds.

use crate::model::sha256_hex;
use crate::types::{LabelSet, LabelledSentence};
use std::collections::BTreeMap;

/// The fold of each row: rows of one document (or, without documents, of one text) share a fold, and the folds have
/// about the same number of positives of each label and of rows. Depends on the rows and the seed alone.
pub(super) fn deal(labels: &LabelSet, rows: &[LabelledSentence], n_folds: usize, seed: u64) -> Vec<usize> {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (i, row) in rows.iter().enumerate() {
        let name = row.doc.as_ref().map_or_else(|| format!("text {}", row.text), |doc| format!("doc {doc}"));
        groups.entry(sha256_hex(format!("{seed} {name}").as_bytes())).or_default().push(i);
    }
    // documents with labels first: the many without fill up the folds afterwards
    let mut groups: Vec<Vec<usize>> = groups.into_values().collect();
    groups.sort_by_key(|group| group.iter().all(|&i| rows[i].labels.is_empty()));
    let positives = |i: usize| labels.names().iter().map(move |l| f64::from(u8::from(rows[i].labels.contains(l))));
    let mut totals = vec![1e-9; labels.len()];
    for i in 0..rows.len() {
        totals.iter_mut().zip(positives(i)).for_each(|(total, n)| *total += n);
    }
    let mut loads = vec![Load { rows: 0, positives: vec![0.0; labels.len()] }; n_folds];
    let mut folds = vec![0; rows.len()];
    for group in groups {
        let of_group: Vec<f64> = (0..labels.len())
            .map(|l| group.iter().filter(|&&i| rows[i].labels.contains(&labels.names()[l])).count() as f64)
            .collect();
        // how full a fold is of what the group brings, rare labels counting more
        let pressure = |load: &Load| -> f64 {
            load.positives.iter().zip(&of_group).zip(&totals).map(|((have, bring), total)| have * bring / total).sum()
        };
        let lightest = (0..n_folds)
            .min_by(|&a, &b| {
                pressure(&loads[a]).total_cmp(&pressure(&loads[b])).then(loads[a].rows.cmp(&loads[b].rows))
            })
            .unwrap_or(0);
        let load = &mut loads[lightest];
        load.rows += group.len();
        load.positives.iter_mut().zip(&of_group).for_each(|(have, bring)| *have += bring);
        for i in group {
            folds[i] = lightest;
        }
    }
    folds
}

#[derive(Clone)]
struct Load {
    rows: usize,
    positives: Vec<f64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<LabelledSentence> {
        (0..200)
            .map(|i| LabelledSentence {
                text: format!("sentence {i}"),
                labels: if i % 20 == 0 { vec!["a".into()] } else { vec![] },
                doc: (i % 3 != 0).then(|| format!("doc {}", i / 4)),
                ..LabelledSentence::default()
            })
            .collect()
    }

    #[test]
    fn documents_stay_together_and_labels_are_spread() {
        let rows = rows();
        let labels = LabelSet::new(["a"]).unwrap();
        let folds = deal(&labels, &rows, 5, 7);
        for (a, b) in (0..rows.len()).zip(1..rows.len()) {
            if rows[a].doc.is_some() && rows[a].doc == rows[b].doc {
                assert_eq!(folds[a], folds[b]);
            }
        }
        for fold in 0..5 {
            let inside: Vec<_> = (0..rows.len()).filter(|&i| folds[i] == fold).collect();
            assert_eq!(inside.iter().filter(|&&i| !rows[i].labels.is_empty()).count(), 2);
            assert!((35..=45).contains(&inside.len()), "{}", inside.len());
        }
    }

    #[test]
    fn order_of_rows_does_not_matter_but_the_seed_does() {
        let labels = LabelSet::new(["a"]).unwrap();
        let rows = rows();
        assert_eq!(deal(&labels, &rows, 5, 7), deal(&labels, &rows, 5, 7));
        assert_ne!(deal(&labels, &rows, 5, 7), deal(&labels, &rows, 5, 8));
    }
}
