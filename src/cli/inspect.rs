//! `claimtag inspect`.

use super::args::InspectArgs;
use super::table::{figure, table};
use super::{Outcome, load_model, print};
use crate::model::{EncoderTier, Model};
use std::fmt::Write as _;

pub(super) fn run(args: &InspectArgs) -> anyhow::Result<Outcome> {
    let model = load_model(args.model.as_deref())?;
    let text = describe(&model, args.top);
    print(text.as_bytes())?;
    Ok(Outcome::Done)
}

fn describe(model: &Model, top: usize) -> String {
    let (parts, training) = (model.parts(), model.training());
    let mut text = String::new();
    // writing to a string never fails
    let _ = writeln!(
        text,
        "model {}, trained by claimtag {} on {} rows from {} documents (data {})",
        model.short_digest(),
        model.crate_version(),
        training.rows,
        training.documents,
        &training.data_sha256[..12.min(training.data_sha256.len())]
    );
    if training.soft_rows + training.distilled > 0 {
        let _ = writeln!(
            text,
            "{} of the rows have soft labels; the linear tier was taught on {} unlabelled sentences",
            training.soft_rows, training.distilled
        );
    }
    let _ = writeln!(
        text,
        "seed {}, {} folds, penalty C = {}, thresholds for {}",
        training.seed, training.folds, training.c, training.goal
    );
    for (name, bytes) in model.files() {
        let _ = writeln!(text, "{name}: {} bytes", bytes.len());
    }
    let _ = writeln!(
        text,
        "{} features, {} pieces in the vocabulary\n",
        parts.features.len(),
        parts.tokenizer.vocabulary_size()
    );
    let header = ["label", "threshold", "positives", "precision", "recall", "F1", "average precision"];
    let mut lines = vec![header.map(str::to_owned).to_vec()];
    for ((label, threshold), m) in model.labels().names().iter().zip(&parts.thresholds).zip(&training.out_of_fold) {
        let figures = [m.precision, m.recall, m.f1, m.average_precision].map(figure);
        let line = [label.clone(), format!("{:.3}", threshold.get()), m.positives.to_string()];
        lines.push(line.into_iter().chain(figures).collect());
    }
    text.push_str(&table(&lines));
    text.push_str("(linear tier, on rows held out; thresholds were chosen on the same rows)\n");
    if let Some(tier) = &parts.encoder {
        text.push_str(&encoder(model, tier));
    }
    for (label, name) in model.labels().names().iter().enumerate() {
        let strongest: Vec<String> =
            model.strongest_pieces(label, top).into_iter().map(|(piece, w)| format!("{piece} {w:+.1}")).collect();
        let _ = writeln!(text, "\n{name}: {}", strongest.join(", "));
    }
    text
}

/// The encoder tier and the cascade.
fn encoder(model: &Model, tier: &EncoderTier) -> String {
    let config = &tier.encoder.config;
    let mut lines =
        vec![["label", "threshold of the encoder", "settled as no below", "as yes above"].map(str::to_owned).to_vec()];
    for ((label, threshold), limits) in model.labels().names().iter().zip(&tier.thresholds).zip(&tier.limits) {
        let numbers = [threshold.get(), limits.low, limits.high].map(|p| format!("{p:.3}"));
        lines.push([label.clone()].into_iter().chain(numbers).collect());
    }
    format!(
        "\nencoder of {} layers, {} wide, {} heads, sentences of up to {} tokens\n{}",
        config.num_hidden_layers,
        config.hidden_size,
        config.num_attention_heads,
        config.max_position_embeddings,
        table(&lines)
    )
}
