//! Output rows as CSV with a header, for spreadsheets.

use super::points::CodePoints;
use super::{Run, Writer, rounded};
use crate::types::{Field, TaggedArticle};
use std::io::{self, Write};

/// Writes the rows of [`JsonlWriter`](super::JsonlWriter), version 1, as comma-separated values: the same columns, but
/// without `v`, always with `title`, `date`, `url` and `source` (empty where the article lacks them), `labels` joined by
/// `;`, and instead of `prob` one column `prob_LABEL` per label.
pub struct CsvWriter<'a, W: Write> {
    out: csv::Writer<W>,
    run: Run<'a>,
    has_header: bool,
}

const BEFORE_PROBS: [&str; 12] =
    ["article_id", "title", "date", "url", "source", "sentence", "field", "start", "end", "part", "text", "labels"];
const AFTER_PROBS: [&str; 2] = ["tier", "model"];

impl<'a, W: Write> CsvWriter<'a, W> {
    /// Writes to `out`.
    pub fn new(out: W, run: Run<'a>) -> Self {
        Self { out: csv::Writer::from_writer(out), run, has_header: false }
    }

    fn header(&mut self) -> io::Result<()> {
        if !std::mem::replace(&mut self.has_header, true) {
            let probs: Vec<_> = self.run.labels.names().iter().map(|l| format!("prob_{l}")).collect();
            let probs = probs.iter().map(String::as_str);
            self.out.write_record(BEFORE_PROBS.into_iter().chain(probs).chain(AFTER_PROBS))?;
        }
        Ok(())
    }
}

impl<W: Write> Writer for CsvWriter<'_, W> {
    fn write(&mut self, tagged: &TaggedArticle) -> io::Result<()> {
        self.header()?;
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
            let (start, end) = (points.at(sentence.span.start), points.at(sentence.span.end));
            let labels: Vec<_> = sentence.labels.iter().map(|&l| self.run.labels.names()[l].as_str()).collect();
            for given in [Some(&article.id), article.title.as_ref(), article.date.as_ref(), article.url.as_ref()] {
                self.out.write_field(given.map_or("", String::as_str))?;
            }
            self.out.write_field(article.source.as_deref().unwrap_or_default())?;
            self.out.write_field(index.to_string())?;
            self.out.write_field(sentence.field.name())?;
            self.out.write_field(start.to_string())?;
            self.out.write_field(end.to_string())?;
            self.out.write_field(sentence.part.name())?;
            self.out.write_field(&sentence.text)?;
            self.out.write_field(labels.join(";"))?;
            for &prob in &sentence.prob {
                self.out.write_field(rounded(prob).to_string())?;
            }
            self.out.write_record([sentence.tier.name(), self.run.model])?;
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        self.header()?;
        self.out.flush()
    }
}
