//! Joins lines that were broken at a fixed column, as old wire copy and plain-text mail are, into paragraphs.
//!
//! A program that wraps text breaks a line only where the next word would not have fitted. So in a paragraph wrapped at
//! column W, each line together with the first word of the next one is longer than W, and W is at least the longest
//! line. A list of short lines, a table or a poem fails that test. It is not enough for two long headings in a row, so
//! a paragraph must also show that sentences run over its breaks: some lines start in lower case after a line that did
//! not end one. Paragraphs too short to show it follow the column that the rest of the text has.

use super::chars::{char_at, char_before, is_closer, is_full_stop, is_shout, is_straight_quote};
use super::lines::Line;
use super::markup::Mark;
use super::words::is_web_address;
use crate::types::Span;

/// Columns at which people wrap text. Not measured; wire copy has 60 to 80, and mail 72 to 78.
const COLUMNS: std::ops::RangeInclusive<usize> = 40..=120;

/// How many characters short of the column a line may fall once the column is known. Editors touch wrapped text up.
const SLACK: usize = 8;

/// A paragraph, heading, list item, caption or table row: what sentences do not reach beyond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Block {
    /// The first line's start to the last line's end.
    pub span: Span,
    /// The sign before the first line.
    pub mark: Mark,
    /// How many lines it was joined from.
    pub lines: usize,
}

/// Joins `lines` of `text` into blocks. Without signs of hard wrapping, each line is a block.
pub(super) fn blocks(text: &str, lines: &[Line]) -> Vec<Block> {
    let column = paragraphs(lines).filter_map(|p| Wrapping::of(text, p).own_column()).max();
    let mut blocks = Vec::with_capacity(lines.len());
    for paragraph in paragraphs(lines) {
        let wrapping = Wrapping::of(text, paragraph);
        let column = wrapping.own_column().or_else(|| column.filter(|&c| wrapping.longest <= c));
        join(text, paragraph, column, &mut blocks);
    }
    blocks
}

/// Runs of lines without a blank line between them.
fn paragraphs(lines: &[Line]) -> impl Iterator<Item = &[Line]> {
    lines.chunk_by(|_, next| !next.opens_paragraph)
}

/// What the line breaks of one paragraph look like.
#[derive(Default)]
struct Wrapping {
    /// Characters of the longest line; 0 where a line is too long for a wrapped text.
    longest: usize,
    /// Line breaks that could be joined at all.
    breaks: usize,
    /// Those where the next word would not have fitted.
    full: usize,
    /// Those that a sentence runs over.
    running: usize,
}

impl Wrapping {
    fn of(text: &str, lines: &[Line]) -> Self {
        let mut wrapping = Self::default();
        // Most texts have one line to the paragraph, and counting characters is the slow part.
        if lines.len() < 2 || lines.iter().any(|l| l.span.len() > 4 * COLUMNS.end()) {
            return wrapping;
        }
        let longest = lines.iter().map(|l| width(text, l)).max().unwrap_or(0);
        if !COLUMNS.contains(&longest) {
            return wrapping;
        }
        wrapping.longest = longest;
        for pair in lines.windows(2).filter(|pair| may_continue(&pair[0], &pair[1])) {
            wrapping.breaks += 1;
            wrapping.full += usize::from(is_full(text, &pair[0], &pair[1], longest));
            wrapping.running += usize::from(runs_on(text, &pair[0], &pair[1]));
        }
        wrapping
    }

    /// The column this paragraph is wrapped at, if it shows that it is. The shares are guesses, not measured: English
    /// prose has about four lower-case words in five, and the last line of each inner paragraph is not full.
    fn own_column(&self) -> Option<usize> {
        let wrapped = self.running >= 1 && self.running * 3 >= self.breaks && self.full * 10 >= self.breaks * 7;
        wrapped.then_some(self.longest)
    }
}

fn join(text: &str, paragraph: &[Line], column: Option<usize>, blocks: &mut Vec<Block>) {
    let mut previous: Option<&Line> = None;
    for line in paragraph {
        let joined = previous.zip(column).is_some_and(|(p, column)| continues(text, p, line, column));
        match blocks.last_mut().filter(|_| joined) {
            Some(block) => {
                block.span.end = line.span.end;
                block.lines += 1;
            }
            None => blocks.push(Block { span: line.span, mark: line.mark, lines: 1 }),
        }
        previous = Some(line);
    }
}

/// Whether `next` goes on with the paragraph of `line` in a text wrapped at `column`.
fn continues(text: &str, line: &Line, next: &Line, column: usize) -> bool {
    let ragged = runs_on(text, line, next) && width(text, line) * 2 >= column;
    may_continue(line, next) && (is_full(text, line, next, column - SLACK) || ragged)
}

/// Whether signs and indentation allow `next` to go on with the paragraph of `line`.
fn may_continue(line: &Line, next: &Line) -> bool {
    let first_line_indent = next.indent > line.indent + 1 && line.mark != Mark::Item;
    next.mark == Mark::None && !first_line_indent && line.mark != Mark::Row && line.mark != Mark::Heading
}

/// Whether the first word of `next` would have gone beyond `column`.
fn is_full(text: &str, line: &Line, next: &Line, column: usize) -> bool {
    let word = text[next.span.range()].chars().take(column).take_while(|c| !c.is_whitespace()).count();
    width(text, line) + 1 + word > column
}

/// Whether a sentence of `line` clearly goes on in `next`.
fn runs_on(text: &str, line: &Line, next: &Line) -> bool {
    let small = char_at(text, next.span.start).is_some_and(char::is_lowercase);
    small && !ends_sentence(text, line.span) && !is_web_address(&text[next.span.range()])
}

/// Whether the text of `span` ends like a sentence: with a stop, perhaps inside quotes or brackets.
pub(super) fn ends_sentence(text: &str, span: Span) -> bool {
    let mut end = span.end;
    while let Some(c) = char_before(text, end).filter(|_| end > span.start) {
        if !(is_closer(c) || is_straight_quote(c) || c == '“') {
            return is_full_stop(c) || is_shout(c) || matches!(c, '…' | '。' | '！' | '？' | '｡');
        }
        end -= c.len_utf8();
    }
    false
}

fn width(text: &str, line: &Line) -> usize {
    line.indent.min(*COLUMNS.end()) + text[line.span.range()].chars().take(4 * COLUMNS.end()).count()
}

#[cfg(test)]
mod tests {
    use super::super::lines::lines;
    use super::*;

    fn joined(text: &str) -> Vec<String> {
        let blocks = blocks(text, &lines(text));
        blocks.iter().map(|b| text[b.span.range()].split_whitespace().collect::<Vec<_>>().join(" ")).collect()
    }

    const WIRE: &str = "\
LONDON, March 3 (Agency) -- Borealis Cement said on Monday that it will
close two of its kilns in Kent, blaming the price of gas and a fall in
orders from house builders. Union leaders called the plan reckless.

The firm employs 900 people, most of them near Rochester, where
Mayor Ann Tully has asked for a meeting.
Talks start on Friday.
";

    #[test]
    fn wire_copy_is_joined() {
        let blocks = joined(WIRE);
        assert_eq!(blocks.len(), 3, "{blocks:#?}");
        assert!(blocks[0].ends_with("called the plan reckless."));
        assert!(blocks[1].contains("where Mayor Ann Tully"), "follows the column of the text");
        assert_eq!(joined(&WIRE.replace('\n', "\r\n")), blocks);
    }

    #[test]
    fn items_of_a_wrapped_list_stay_apart() {
        let text = "\
Under the deal, which still needs the consent of both boards, the firm
will do the following:
- sell the ferry line to its managers by the end of the second quarter
  of next year at the latest
- keep the harbour and pay off the loans that were taken out when the
  cranes were bought
";
        assert_eq!(joined(text).len(), 3, "{:#?}", joined(text));
    }

    #[test]
    fn lists_of_short_lines_are_not_joined() {
        for text in [
            "Alpha Paper\nBeta Paper\nGamma Paper",
            "fast\ncheap\nsmall",
            "Contact the press team of the firm at any time of the day:\nwww.example.org\npress@example.org",
            "Board Appoints A New Chair For The Coming Year\nShares Rise After The News Was Made Public Today",
            "The plant opened in May after two years of building work.\nIt employs 300 people in three shifts.",
        ] {
            assert_eq!(joined(text).len(), text.lines().count(), "{text:?}");
        }
    }

    #[test]
    fn long_lines_are_paragraphs() {
        let long = "the firm sells pumps and valves to farms and mines ".repeat(4);
        assert_eq!(joined(&format!("{long}\n{long}")).len(), 2);
    }
}
