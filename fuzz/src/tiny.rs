//! A model of a few kilobytes.

use claimtag::calibrate::{Calibration, Platt};
use claimtag::cascade::Limits;
use claimtag::encoder::{Encoder, EncoderConfig, new_head, write_encoder};
use claimtag::feature::{Extractor, FeatureSettings, FeatureSpace};
use claimtag::linear::LinearModel;
use claimtag::model::{EncoderTier, Model, ModelParts, Training};
use claimtag::token::{Memo, Tokenizer};
use claimtag::types::{LabelSet, Prob};
use ndarray::{Array1, Array2};
use serde_json::json;

/// What the model knows of.
pub const TEXT: &str = "The quay was sold. It is the only one of its kind, and Varn Ltd paid 4 million for it.";

/// A model of two labels with both tiers.
pub fn model() -> Model {
    Model::new(parts()).expect("a model")
}

pub fn parts() -> ModelParts {
    let tokenizer = Tokenizer::from_bytes(&tokenizer()).expect("a tokenizer");
    let features = features(&tokenizer);
    let weights =
        Array2::from_shape_fn((features.len(), 2), |(i, label)| ((i * 7 + label * 3) % 11) as f32 / 5.0 - 1.0);
    let linear = LinearModel::from_parts(weights, Array1::from(vec![0.1, -0.2])).expect("a linear tier");
    ModelParts {
        labels: LabelSet::new(["a", "b"]).expect("labels"),
        encoder: Some(encoder(tokenizer.vocabulary_size())),
        tokenizer,
        features,
        linear,
        calibration: calibration(),
        thresholds: thresholds(),
        training: training(),
        card: "# A tiny model\n".to_owned(),
    }
}

fn tokenizer() -> Vec<u8> {
    let letters = ('a'..='z').flat_map(|c| [c.to_string(), format!("##{c}")]);
    let words = ["[UNK]", "[CLS]", "[SEP]", "the", "quay", "was", "sold", "only", "one", "##ill", "4", "."];
    let vocabulary = words.into_iter().map(str::to_owned).chain(letters);
    let vocabulary: serde_json::Map<_, _> = (0..).zip(vocabulary).map(|(id, piece)| (piece, json!(id))).collect();
    let json = json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
        "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
            "strip_accents": null, "lowercase": true},
        "pre_tokenizer": {"type": "BertPreTokenizer"}, "post_processor": null, "decoder": null,
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100, "vocab": vocabulary},
    });
    serde_json::to_vec(&json).expect("JSON")
}

/// The first features of [`TEXT`].
fn features(tokenizer: &Tokenizer) -> FeatureSpace {
    let (settings, mut tokens, mut keys) = (FeatureSettings::default(), Vec::new(), Vec::new());
    tokenizer.tokenize(TEXT, &mut Memo::default(), &mut tokens);
    Extractor::default().grams(&settings, tokenizer, &tokens, |gram| keys.push(gram.key));
    keys.truncate(40);
    keys.sort_unstable();
    keys.dedup();
    let idf = vec![1.5; keys.len()];
    FeatureSpace::from_parts(settings, keys, idf).expect("features")
}

fn encoder(vocab_size: usize) -> EncoderTier {
    let config = EncoderConfig {
        vocab_size,
        hidden_size: 4,
        num_hidden_layers: 1,
        num_attention_heads: 2,
        intermediate_size: 4,
        max_position_embeddings: 6,
        layer_norm_eps: 1e-12,
    };
    let bytes = write_encoder(&Encoder::random(config, 3), &new_head(2, 4, 1)).expect("bytes");
    EncoderTier::new(bytes, calibration(), thresholds(), vec![Limits { low: 0.2, high: 0.8 }; 2]).expect("an encoder")
}

fn calibration() -> Vec<Calibration> {
    let isotonic = json!({"method": "isotonic", "logit": [-1.0, 0.5, 2.0], "prob": [0.1, 0.4, 0.9]});
    vec![
        Calibration::Platt(Platt { slope: 1.2, intercept: -0.1 }),
        serde_json::from_value(isotonic).expect("a calibration"),
    ]
}

fn thresholds() -> Vec<Prob> {
    vec![Prob::clamped(0.5), Prob::clamped(0.4)]
}

fn training() -> Training {
    Training {
        data_sha256: "1".repeat(64),
        rows: 9,
        soft_rows: 1,
        distilled: 0,
        documents: 3,
        seed: 7,
        folds: 2,
        c: 1.0,
        goal: "f1".to_owned(),
        out_of_fold: Vec::new(),
    }
}
