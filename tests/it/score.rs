//! The quick score of a sentence is the plain one, but for rounding, and depends on nothing but the sentence.

use claimtag::feature::{FeatureBuilder, FeatureSettings, FeatureSpace, RowScratch, SparseRows};
use claimtag::linear::LinearModel;
use claimtag::model::Model;
use claimtag::score::{LinearTier, Scorer};
use claimtag::token::{Memo, Token, Tokenizer};
use proptest::prelude::*;
use std::sync::LazyLock;

static TOKENIZER: LazyLock<Tokenizer> =
    LazyLock::new(|| Tokenizer::from_bytes(Model::embedded_tokenizer()).expect("the built-in tokenizer"));
static MODELS: LazyLock<Vec<(FeatureSpace, LinearModel)>> = LazyLock::new(models);

const SENTENCES: [&str; 6] = [
    "The mayor of Oslo said the bank and the rail firm raised $40 million, the most since 1999.",
    "Čapek’s “Tarn Cloud” is the only supplier of state-of-the-art GPUs — again… and again, again.",
    "banana bananas Banana BANANA; aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa anan",
    "3rd 13 1,300 $1.2bn x@y.org 東京タワー e\u{301}tude [CLS] a\u{b}b",
    "Fjell Capital has sold its stake in a data centre near Norvik to a rival, the board said.",
    "the the the the of of of of of",
];

fn tokens(sentence: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    TOKENIZER.tokenize(sentence, &mut Memo::default(), &mut tokens);
    tokens
}

/// A model with settings of n-grams (pieces, shapes, shortest and longest of characters) and so many labels.
fn model([piece_max, shape_max, char_min, char_max]: [u8; 4], labels: usize) -> (FeatureSpace, LinearModel) {
    let settings = FeatureSettings { piece_max, shape_max, char_min, char_max, min_document_frequency: 1 };
    let mut builder = FeatureBuilder::new(settings);
    SENTENCES.iter().for_each(|sentence| builder.add(&TOKENIZER, &tokens(sentence)));
    let space = builder.freeze(usize::MAX).expect("a space");
    // any numbers between -1 and 1
    let number = |(i, j): (usize, usize)| ((i * 31 + j * 17) as f32 * 12.9898).sin();
    let weights = ndarray::Array2::from_shape_fn((space.len(), labels), number);
    let bias = (0..labels).map(|label| number((label, 5))).collect();
    (space, LinearModel::from_parts(weights, bias).expect("finite"))
}

fn models() -> Vec<(FeatureSpace, LinearModel)> {
    let as_built_in = [2, 2, 3, 5];
    let settings = [[3, 0, 1, 2], [0, 3, 3, 5], [2, 2, 0, 0], [1, 1, 2, 9], [0, 0, 0, 0]];
    let labels = [1, 3, 4, 7, 16, 17];
    let many_labels = labels.map(|labels| model(as_built_in, labels));
    many_labels.into_iter().chain(settings.map(|settings| model(settings, 4))).collect()
}

fn tier((features, linear): &(FeatureSpace, LinearModel)) -> LinearTier<'_> {
    LinearTier { tokenizer: &TOKENIZER, features, linear }
}

fn score(tier: LinearTier<'_>, scorer: &mut Scorer, sentence: &str) -> Vec<f64> {
    let mut logits = vec![f64::NAN; tier.linear.n_labels()];
    scorer.score(tier, sentence, &mut logits);
    logits
}

/// What the score is by definition.
fn plain(tier: LinearTier<'_>, sentence: &str) -> Vec<f64> {
    let mut rows = SparseRows::new(tier.features.len());
    tier.features.push_row(&TOKENIZER, &tokens(sentence), &mut RowScratch::default(), &mut rows);
    let mut logits = vec![0.0; tier.linear.n_labels()];
    tier.linear.logits(rows.row(0), &mut logits);
    logits
}

/// Checks sentences one after another, with all models: as by definition, and whatever came before.
fn check(sentences: &[&str]) {
    for model in MODELS.iter() {
        let tier = tier(model);
        let mut used = Scorer::new(tier);
        for sentence in sentences.iter().chain(sentences) {
            let scored = score(tier, &mut used, sentence);
            let near = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-5;
            let expected = plain(tier, sentence);
            assert!(scored.iter().zip(&expected).all(near), "{sentence:?}: {scored:?}, not {expected:?}");
            assert_eq!(scored, score(tier, &mut Scorer::new(tier), sentence), "{sentence:?}");
        }
    }
}

#[test]
fn sentences_of_all_kinds() {
    check(&SENTENCES);
    let long = SENTENCES.join(" ");
    let (longer, endless) = (long.repeat(8), long.repeat(40));
    let (word, end) = ("ab".repeat(32), "ab".repeat(33));
    check(&["", " ", "!", &long, &longer, &endless, &word, &end, &"banana ".repeat(899), &"banana ".repeat(901)]);
}

/// A table of words that runs full is emptied, and nothing shows.
#[test]
fn words_without_end() {
    let tier = tier(&MODELS[2]);
    let mut used = Scorer::new(tier);
    let expected: Vec<_> = SENTENCES.iter().map(|sentence| score(tier, &mut used, sentence)).collect();
    for first in (0..200_000).step_by(500) {
        let words: Vec<String> = (first..first + 500).map(|i| format!("b{i:x}")).collect();
        score(tier, &mut used, &words.join(" "));
        let at = first / 500 % SENTENCES.len();
        assert_eq!(score(tier, &mut used, SENTENCES[at]), expected[at]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_sentence(
        any in any::<String>(),
        words in prop::collection::vec("the|of|Oslo|[a-c]{1,3}|[a-zA-Zé’—東 ]{1,9}|[0-9$.,]{1,4}|banana|an", 0..60),
        glued in "[a-zé’—\u{301}\u{b} .0-9]{0,90}",
    ) {
        check(&[&any, &words.join(" "), &glued]);
    }
}
