//! The linear tier: exact sums over n-grams.

use super::word_spans;
use crate::feature::{EDGES, Extractor, Family, Gram, RowScratch, SparseRows};
use crate::score::LinearTier;
use crate::token::{Shape, Token, word_tokens};
use crate::types::{GramValue, GramValues, Span, Why, WordValue};
use std::collections::BTreeMap;
use std::ops::Range;

/// Why the linear tier says what it says of these `labels` (indices) of a sentence, given as text and tokens; with so many of the
/// strongest n-grams each.
///
/// Logits are those of [`FeatureSpace::push_row`](crate::feature::FeatureSpace::push_row) and
/// [`LinearModel::logits`](crate::linear::LinearModel::logits), which [`crate::score`] gives but for rounding. An n-gram without a
/// column adds nothing and is not listed.
pub fn by_linear(
    tier: LinearTier<'_>,
    sentence: &str,
    tokens: &[Token],
    labels: &[usize],
    strongest: usize,
) -> Vec<Why> {
    let words = word_spans(tokens);
    let grams = grams(tier, sentence, tokens);
    let why = |&label: &usize| {
        let bias = f64::from(tier.linear.bias()[label]);
        let value = |gram: &Found| gram.value * f64::from(tier.linear.feature(gram.column)[label]);
        let values: Vec<f64> = grams.iter().map(value).collect();
        let (strongest, rest) = listed(&grams, &values, strongest);
        Why {
            label,
            logit: bias + values.iter().sum::<f64>(),
            words: shared_out(&grams, &values, &words),
            grams: Some(GramValues { bias, strongest, rest }),
        }
    };
    labels.iter().map(why).collect()
}

/// An n-gram of a sentence that has a column.
struct Found {
    family: Family,
    column: usize,
    text: String,
    /// Its occurrences.
    at: Vec<Span>,
    /// Its value in the row.
    value: f64,
}

/// The n-grams of a sentence that have a column, by their first occurrence, then family and column.
fn grams(tier: LinearTier<'_>, sentence: &str, tokens: &[Token]) -> Vec<Found> {
    let LinearTier { tokenizer, features, .. } = tier;
    let mut rows = SparseRows::new(features.len());
    features.push_row(tokenizer, tokens, &mut RowScratch::default(), &mut rows);
    let row: BTreeMap<usize, f64> = rows.row(0).iter().collect();
    let mut found: BTreeMap<usize, Found> = BTreeMap::new();
    Extractor::default().grams_with_chars(features.settings(), tokenizer, tokens, |gram, chars| {
        let Some(column) = features.column(&gram).map(|column| column as usize) else { return };
        let entry = found.entry(column).or_insert_with(|| Found {
            family: gram.family,
            column,
            text: text(&gram, chars, sentence, tokens),
            at: Vec::new(),
            value: row.get(&column).copied().unwrap_or_default(),
        });
        entry.at.push(gram.span);
    });
    let mut grams: Vec<Found> = found.into_values().collect();
    grams.sort_by_key(|gram| (gram.at[0], gram.family, gram.column));
    grams
}

/// An n-gram for reading, as [`GramValue::text`] says.
fn text(gram: &Gram, chars: &[char], sentence: &str, tokens: &[Token]) -> String {
    match gram.family {
        Family::Piece => spaced(&sentence[gram.span.range()]),
        Family::Char => chars.iter().map(edge_for_reading).collect(),
        Family::Shape => {
            let (mut text, mut at) = (String::new(), gram.span.start);
            for word in word_tokens(tokens) {
                let (first, end) = (&tokens[word.start], tokens[word.end - 1].span.end);
                let any = match first.word {
                    Some(Shape::Capital) => "[name]",
                    Some(Shape::Number) => "[number]",
                    Some(Shape::Plain) | None => continue,
                };
                if first.span.start >= at && end <= gram.span.end {
                    text += &sentence[at..first.span.start];
                    text += any;
                    at = end;
                }
            }
            spaced(&(text + &sentence[at..gram.span.end]))
        }
    }
}

/// White space of any kind as one space.
fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn edge_for_reading(c: &char) -> char {
    match *c {
        c if c == EDGES.0 => '^',
        c if c == EDGES.1 => '$',
        c => c,
    }
}

/// The `most` n-grams of the greatest values, of either sign, and the sum of the others.
fn listed(grams: &[Found], values: &[f64], most: usize) -> (Vec<GramValue>, f64) {
    let mut order: Vec<usize> = (0..grams.len()).filter(|&i| values[i] != 0.0).collect();
    // stable: of equals, the one that occurs first
    order.sort_by(|&a, &b| values[b].abs().total_cmp(&values[a].abs()));
    let (first, others) = order.split_at(most.min(order.len()));
    let of = |&i: &usize| {
        let Found { family, text, at, .. } = &grams[i];
        GramValue { family: family.name(), text: text.clone(), at: at.clone(), value: values[i] }
    };
    (first.iter().map(of).collect(), others.iter().map(|&i| values[i]).sum())
}

/// The value of each word: n-grams divided evenly over their occurrences, and these over the words that they cover.
fn shared_out(grams: &[Found], values: &[f64], words: &[Span]) -> Vec<WordValue> {
    let mut shared: Vec<_> = words.iter().map(|&span| WordValue { span, value: 0.0 }).collect();
    for (gram, value) in grams.iter().zip(values) {
        for &span in &gram.at {
            let covered = covered(words, span);
            let share = value / (gram.at.len() * covered.len()) as f64;
            shared[covered].iter_mut().for_each(|word| word.value += share);
        }
    }
    shared
}

/// The words that a span of n-grams covers: at least one, also where a character that is dropped leaves an empty span.
fn covered(words: &[Span], span: Span) -> Range<usize> {
    let first = words.partition_point(|word| word.end <= span.start).min(words.len().saturating_sub(1));
    let end = words.partition_point(|word| word.start < span.end).max(first + 1);
    first..end
}
