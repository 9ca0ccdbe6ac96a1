//! Prepares text that only happens to hold Markdown, such as press releases on the web.
//!
//! There, indented lines are paragraphs that were centred, not code; and some texts were pasted with the code fence that a
//! chat program had put around them. Markdown would hide both as code. So the indents and those fences are cut out before
//! parsing, and offsets moved back afterwards.

use std::borrow::Cow;

use super::compose::Cuts;

/// Columns of white space from which Markdown sees code.
const CODE_INDENT: usize = 4;
/// What a fence says of its content when that is running text and not code.
const NO_CODE: [&str; 6] = ["html", "markdown", "md", "text", "txt", "plaintext"];

/// The text without what would wrongly make code of it, and what was cut.
pub(super) fn without_false_code(source: &str) -> (Cow<'_, str>, Cuts) {
    let mut cuts = Cuts::default();
    let found = cut_ranges(source);
    if found.is_empty() {
        return (Cow::Borrowed(source), cuts);
    }
    let mut text = String::with_capacity(source.len());
    let mut kept = 0;
    for (start, end) in found {
        text.push_str(&source[kept..start]);
        cuts.push(text.len(), end - start);
        kept = end;
    }
    text.push_str(&source[kept..]);
    (Cow::Owned(text), cuts)
}

/// A line that begins with three or more of one fence character.
struct Fence<'a> {
    start: usize,
    /// Where the line ends, without white space.
    end: usize,
    mark: u8,
    run: usize,
    info: &'a str,
}

fn cut_ranges(source: &str) -> Vec<(usize, usize)> {
    let mut cuts = Vec::new();
    let mut fences = Vec::new();
    let mut at = 0;
    while at < source.len() {
        let rest = &source[at..];
        let line = &rest[..memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len())];
        let text = line.trim_start_matches([' ', '\t']);
        let indent = line.len() - text.len();
        let is_blank = text.is_empty() || text == "\r";
        if !is_blank && (indent >= CODE_INDENT || line[..indent].contains('\t')) {
            cuts.push((at, at + indent));
        }
        fences.extend(fence(at + indent, text));
        at += line.len() + 1;
    }
    if !fences.is_empty() {
        cuts.extend(false_fences(&fences));
        cuts.sort_unstable();
    }
    cuts
}

fn fence(start: usize, text: &str) -> Option<Fence<'_>> {
    let mark = *text.as_bytes().first().filter(|c| matches!(c, b'`' | b'~'))?;
    let run = text.bytes().take_while(|b| *b == mark).count();
    (run >= 3).then(|| Fence { start, end: start + text.trim_end().len(), mark, run, info: text[run..].trim() })
}

/// Fences that are never closed lose their marks; pairs around running text go with all that is on their lines.
fn false_fences(fences: &[Fence<'_>]) -> Vec<(usize, usize)> {
    let mut cuts = Vec::new();
    let mut next = 0;
    // Once no end was found for a mark, there is none further down.
    let mut unclosed = [false; 2];
    while let Some(open) = fences.get(next) {
        let mark = usize::from(open.mark == b'~');
        let ends = |f: &Fence<'_>| f.mark == open.mark && f.info.is_empty();
        let close = if unclosed[mark] { None } else { fences[next + 1..].iter().position(ends) };
        let Some(close) = close.map(|i| next + 1 + i) else {
            unclosed[mark] = true;
            cuts.push((open.start, open.start + open.run));
            next += 1;
            continue;
        };
        if NO_CODE.iter().any(|n| open.info.eq_ignore_ascii_case(n)) {
            cuts.extend([open, &fences[close]].map(|f| (f.start, f.end)));
        }
        next = close + 1;
    }
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indents_and_false_fences_go() {
        let cases = [
            ("a\n    b\n\tc\n   d", "a\nb\nc\n   d"),
            ("a\n        \nb", "a\n        \nb"),
            ("```html\na\n```\nb", "\na\n\nb"),
            ("  ~~~ markdown\na\n~~~", "  own\na\n"),
            ("```\nnever closed", "\nnever closed"),
            ("```rust\nfn a() {}\n```\nb", "```rust\nfn a() {}\n```\nb"),
            ("a ``` b\n``x``", "a ``` b\n``x``"),
        ];
        for (source, expected) in cases {
            let expected = expected.replace("  own", "  ");
            assert_eq!(without_false_code(source).0.trim_end(), expected.trim_end(), "{source}");
        }
    }

    #[test]
    fn ordinary_text_is_not_copied() {
        assert!(matches!(without_false_code("a\n\n b\n").0, Cow::Borrowed(_)));
    }

    #[test]
    fn many_open_fences_take_linear_time() {
        let text = "```a\n".repeat(300_000);
        assert!(!without_false_code(&text).0.contains('`'));
    }
}
