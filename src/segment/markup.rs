//! Signs that lay a text out and say nothing: bullets, list numbers, `>`, `#`, `|`, rules.
//!
//! They are left outside of spans at the start of a line and of a sentence. What only looks like one stays text:
//! `#hashtag`, `>50%`, `-5%`, `+44 20`, `*Note`, `2024.`, `(c) 2024`.

use super::chars::{char_at, is_bullet, is_dash, is_space, skip_spaces};

/// What the first sign of a line says about the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// No sign.
    None,
    /// `#`: a heading.
    Heading,
    /// `>`: quoted text.
    Quote,
    /// `|`: a row of a table.
    Row,
    /// A bullet, a dash or a number: an item of a list.
    Item,
}

/// Skips white space and signs from `at`. Returns where text begins (the end of `text` where none does) and the first
/// sign's meaning.
pub(super) fn skip(text: &str, at: usize) -> (usize, Mark) {
    let mut mark = Mark::None;
    let mut at = skip_spaces(text, at);
    while let Some((end, found)) = sign(text, at) {
        if mark == Mark::None {
            mark = found;
        }
        at = skip_spaces(text, end);
    }
    (at, mark)
}

/// The sign that starts exactly at `at`: its end and meaning.
fn sign(text: &str, at: usize) -> Option<(usize, Mark)> {
    let c = char_at(text, at)?;
    match c {
        '>' => quote_sign(text, at).map(|end| (end, Mark::Quote)),
        '|' => Some((rule(text, at).unwrap_or(at + 1), Mark::Row)),
        '#' => rule(text, at).map(|end| (end, Mark::Heading)),
        _ if is_bullet(c) => Some((at + c.len_utf8(), Mark::Item)),
        _ if is_rule_char(c) => rule(text, at).map(|end| (end, Mark::Item)),
        _ => list_number(text, at).map(|end| (end, Mark::Item)),
    }
}

/// `>` before white space, a letter or another `>`; before anything else it may mean "more than".
fn quote_sign(text: &str, at: usize) -> Option<usize> {
    let next = char_at(text, at + 1);
    let quotes = next.is_none_or(|c| is_space(c) || c.is_alphabetic() || c == '>');
    quotes.then_some(at + 1)
}

fn is_rule_char(c: char) -> bool {
    is_dash(c) || matches!(c, '*' | '+' | '=' | '_' | '~' | '#' | '─' | '━' | '═' | '·' | '∙')
}

/// A run of rule characters that stands alone: a dash before a list item, `##`, `-----`, `---|:--`.
fn rule(text: &str, at: usize) -> Option<usize> {
    let mut end = at;
    while let Some(c) = char_at(text, end).filter(|&c| is_rule_char(c) || matches!(c, ':' | '|')) {
        end += c.len_utf8();
    }
    char_at(text, end).is_none_or(is_space).then_some(end)
}

/// A list number such as `1.`, `12)`, `(3)`, `(a)`, `iv)` with text after it.
fn list_number(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let opened = bytes[at] == b'(';
    let start = at + usize::from(opened);
    let count = bytes[start..].iter().take(5).take_while(|b| b.is_ascii_alphanumeric()).count();
    let label = &bytes[start..start + count];
    let most = if opened { 2 } else { 3 };
    let digits = (1..=most).contains(&count) && label.iter().all(u8::is_ascii_digit);
    let mut end = start + count;
    match bytes.get(end)? {
        b')' if digits || is_letter_label(label) => end += 1,
        b'.' if digits && !opened => end += 1 + usize::from(bytes.get(end + 1) == Some(&b')')),
        _ => return None,
    }
    let next = skip_spaces(text, end);
    // "(c) 2024" is a copyright, "(30) 555" a telephone number.
    let before_digit = opened && bytes.get(next).is_some_and(u8::is_ascii_digit);
    (next > end && next < text.len() && !before_digit).then_some(end)
}

/// One letter, or a small Roman numeral in lower case.
fn is_letter_label(label: &[u8]) -> bool {
    match label {
        [letter] => letter.is_ascii_alphabetic(),
        _ => (2..=4).contains(&label.len()) && label.iter().all(|b| b"ivx".contains(b)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rest(text: &str) -> (&str, Mark) {
        let (at, mark) = skip(text, 0);
        (&text[at..], mark)
    }

    #[test]
    fn signs_are_skipped() {
        for (text, wanted, mark) in [
            ("  • item", "item", Mark::Item),
            ("- item", "item", Mark::Item),
            ("1. item", "item", Mark::Item),
            ("(12) item", "item", Mark::Item),
            ("iv) item", "item", Mark::Item),
            ("b) item", "item", Mark::Item),
            ("> > said", "said", Mark::Quote),
            (">said", "said", Mark::Quote),
            ("### Title", "Title", Mark::Heading),
            ("| cell | cell", "cell | cell", Mark::Row),
            ("|:---|---:|", "", Mark::Row),
            ("* * *", "", Mark::Item),
            ("=====", "", Mark::Item),
            ("- 2) item", "item", Mark::Item),
        ] {
            assert_eq!(rest(text), (wanted, mark), "{text:?}");
        }
    }

    #[test]
    fn look_alikes_stay() {
        for text in [
            "#hashtag",
            ">50% of it",
            "-5% a year",
            "+44 20",
            "*Note",
            "2024. A year",
            "(c) 2024 Firm",
            "(519) 555 0100",
            "(30) 555 0100",
            "(US) firm",
            "1.5 million",
            "1.",
            "->",
            "(a",
            "1",
            "(",
            "-30-",
        ] {
            assert_eq!(rest(text), (text, Mark::None), "{text:?}");
        }
    }
}
