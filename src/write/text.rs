//! Tagged articles for reading on a terminal.

use super::{Run, Writer, rounded};
use crate::types::{TaggedArticle, TaggedSentence};
use anstyle::{AnsiColor, Style};
use std::io::{self, Write};

/// Writes each article as a heading and its sentences below, each with its labels. Colours are ANSI codes; give it an
/// `anstream` stream to have them dropped where they are not understood.
pub struct TextWriter<'a, W> {
    out: W,
    run: Run<'a>,
}

/// One colour per label, in turn.
const COLOURS: [AnsiColor; 6] =
    [AnsiColor::Magenta, AnsiColor::Green, AnsiColor::Yellow, AnsiColor::Cyan, AnsiColor::Blue, AnsiColor::Red];

impl<'a, W: Write> TextWriter<'a, W> {
    /// Writes to `out`.
    pub fn new(out: W, run: Run<'a>) -> Self {
        Self { out, run }
    }

    fn sentence(&mut self, sentence: &TaggedSentence) -> io::Result<()> {
        let dim = Style::new().dimmed();
        for &label in &sentence.labels {
            let style = COLOURS[label % COLOURS.len()].on_default().bold();
            let (name, prob) = (&self.run.labels.names()[label], rounded(sentence.prob[label]));
            write!(self.out, "  {style}{name}{style:#} {prob:.2}")?;
        }
        if sentence.labels.is_empty() {
            write!(self.out, "  {dim}no claim{dim:#}")?;
        }
        // a sentence of hard-wrapped text spans lines, and no text may steer the terminal
        let line: String = sentence.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let line: String = line.chars().filter(|c| !c.is_control()).collect();
        writeln!(self.out, "\n    {line}")
    }
}

impl<W: Write> Writer for TextWriter<'_, W> {
    fn write(&mut self, tagged: &TaggedArticle) -> io::Result<()> {
        let bold = Style::new().bold();
        let wanted: Vec<_> = tagged.sentences.iter().filter(|s| self.run.rows.wants(s)).collect();
        let id: String = tagged.article.id.chars().filter(|c| !c.is_control()).collect();
        let with_labels = tagged.sentences.iter().filter(|s| !s.labels.is_empty()).count();
        writeln!(self.out, "{bold}{id}{bold:#}: {with_labels} of {} sentences make a claim", tagged.sentences.len())?;
        for sentence in wanted {
            self.sentence(sentence)?;
        }
        writeln!(self.out)
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
