//! Tagged articles for reading on a terminal.

use super::shade::{cleaned, styled};
use super::{Run, Writer, rounded};
use crate::types::{GramValue, TaggedArticle, TaggedSentence, Why};
use anstyle::{AnsiColor, Style};
use std::io::{self, Write};

/// Writes each article as a heading and its sentences below, each with its labels. If it is known why ([`TaggedSentence::why`]), the
/// words of a sentence are shaded by what they add to its most probable label, and a line for each label says what speaks for it
/// and what against: for the linear tier a sum of n-grams, shapes as `shape:` and characters as `char:`, for the encoder its
/// strongest words. Colours are ANSI codes; give it an
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
            let style = colour(label).bold();
            let (name, prob) = (&self.run.labels.names()[label], rounded(sentence.prob[label]));
            write!(self.out, "  {style}{name}{style:#} {prob:.2}")?;
        }
        if sentence.labels.is_empty() {
            write!(self.out, "  {dim}no claim{dim:#}")?;
        }
        writeln!(self.out, "\n    {}", shaded(sentence))?;
        for why in &sentence.why {
            let (name, style) = (&self.run.labels.names()[why.label], colour(why.label));
            let parts = parts(why, &sentence.text);
            writeln!(self.out, "    {dim}why{dim:#} {style}{name}{style:#} {:.2}{parts}", why.logit)?;
        }
        Ok(())
    }
}

fn colour(label: usize) -> Style {
    COLOURS[label % COLOURS.len()].on_default()
}

/// A sentence on one line, its words shaded by what they add to the most probable of the labels that are explained.
fn shaded(sentence: &TaggedSentence) -> String {
    let prob = |why: &Why| sentence.prob[why.label].get();
    // of equals, the first
    let strongest = sentence.why.iter().reduce(|best, why| if prob(why) > prob(best) { why } else { best });
    let Some(why) = strongest else { return cleaned(&sentence.text) };
    let most = why.words.iter().fold(0.0f64, |most, word| most.max(word.value.abs()));
    let style = |value: f64| match value / most {
        share if share >= 0.6 => colour(why.label).bold().underline(),
        share if share >= 0.3 => colour(why.label).bold(),
        share if share >= 0.1 => colour(why.label),
        share if share <= -0.3 => Style::new().dimmed(),
        _ => Style::new(),
    };
    styled(&sentence.text, why.words.iter().map(|word| (word.span, style(word.value))))
}

/// So many n-grams or words are shown.
const SHOWN: usize = 8;

/// What speaks for a label and against it, the strongest first: a sum that makes the logit, or words.
fn parts(why: &Why, text: &str) -> String {
    let part = |name: &str, value: f64| format!("  {name} {value:+.2}");
    let Some(grams) = &why.grams else {
        let mut words: Vec<_> = why.words.iter().filter(|word| word.value != 0.0).collect();
        words.sort_by(|a, b| b.value.abs().total_cmp(&a.value.abs()));
        let shown = words.iter().take(SHOWN).map(|word| part(&cleaned(&text[word.span.range()]), word.value));
        return shown.chain((words.len() > SHOWN).then(|| "  …".to_owned())).collect();
    };
    let (shown, others) = grams.strongest.split_at(SHOWN.min(grams.strongest.len()));
    let rest = grams.rest + others.iter().map(|gram| gram.value).sum::<f64>();
    let of_gram = |gram: &GramValue| match gram.family {
        "piece" => part(&cleaned(&gram.text), gram.value),
        family => part(&format!("{family}:{}", cleaned(&gram.text)), gram.value),
    };
    let sum = format!(" = bias {:+.2}", grams.bias);
    let rest = (rest != 0.0).then(|| part("… others", rest));
    std::iter::once(sum).chain(shown.iter().map(of_gram)).chain(rest).collect()
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
