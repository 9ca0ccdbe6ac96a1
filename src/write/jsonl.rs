//! Output rows as JSON, one a line.

use super::points::CodePoints;
use super::{Run, Writer, rounded};
use crate::types::{Field, TaggedArticle, TaggedSentence};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use std::io::{self, Write};

/// The version of the output rows, JSONL and CSV.
pub const ROW_VERSION: u32 = 1;

/// Writes rows of version 1. One JSON object per sentence, with these fields in this order:
///
/// | field | meaning |
/// |---|---|
/// | `v` | version of the row: 1 |
/// | `article_id` | the article's id: the id field of its record, else its path, else `path:line` |
/// | `title`, `date`, `url`, `source` | of the article, as given; a field that the article lacks is left out |
/// | `sentence` | index of the sentence in the article, from 0, title first |
/// | `field` | which text `start` and `end` point into: `title` or `text` |
/// | `start`, `end` | Unicode code points into that text, half open |
/// | `part` | `headline`, `lead` (first paragraph) or `body` |
/// | `text` | the sentence as a person reads it, without markup |
/// | `labels` | names of the labels given, possibly none |
/// | `prob` | calibrated probability of each label of the model, four decimals |
/// | `tier` | which tier decided: `linear` or `encoder` |
/// | `model` | short digest of the model |
pub struct JsonlWriter<'a, W> {
    out: W,
    run: Run<'a>,
}

#[derive(Serialize)]
struct Row<'a> {
    v: u32,
    article_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    sentence: usize,
    field: &'static str,
    start: usize,
    end: usize,
    part: &'static str,
    text: &'a str,
    labels: Vec<&'a str>,
    prob: Probs<'a>,
    tier: &'static str,
    model: &'a str,
}

struct Probs<'a>(&'a Run<'a>, &'a TaggedSentence);

impl Serialize for Probs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.1.prob.len()))?;
        for (name, &prob) in self.0.labels.names().iter().zip(&self.1.prob) {
            map.serialize_entry(name, &rounded(prob))?;
        }
        map.end()
    }
}

impl<'a, W: Write> JsonlWriter<'a, W> {
    /// Writes to `out`, which should be buffered.
    pub fn new(out: W, run: Run<'a>) -> Self {
        Self { out, run }
    }
}

impl<W: Write> Writer for JsonlWriter<'_, W> {
    fn write(&mut self, tagged: &TaggedArticle) -> io::Result<()> {
        let article = &tagged.article;
        let mut in_title = CodePoints::new(article.title.as_deref().unwrap_or_default());
        let mut in_text = CodePoints::new(&article.text);
        for (index, sentence) in tagged.sentences.iter().enumerate() {
            if !self.run.rows.wants(sentence) {
                continue;
            }
            let points = match sentence.field {
                Field::Title => &mut in_title,
                Field::Text => &mut in_text,
            };
            let row = Row {
                v: ROW_VERSION,
                article_id: &article.id,
                title: article.title.as_deref(),
                date: article.date.as_deref(),
                url: article.url.as_deref(),
                source: article.source.as_deref(),
                sentence: index,
                field: sentence.field.name(),
                start: points.at(sentence.span.start),
                end: points.at(sentence.span.end),
                part: sentence.part.name(),
                text: &sentence.text,
                labels: sentence.labels.iter().map(|&l| self.run.labels.names()[l].as_str()).collect(),
                prob: Probs(&self.run, sentence),
                tier: sentence.tier.name(),
                model: self.run.model,
            };
            serde_json::to_writer(&mut self.out, &row)?;
            self.out.write_all(b"\n")?;
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
