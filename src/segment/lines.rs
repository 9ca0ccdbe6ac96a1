//! Cuts a text at its line breaks and sets the markup signs of each line aside.

use super::chars::{char_at, find_byte, is_break_byte, trim_end};
use super::markup::{self, Mark};
use crate::types::Span;

/// A line with something on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    /// The line without surrounding white space and leading signs; never empty.
    pub span: Span,
    /// Bytes of white space and signs before `span`.
    pub indent: usize,
    /// What the signs say.
    pub mark: Mark,
    /// Whether the line before it is blank, a rule, or absent.
    pub opens_paragraph: bool,
}

/// The lines of `text` that hold more than white space and markup.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut opens_paragraph = true;
    let mut start = 0;
    while start < text.len() {
        let (end, next) = line_end(text, start);
        match line(text, start, end) {
            Some(line) => {
                lines.push(Line { opens_paragraph, ..line });
                opens_paragraph = false;
            }
            None => opens_paragraph = true,
        }
        start = next;
    }
    lines
}

/// Where the line that starts at `start` ends, and where the next one starts.
fn line_end(text: &str, start: usize) -> (usize, usize) {
    let bytes = text.as_bytes();
    let mut at = find_byte(bytes, start, is_break_byte);
    while at < bytes.len() {
        match bytes[at] {
            b'\r' if bytes.get(at + 1) == Some(&b'\n') => return (at, at + 2),
            0xC2 | 0xE2 => match char_at(text, at) {
                Some(c @ ('\u{85}' | '\u{2028}' | '\u{2029}')) => return (at, at + c.len_utf8()),
                _ => at = find_byte(bytes, at + 1, is_break_byte),
            },
            _ => return (at, at + 1),
        }
    }
    (at, at)
}

fn line(text: &str, start: usize, end: usize) -> Option<Line> {
    // The signs must not be read past the end of the line, so the rest of the text is cut off.
    let text = &text[..end];
    let (from, mark) = markup::skip(text, start);
    let mut to = trim_end(text, from, end);
    if mark == Mark::Row {
        let cells = text[from..to].trim_end_matches(|c: char| c == '|' || c.is_whitespace());
        to = from + cells.len();
    }
    (to > from).then(|| Line { span: Span::new(from, to), indent: from - start, mark, opens_paragraph: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        lines(text).iter().map(|l| &text[l.span.range()]).collect()
    }

    #[test]
    fn all_line_breaks_count() {
        let text = "a\nb\r\nc\rd\u{2028}e\u{2029}f\u{85}g\u{B}h\u{C}i";
        assert_eq!(texts(text), ["a", "b", "c", "d", "e", "f", "g", "h", "i"]);
    }

    #[test]
    fn blank_lines_and_rules_open_paragraphs() {
        let opens: Vec<bool> = lines("a\nb\n\u{A0}\nc\n---\nd\r\n").iter().map(|l| l.opens_paragraph).collect();
        assert_eq!(opens, [true, false, true, true]);
    }

    #[test]
    fn signs_and_pipes_stay_outside() {
        assert_eq!(texts("\t- item \u{A0}\n| a | b | \n|---|---|"), ["item", "a | b"]);
        assert!(lines(" \n\n\u{2028}\t| |").is_empty());
    }
}
