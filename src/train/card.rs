//! The model card that `train` writes as `README.md` of a bundle.

use crate::model::Training;
use crate::types::LabelSet;
use std::fmt::Write;

/// A card with what the program knows; the rest is for the person who trained the model to add.
pub(super) fn card(labels: &LabelSet, training: &Training) -> String {
    let mut card = String::from("# A claimtag model\n\n");
    let soft = match training.soft_rows {
        0 => String::new(),
        n => format!(", of which {n} have soft labels"),
    };
    let distilled = match training.distilled {
        0 => String::new(),
        n => format!(" The encoder then taught the linear tier on {n} unlabelled sentences."),
    };
    // writing to a string never fails
    let _ = writeln!(
        card,
        "Tags sentences with {}. Trained by claimtag {} on {} sentences{soft}, from {} documents (SHA-256 of the rows `{}`), \
         seed {}, {} folds, C = {}, thresholds for `{}`.{distilled}\n",
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
        "Figures of the linear tier on labelled rows held out. Calibration and thresholds were fitted on the same rows, so\n",
    );
    card.push_str("they flatter a little; `claimtag eval` judges all tiers on data of your own.\n\n");
    card.push_str("| label | positives | precision | recall | F1 | average precision |\n|---|---|---|---|---|---|\n");
    let figure = |x: Option<f64>| x.map_or("-".to_owned(), |x| format!("{x:.3}"));
    for (label, m) in labels.names().iter().zip(&training.out_of_fold) {
        let (p, r, f, ap) = (figure(m.precision), figure(m.recall), figure(m.f1), figure(m.average_precision));
        let _ = writeln!(card, "| {label} | {} | {p} | {r} | {f} | {ap} |", m.positives);
    }
    card
}
