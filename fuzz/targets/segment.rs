//! Sentences of any text.

#![no_main]

use claimtag::segment::{Headline, segment};
use claimtag_fuzz::begin;
use libfuzzer_sys::fuzz_target;
use std::time::{Duration, Instant};

const SEEDS: [&str; 4] = [
    "Glass plant to open\n\nVARN, March 3 (Wire) - The plant near Varn, owned by Varn Inc., will open at 9 a.m. on Jan. 4. It \
     makes glass.\n\n- one\n- two; 3.5 m\n\n1. \"Yes!\" she said. 'No?'\n",
    "> Mr. J. R. Lee (b. 1970) has $4.5bn... and so on.It is glued.\u{a0}\u{201c}Quoted.\u{201d} \u{2026} e.g. this, i.e. that\n| a | b |\n",
    "The plant near Varn, which is old, will open in\nMay of the year that comes after the next one, and\nit makes glass.\n---\n# H\n",
    "\u{1}Ab. ",
];

/// An input that begins with this is the rest, over and over: what takes time that grows with the square shows. One in eight,
/// for these take long.
const REPEATED: char = '\u{1}';
const LONG: usize = 64 << 10;
/// A hundred times what it takes on a slow machine that has other things to do.
const LONGEST: Duration = Duration::from_secs(5);

fn check(text: &str, headline: Headline) {
    let mut end = 0;
    for sentence in segment(text, headline) {
        let span = sentence.span;
        assert!(end <= span.start && span.start < span.end, "{span:?} after {end}");
        let found = text.get(span.range()).expect("a span on characters inside the text");
        assert!(!found.starts_with(char::is_whitespace) && !found.ends_with(char::is_whitespace), "{found:?}");
        end = span.end;
    }
}

fn takes_long(text: &str) -> bool {
    let begun = Instant::now();
    check(text, Headline::InText);
    begun.elapsed() > LONGEST
}

fuzz_target!(
    init: begin(SEEDS.map(|seed| seed.as_bytes().to_vec())),
    |text: &str| match text.strip_prefix(REPEATED) {
        Some(part) if part.len() % 8 == 4 && part.len() < 1000 => {
            let long = part.repeat(LONG / part.len());
            // more than once: the machine may have been busy
            assert!(!(0..3).all(|_| takes_long(&long)), "more than {LONGEST:?}");
        }
        _ => {
            check(text, Headline::InText);
            check(text, Headline::Elsewhere);
        }
    }
);
