//! The cell that says why a sentence has its labels.

use super::points::point_table;
use crate::types::{GramValue, LabelSet, Span, TaggedSentence, Why};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// Why a sentence has its labels, as JSON on one line; `None` if that was not asked for, or it has none.
/// What it says is specified on [`RowWriter`](super::RowWriter).
pub(super) fn why_json(sentence: &TaggedSentence, labels: &LabelSet) -> Option<String> {
    if sentence.why.is_empty() {
        return None;
    }
    let points = &point_table(&sentence.text);
    // plain values and texts are always JSON
    serde_json::to_string(&Labels { whys: &sentence.why, labels, points }).ok()
}

struct Labels<'a> {
    whys: &'a [Why],
    labels: &'a LabelSet,
    points: &'a [usize],
}

/// One label.
struct Label<'a>(&'a Why, &'a [usize]);

struct Gram<'a>(&'a GramValue, &'a [usize]);

impl Serialize for Labels<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let name = |why: &Why| &self.labels.names()[why.label];
        serializer.collect_map(self.whys.iter().map(|why| (name(why), Label(why, self.points))))
    }
}

impl Serialize for Label<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(why, points) = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("logit", &rounded(why.logit))?;
        if let Some(grams) = &why.grams {
            map.serialize_entry("bias", &rounded(grams.bias))?;
        }
        let word = |span, value| {
            let [start, end] = ends(span, points);
            (start, end, rounded(value))
        };
        map.serialize_entry("words", &why.words.iter().map(|w| word(w.span, w.value)).collect::<Vec<_>>())?;
        if let Some(grams) = &why.grams {
            let listed: Vec<_> = grams.strongest.iter().map(|gram| Gram(gram, points)).collect();
            map.serialize_entry("grams", &listed)?;
            map.serialize_entry("rest", &rounded(grams.rest))?;
        }
        map.end()
    }
}

impl Serialize for Gram<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(gram, points) = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("family", gram.family)?;
        map.serialize_entry("text", &gram.text)?;
        map.serialize_entry("at", &gram.at.iter().map(|&span| ends(span, points)).collect::<Vec<_>>())?;
        map.serialize_entry("value", &rounded(gram.value))?;
        map.end()
    }
}

/// Start and end in code points.
fn ends(span: Span, points: &[usize]) -> [usize; 2] {
    [span.start, span.end].map(|byte| points[byte])
}

/// Four decimals, and no minus before a zero.
fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4 + 0.0
}
