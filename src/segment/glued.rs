//! Decides whether a sentence ends at a stop that no space follows.
//!
//! Press text loses spaces and line breaks where pages are converted: `ended.The next` and `ended.“The next` are two
//! sentences. `Node.js`, `U.S.A`, `Booking.com`, `java.util.List` and `x.Smith@example.org` are names.

use super::abbreviations::Abbreviation;
use super::boundary::{Candidate, Stop, after_abbreviation};
use super::chars::{REACH, char_at, is_closer, is_opener, is_space, is_straight_quote};
use super::context::{Before, Next, Start, before};
use super::words::is_name_ending;

/// Whether `rest`, which follows a point, goes on with the same number or name. Almost all points that no space follows
/// are settled here.
pub(super) fn goes_on(rest: &[u8]) -> bool {
    match rest.first() {
        Some(b'h' | b'w') => !is_url(rest),
        Some(first) => first.is_ascii_digit() || first.is_ascii_lowercase(),
        None => false,
    }
}

/// Whether a sentence ends at `candidate`, after which no white space stands.
pub(super) fn is_glued_boundary(text: &str, candidate: &Candidate) -> bool {
    let next = Next::read(text, candidate.end);
    let opener = char_at(text, candidate.end).filter(|&c| is_opener(c)).map_or(0, char::len_utf8);
    let clear = next.signs == opener && starts_clearly(text, candidate, &next);
    if !clear || candidate.stop == Stop::Ellipsis || is_inside_name(text, candidate, &next) {
        return false;
    }
    let (before, word_at) = before(text, candidate.start);
    match before {
        Before::Number => word_at > candidate.sentence,
        Before::Initial => false,
        // Names and titles do get glued (`Dr.Lee`); after a company's name the line break of an address got lost.
        Before::Abbreviation(Abbreviation::Company) => true,
        Before::Abbreviation(_) if is_url(next.rest.as_bytes()) => true,
        Before::Abbreviation(abbreviation) => next.word.len() > 1 && after_abbreviation(abbreviation, &next, false),
        Before::Word if is_dotted_name(&text[word_at..candidate.start]) => false,
        Before::Word => ends_like_word(text, candidate.start),
    }
}

/// Whether `next` starts as only sentences do: with a capital and a small letter, with any capital after a closing quote,
/// with a word in capitals after a word in small letters, or with a URL.
fn starts_clearly(text: &str, candidate: &Candidate, next: &Next) -> bool {
    if next.start != Start::Upper {
        return is_url(next.rest.as_bytes());
    }
    let closed = candidate.end > candidate.stop_end;
    closed || is_capitalised(next.rest) || is_in_capitals(next) && ends_in_small_letters(text, candidate.start)
}

fn is_url(rest: &[u8]) -> bool {
    [&b"http://"[..], b"https://", b"www."].iter().any(|start| rest.starts_with(start))
}

/// A capital and a small letter, or one of the words `A` and `I`.
fn is_capitalised(rest: &str) -> bool {
    let mut chars = rest.chars();
    match (chars.next(), chars.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => first.is_uppercase(),
        (Some('A' | 'I'), Some(second)) => is_space(second),
        _ => false,
    }
}

/// Three capitals or more before a space: `issues.CEO Lee said`, but not `Lumen.AI`.
fn is_in_capitals(next: &Next) -> bool {
    let word = next.word.as_bytes();
    word.len() >= 3 && word.iter().all(u8::is_ascii_uppercase) && next.rest[word.len()..].starts_with(' ')
}

/// A word of small letters only, and more than a file name's ending: `issues`, but not `asp` or `KeithLee`.
fn ends_in_small_letters(text: &str, at: usize) -> bool {
    let letters = text.as_bytes()[..at].iter().rev().take(REACH).take_while(|b| b.is_ascii_alphabetic());
    letters.clone().count() >= 4 && letters.clone().all(u8::is_ascii_lowercase)
}

/// A small letter after a letter, a sign of a number or a closing mark.
fn ends_like_word(text: &str, at: usize) -> bool {
    let mut chars = text[..at].chars().rev();
    match (chars.next(), chars.next()) {
        (Some(last), Some(c)) if last.is_lowercase() => c.is_alphabetic(),
        (Some(last), _) => matches!(last, '%' | '+') || is_closer(last) || is_straight_quote(last),
        _ => false,
    }
}

/// `java.util` before `.List`, but not `Kettle.com` before `.The`.
fn is_dotted_name(word: &str) -> bool {
    word.rsplit_once('.').is_some_and(|(_, last)| !is_name_ending(last))
}

/// Whether the stop is part of an address or of a dotted name.
fn is_inside_name(text: &str, candidate: &Candidate, next: &Next) -> bool {
    let after = &next.rest.as_bytes()[next.word.len()..];
    let dotted = after.first() == Some(&b'.') && after.get(1).is_some_and(u8::is_ascii_lowercase);
    let name = is_name_ending(next.word) && !after.first().is_some_and(u8::is_ascii_alphanumeric);
    let url = is_url(next.rest.as_bytes());
    !url && (dotted || name) || is_in_address(text.as_bytes(), candidate.start)
}

/// Whether the token around `at` has the signs of a URL or an e-mail address.
fn is_in_address(bytes: &[u8], at: usize) -> bool {
    let is_end = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'"' | b'(' | b')');
    let back = bytes[..at].iter().rev().take(REACH).take_while(|b| !is_end(b)).count();
    let token = &bytes[at - back..at];
    let mut ahead = bytes[at..].iter().take(REACH).take_while(|b| !is_end(b));
    let host = token.contains(&b'@') || token.starts_with(b"www.") || token.windows(3).any(|w| w == b"://");
    host || ahead.any(|&b| b == b'@')
}
