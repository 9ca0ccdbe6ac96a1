//! HTML to text by leaving out the tags: no tree, no recursion, one pass over whatever comes.
//!
//! Used for HTML inside other formats, where offsets must stay, for the article that `html.rs` has found, and for pages
//! that are too odd to be parsed.

use encoding_rs::WINDOWS_1252;

use super::compose::{Break, Composer, Cuts};
use crate::types::{Span, View};

/// Elements whose content nobody reads as text. The first two run to the end of the page where they are not closed.
const HIDDEN: [&str; 12] = [
    "script", "style", "template", "noscript", "title", "svg", "iframe", "nav", "button", "select", "textarea",
    "object",
];
/// How many of [`HIDDEN`] hide the rest of the page when they are not closed.
const RAW: usize = 2;
/// Longest entity looked for, in bytes: the longest name of HTML has 33 with `&` and `;`.
const LONGEST_ENTITY: usize = 34;

/// Appends the text of the HTML at `span` to `out`.
pub(super) fn strip(span: Span, out: &mut Composer<'_>) {
    let html = out.parsed();
    let mut stripper = Stripper {
        html: &html[..span.end],
        at: span.start,
        out,
        pre: false,
        missing: [false; HIDDEN.len()],
        tags_over: false,
        quotes_over: [false; 2],
    };
    stripper.run();
}

/// The view of a text that is HTML, or holds some.
pub(super) fn view(html: &str) -> View {
    let mut out = Composer::new(html, Cuts::default());
    strip(Span::new(0, html.len()), &mut out);
    out.finish()
}

struct Stripper<'a, 'o> {
    html: &'a str,
    at: usize,
    out: &'o mut Composer<'a>,
    /// Inside `<pre>`, where an empty line ends a paragraph.
    pre: bool,
    /// Searches that have failed once would fail again: remembering them keeps the pass linear on any input.
    missing: [bool; HIDDEN.len()],
    tags_over: bool,
    quotes_over: [bool; 2],
}

impl Stripper<'_, '_> {
    fn run(&mut self) {
        while self.at < self.html.len() {
            let rest = &self.html.as_bytes()[self.at..];
            match memchr::memchr2(b'<', b'&', rest) {
                Some(0) if rest[0] == b'<' => self.tag(),
                Some(0) => self.entity(),
                next => self.text(next.unwrap_or(rest.len())),
            }
        }
    }

    /// `len` bytes of text, in which white space counts as one space.
    fn text(&mut self, len: usize) {
        let (start, end) = (self.at, self.at + len);
        let bytes = self.html.as_bytes();
        let mut word = start;
        while word < end {
            let mut next = word;
            // A single space between words stays in the run.
            while next < end && !is_gap(&bytes[next..end]) {
                next += 1;
            }
            self.out.push_verbatim(Span::new(word, next));
            word = next;
            while word < end && bytes[word].is_ascii_whitespace() {
                word += 1;
            }
            if word > next {
                let blank = self.pre && self.html[next..word].matches('\n').count() > 1;
                self.out.want(if blank { Break::Block } else { Break::Space });
            }
        }
        self.at = end;
    }

    fn entity(&mut self) {
        let rest = &self.html.as_bytes()[self.at..];
        let near = &rest[..rest.len().min(LONGEST_ENTITY)];
        let end = memchr::memchr(b';', near).map(|i| self.at + i + 1);
        let decoded = end.and_then(|end| Some((decode_entity(&self.html[self.at..end])?, end)));
        match decoded {
            Some((text, end)) => {
                self.out.push(&text, Span::new(self.at, end));
                self.at = end;
            }
            None => self.text(1),
        }
    }

    /// A tag, comment or declaration, or a `<` that is none of them.
    fn tag(&mut self) {
        let rest = &self.html[self.at + 1..];
        let closing = rest.starts_with('/');
        let name = tag_name(&rest[usize::from(closing)..]);
        if rest.starts_with("!--") {
            let end = memchr::memmem::find(rest.as_bytes(), b"-->");
            self.at = end.map_or(self.html.len(), |i| self.at + 1 + i + 3);
            return;
        }
        let is_tag = !name.is_empty() || rest.starts_with(['!', '?']) || rest.starts_with("/>");
        let Some(end) = is_tag.then(|| self.tag_end()).flatten() else {
            return self.text(1);
        };
        self.at = end;
        let name = name.to_ascii_lowercase();
        self.out.want(break_at(&name));
        if name == "pre" {
            self.pre = !closing;
        }
        if let Some(hidden) = HIDDEN.iter().position(|h| *h == name)
            && !closing
        {
            self.hide(hidden);
        }
    }

    /// One past the `>` that ends the tag here; one inside quotes does not.
    fn tag_end(&mut self) -> Option<usize> {
        if self.tags_over {
            return None;
        }
        let bytes = self.html.as_bytes();
        let mut i = self.at + 1;
        while let Some(next) = memchr::memchr3(b'>', b'"', b'\'', &bytes[i..]) {
            i += next + 1;
            let quote = bytes[i - 1];
            let over = usize::from(quote == b'"');
            if quote == b'>' {
                return Some(i);
            }
            // Only after `=`: an apostrophe elsewhere in a tag is a mistake that must not hide what follows.
            if bytes[..i - 1].trim_ascii_end().last() != Some(&b'=') || self.quotes_over[over] {
                continue;
            }
            match memchr::memchr(quote, &bytes[i..]) {
                Some(close) => i += close + 1,
                None => self.quotes_over[over] = true,
            }
        }
        self.tags_over = true;
        None
    }

    /// Leaves out everything before the end tag of the element `HIDDEN[hidden]`.
    fn hide(&mut self, hidden: usize) {
        if self.missing[hidden] {
            return;
        }
        match find_end_tag(&self.html.as_bytes()[self.at..], HIDDEN[hidden]) {
            Some(i) => self.at += i,
            None if hidden < RAW => self.at = self.html.len(),
            None => self.missing[hidden] = true,
        }
    }
}

/// Whether white space begins here that is more than one space between two words.
fn is_gap(bytes: &[u8]) -> bool {
    bytes[0].is_ascii_whitespace() && (bytes[0] != b' ' || bytes.get(1).is_none_or(u8::is_ascii_whitespace))
}

/// The name of the tag that `text` begins with, after `<` or `</`; empty where it is none.
pub(super) fn tag_name(text: &str) -> &str {
    if !text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return "";
    }
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    &text[..end.unwrap_or(text.len())]
}

fn find_end_tag(bytes: &[u8], name: &str) -> Option<usize> {
    memchr::memchr_iter(b'<', bytes).find(|&i| {
        let tag = bytes.get(i + 2..i + 2 + name.len());
        bytes.get(i + 1) == Some(&b'/') && tag.is_some_and(|t| t.eq_ignore_ascii_case(name.as_bytes()))
    })
}

/// The break that a tag stands for, whether it opens or closes.
pub(super) fn break_at(tag: &str) -> Break {
    match tag {
        "p" | "div" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "section" | "article" | "aside" | "header"
        | "footer" | "main" | "body" | "blockquote" | "pre" | "ul" | "ol" | "dl" | "table" | "caption" | "figure"
        | "figcaption" | "form" | "fieldset" | "address" | "hr" | "nav" | "details" | "summary" => Break::Block,
        "br" | "li" | "tr" | "dt" | "dd" | "option" | "legend" | "thead" | "tbody" | "tfoot" => Break::Line,
        "td" | "th" => Break::Space,
        _ => Break::None,
    }
}

/// Whether `text` holds tags that plain text does not.
pub(super) fn looks_like_html(text: &str) -> bool {
    memchr::memchr_iter(b'<', text.as_bytes()).any(|i| {
        let rest = &text[i + 1..];
        let name = tag_name(rest.strip_prefix('/').unwrap_or(rest));
        name.len() <= 4
            && matches!(name.to_ascii_lowercase().as_str(), "p" | "div" | "br" | "html" | "body" | "li")
            && rest[name.len()..].starts_with(['>', ' ', '/', 'p', 'd', 'b', 'h', 'l'])
    })
}

/// Decodes text that is known to hold no tags, such as a title.
pub(super) fn decode_entities(text: &str) -> String {
    view(text).text().to_string()
}

/// The text of one entity, with its `&` and `;`. Numbers from 128 to 159 mean windows-1252, as in browsers.
fn decode_entity(entity: &str) -> Option<String> {
    let number = entity.strip_prefix("&#").and_then(|e| e.strip_suffix(';'));
    if let Some(code @ 128..=159) = number.and_then(|n| n.parse().ok()) {
        let (text, _) = WINDOWS_1252.decode_without_bom_handling(std::slice::from_ref(&code));
        return Some(text.into_owned());
    }
    let text = html_escape::decode_html_entities(entity);
    (text != entity && !text.is_empty()).then(|| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::super::compose::assert_sound;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tags_become_breaks_or_nothing() {
        let cases = [
            ("<p>One <b>two</b>.</p><p>Three</p>", "One two.\n\nThree"),
            ("a<br>b<BR/>c", "a\nb\nc"),
            ("<ul><li>a</li>\n<li>b</li></ul>c", "a\nb\n\nc"),
            ("<h2>Head</h2>text", "Head\n\ntext"),
            ("<tr><td>a</td><td>b</td></tr><tr><td>c</td></tr>", "a b\nc"),
            ("<dl><dt>a</dt><dd>b</dd></dl>", "a\nb"),
            ("x<figure><img src='a>b'><figcaption>Cap</figcaption></figure>y", "x\n\nCap\n\ny"),
            ("  many \n\t spaces &nbsp; here ", "many spaces \u{a0} here"),
            ("a<script>if (a<b) </p></script>b", "ab"),
            ("a<SCRIPT>x", "a"),
            ("a<nav>menu</nav>b<nav>open", "a\n\nb\n\nopen"),
            ("a<!-- <p>no</p> -->b<!DOCTYPE x>c<?pi d?>e", "abce"),
            ("<pre>one\ntwo\n\nthree</pre>", "one two\n\nthree"),
            ("<title>No</title>yes", "yes"),
        ];
        for (html, text) in cases {
            assert_eq!(view(html).text(), text, "{html}");
        }
    }

    #[test]
    fn what_is_no_tag_stays() {
        let cases = [
            ("a < b and b > c", "a < b and b > c"),
            ("profit <5% in 2024", "profit <5% in 2024"),
            ("the end <b", "the end <b"),
            ("<a title=don't>kept</a> <i>too</i>", "kept too"),
            ("<a href=\"x>kept</a>", "kept"),
            ("<>", "<>"),
            ("a &amp b & c &; &unknown; &#x110000;", "a &amp b & c &; &unknown; &#x110000;"),
        ];
        for (html, text) in cases {
            assert_eq!(view(html).text(), text, "{html}");
        }
    }

    #[test]
    fn entities_are_decoded_and_covered_whole() {
        let view = view("A&amp;B &#8217; &#146; &eacute;&#x2014;");
        assert_eq!(view.text(), "A&B ’ ’ é—");
        assert_eq!(view.source_span(Span::new(1, 2)), Span::new(1, 6));
        assert_eq!(view.source_span(Span::new(0, 3)), Span::new(0, 7));
        assert_eq!(decode_entities("Q&amp;A: <5 &euro;"), "Q&A: <5 €");
    }

    #[test]
    fn html_is_told_from_plain_text() {
        for html in ["<p>a", "a</p>", "x<br/>", "<DIV class=a>", "<li >"] {
            assert!(looks_like_html(html), "{html}");
        }
        for text in ["a < p > b", "<person>", "<pre", "a <b> c", "1<2", "<", "</"] {
            assert!(!looks_like_html(text), "{text}");
        }
    }

    #[test]
    fn hostile_pages_take_linear_time() {
        let n = 50_000;
        for part in
            ["<nav>", "<a href=\"", "<a '", "<", "</", "<!--", "&", "<script", "<svg><p>", "<title>", "=\"<a =\""]
        {
            let html = part.repeat(n);
            let start = std::time::Instant::now();
            view(&html);
            assert!(start.elapsed().as_secs() < 20, "{part}");
        }
    }

    proptest! {
        #[test]
        fn views_of_anything_are_sound(html in "([<>/&;\"'=a-c \n!é-]|<p>|</p>|<br>|<pre>|<script>|</script>|<nav|&amp;|&eacute;|<!--|-->){0,60}") {
            assert_sound(&html, &view(&html));
        }
    }
}
