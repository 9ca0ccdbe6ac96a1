//! Walks through one block, stops at whatever could end a sentence, and cuts where [`super::boundary`] agrees.

use super::boundary::{Candidate, Stop, is_boundary};
use super::chars::{
    REACH, char_at, char_before, find_byte, is_bullet, is_closer, is_dash, is_full_stop, is_full_width_stop,
    is_opening_quote, is_shout, is_space, is_stop_byte, is_straight_quote, is_wide_gap, skip_spaces, trim_end,
};
use super::glued::goes_on;
use super::markup;
use super::words::{is_name_ending, is_web_address};
use crate::types::{Part, Sentence, Span};

/// Appends the sentences of the block `span` of `text`, all of them in `part`.
pub(super) fn scan(text: &str, span: Span, part: Part, sentences: &mut Vec<Sentence>) {
    let first = sentences.len();
    let mut scanner = Scanner {
        text: &text[..span.end],
        start: span.start,
        at: span.start,
        word_at: span.start,
        quotes_at: span.start,
        in_quotes: false,
        after_wide_gap: false,
        flattened: false,
        next_item: list_number_before(text, span.start).map_or(1, |n| n + 1),
        first,
        part,
        sentences,
    };
    scanner.run();
}

struct Scanner<'a> {
    /// The text up to the end of the block.
    text: &'a str,
    /// Where the sentence in progress starts.
    start: usize,
    /// Everything before it has been looked at.
    at: usize,
    /// No letter or digit of the sentence in progress stands before it.
    word_at: usize,
    /// Straight quotes before it are counted in `in_quotes`.
    quotes_at: usize,
    /// Whether an odd number of straight double quotes stands before `quotes_at`.
    in_quotes: bool,
    /// Whether a gap wider than one space stands before the sentence in progress.
    after_wide_gap: bool,
    /// Whether a wide gap stood before any sentence of the block.
    flattened: bool,
    /// The number that the next item of a numbered list would have.
    next_item: u32,
    /// Index of the first sentence of the block.
    first: usize,
    part: Part,
    sentences: &'a mut Vec<Sentence>,
}

impl Scanner<'_> {
    fn run(&mut self) {
        loop {
            let at = find_byte(self.text.as_bytes(), self.at, is_stop_byte);
            let Some(c) = char_at(self.text, at) else {
                break;
            };
            self.at = at + c.len_utf8();
            if is_bullet(c) {
                self.bullet(at);
            } else if let Some(candidate) = self.candidate(at, c) {
                self.at = candidate.end;
                let inside = candidate.end < self.text.len() && self.has_word(candidate.start);
                if let Some(item) = self.item_start(&candidate).filter(|_| inside) {
                    self.cut(item);
                } else if inside && is_boundary(self.text, &candidate) {
                    self.cut(candidate.end);
                }
            }
        }
        self.finish();
    }

    /// A bullet with a space on either side, or after a sign, opens a list item, whatever stands before it; the one of
    /// `Nu•Tools` does not.
    fn bullet(&mut self, at: usize) {
        let glued = char_before(self.text, at).is_some_and(char::is_alphanumeric);
        let free = !glued || char_at(self.text, self.at).is_none_or(is_space);
        if free && at > self.start && self.has_word(at) {
            self.cut(at);
        }
    }

    /// Where the number of a list item starts, if `candidate` is the stop after it: `to: 1. Sell. 2. Buy`. The first
    /// number must follow a colon or a wide gap, and the others must count on from it.
    fn item_start(&mut self, candidate: &Candidate) -> Option<usize> {
        let stop = candidate.start;
        let (number, at) = number_before(self.text, stop)?;
        let spaces = self.text[candidate.end..].starts_with(' ') && candidate.end == stop + 1;
        let text_end = trim_end(self.text, self.start, at);
        let listed = number > 1 || self.text[..text_end].ends_with(':') || is_wide_gap(self.text, text_end, at);
        let opens = number == self.next_item && spaces && listed && text_end < at && self.has_word(text_end);
        opens.then_some(at)
    }

    /// The stop at `at` with all that belongs to it; `None` where `c` is no stop.
    fn candidate(&mut self, at: usize, c: char) -> Option<Candidate> {
        let (stop, stop_end) = match c {
            '.' if goes_on(&self.text.as_bytes()[at + 1..]) => return None,
            _ if is_full_width_stop(c) => (Stop::FullWidth, self.stop_run(at).1),
            _ if is_full_stop(c) || is_shout(c) || c == '…' => self.stop_run(at),
            _ => return None,
        };
        let end = self.skip_closers(stop_end);
        Some(Candidate { sentence: self.start, stop, start: at, stop_end, end })
    }

    /// The kind and end of the run of stops at `at`; dots may have single spaces between them (`. . .`).
    fn stop_run(&self, at: usize) -> (Stop, usize) {
        let (mut end, mut dots, mut shout) = (at, 0, false);
        while let Some(c) = char_at(self.text, end) {
            let spaced = c == ' ' && dots > 0 && self.is_lone_dot(end + 1);
            dots += match c {
                '…' => 3,
                _ if is_full_stop(c) => 1,
                _ => 0,
            };
            shout |= is_shout(c);
            if !(spaced || is_full_stop(c) || is_shout(c) || is_full_width_stop(c) || c == '…') {
                break;
            }
            end += c.len_utf8();
        }
        let stop = if shout {
            Stop::Shout
        } else if dots > 2 {
            Stop::Ellipsis
        } else {
            Stop::Full
        };
        (stop, end)
    }

    /// A dot that no word is glued to.
    fn is_lone_dot(&self, at: usize) -> bool {
        let bytes = self.text.as_bytes();
        bytes.get(at) == Some(&b'.') && bytes.get(at + 1).is_none_or(|b| matches!(b, b' ' | b'.'))
    }

    /// Skips closing quotes and brackets, note signs and numbers in brackets after a stop.
    fn skip_closers(&mut self, mut at: usize) -> usize {
        while let Some(c) = char_at(self.text, at) {
            let length = if is_closer(c) || is_straight_quote(c) && self.closes(at, c) {
                c.len_utf8()
            } else if is_opening_quote(c) || c == '*' {
                // German closes with “; before a word it opens.
                let next = char_at(self.text, at + c.len_utf8());
                if !next.is_none_or(|n| is_space(n) || is_closer(n)) {
                    break;
                }
                c.len_utf8()
            } else if c == '[' {
                match note_number(&self.text.as_bytes()[at..]) {
                    Some(length) => length,
                    None => break,
                }
            } else {
                break;
            };
            at += length;
        }
        at
    }

    /// Whether the straight quote `c` at `at` closes: nothing is glued to it, or one is open.
    fn closes(&mut self, at: usize, c: char) -> bool {
        let next = char_at(self.text, at + c.len_utf8());
        if !next.is_some_and(char::is_alphanumeric) || c != '"' {
            return true;
        }
        let quotes = self.text.as_bytes()[self.quotes_at..at].iter().filter(|&&b| b == b'"').count();
        self.in_quotes ^= quotes % 2 == 1;
        self.quotes_at = at;
        self.in_quotes
    }

    /// Whether the sentence in progress has a letter or digit before `end`.
    fn has_word(&mut self, end: usize) -> bool {
        while self.word_at < end {
            match char_at(self.text, self.word_at) {
                Some(c) if c.is_alphanumeric() => return true,
                Some(c) => self.word_at += c.len_utf8(),
                None => return false,
            }
        }
        false
    }

    /// Ends the sentence in progress at `end` and starts the next one after white space and signs.
    fn cut(&mut self, end: usize) {
        self.emit(end);
        let gap_end = skip_spaces(self.text, end);
        self.after_wide_gap = is_wide_gap(self.text, end, gap_end);
        self.flattened |= self.after_wide_gap;
        self.start = markup::skip(self.text, end).0;
        if let Some(number) = list_number_before(self.text, self.start) {
            self.next_item = number + 1;
        }
        self.at = self.at.max(self.start);
        self.word_at = self.start;
    }

    /// Emits the sentence in progress up to `end`, cut at its wide gaps where it is flattened text.
    fn emit(&mut self, end: usize) {
        let end = trim_end(self.text, self.start, end);
        while let Some((gap, next)) = self.flattened.then(|| self.line_end(end)).flatten() {
            self.push(self.start, gap);
            self.start = markup::skip(&self.text[..end], next).0;
            self.after_wide_gap = true;
        }
        self.push(self.start, end);
    }

    /// The first wide gap of the sentence in progress at which a line seems to have ended: pages flattened into one line
    /// keep headings between wide gaps (`... at once.  About the Firm  The firm sells ...`) and addresses before them.
    fn line_end(&self, end: usize) -> Option<(usize, usize)> {
        let mut at = self.start;
        while let Some(found) = self.text.as_bytes()[at..end].windows(2).position(|pair| pair == b"  ") {
            // a tab may stand before the two spaces
            let gap = trim_end(self.text, self.start, at + found);
            at = skip_spaces(self.text, gap).min(end);
            let capital = char_at(self.text, at).is_some_and(|c| c.is_uppercase() || c.is_numeric() || c == '“');
            let open = char_before(self.text, gap).is_some_and(|c| c == ',' || is_dash(c));
            let line = self.after_wide_gap || ends_with_web_address(&self.text[self.start..gap]);
            if capital && line && !open && at < end {
                return Some((gap, at));
            }
        }
        None
    }

    fn push(&mut self, start: usize, end: usize) {
        if start < end {
            self.sentences.push(Sentence { span: Span::new(start, end), part: self.part });
        }
    }

    /// Emits what is left of the block. Signs without a word, such as a last quotation mark, go to the sentence before.
    fn finish(&mut self) {
        let end = self.text.len();
        if self.start >= end {
            return;
        }
        if self.has_word(end) || self.sentences.len() == self.first {
            self.emit(end);
        } else if let Some(last) = self.sentences.last_mut() {
            last.span.end = trim_end(self.text, last.span.end, end);
        }
    }
}

/// Whether the last token of `text` is a web address.
fn ends_with_web_address(text: &str) -> bool {
    let reach = text.char_indices().rev().take(REACH).last().map_or(0, |(at, _)| at);
    let token = text[reach..].rsplit(is_space).next().unwrap_or_default();
    is_web_address(token) || token.rsplit_once('.').is_some_and(|(_, last)| is_name_ending(last))
}

/// The length of `[12]` at the start of `bytes`.
fn note_number(bytes: &[u8]) -> Option<usize> {
    let digits = bytes.iter().skip(1).take(4).take_while(|b| b.is_ascii_digit()).count();
    ((1..=3).contains(&digits) && bytes.get(1 + digits) == Some(&b']')).then_some(digits + 2)
}

/// The number of one or two digits that ends at `end`, and where it starts.
fn number_before(text: &str, end: usize) -> Option<(u32, usize)> {
    let digits = text.as_bytes()[..end].iter().rev().take(3).take_while(|b| b.is_ascii_digit()).count();
    let start = end - digits;
    let number = text[start..end].parse().ok().filter(|_| digits < 3)?;
    char_before(text, start).is_none_or(is_space).then_some((number, start))
}

/// The list number (`2.`) that stands before the sentence at `start`.
fn list_number_before(text: &str, start: usize) -> Option<u32> {
    let reach = text[..start].char_indices().rev().take(4).last().map_or(start, |(at, _)| at);
    let stop = trim_end(text, reach, start);
    let before = text[..stop].strip_suffix('.').filter(|_| stop < start)?;
    number_before(text, before.len()).map(|(number, _)| number)
}
