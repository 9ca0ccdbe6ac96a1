//! What holds for every text: properties on random ones, and hostile inputs that only a linear pass gets through.

use proptest::prelude::*;

use super::chars;
use super::{Headline, segment};
use crate::types::{Part, Sentence};

/// Pieces that the rules look at, so that random texts reach the rules.
const PIECES: &[&str] = &[
    ".",
    "..",
    "...",
    "…",
    ". . .",
    "?",
    "!",
    "?!",
    "。",
    "！",
    "।",
    " ",
    "  ",
    "\t",
    "\u{A0}",
    "\u{2003}",
    "\u{200B}",
    "\u{FEFF}",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "\u{2028}",
    "\u{85}",
    "\"",
    "'",
    "“",
    "”",
    "‘",
    "’",
    "«",
    "»",
    "„",
    "(",
    ")",
    "[",
    "]",
    "[1]",
    "[...]",
    "-",
    "--",
    "–",
    "—",
    "•",
    "✓",
    "* ",
    "- ",
    "> ",
    ">",
    "# ",
    "#",
    "|",
    "| ",
    "---",
    "===",
    "1. ",
    "2. ",
    "(a) ",
    "(3) ",
    "12) ",
    "Mr.",
    "Inc.",
    "Inc. (",
    "U.S.",
    "a.m.",
    "e.g.",
    "etc.",
    "No. 5",
    "J. ",
    "A",
    "I",
    "x",
    "The",
    "the",
    " The ",
    " firm",
    "iPhone",
    "said",
    " asked.",
    "Yahoo!",
    "www.a.org",
    "b.c@d.org",
    "é",
    "É",
    "ß",
    "中文",
    "🎉",
    "क",
    "ع",
    "5",
    "3.5",
    "2004. ",
    "(519) ",
    "$",
    "%",
    "&",
    "*",
    "™",
    ":",
    ";",
    ",",
    "\0",
    "\u{301}",
];

fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![9 => prop::sample::select(PIECES).prop_map(str::to_owned), 1 => "\\PC{0,8}"];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// Texts in lines of similar length, so that joining of hard wraps is reached too.
fn wrapped_texts() -> impl Strategy<Value = String> {
    let word =
        prop::sample::select(&["the", "firm", "and", "Mr.", "ended.", "It", "said,", "\"We", "- ", "•", "é"][..]);
    (prop::collection::vec(word, 0..150), 30usize..90).prop_map(|(words, column)| {
        let (mut text, mut width) = (String::new(), 0);
        for word in words {
            let fits = width + word.len() < column;
            text.push_str(if fits { " " } else { "\n" });
            text.push_str(word);
            width = if fits { width + word.len() + 1 } else { word.len() };
        }
        text
    })
}

/// Whether `gap` holds only white space and markup signs. Says so without the code under test.
fn is_markup(gap: &str) -> bool {
    gap.split(chars::is_space).all(|token| {
        let sign = |c: char| chars::is_bullet(c) || "-–—―−*+=_~#─━═·∙:|>".contains(c);
        let number = token.trim_matches(sign);
        let label = number.trim_start_matches('(').trim_end_matches(['.', ')']);
        let closed = label.len() < number.len() && number.ends_with(['.', ')']);
        number.is_empty() || closed && label.len() <= 4 && label.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

fn check(text: &str, headline: Headline) -> Vec<Sentence> {
    let sentences = segment(text, headline);
    let mut end = 0;
    for sentence in &sentences {
        let span = sentence.span;
        assert!(end <= span.start && span.start < span.end && span.end <= text.len(), "{span:?} after {end}");
        let piece = text.get(span.range()).expect("spans lie on character boundaries");
        assert_eq!(piece.trim(), piece, "spans are trimmed");
        assert!(is_markup(&text[end..span.start]), "{end}..{} holds text", span.start);
        end = span.end;
    }
    assert!(is_markup(&text[end..]), "{end}.. holds text");
    let of = |part| sentences.iter().filter(move |s| s.part == part).count();
    assert!(headline == Headline::InText || of(Part::Headline) == 0);
    sentences
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn spans_are_sound(text in texts()) {
        check(&text, Headline::InText);
        check(&text, Headline::Elsewhere);
    }

    #[test]
    fn spans_of_wrapped_texts_are_sound(text in wrapped_texts()) {
        check(&text, Headline::InText);
    }

    #[test]
    fn spans_do_not_depend_on_the_headline_or_the_run(text in texts()) {
        let spans = |headline| segment(&text, headline).iter().map(|s| s.span).collect::<Vec<_>>();
        prop_assert_eq!(spans(Headline::InText), spans(Headline::Elsewhere));
        prop_assert_eq!(segment(&text, Headline::InText), segment(&text, Headline::InText));
    }

    #[test]
    fn paragraphs_are_split_one_by_one(one in "[A-Za-z .?!\"()]{0,80}", two in "[A-Za-z .?!\"()]{0,80}") {
        let both = format!("{one}\n\n{two}");
        let count = |text: &str| segment(text, Headline::Elsewhere).len();
        prop_assert_eq!(count(&both), count(&one) + count(&two));
    }
}

/// Units whose repetition makes every place a candidate, or every look-ahead long.
const HOSTILE: &[&str] = &[
    ".",
    ". ",
    "!",
    "? ",
    "…",
    "\"",
    "“",
    "(",
    ")",
    "[",
    "\" ",
    ".\"",
    ". \"",
    ".) ",
    "' ",
    " ",
    "\n",
    "\r",
    "\t",
    "-",
    "- ",
    "> ",
    ">",
    "# ",
    "#",
    "|",
    "| ",
    "• ",
    "•",
    "1. ",
    "(a) ",
    "A. ",
    "a.",
    "a. ",
    "a.B",
    "a.B ",
    "Mr. ",
    "a.\"B",
    "x\n",
    "x ",
    "x",
    "X ",
    "x  ",
    "X.  X  ",
    "[1]",
    ".[1]",
    "。",
    "é",
    "🎉",
    ". 🎉",
    "?\u{200B}",
    "\u{2028}",
    "U.S. ",
    "1. X 2. X ",
    "a\nb c\n",
    "the long and winding line of text that was wrapped here\n",
    "www.",
    "@.A",
    "http://",
];

/// Long inputs that a quadratic scan would take hours for. Nothing is timed.
#[test]
fn hostile_inputs_finish() {
    for (i, unit) in HOSTILE.iter().enumerate() {
        let size = if i % 8 == 0 { 5_000_000 } else { 500_000 };
        let text = unit.repeat(size / unit.len());
        check(&text, Headline::InText);
        check(&format!("Start. {text} End."), Headline::InText);
    }
}

#[test]
fn a_tab_before_a_wide_gap_belongs_to_no_sentence() {
    let text = "It is open.  About Varn\t  Varn sells glass.";
    check(text, Headline::Elsewhere);
    let found: Vec<_> = segment(text, Headline::Elsewhere).iter().map(|s| &text[s.span.range()]).collect();
    assert_eq!(found, ["It is open.", "About Varn", "Varn sells glass."]);
}
