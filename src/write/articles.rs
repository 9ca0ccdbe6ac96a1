//! A row for each article: what its sentences claim, rolled up.

use super::table::{Cell, Column, Kind, Schema, Table};
use super::{Run, Writer, about, rounded};
use crate::types::TaggedArticle;
use std::io;

/// The version of the rows of articles, in every format.
pub const ARTICLE_VERSION: u32 = 1;

/// Writes rows of version 1, one per article, with these columns in this order:
///
/// | column | meaning |
/// |---|---|
/// | `article`, `article_id`, `title`, `date`, `day`, `url`, `source`, `cluster` | as in rows of sentences |
/// | `tier` | the tier or cascade that tagged: `linear`, `cascade` or `encoder` |
/// | `model` | short digest of the model |
/// | `sentences` | how many sentences there are; empty for a near-duplicate that was not tagged (`--dedup`) |
/// | `claims_LABEL` | how many of them have the label |
/// | `strongest_LABEL` | index of the sentence with the highest probability of the label; empty if none has the label |
/// | `strongest_prob_LABEL` | that probability, four decimals |
/// | `strongest_text_LABEL` | that sentence |
pub struct ArticleWriter<'a, T> {
    table: T,
    run: Run<'a>,
    tier: &'static str,
}

/// The columns of [`ArticleWriter`].
pub fn article_schema(run: &Run<'_>) -> Schema {
    let mut columns = vec![Column::new("article", Kind::Count), Column::new("article_id", Kind::Text)];
    columns.extend(["title", "date", "day", "url", "source"].map(|name| Column::optional(name, Kind::Text)));
    columns.push(Column::new("cluster", Kind::Count));
    columns.extend(["tier", "model"].map(|name| Column::new(name, Kind::Text)));
    columns.push(Column::optional("sentences", Kind::Count));
    for label in run.labels.names() {
        columns.push(Column::optional(format!("claims_{label}"), Kind::Count));
        columns.push(Column::optional(format!("strongest_{label}"), Kind::Count));
        columns.push(Column::optional(format!("strongest_prob_{label}"), Kind::Prob));
        columns.push(Column::optional(format!("strongest_text_{label}"), Kind::Text));
    }
    Schema { version: ARTICLE_VERSION, columns }
}

impl<'a, T: Table> ArticleWriter<'a, T> {
    /// Writes to `table`, which has the columns of [`article_schema`].
    pub fn new(table: T, run: Run<'a>, tier: &'static str) -> Self {
        Self { table, run, tier }
    }
}

/// What the sentences say of one label.
fn of_label(tagged: &TaggedArticle, label: usize) -> [Cell<'_>; 4] {
    let with = || tagged.sentences.iter().enumerate().filter(|(_, s)| s.labels.contains(&label));
    let prob = |sentence: usize| tagged.sentences[sentence].prob[label];
    // of equals, the first
    let strongest = with().map(|(i, _)| i).reduce(|best, i| if prob(i) > prob(best) { i } else { best });
    [
        Cell::Count(with().count() as u64),
        Cell::count(strongest.map(|i| i as u64)),
        strongest.map_or(Cell::Empty, |i| Cell::Prob(rounded(prob(i)))),
        Cell::text(strongest.map(|i| tagged.sentences[i].text.as_str())),
    ]
}

impl<T: Table> Writer for ArticleWriter<'_, T> {
    fn write(&mut self, tagged: &TaggedArticle) -> io::Result<()> {
        let article = &tagged.article;
        let day = article.day();
        let place = tagged.place.unwrap_or_default();
        let mut cells = vec![Cell::Count(place.number)];
        cells.extend(about(article, day.as_deref()));
        cells.extend([Cell::Count(place.cluster), Cell::Text(self.tier), Cell::Text(self.run.model)]);
        if !place.is_left_out {
            cells.push(Cell::Count(tagged.sentences.len() as u64));
            cells.extend((0..self.run.labels.len()).flat_map(|label| of_label(tagged, label)));
        } else {
            cells.extend((0..1 + 4 * self.run.labels.len()).map(|_| Cell::Empty));
        }
        self.table.row(&cells)
    }

    fn finish(&mut self) -> io::Result<()> {
        self.table.finish()
    }
}
