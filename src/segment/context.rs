//! What stands before and after a stop, read within fixed bounds.

use super::abbreviations::{self, Abbreviation};
use super::chars::{REACH, char_at, char_before, is_dash, is_opener, is_opening_bracket, is_space};

/// What a full stop closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    /// An ordinary word, a bracket, a quotation mark or anything else that proves nothing.
    Word,
    /// An abbreviation.
    Abbreviation(Abbreviation),
    /// A single letter: an initial, or a word such as the C of vitamin C.
    Initial,
    /// A number that stands alone.
    Number,
}

/// The part of an abbreviation or number that is looked at, in bytes.
const WORD_REACH: usize = 24;

/// What stands before the full stop at `stop`, and where it starts.
pub(super) fn before(text: &str, stop: usize) -> (Before, usize) {
    let bytes = &text.as_bytes()[..stop];
    let count = |member: fn(u8) -> bool| bytes.iter().rev().take(WORD_REACH).take_while(|&&b| member(b)).count();
    let start = stop - count(|b| b.is_ascii_alphabetic() || b == b'.');
    let start = start + bytes[start..].iter().take_while(|&&b| b == b'.').count();
    if start == stop {
        let start = stop - count(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'$' | b'%'));
        let free = start < stop && char_before(text, start).is_none_or(|c| !c.is_alphanumeric());
        return (if free { Before::Number } else { Before::Word }, start);
    }
    // Glued to a digit, a hyphen, an apostrophe, an ampersand or a letter with an accent, it is the end of a word.
    let free = char_before(text, start).is_none_or(|c| match c {
        '\'' | '’' => char_before(text, start - c.len_utf8()).is_none_or(is_space),
        '-' => false,
        _ => is_space(c) || is_opener(c) || is_dash(c) || c == '/',
    });
    let word = &text[start..stop];
    let before = match abbreviations::lookup(word) {
        _ if !free => Before::Word,
        Some(abbreviation) => Before::Abbreviation(abbreviation),
        None if word.len() == 1 => Before::Initial,
        None => Before::Word,
    };
    (before, start)
}

/// How what follows a stop begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// A capital letter, or a letter of a script without capitals.
    Upper,
    /// A small letter.
    Lower,
    /// A digit, a currency sign, a hashtag or a handle.
    Digit,
    /// Nothing that begins a sentence.
    Other,
}

/// What stands before the first word that follows a stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opening {
    /// Nothing.
    None,
    /// A quotation mark.
    Quote,
    /// A bracket.
    Bracket,
    /// A dash.
    Dash,
}

/// What follows a stop.
#[derive(Debug, Clone, Copy)]
pub(super) struct Next<'t> {
    /// How its first word begins.
    pub start: Start,
    /// What stands before its first word.
    pub opening: Opening,
    /// Its first word: letters only.
    pub word: &'t str,
    /// From its first word on.
    pub rest: &'t str,
    /// Bytes of signs before its first word.
    pub signs: usize,
}

/// How many signs (quotes, brackets, dashes, emoji) are skipped to find the first word. Not measured.
const MAX_SIGNS: usize = 12;

impl<'t> Next<'t> {
    /// Reads what follows from `at`, which is no white space.
    pub(super) fn read(text: &'t str, from: usize) -> Self {
        let mut at = from;
        let mut opening = Opening::None;
        for _ in 0..MAX_SIGNS {
            let Some(c) = char_at(text, at) else { break };
            let sign = if is_opening_bracket(c) {
                Opening::Bracket
            } else if is_opener(c) {
                Opening::Quote
            } else if is_dash(c) {
                Opening::Dash
            } else if is_skipped(c) {
                Opening::None
            } else {
                break;
            };
            if opening == Opening::None {
                opening = sign;
            }
            at += c.len_utf8();
        }
        let rest = &text[at..];
        Self { start: start_of(rest), opening, word: first_word(rest), rest, signs: at - from }
    }

    /// The words after the first, at most `count` of them and only within reach.
    pub(super) fn following(&self, count: usize) -> impl Iterator<Item = &'t str> + use<'t> {
        let end = (0..=REACH.min(self.rest.len())).rev().find(|&i| self.rest.is_char_boundary(i));
        self.rest[..end.unwrap_or(0)].split_whitespace().skip(1).take(count)
    }

    /// Whether the first word is itself an initial or abbreviation: `A.` is not the article.
    pub(super) fn is_stopped(&self) -> bool {
        self.rest[self.word.len()..].starts_with('.')
    }
}

/// Signs that may stand before the first word and say nothing: emoji and symbols, dots of an elision, white space.
fn is_skipped(c: char) -> bool {
    is_space(c) || matches!(c, '.' | '…' | ']' | '*') || !c.is_ascii() && !c.is_alphanumeric()
}

fn start_of(rest: &str) -> Start {
    match rest.chars().next() {
        Some(c) if c.is_numeric() || matches!(c, '$' | '£' | '€' | '¥' | '#' | '@') => Start::Digit,
        Some(c) if c.is_lowercase() => Start::Lower,
        Some(c) if c.is_alphabetic() => Start::Upper,
        // A currency sign was skipped with the symbols; a digit comes next then.
        _ => Start::Other,
    }
}

fn first_word(rest: &str) -> &str {
    let length = rest.bytes().take(REACH).take_while(u8::is_ascii_alphabetic).count();
    &rest[..length]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_before() {
        let before = |text: &str| before(text, text.len()).0;
        assert_eq!(before("the firm"), Before::Word);
        assert_eq!(before("Acme Inc"), Before::Abbreviation(Abbreviation::Company));
        assert_eq!(before("(e.g"), Before::Abbreviation(Abbreviation::Open));
        assert_eq!(before("in the U.S"), Before::Abbreviation(Abbreviation::Either));
        assert_eq!(before("George W"), Before::Initial);
        assert_eq!(before("about R&D"), Before::Word);
        assert_eq!(before("20m"), Before::Word);
        assert_eq!(before("it's"), Before::Word);
        assert_eq!(before("in 2004"), Before::Number);
        assert_eq!(before("€1,200.50"), Before::Number);
        assert_eq!(before("A380"), Before::Word);
        assert_eq!(before(""), Before::Word);
    }

    #[test]
    fn what_follows() {
        let next = Next::read("“(The firm", 0);
        assert_eq!((next.start, next.opening, next.word), (Start::Upper, Opening::Quote, "The"));
        assert_eq!(Next::read("€5 million", 0).start, Start::Digit);
        assert_eq!(Next::read("– he said", 0).opening, Opening::Dash);
        assert_eq!(Next::read("🎉 Great", 0).word, "Great");
        assert_eq!(Next::read("", 0).start, Start::Other);
        assert!(Next::read("A. Smith", 0).is_stopped());
        assert_eq!(Next::read("a b c d", 0).following(2).collect::<Vec<_>>(), ["b", "c"]);
    }
}
