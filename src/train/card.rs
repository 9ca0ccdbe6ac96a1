//! The model card that `train` writes as `README.md` of a bundle.

use crate::model::Training;
use crate::types::LabelSet;
use std::fmt::Write;

/// A card with what the program knows; the rest is for the person who trained the model to add.
pub(super) fn card(labels: &LabelSet, training: &Training) -> String {
    let mut card = String::from("# A claimtag model\n\n");
    // writing to a string never fails
    let _ = writeln!(
        card,
        "Tags sentences with {}. Trained by claimtag {} on {} labelled sentences from {} documents (SHA-256 of the rows \
         `{}`), seed {}, {} folds, C = {}, thresholds for `{}`.\n",
        labels.names().join(", "),
        env!("CARGO_PKG_VERSION"),
        training.rows,
        training.documents,
        &training.data_sha256[..12],
        training.seed,
        training.folds,
        training.c,
        training.goal
    );
    card.push_str(
        "Figures on rows held out fold by fold. Calibration and thresholds were fitted on the same rows, so they\n",
    );
    card.push_str("flatter a little; `claimtag eval` judges a model on data of your own.\n\n");
    card.push_str("| label | positives | precision | recall | F1 | average precision |\n|---|---|---|---|---|---|\n");
    let figure = |x: Option<f64>| x.map_or("-".to_owned(), |x| format!("{x:.3}"));
    for (label, m) in labels.names().iter().zip(&training.out_of_fold) {
        let (p, r, f, ap) = (figure(m.precision), figure(m.recall), figure(m.f1), figure(m.average_precision));
        let _ = writeln!(card, "| {label} | {} | {p} | {r} | {f} | {ap} |", m.positives);
    }
    card
}
