//! An article as a reader hands it on, and the view of it without markup.

use super::{Day, Span};

/// One article of a corpus.
///
/// `text` is what spans of output rows point into. For marked-up text (Markdown) it is the source as it stands in the
/// file, and `view` is what a person sees of it; for anything else `view` is `None` and people see `text` itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Article {
    /// Unique within the corpus: the id field of a record, else the path, or `path:line` for a record.
    pub id: String,
    /// The title where it is not part of `text`.
    pub title: Option<String>,
    /// The date as given, unparsed.
    pub date: Option<String>,
    /// Where the article was published.
    pub url: Option<String>,
    /// Who published it.
    pub source: Option<String>,
    /// The text.
    pub text: String,
    /// The text without markup, where it has any.
    pub view: Option<View>,
    /// What a person should know about how the text was read.
    pub notes: Vec<Note>,
}

/// Something that happened to an article while it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// The bytes were not UTF-8.
    Decoded {
        /// The encoding they were taken for (WHATWG name).
        encoding: &'static str,
        /// Whether some bytes had no meaning in it and became U+FFFD.
        replaced: bool,
    },
}

impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Note::Decoded { encoding, replaced } => {
                write!(f, "not UTF-8, decoded as {encoding}")?;
                if *replaced {
                    write!(f, "; bytes without a meaning became U+FFFD")?;
                }
                Ok(())
            }
        }
    }
}

impl Article {
    /// The text as a person sees it: what is split into sentences.
    pub fn visible(&self) -> &str {
        self.view.as_ref().map_or(&self.text, View::text)
    }

    /// The day of [`date`](Self::date) as `2024-05-31`, where it can be told for sure.
    pub fn day(&self) -> Option<String> {
        self.date.as_deref().and_then(Day::parse).map(|day| day.to_string())
    }

    /// Where a span of [`visible`](Self::visible) stands in `text`.
    pub fn source_span(&self, visible: Span) -> Span {
        self.view.as_ref().map_or(visible, |v| v.source_span(visible))
    }
}

/// A text without its markup, and where each piece of it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    text: String,
    pieces: Vec<Piece>,
}

/// A run of visible text and the bytes of the source that it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    view: Span,
    source: Span,
}

impl Piece {
    /// Whether offsets inside map one to one; an entity (`&amp;`) is shorter in the view than in the source.
    fn is_verbatim(self) -> bool {
        self.view.len() == self.source.len()
    }
}

impl View {
    /// The text without markup.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Appends `visible`, which stands for the bytes `source` of the marked-up text: the same bytes, or an entity that
    /// means them. Pieces must come in source order.
    pub fn push(&mut self, visible: &str, source: Span) {
        debug_assert!(self.pieces.last().is_none_or(|p| p.source.end <= source.start));
        let start = self.text.len();
        self.text.push_str(visible);
        if !visible.is_empty() {
            let view = Span::new(start, self.text.len());
            self.pieces.push(Piece { view, source });
        }
    }

    /// Appends white space that has no counterpart in the source, such as the break after a heading.
    pub fn push_break(&mut self, white_space: &str) {
        self.text.push_str(white_space);
    }

    /// The smallest source span that covers what `visible` touches. Exact where a piece is verbatim; an entity is
    /// covered whole.
    pub fn source_span(&self, visible: Span) -> Span {
        let start = self.source_start(visible.start);
        Span::new(start, self.source_end(visible.end).max(start))
    }

    fn source_start(&self, at: usize) -> usize {
        let next = self.pieces.partition_point(|p| p.view.end <= at);
        match self.pieces.get(next) {
            Some(p) if p.is_verbatim() => p.source.start + at.saturating_sub(p.view.start),
            Some(p) => p.source.start,
            None => self.pieces.last().map_or(0, |p| p.source.end),
        }
    }

    fn source_end(&self, at: usize) -> usize {
        let before = self.pieces.partition_point(|p| p.view.start < at);
        match before.checked_sub(1).map(|i| self.pieces[i]) {
            Some(p) if p.is_verbatim() => p.source.start + (at - p.view.start).min(p.view.len()),
            Some(p) => p.source.end,
            None => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // source: "# A *b* &amp; c"
    fn view() -> View {
        let mut v = View::default();
        v.push("A ", Span::new(2, 4));
        v.push("b", Span::new(5, 6));
        v.push(" ", Span::new(7, 8));
        v.push("&", Span::new(8, 13));
        v.push(" c", Span::new(13, 15));
        v.push_break("\n\n");
        v.push("d", Span::new(17, 18));
        v
    }

    #[test]
    fn spans_map_to_the_source() {
        let v = view();
        assert_eq!(v.text(), "A b & c\n\nd");
        assert_eq!(v.source_span(Span::new(0, 7)), Span::new(2, 15));
        assert_eq!(v.source_span(Span::new(2, 3)), Span::new(5, 6));
        assert_eq!(v.source_span(Span::new(4, 5)), Span::new(8, 13));
        assert_eq!(v.source_span(Span::new(9, 10)), Span::new(17, 18));
    }

    #[test]
    fn an_article_without_a_view_maps_onto_itself() {
        let article = Article { text: "abc".into(), ..Article::default() };
        assert_eq!(article.visible(), "abc");
        assert_eq!(article.source_span(Span::new(1, 2)), Span::new(1, 2));
    }
}
