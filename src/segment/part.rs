//! Tells headline, lead and body apart.
//!
//! - **Headline** (only with [`Headline::InText`]): the first block, if it is one line of at most [`LONGEST_HEADLINE`]
//!   bytes that does not end with a full stop, is no list item, byline or dateline, and other blocks follow.
//! - **Lead**: all sentences of the first block that is running text: no heading, list item, table row or byline, and
//!   either it ends like a sentence and has at least [`FEWEST_WORDS`] words, or it has [`LONG`] bytes. Where pages were
//!   flattened into one line, the lead ends at the first gap wider than one space (see [`end_lead_at_wide_gap`]).
//! - **Body**: everything else.

use super::Headline;
use super::chars::{char_before, is_closer, is_dash, is_full_stop, is_straight_quote, is_wide_gap};
use super::markup::Mark;
use super::wrap::{Block, ends_sentence};
use crate::types::{Part, Sentence};

/// Bytes of the longest line that is taken for a headline. Not measured; press headlines have 60 to 150.
const LONGEST_HEADLINE: usize = 220;

/// Words of the shortest block that is running text because of its last stop; "By Ann Lee." is not.
const FEWEST_WORDS: usize = 5;

/// Bytes from which a block is running text however it ends.
const LONG: usize = 240;

/// Assigns parts to the blocks of one text, in order.
pub(super) struct Parts {
    headline: Headline,
    blocks: usize,
    seen: usize,
    lead_found: bool,
}

impl Parts {
    /// For a text of `blocks` blocks.
    pub(super) fn new(headline: Headline, blocks: usize) -> Self {
        Self { headline, blocks, seen: 0, lead_found: false }
    }

    /// The part of the next block.
    pub(super) fn next(&mut self, text: &str, block: &Block) -> Part {
        self.seen += 1;
        let may_be_headline = self.seen == 1 && self.blocks > 1 && self.headline == Headline::InText;
        if may_be_headline && is_headline(text, block) {
            return Part::Headline;
        }
        if !self.lead_found && is_running_text(text, block) {
            self.lead_found = true;
            return Part::Lead;
        }
        Part::Body
    }
}

fn is_headline(text: &str, block: &Block) -> bool {
    let line = &text[block.span.range()];
    let one_line = block.lines == 1 && line.len() <= LONGEST_HEADLINE;
    let plain = matches!(block.mark, Mark::None | Mark::Heading);
    // "--Wire Agency--" names the sender.
    let plain = plain && !line.starts_with(is_dash);
    one_line && plain && !ends_with_full_stop(text, block) && !is_byline(line) && !is_dateline(line)
}

fn ends_with_full_stop(text: &str, block: &Block) -> bool {
    let end = text[block.span.range()].trim_end_matches(|c| is_closer(c) || is_straight_quote(c)).len();
    char_before(text, block.span.start + end).is_some_and(|c| is_full_stop(c) || c == '。')
}

fn is_running_text(text: &str, block: &Block) -> bool {
    let words = text[block.span.range()].split_whitespace().take(FEWEST_WORDS).count();
    let ended = ends_sentence(text, block.span) && words >= FEWEST_WORDS;
    matches!(block.mark, Mark::None | Mark::Quote)
        && (ended || block.span.len() >= LONG)
        && !is_byline(&text[block.span.range()])
}

/// "By Ann Lee, Agency": every word of a short line has a capital, or is "and", "for" or the like.
fn is_byline(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let by = words.next().is_some_and(|w| w.trim_end_matches(':').eq_ignore_ascii_case("by"));
    by && line.len() <= 80
        && words.all(|w| w.starts_with(char::is_uppercase) || matches!(w, "and" | "for" | "in" | "&" | "de" | "van"))
}

/// "LONDON, March 3" or "3 March 2024": a line of capitalised words and numbers with both a month and a number.
fn is_dateline(line: &str) -> bool {
    let words = || line.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    line.len() <= 60
        && words().all(|w| !w.starts_with(char::is_lowercase))
        && words().any(is_month)
        && words().any(|w| w.len() <= 4 && w.bytes().all(|b| b.is_ascii_digit()))
}

fn is_month(word: &str) -> bool {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let start = word.get(..3).unwrap_or("").to_ascii_lowercase();
    word.len() <= 9 && MONTHS.contains(&start.as_str())
}

/// Turns the sentences of a lead after the first wide gap into body.
///
/// Pages flattened into a single line have wide gaps between paragraphs and single spaces inside them, and then the
/// first paragraph is the lead. Where all gaps are wide (a habit of typists), the whole block stays the lead.
pub(super) fn end_lead_at_wide_gap(text: &str, sentences: &mut [Sentence]) {
    if sentences.first().is_none_or(|s| s.part != Part::Lead) {
        return;
    }
    let is_wide = |pair: &[Sentence]| is_wide_gap(text, pair[0].span.end, pair[1].span.start);
    let narrow = sentences.windows(2).any(|pair| !is_wide(pair));
    let first_wide = sentences.windows(2).position(is_wide);
    if let Some(last) = first_wide.filter(|_| narrow) {
        sentences[last + 1..].iter_mut().for_each(|s| s.part = Part::Body);
    }
}

#[cfg(test)]
mod tests {
    use super::super::segment;
    use super::*;
    use Part::{Body, Headline as Head, Lead};

    const PLANT: &str = "The plant near Varn will open in May. It makes glass.";

    fn parts(text: &str, headline: Headline) -> Vec<Part> {
        segment(text, headline).iter().map(|s| s.part).collect()
    }

    #[test]
    fn headline_lead_body() {
        let text = format!("Glass plant to open\n\n{PLANT}\n\nNobody was hurt in the making of it.");
        assert_eq!(parts(&text, Headline::InText), [Head, Lead, Lead, Body]);
        assert_eq!(parts(&text, Headline::Elsewhere), [Body, Lead, Lead, Body]);
        assert_eq!(parts(&format!("# Glass: why? And how?\n{PLANT}"), Headline::InText), [Head, Head, Lead, Lead]);
    }

    #[test]
    fn what_is_no_headline() {
        let long = "glass ".repeat(50);
        for first in [
            "It opens.",
            "--Varn Wire--",
            "By Ann Lee, Wire",
            "VARN, March 3, 2024",
            "3 May 2024",
            "- glass",
            "| glass |",
            &long,
        ] {
            let found = parts(&format!("{first}\n{PLANT}"), Headline::InText);
            assert!(!found.contains(&Head), "{first:?}: {found:?}");
        }
        assert_eq!(parts("Glass plant to open", Headline::InText), [Body], "nothing follows");
        for first in
            ["By 2030, glass will be rare", "Plant opens on March 3", "Will glass last?", "May Day for Glass Makers"]
        {
            assert_eq!(parts(&format!("{first}\n{PLANT}"), Headline::InText)[0], Head, "{first:?}");
        }
    }

    #[test]
    fn what_stands_before_the_lead() {
        let text =
            format!("Glass plant to open\nBy Ann Lee\nVARN, March 3\n- The short of it is this.\nSummary\n{PLANT}");
        assert_eq!(parts(&text, Headline::InText), [Head, Body, Body, Body, Body, Lead, Lead]);
        let unended = "the plant near Varn and ".repeat(12);
        assert_eq!(parts(&unended, Headline::InText), [Lead], "long enough");
        assert_eq!(parts("> The plant near Varn opens in May.", Headline::InText), [Lead], "quoted mail");
        assert_eq!(parts("", Headline::InText), []);
    }

    #[test]
    fn a_flattened_lead_ends_at_the_first_wide_gap() {
        let text = format!("{PLANT}  It has 40 staff. They are glad.");
        assert_eq!(parts(&text, Headline::Elsewhere), [Lead, Lead, Body, Body]);
        let typist = "The plant near Varn opens.  It makes glass.  It has 40 staff.";
        assert_eq!(parts(typist, Headline::Elsewhere), [Lead, Lead, Lead]);
    }
}
