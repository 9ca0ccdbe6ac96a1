//! Markdown: what a reader sees of it, with the way back to the source.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::compose::{Break, Composer, Cuts};
use super::front::front_matter;
use super::loose::without_false_code;
use super::strip::{break_at, strip};
use crate::types::{Article, Span, View};

/// How much a text can be trusted to be Markdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// It is said to be Markdown: code is code.
    Declared,
    /// It only looks like it: indented lines are text, and so is what a stray fence would hide.
    Guessed,
}

/// A Markdown file: `text` with its view, and what its front matter says.
pub(super) fn article(text: String) -> Article {
    let front = front_matter(&text);
    let view = view_from(&text, front.end, Trust::Declared);
    Article { title: front.title, date: front.date, url: front.url, text, view: Some(view), ..Article::default() }
}

/// The view of a Markdown text.
pub(super) fn view(source: &str, trust: Trust) -> View {
    view_from(source, 0, trust)
}

/// Whether a text that nothing is known of holds links, images or headings as Markdown writes them.
pub(super) fn looks_like_markdown(text: &str) -> bool {
    let bytes = text.as_bytes();
    let has = |what: &str| memchr::memmem::find(bytes, what.as_bytes()).is_some();
    has("](http") || has("](/") || has("\n## ") || text.starts_with("# ") || text.starts_with("## ")
}

fn view_from(source: &str, start: usize, trust: Trust) -> View {
    let (parsed, mut cuts) = match trust {
        Trust::Declared => (source[start..].into(), Cuts::default()),
        Trust::Guessed => without_false_code(&source[start..]),
    };
    cuts.shift(start);
    let mut walk = Walk::new(&parsed, cuts, trust);
    let mut options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES;
    if trust == Trust::Declared {
        options |= Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    }
    for (event, range) in Parser::new_ext(&parsed, options).into_offset_iter() {
        walk.event(event, range);
    }
    walk.out.finish()
}

/// The walk over the events of the parser.
struct Walk<'a> {
    out: Composer<'a>,
    trust: Trust,
    /// How many images or code blocks we are in: nothing of them is seen.
    hidden: usize,
    lists: usize,
    /// The lines of HTML seen so far of a block of it.
    html: Option<Range<usize>>,
}

impl<'a> Walk<'a> {
    fn new(parsed: &'a str, cuts: Cuts, trust: Trust) -> Self {
        Self { out: Composer::new(parsed, cuts), trust, hidden: 0, lists: 0, html: None }
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Rule => self.out.want(Break::Block),
            _ if self.hidden > 0 => {}
            Event::Text(text) => self.text(&text, range),
            Event::Code(code) => self.code(&code, range),
            Event::SoftBreak => self.out.want(Break::Space),
            Event::HardBreak => self.out.want(Break::Line),
            Event::Html(_) => {
                let start = self.html.take().map_or(range.start, |r| r.start);
                self.html = Some(start..range.end);
            }
            Event::InlineHtml(tag) => self.out.want(inline_break(&tag)),
            // Marks that stand for nothing one could read, and kinds that are not switched on.
            Event::FootnoteReference(_) | Event::TaskListMarker(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Image { .. } => self.hidden += 1,
            Tag::CodeBlock(kind) => {
                self.out.want(Break::Block);
                self.hidden += usize::from(self.is_code(kind));
            }
            Tag::List(_) => {
                self.out.want(self.around_list());
                self.lists += 1;
            }
            Tag::Item | Tag::TableRow | Tag::TableHead => self.out.want(Break::Line),
            Tag::TableCell => self.out.want(Break::Space),
            tag if is_inline(tag) => {}
            _ => self.out.want(Break::Block),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Image => self.hidden = self.hidden.saturating_sub(1),
            TagEnd::CodeBlock => {
                // Only those that hide their content have been counted, and they do not nest.
                self.hidden = 0;
                self.out.want(Break::Block);
            }
            TagEnd::HtmlBlock => {
                if let Some(range) = self.html.take() {
                    strip(Span::new(range.start, range.end), &mut self.out);
                }
                self.out.want(Break::Block);
            }
            TagEnd::List(_) => {
                self.lists -= 1;
                self.out.want(self.around_list());
            }
            TagEnd::Item | TagEnd::TableRow | TagEnd::TableHead => self.out.want(Break::Line),
            TagEnd::TableCell => self.out.want(Break::Space),
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link => {}
            _ => self.out.want(Break::Block),
        }
    }

    /// Indented "code" of a text that only looks like Markdown is text (in lists it escapes `loose`).
    fn is_code(&self, kind: &CodeBlockKind<'_>) -> bool {
        self.trust == Trust::Declared || matches!(kind, CodeBlockKind::Fenced(_))
    }

    fn around_list(&self) -> Break {
        if self.lists == 0 { Break::Block } else { Break::Line }
    }

    fn text(&mut self, text: &str, range: Range<usize>) {
        // Only the lines of code blocks end like that, and only false code gets here.
        match text.strip_suffix('\n') {
            None => self.out.push(text, Span::new(range.start, range.end)),
            Some(line) => {
                let end = range.end.min(range.start + line.len());
                self.out.push(line, Span::new(range.start, end));
                self.out.want(Break::Line);
            }
        }
    }

    /// Code stands between backticks, or is a changed copy of what does (a line break in it becomes a space).
    fn code(&mut self, code: &str, range: Range<usize>) {
        let source = &self.out.parsed()[range.clone()];
        let span = match source.find(code) {
            Some(i) => Span::new(range.start + i, range.start + i + code.len()),
            None => Span::new(range.start, range.end),
        };
        self.out.push(code, span);
    }
}

fn is_inline(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. })
}

fn inline_break(tag: &str) -> Break {
    let name = tag.trim_start_matches(['<', '/']);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric());
    break_at(&name[..end.unwrap_or(name.len())].to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::super::compose::assert_sound;
    use super::*;
    use proptest::prelude::*;

    /// Views of `source` as declared Markdown.
    fn text(source: &str) -> String {
        let view = view(source, Trust::Declared);
        assert_sound(source, &view);
        view.text().to_string()
    }

    #[test]
    fn markup_goes_and_text_stays() {
        let cases = [
            ("# Head\nBody", "Head\n\nBody"),
            ("Head\n====\nBody", "Head\n\nBody"),
            ("a *b* **c** ~~d~~ [e](http://x) f", "a b c d e f"),
            ("a ![alt *text*](x.png) b", "a b"),
            ("[![badge](a.png)](b) c", "c"),
            ("<https://a.example/b> c", "https://a.example/b c"),
            ("one\ntwo  \nthree\\\nfour", "one two\nthree\nfour"),
            ("one\r\ntwo\r\n\r\nthree", "one two\n\nthree"),
            ("- a\n- b\n  - c\n- d\n\ne", "a\nb\nc\nd\n\ne"),
            ("1. a\n2. b", "a\nb"),
            ("- [x] done", "done"),
            ("> quoted\n> text\n\nafter", "quoted text\n\nafter"),
            ("| a | b |\n|---|---|\n| c | *d* |\n\ne", "a b\nc d\n\ne"),
            ("a\n\n    code\n\nb", "a\n\nb"),
            ("a\n\n```\ncode\n```\nb", "a\n\nb"),
            ("use `x  y` and ``a`b``", "use x  y and a`b"),
            ("a[^1] b\n\n[^1]: note", "a b\n\nnote"),
            ("a <b>b</b><br>c", "a b\nc"),
            ("<div>\n<p>in &amp; out</p>\n</div>\n\nb", "in & out\n\nb"),
            ("<!-- no -->\n\na", "a"),
            ("a\n\n***\n\nb", "a\n\nb"),
            ("1 \\* 2 &lt; 3 &copy;", "1 * 2 < 3 ©"),
            ("[a]: http://x\n\nsee [a]", "see a"),
            ("![only](x.png)", ""),
            ("", ""),
        ];
        for (source, expected) in cases {
            assert_eq!(text(source), expected, "{source}");
        }
    }

    #[test]
    fn spans_lead_back_to_the_source() {
        let source = "# T\n\nThe [big *red*](http://x) dog &amp; `cat`.";
        let view = view(source, Trust::Declared);
        assert_eq!(view.text(), "T\n\nThe big red dog & cat.");
        let of = |part: &str| {
            let start = view.text().find(part).unwrap();
            let span = Span::new(start, start + part.len());
            &source[view.source_span(span).range()]
        };
        assert_eq!(of("big red"), "big *red");
        assert_eq!(of("dog & cat."), "dog &amp; `cat`.");
        assert_eq!(of("&"), "&amp;");
        assert_eq!(of("cat"), "cat");
    }

    #[test]
    fn indented_and_fenced_prose_is_text_where_markdown_was_guessed() {
        let cases = [
            ("a\n\n    Centred *text*.\n\nb", "a\n\nCentred text.\n\nb"),
            ("- a\n\n          deep\n", "a\n\ndeep"),
            ("1.       far\n", "far"),
            ("```html\nAll of [it](http://x).\n```", "All of it."),
            ("``` [](http://x) Contact", "Contact"),
            ("```c\nint x;\n```\nb", "b"),
            ("about ~5 and 6~", "about ~5 and 6~"),
        ];
        for (source, expected) in cases {
            let view = view(source, Trust::Guessed);
            assert_sound(source, &view);
            assert_eq!(view.text(), expected, "{source}");
        }
        let source = "é\n\n    Centred *text*.";
        let found = view(source, Trust::Guessed).source_span(Span::new(4, 11));
        assert_eq!(&source[found.range()], "Centred");
    }

    #[test]
    fn front_matter_is_outside_the_view() {
        let source = "---\ntitle: A day\ndate: 2024-05-01\n---\n# Else\n\nBody é.";
        let article = article(source.into());
        assert_eq!(article.visible(), "Else\n\nBody é.");
        assert_eq!(article.title.as_deref(), Some("A day"));
        assert_eq!(article.date.as_deref(), Some("2024-05-01"));
        let span = article.source_span(Span::new(6, 14));
        assert_eq!(&source[span.range()], "Body é.");
    }

    #[test]
    fn markdown_is_told_from_plain_text() {
        for yes in ["see [x](http://y)", "![](/a.png)", "# Head\ntext", "a\n## Head"] {
            assert!(looks_like_markdown(yes), "{yes}");
        }
        for no in ["plain", "# no", "a # b", "(a)[b]", "#tag\n#tag", "- a\n- b"] {
            assert_eq!(looks_like_markdown(no), no == "# no", "{no}");
        }
    }

    #[test]
    fn hostile_texts_take_bounded_time_and_stack() {
        for part in ["[", "*", "`", ">", "- ", "![", "<a ", "_a", "[^", "|a", "    a\n", "* a\n "] {
            let source = part.repeat(20_000);
            let start = std::time::Instant::now();
            view(&source, Trust::Declared);
            view(&source, Trust::Guessed);
            assert!(start.elapsed().as_secs() < 20, "{part}");
        }
    }

    proptest! {
        #[test]
        fn views_of_anything_are_sound(source in "([ \n\r\t*_`~#>|<&\\[\\]()!:;^+=\\\\a1é-]|http|    |```|&amp;|&ngE;|<p>|<br>|\n\n|- |\\|-\\|\n|\u{0}){0,80}") {
            assert_sound(&source, &view(&source, Trust::Declared));
            assert_sound(&source, &view(&source, Trust::Guessed));
            let article = article(format!("---\na: {source}"));
            if let Some(view) = &article.view {
                assert_sound(&article.text, view);
            }
        }
    }
}
