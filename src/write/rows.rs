//! A row for each sentence.

use super::points::CodePoints;
use super::table::{Cell, Column, Kind, Schema, Table};
use super::why::why_json;
use super::{Run, Writer, about, rounded};
use crate::types::{Field, TaggedArticle, TaggedSentence};
use std::io;

/// The version of the rows of sentences, in every format.
pub const ROW_VERSION: u32 = 3;

/// Writes rows of version 3, one per sentence, with these columns in this order:
///
/// | column | meaning |
/// |---|---|
/// | `article_id` | the article's id: the id field of its record, else its path, else `path:line` |
/// | `title`, `date` | of the article, as given; empty where the article lacks them |
/// | `day` | the date as `2024-05-31`; empty where there is none or it can't be told for sure |
/// | `url`, `source` | of the article, as given; empty where the article lacks them |
/// | `article` | number of the article's record in the corpus, from 0; only from `batch` |
/// | `cluster` | number of the article that this one is a near-duplicate of, or its own; only from `batch` |
/// | `sentence` | index of the sentence in the article, from 0, title first |
/// | `field` | which text `start` and `end` point into: `title` or `text` |
/// | `start`, `end` | Unicode code points into that text, half open |
/// | `part` | `headline`, `lead` (first paragraph) or `body` |
/// | `text` | the sentence as a person reads it, without markup |
/// | `labels` | names of the labels given, possibly none |
/// | `prob` | calibrated probability of each label of the model, four decimals |
/// | `tier` | which tier decided: `linear` or `encoder` |
/// | `model` | short digest of the model |
/// | `why` | why the sentence has its labels; only with `--explain`, and empty where it has none. See below |
///
/// In JSON empty columns are left out, `v` (the version) comes first, and `prob` and `why` are objects. In CSV and Parquet `prob` is one
/// column `prob_LABEL` per label, and `why` the text of the object; in CSV labels are joined by `;`.
///
/// `why` has an object for each label given, in their order:
///
/// ```json
/// {"exclusivity": {"logit": 2.13, "bias": -1.5,
///                  "words": [[0, 4, 0.02], [5, 14, 3.61]],
///                  "grams": [{"family": "piece", "text": "exclusive", "at": [[5, 14]], "value": 0.61}],
///                  "rest": 3.02}}
/// ```
///
/// | key | meaning |
/// |---|---|
/// | `logit` | of the label, by the tier that decided, before calibration |
/// | `bias` | the logit of a sentence without any n-gram |
/// | `words` | every word (a punctuation sign is one) in reading order: start, end, value. By the linear tier, the bias and all values sum to the logit; by the encoder, a value is what the logit loses without the word, 0 for a word that it does not see |
/// | `grams` | the n-grams of the greatest values, of either sign: family (`piece`, `shape` or `char`), text, start and end of each occurrence (of characters, of the word), value of all occurrences together |
/// | `rest` | the sum of the values of all other n-grams: `bias`, all of `grams` and `rest` sum to the logit |
///
/// Starts and ends are Unicode code points of the row's `text`, half open; values are in logits, four decimals, and sums hold but
/// for that rounding. `bias`, `grams` and `rest` are of the linear tier alone. In the text of a shape `[name]` and `[number]` stand
/// for any name and figure, in that of characters `^` and `$` for the edges of a word.
///
/// Version 1 lacked `day`, `article` and `cluster`, version 2 lacked `why`.
pub struct RowWriter<'a, T> {
    table: T,
    run: Run<'a>,
}

/// The columns of [`RowWriter`]; `numbered` for rows of a whole corpus.
pub fn row_schema(run: &Run<'_>, numbered: bool) -> Schema {
    let text = |name: &str| Column::new(name, Kind::Text);
    let maybe = |name: &str| Column::optional(name, Kind::Text);
    let count = |name: &str| Column::new(name, Kind::Count);
    let mut columns =
        vec![text("article_id"), maybe("title"), maybe("date"), maybe("day"), maybe("url"), maybe("source")];
    if numbered {
        columns.extend([count("article"), count("cluster")]);
    }
    columns.extend([count("sentence"), text("field"), count("start"), count("end"), text("part"), text("text")]);
    columns.push(Column::new("labels", Kind::Texts));
    columns.push(Column::new("prob", Kind::Probs(run.labels.names().to_vec())));
    columns.extend([text("tier"), text("model")]);
    if run.explained {
        columns.push(Column::optional("why", Kind::Json));
    }
    Schema { version: ROW_VERSION, columns }
}

impl<'a, T: Table> RowWriter<'a, T> {
    /// Writes to `table`, which has the columns of [`row_schema`].
    pub fn new(table: T, run: Run<'a>) -> Self {
        Self { table, run }
    }

    fn sentence(
        &mut self,
        of_article: &[Cell<'_>],
        index: usize,
        sentence: &TaggedSentence,
        points: &mut CodePoints<'_>,
    ) -> io::Result<()> {
        let names = self.run.labels.names();
        let why = why_json(sentence, self.run.labels);
        let mut cells = of_article.to_vec();
        cells.extend([
            Cell::Count(index as u64),
            Cell::Text(sentence.field.name()),
            Cell::Count(points.at(sentence.span.start) as u64),
            Cell::Count(points.at(sentence.span.end) as u64),
            Cell::Text(sentence.part.name()),
            Cell::Text(&sentence.text),
            Cell::Texts(sentence.labels.iter().map(|&label| names[label].as_str()).collect()),
            Cell::Probs(sentence.prob.iter().map(|&prob| rounded(prob)).collect()),
            Cell::Text(sentence.tier.name()),
            Cell::Text(self.run.model),
        ]);
        if self.run.explained {
            cells.push(why.as_deref().map_or(Cell::Empty, Cell::Json));
        }
        self.table.row(&cells)
    }
}

impl<T: Table> Writer for RowWriter<'_, T> {
    fn write(&mut self, tagged: &TaggedArticle) -> io::Result<()> {
        let article = &tagged.article;
        let day = article.day();
        let mut cells = about(article, day.as_deref()).to_vec();
        if let Some(place) = tagged.place {
            cells.extend([Cell::Count(place.number), Cell::Count(place.cluster)]);
        }
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
            self.sentence(&cells, index, sentence, points)?;
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        self.table.finish()
    }
}
