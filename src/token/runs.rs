//! Where a sentence falls into pieces whose tokens do not depend on each other.

use crate::types::Span;

/// What an ASCII byte is to BERT; bytes of other characters stay inside a run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Part of a run. ASCII control characters are, too: they are dropped without ending a word.
    Run,
    Space,
    /// A run of its own.
    Punctuation,
}

/// The class of each byte: one load a byte instead of five comparisons.
const CLASSES: [Class; 256] = {
    let mut classes = [Class::Run; 256];
    let mut byte = 0;
    while byte < 128 {
        let sign = byte as u8;
        if matches!(sign, b' ' | b'\t' | b'\n' | b'\r') {
            classes[byte] = Class::Space;
        } else if sign.is_ascii_punctuation() {
            classes[byte] = Class::Punctuation;
        }
        byte += 1;
    }
    classes
};

/// Pieces of a sentence that BERT tokenizes independently of each other: maximal runs without ASCII white space and
/// punctuation, and each ASCII punctuation sign. Whatever is not ASCII stays inside a run, for the library to split.
///
/// A word never goes on from one run to the next.
pub fn runs(sentence: &str) -> impl Iterator<Item = Span> {
    let bytes = sentence.as_bytes();
    let class = |at: usize| bytes.get(at).map(|&byte| CLASSES[usize::from(byte)]);
    let mut at = 0;
    std::iter::from_fn(move || {
        while class(at) == Some(Class::Space) {
            at += 1;
        }
        let start = at;
        let first = class(at)?;
        at += 1;
        while first == Class::Run && class(at) == Some(Class::Run) {
            at += 1;
        }
        Some(Span::new(start, at))
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn signs_stand_alone() {
        let text = " U.S. “état” a\u{b}b\r\n$5%";
        let runs: Vec<&str> = super::runs(text).map(|run| &text[run.range()]).collect();
        assert_eq!(runs, ["U", ".", "S", ".", "“état”", "a\u{b}b", "$", "5", "%"]);
        assert_eq!(super::runs(" \t").count(), 0);
    }
}
