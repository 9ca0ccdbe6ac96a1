//! From tagged groups to the files of parts.

use super::BatchError;
use super::counts::Counts;
use super::files::{FileSum, RunFolder};
use super::output::TableFile;
use super::part::{LeftOut, Mark, PartFile};
use super::prepare::Rest;
use super::run::{Progress, Watch};
use super::settings::Settings;
use super::sketches::{self, Sketched};
use super::tally::{Labels, Tally};
use crate::duplicate::{Clusters, Sketch};
use crate::tag::Tagger;
use crate::types::TaggedArticle;
use crate::write::{ArticleWriter, RowWriter, Rows, Run, Table, Writer, article_schema, row_schema};
use std::collections::BTreeMap;

/// A group whose articles have been tagged.
pub(super) struct Tagged {
    pub part: u64,
    pub start: Mark,
    pub end: Option<Mark>,
    pub articles: Vec<(TaggedArticle, Option<Sketch>)>,
    pub rest: Rest,
}

/// Collects groups into parts, and counts.
pub(super) struct Sink<'a> {
    folder: &'a RunFolder,
    settings: &'a Settings,
    tagger: Tagger<'a>,
    tally: Tally,
    open: Option<Open<'a>>,
    progress: Progress,
    watch: &'a mut (dyn FnMut(Watch<'_>) + Send),
}

type BoxedTable = Box<dyn Table + Send>;

/// A part in the making.
struct Open<'a> {
    part: u64,
    start: Mark,
    counts: Counts,
    sketched: Vec<Sketched>,
    left_out: Vec<LeftOut>,
    rows: (TableFile, RowWriter<'a, BoxedTable>),
    articles: Option<(TableFile, ArticleWriter<'a, BoxedTable>)>,
}

impl<'a> Sink<'a> {
    pub fn new(
        folder: &'a RunFolder,
        settings: &'a Settings,
        tagger: Tagger<'a>,
        watch: &'a mut (dyn FnMut(Watch<'_>) + Send),
    ) -> Self {
        let tally = Tally::new(Clusters::MOST);
        Self { folder, settings, tagger, tally, open: None, progress: Progress::default(), watch }
    }

    /// Takes note of a part that is done.
    pub fn known(&mut self, part: &PartFile, sketched: &[Sketched]) {
        for Sketched { article, cluster, labels, .. } in sketched {
            self.tally.add(*article, *cluster, labels);
        }
        self.progress.known_parts += 1;
        self.progress.add(&part.counts);
        (self.watch)(Watch::Progress(&self.progress));
    }

    /// Takes a group; finishes its part if it is the last of it.
    pub fn group(&mut self, group: Tagged) -> Result<(), BatchError> {
        let Tagged { part, start, end, articles, rest } = group;
        rest.notices.iter().for_each(|notice| (self.watch)(Watch::Notice(notice)));
        rest.left_out.iter().for_each(|left_out| (self.watch)(Watch::LeftOut(left_out)));
        if let Some(first) = rest.left_out.first().filter(|_| self.settings.strict) {
            return Err(BatchError::Strict(first.to_string()));
        }
        let mut open = match self.open.take() {
            Some(open) => open,
            None => self.begin(part, start)?,
        };
        let mut counts = Counts::new(self.tagger.model().labels());
        for (tagged, sketch) in &articles {
            self.count(tagged, *sketch, &mut counts, &mut open.sketched);
            open.write(tagged)?;
        }
        counts.records = rest.records;
        counts.not_sampled = rest.not_sampled;
        counts.skipped = rest.skipped;
        counts.failed = rest.failed;
        open.counts.add(&counts);
        open.left_out.extend(rest.left_out);
        self.progress.add(&counts);
        self.progress.bytes_read = rest.bytes_read;
        match end {
            Some(end) => self.finish(open, end)?,
            None => self.open = Some(open),
        }
        (self.watch)(Watch::Progress(&self.progress));
        Ok(())
    }

    fn begin(&self, part: u64, start: Mark) -> Result<Open<'a>, BatchError> {
        let model = self.tagger.model();
        let rows = if self.settings.all { Rows::All } else { Rows::Labelled };
        let explained = self.settings.explain.is_some();
        let run = Run { labels: model.labels(), model: model.short_digest(), rows, explained };
        let format = self.settings.format;
        let name = |folder: &str| PartFile::rows(folder, part, format);
        let (file, table) = TableFile::begin(self.folder, name("parts"), format, &row_schema(&run, true))?;
        let of_sentences = (file, RowWriter::new(table, run));
        let of_articles = || {
            let (file, table) = TableFile::begin(self.folder, name("articles"), format, &article_schema(&run))?;
            Ok((file, ArticleWriter::new(table, run, self.tagger.name())))
        };
        let articles = self.settings.rollup.then(of_articles).transpose()?;
        Ok(Open {
            part,
            start,
            counts: Counts::new(model.labels()),
            sketched: Vec::new(),
            left_out: Vec::new(),
            rows: of_sentences,
            articles,
        })
    }

    /// Counts an article, and notes its cluster.
    fn count(
        &mut self,
        tagged: &TaggedArticle,
        sketch: Option<Sketch>,
        counts: &mut Counts,
        sketched: &mut Vec<Sketched>,
    ) {
        let names = self.tagger.model().labels().names();
        let place = tagged.place.unwrap_or_default();
        let mut labels = Labels::none(names.len());
        for label in tagged.sentences.iter().flat_map(|sentence| &sentence.labels) {
            labels.insert(*label);
            counts.labels.entry(names[*label].clone()).or_default().sentences += 1;
        }
        let (new, is_first) = self.tally.add(place.number, place.cluster, &labels);
        labels.iter().for_each(|label| counts.labels.entry(names[label].clone()).or_default().articles += 1);
        new.iter().for_each(|label| counts.labels.entry(names[label].clone()).or_default().clusters += 1);
        counts.clusters += u64::from(is_first);
        counts.sentences += tagged.sentences.len() as u64;
        match place.is_left_out {
            true => counts.duplicates += 1,
            false => counts.articles += 1,
        }
        // shards are compared with each other later
        let sketch = sketch.filter(|_| place.number == place.cluster || self.settings.shard.is_some());
        sketched.push(Sketched { article: place.number, cluster: place.cluster, labels, sketch });
    }

    /// Puts the files of a part in their places, its state last.
    fn finish(&mut self, open: Open<'_>, end: Mark) -> Result<(), BatchError> {
        let Open { part, start, counts, sketched, left_out, rows, articles } = open;
        let mut files = BTreeMap::new();
        let sketches = PartFile::sketches(part);
        files.insert(sketches.clone(), self.folder.write(&sketches, &sketches::to_bytes(&sketched))?);
        files.extend([finished(rows)?]);
        files.extend(articles.map(finished).transpose()?);
        let state = PartFile { v: PartFile::VERSION, part, start, end, counts, files, left_out };
        self.folder.write_json(&PartFile::name(part), &state)?;
        self.progress.parts += 1;
        Ok(())
    }

    /// Parts that were written.
    pub fn parts(&self) -> u64 {
        self.progress.parts
    }
}

impl Open<'_> {
    fn write(&mut self, tagged: &TaggedArticle) -> Result<(), BatchError> {
        let (file, rows) = &mut self.rows;
        rows.write(tagged).map_err(|e| file.error(e))?;
        match &mut self.articles {
            Some((file, articles)) => articles.write(tagged).map_err(|e| file.error(e)),
            None => Ok(()),
        }
    }
}

/// Ends a table and puts its file in its place.
fn finished((file, mut writer): (TableFile, impl Writer)) -> Result<(String, FileSum), BatchError> {
    writer.finish().map_err(|e| file.error(e))?;
    drop(writer);
    file.finish()
}
