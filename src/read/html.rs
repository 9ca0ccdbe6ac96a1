//! Web pages: the article in them, without menus, adverts and comments.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use dom_smoothie::{Config, Readability};

use super::strip::{self, decode_entities};
use crate::types::Article;

/// Deepest nesting that is parsed into a tree, the bound of browsers too. Deeper pages are read without one.
const DEEPEST: usize = 512;
/// Longest page that is parsed into a tree, in bytes. Real pages stay below 5 MB; the tree takes about 20 times the
/// memory.
const LONGEST: usize = 10_000_000;
/// Most nodes that tags left open can multiply to: each paragraph repeats the formatting around it. About 500 MB.
const MOST_NODES: usize = 3_000_000;
/// Most entities in a page that is parsed into a tree.
const MOST_ENTITIES: usize = 100_000;
/// Elements without an end tag, or with one that people leave out. They never nest in each other without one that is not
/// here in between.
const SHALLOW: [&str; 23] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr", "p",
    "li", "td", "th", "tr", "option", "thead", "tbody", "tfoot",
];
/// Elements of drawings that are usually written with `/>`.
const SVG: [&str; 14] = [
    "path", "use", "circle", "rect", "line", "polygon", "polyline", "ellipse", "stop", "g", "defs", "mask", "symbol",
    "clippath",
];

/// The article of a web page. Where none is found, its whole text without scripts and menus.
pub(super) fn article(page: &str) -> Article {
    let parsed = is_tame(page).then(|| parse(page)).flatten();
    let mut article = parsed.unwrap_or_else(|| Article { title: title(page), text: body(page), ..Article::default() });
    if let Some(title) = &article.title {
        remove_title(title, &mut article.text);
    }
    article
}

/// The article that Readability finds.
fn parse(page: &str) -> Option<Article> {
    // The library has no known panics; should a page find one, it must cost this page and not the run.
    let found = catch_unwind(AssertUnwindSafe(|| {
        let mut page = Readability::new(page, None, Some(Config::default())).ok()?;
        let canonical = page.doc.select("link[rel=canonical]").attr("href");
        let found = page.parse().ok()?;
        Some((found, canonical.map(|c| c.to_string())))
    }));
    let (found, canonical) = found.ok().flatten()?;
    let text = text_of(&found.content);
    let given = |value: String| Some(value.trim().to_string()).filter(|v| !v.is_empty());
    (!text.is_empty()).then(|| Article {
        title: given(found.title),
        date: found.published_time.and_then(given),
        url: found.url.or(canonical).and_then(given),
        source: found.site_name.and_then(given),
        text,
        ..Article::default()
    })
}

/// The text of a piece of HTML, one line per block. The library's own `TextMode::Formatted` glues captions and
/// definitions to their neighbours.
fn text_of(html: &str) -> String {
    strip::view(html).text().to_string()
}

/// The text of the whole body.
fn body(page: &str) -> String {
    let start = find_tag(page, "body").unwrap_or(0);
    text_of(&page[start..])
}

/// The content of `<title>`.
fn title(page: &str) -> Option<String> {
    let from = &page[find_tag(page, "title")?..];
    let inner = &from[from.find('>')? + 1..];
    let end = memchr::memchr_iter(b'<', inner.as_bytes()).find(|&i| starts_with_tag(&inner[i..], "/title"))?;
    Some(decode_entities(&inner[..end])).filter(|t| !t.is_empty())
}

fn find_tag(page: &str, name: &str) -> Option<usize> {
    memchr::memchr_iter(b'<', page.as_bytes()).find(|&i| starts_with_tag(&page[i..], name))
}

fn starts_with_tag(html: &str, name: &str) -> bool {
    let found = html.as_bytes().get(1..=name.len());
    found.is_some_and(|f| f.eq_ignore_ascii_case(name.as_bytes()))
        && html[1 + name.len()..].starts_with(|c: char| c == '>' || c.is_ascii_whitespace())
}

/// Drops the first line of `text` where it is the title, which stands in a field of its own.
fn remove_title(title: &str, text: &mut String) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    if same_words(first, title) && !rest.trim().is_empty() {
        *text = rest.trim_start().to_string();
    }
}

/// Whether two lines differ in case and white space only.
pub(super) fn same_words(a: &str, b: &str) -> bool {
    let words = |text: &str| -> Vec<_> { text.split_whitespace().map(str::to_lowercase).collect() };
    words(a) == words(b)
}

/// Whether parsing the page into a tree is safe. A look at the tags alone: deep trees take the library time that grows with
/// the square of the depth, and stack (measured with dom_smoothie 0.19: 8,000 nested `<div>` 16 s, 100,000 nested
/// `<noscript>` an overflow; `&amp;` a million times in one paragraph 15 s).
fn is_tame(page: &str) -> bool {
    let bytes = page.as_bytes();
    if bytes.len() > LONGEST || memchr::memchr_iter(b'&', bytes).count() > MOST_ENTITIES {
        return false;
    }
    let mut depth = Depth::default();
    for i in memchr::memchr_iter(b'<', bytes) {
        depth.tag(&page[i + 1..]);
    }
    depth.most <= DEEPEST && depth.most * depth.tags <= MOST_NODES
}

/// An estimate of how deep a page nests that is never far too low. Only an end tag of an element that is open counts, so
/// that stray ones do not hide what is open.
#[derive(Default)]
struct Depth {
    open: HashMap<String, usize>,
    now: usize,
    most: usize,
    tags: usize,
    /// Inside `<svg>`, where `/>` ends an element, until HTML comes again.
    svg: bool,
}

impl Depth {
    /// `tag` is what follows a `<`.
    fn tag(&mut self, tag: &str) {
        let closing = tag.starts_with('/');
        let name = strip::tag_name(&tag[usize::from(closing)..]).to_ascii_lowercase();
        if name.is_empty() {
            return;
        }
        self.tags += 1;
        self.svg = name == "svg" && !closing || self.svg && SVG.contains(&name.as_str());
        let end = memchr::memchr(b'>', tag.as_bytes()).unwrap_or(tag.len());
        let ends_itself = self.svg && tag[..end].ends_with('/');
        if ends_itself || SHALLOW.contains(&name.as_str()) {
            return;
        }
        let open = self.open.entry(name).or_default();
        if !closing {
            *open += 1;
            self.now += 1;
            self.most = self.most.max(self.now);
        } else if *open > 0 {
            *open -= 1;
            self.now -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SENTENCE: &str =
        "The harbour was rebuilt in three years, and ships came back to it sooner than anyone had hoped. ";

    fn page(head: &str, body: &str) -> String {
        format!("<!DOCTYPE html><html><head>{head}</head><body><nav><a href=/>Home</a></nav>{body}</body></html>")
    }

    #[test]
    fn the_article_is_found_with_its_data() {
        let head = "<title>A harbour opens</title><meta property=\"article:published_time\" content=\"2024-05-01\">\
            <link rel=canonical href=\"https://a.example/harbour\"><meta property=\"og:site_name\" content=\"The Pier\">";
        let p = SENTENCE.repeat(5);
        let body = format!(
            "<div class=sidebar>Subscribe now</div><article><h1>A harbour opens</h1><p>First &amp; foremost. {p}</p>\
            <h2>Costs</h2><p>{p}</p><figure><img src=a.png><figcaption>The pier at dawn</figcaption></figure>\
            <ul><li>One ship, which is old.</li><li>Two ships, which are new.</li></ul><p>{p}</p></article>\
            <script>var x = '<p>no</p>';</script><footer>Imprint</footer>"
        );
        let article = article(&page(head, &body));
        assert_eq!(article.title.as_deref(), Some("A harbour opens"));
        assert_eq!(article.date.as_deref(), Some("2024-05-01"));
        assert_eq!(article.url.as_deref(), Some("https://a.example/harbour"));
        assert_eq!(article.source.as_deref(), Some("The Pier"));
        assert_eq!(article.view, None);
        let p = p.trim_end();
        let lines: Vec<_> = article.text.lines().filter(|l| !l.is_empty()).collect();
        let first = format!("First & foremost. {p}");
        assert_eq!(
            lines,
            [first.as_str(), "Costs", p, "The pier at dawn", "One ship, which is old.", "Two ships, which are new.", p]
        );
    }

    #[test]
    fn pages_without_an_article_give_their_text() {
        let found = article(&page("<title>Short &lt;x&gt;</title>", "<p>Hello</p><p>there</p>"));
        assert_eq!(found.text, "Hello\n\nthere");
        assert_eq!(found.title.as_deref(), Some("Short <x>"));
        for (html, text) in [("", ""), ("just words", "just words"), ("<p>a", "a"), ("<html><body></body></html>", "")]
        {
            assert_eq!(article(html).text, text, "{html}");
        }
    }

    #[test]
    fn the_title_does_not_come_twice() {
        let mut text = "A  Harbour opens\n\nText".to_string();
        remove_title("a harbour opens", &mut text);
        assert_eq!(text, "Text");
        remove_title("Text", &mut text);
        assert_eq!(text, "Text");
    }

    #[test]
    fn hostile_pages_neither_overflow_nor_hang() {
        let n = 20_000;
        for part in [
            "<div>",
            "<b>",
            "<p>",
            "<a>",
            "<table><tr><td>",
            "<svg>",
            "<font size=1><p>",
            "<ul><li>",
            "</p>",
            "<!--",
            "<",
            "<select><option>",
            "<math>",
            "<template>",
            "<p><br><br>",
            "<frameset>",
            "\0",
            "&#0;",
            "<a href=x>y</a> ",
            "<noscript>a",
            "<dd><li>",
            "<div><table></div>",
            "<div></x>",
            "<svg><div/>",
            "<ruby><rt>a",
            "<object>a",
            "<script type=application/ld+json>{\"a\":",
        ] {
            let start = std::time::Instant::now();
            article(&page("", &part.repeat(n)));
            assert!(start.elapsed().as_secs() < 30, "{part}");
        }
        for depth in [100, 500, 600] {
            for tag in ["div", "b", "table", "blockquote", "svg", "ul"] {
                let html = format!("{}{SENTENCE}", format!("<{tag}>").repeat(depth));
                assert!(article(&html).text.contains("harbour"), "{tag} {depth}");
            }
        }
    }

    #[test]
    fn formatting_left_open_does_not_multiply() {
        let open: String = (0..400).map(|i| format!("<font color={i}>")).collect();
        let html = open + &"<p>x".repeat(100_000);
        assert!(!is_tame(&html));
        assert!(article(&html).text.starts_with("x\n\nx"));
        for part in ["<div><p>x<p>y<br></div>", "<li>a", "<tr><td>a<td>b", "<svg><path d='x'/></svg>", "</i></b>"] {
            assert!(is_tame(&page("", &part.repeat(10_000))), "{part}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn anything_is_read(html in "(<(/?)(p|div|b|table|tr|td|h1|title|body|html|head|svg|math|form|a href=x|br|li|ul)>|[a-z é<>&;\"'=/!-]|&amp;|\u{0}){0,80}") {
            article(&html);
        }
    }
}
