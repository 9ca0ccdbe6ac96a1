//! Decides whether a sentence ends at a stop.
//!
//! The rules are ordered from what is certain to what is likely. Where both readings are possible the rule takes the one
//! that was more frequent in press text; a list of words in `words` tips the balance.

use super::abbreviations::{Abbreviation, lookup};
use super::chars::{
    REACH, char_at, char_before, is_closer, is_closing_bracket, is_opener, is_straight_quote, is_wide_gap, skip_spaces,
};
use super::context::{Before, Next, Opening, Start, before};
use super::glued::is_glued_boundary;
use super::words::{
    is_auxiliary, is_lower_case_brand, is_role, is_shouted_name, is_speech, is_starter, is_time_word, is_web_address,
};

/// What kind of stop it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// One full stop.
    Full,
    /// Several dots, or `…`.
    Ellipsis,
    /// Question and exclamation marks, with or without dots.
    Shout,
    /// A full-width stop, which needs no space after it.
    FullWidth,
}

/// A place where a sentence may end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    /// Where the sentence so far starts.
    pub sentence: usize,
    /// The kind of stop.
    pub stop: Stop,
    /// First byte of the stop.
    pub start: usize,
    /// One past the stop's last byte.
    pub stop_end: usize,
    /// One past the closing quotes and brackets after the stop: where the sentence would end.
    pub end: usize,
}

/// Whether a sentence ends at `candidate`. `text` ends where the block does, and the candidate before that.
pub(super) fn is_boundary(text: &str, candidate: &Candidate) -> bool {
    if candidate.stop == Stop::FullWidth {
        return true;
    }
    let next_at = skip_spaces(text, candidate.end);
    if next_at == candidate.end {
        return is_glued_boundary(text, candidate);
    }
    let next = Next::read(text, next_at);
    match candidate.stop {
        Stop::Full => {
            let wide = is_wide_gap(text, candidate.end, next_at);
            after_full_stop(text, candidate, &next, wide)
        }
        Stop::Ellipsis => after_ellipsis(text, candidate, &next),
        Stop::Shout | Stop::FullWidth => after_shout(text, candidate, &next),
    }
}

fn after_full_stop(text: &str, candidate: &Candidate, next: &Next, wide: bool) -> bool {
    let (before, word_at) = before(text, candidate.start);
    match next.start {
        Start::Other => return false,
        Start::Lower => return before == Before::Word && starts_sentence_in_lower_case(next),
        Start::Upper | Start::Digit => {}
    }
    match before {
        Before::Word => true,
        // "3.1. Scope" and "A. Smith" open a sentence.
        Before::Number | Before::Initial if word_at <= candidate.sentence => false,
        Before::Number => true,
        Before::Initial => after_initial(next),
        Before::Abbreviation(_) if is_acronym(&text[word_at..candidate.start], next) => true,
        Before::Abbreviation(abbreviation) => after_abbreviation(abbreviation, next, wide),
    }
}

/// Whether `word`, which folds to an abbreviation, is in capitals for a reason of its own: the MS of "patients with MS.
/// Approval is", but not that of "MS. LEE SAID". `INC` is no acronym in either case.
fn is_acronym(word: &str, next: &Next) -> bool {
    let capitals = |word: &str| word.len() > 1 && word.bytes().all(|b| b.is_ascii_uppercase());
    capitals(word) && !capitals(next.word) && matches!(lookup(word), Some(Abbreviation::Open | Abbreviation::Either))
}

fn starts_sentence_in_lower_case(next: &Next) -> bool {
    next.opening != Opening::Dash && (is_lower_case_brand(next.rest) || is_web_address(next.rest))
}

/// `George W. Bush` goes on; `vitamin C. The` and `said Mr X. "We agree"` end.
fn after_initial(next: &Next) -> bool {
    match next.opening {
        Opening::None => starts_sentence(next),
        Opening::Quote => starts_sentence(next) || !is_nickname(next),
        Opening::Bracket | Opening::Dash => false,
    }
}

/// `J. "Jack" Lee`: one word in quotes.
fn is_nickname(next: &Next) -> bool {
    next.rest[next.word.len()..].chars().next().is_some_and(|c| is_straight_quote(c) || is_closer(c))
}

/// Whether a sentence ends after `abbreviation` where `next` follows, behind a `wide` gap or not.
pub(super) fn after_abbreviation(abbreviation: Abbreviation, next: &Next, wide: bool) -> bool {
    if matches!(next.opening, Opening::Bracket | Opening::Dash) {
        return abbreviation == Abbreviation::Final && next.opening == Opening::Bracket;
    }
    match abbreviation {
        Abbreviation::Open => false,
        Abbreviation::Numbered => next.start != Start::Digit && !is_numeral(next) && !is_code(next),
        Abbreviation::Final => true,
        _ if next.start == Start::Digit => false,
        _ if wide => true,
        Abbreviation::Company if next.opening == Opening::Quote => !is_nickname(next),
        Abbreviation::Time => !is_time_word(next.word) && !next.word.is_empty() && !names_local_time(next),
        Abbreviation::Either => starts_sentence(next),
        Abbreviation::Company => starts_sentence(next) || is_subject(next),
    }
}

/// `10 a.m. Korea time`.
fn names_local_time(next: &Next) -> bool {
    let is_time = |word: &str| word.trim_end_matches(|c: char| !c.is_alphabetic()).eq_ignore_ascii_case("time");
    next.following(1).next().is_some_and(is_time)
}

/// A number with letters in front (`No. VB311-202`).
fn is_code(next: &Next) -> bool {
    next.rest[next.word.len()..].starts_with(|c: char| c.is_ascii_digit())
}

fn starts_sentence(next: &Next) -> bool {
    is_starter(next.word) && !next.is_stopped() || is_form_of_address(next)
}

/// `Mr. Smith` opens sentences after a company's name.
fn is_form_of_address(next: &Next) -> bool {
    matches!(next.word, "Mr" | "Mrs" | "Ms")
}

/// `B` or `IV` as in `Fig. B` and `Pt. IV`.
fn is_numeral(next: &Next) -> bool {
    let letters = next.word.as_bytes();
    letters.len() == 1 && !matches!(letters, b"A" | b"I")
        || !letters.is_empty() && letters.len() <= 5 && letters.iter().all(|b| b"IVXL".contains(b)) && letters != b"I"
}

/// `Acme Inc. Shares are`: a word that is no role in the firm, before a verb.
fn is_subject(next: &Next) -> bool {
    !is_role(next.word) && next.following(1).next().is_some_and(is_auxiliary)
}

fn after_ellipsis(text: &str, candidate: &Candidate, next: &Next) -> bool {
    // "[...]" stands for words left out, and opens or closes nothing.
    let elision = char_before(text, candidate.start).is_some_and(is_opener) && candidate.end > candidate.stop_end;
    !elision && matches!(next.start, Start::Upper | Start::Digit) && next.opening != Opening::Dash
}

fn after_shout(text: &str, candidate: &Candidate, next: &Next) -> bool {
    match next.start {
        Start::Other => return false,
        Start::Lower => {
            return candidate.end == candidate.stop_end && starts_sentence_in_lower_case(next);
        }
        Start::Upper | Start::Digit => {}
    }
    let closing = &text[candidate.stop_end..candidate.end];
    if closing.contains(is_closing_bracket) && !opens_with_bracket(text, candidate.sentence) {
        return starts_sentence(next);
    }
    if !closing.is_empty() && next.opening == Opening::None && is_attribution(next) {
        return false;
    }
    !is_name_with_shout(text, candidate) || starts_sentence(next)
}

fn opens_with_bracket(text: &str, sentence: usize) -> bool {
    char_at(text, sentence).is_some_and(is_opener)
}

/// `Ms Lee asked.`: up to three more words of a name, then a verb of speech that has its object before it: `Ms Lee said
/// she` and `Ms Lee said:` open a sentence.
fn is_attribution(next: &Next) -> bool {
    let mut words = next.following(5);
    while let Some(word) = words.next() {
        let verb = word.trim_end_matches([',', '.', ';']);
        if is_speech(verb) {
            let asks = verb.starts_with("ask") || verb.starts_with("wonder");
            return verb.len() < word.len() || asks || words.next().is_none_or(is_preposition);
        }
        if !word.starts_with(char::is_uppercase) {
            return false;
        }
    }
    false
}

fn is_preposition(word: &str) -> bool {
    matches!(word, "after" | "as" | "at" | "before" | "during" | "in" | "of" | "on" | "when" | "with")
}

fn is_name_with_shout(text: &str, candidate: &Candidate) -> bool {
    let bytes = &text.as_bytes()[..candidate.start];
    let letters = bytes.iter().rev().take(REACH).take_while(|b| b.is_ascii_alphabetic()).count();
    candidate.stop_end == candidate.start + 1 && is_shouted_name(&text[candidate.start - letters..candidate.start])
}
