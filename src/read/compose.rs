//! Builds a view piece by piece: the part that all kinds of markup share.
//!
//! Neighbouring pieces become one, and breaks are held back until text follows, so that a view never begins or ends with
//! one and never has two in a row.

use crate::types::{Span, View};

/// White space between two pieces of text; of several in a row the greatest counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Break {
    /// The pieces touch.
    None,
    /// Two words.
    Space,
    /// Two lines of one block: list items, rows of a table.
    Line,
    /// Two blocks.
    Block,
}

impl Break {
    fn white_space(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Space => " ",
            Self::Line => "\n",
            Self::Block => "\n\n",
        }
    }
}

/// Bytes that were cut from a source before it was parsed, so that offsets can be moved back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Cuts {
    /// Offset into the shortened text, and how many bytes are missing from there on.
    steps: Vec<(usize, usize)>,
}

impl Cuts {
    /// Notes that `bytes` are missing at `at` of the shortened text. Calls must come in order.
    pub(super) fn push(&mut self, at: usize, bytes: usize) {
        let before = self.steps.last().map_or(0, |s| s.1);
        self.steps.push((at, before + bytes));
    }

    /// Lets the shortened text begin at `start` of a longer source.
    pub(super) fn shift(&mut self, start: usize) {
        if start > 0 {
            self.steps.iter_mut().for_each(|s| s.1 += start);
            self.steps.insert(0, (0, start));
        }
    }

    /// Where the byte at `at` of the shortened text stands in the source.
    fn restore(&self, at: usize) -> usize {
        let step = self.steps.partition_point(|s| s.0 <= at);
        at + step.checked_sub(1).map_or(0, |i| self.steps[i].1)
    }

    /// The same for a span, which must not be empty.
    fn restore_span(&self, span: Span) -> Span {
        if self.steps.is_empty() {
            return span;
        }
        Span::new(self.restore(span.start), self.restore(span.end - 1) + 1)
    }
}

/// A view in the making, over `parsed`: the source, or the source without some cuts.
pub(super) struct Composer<'a> {
    parsed: &'a str,
    cuts: Cuts,
    view: View,
    /// The verbatim piece at the end, of `parsed`, not yet pushed.
    run: Option<Span>,
    pending: Break,
    ends_with_space: bool,
}

impl<'a> Composer<'a> {
    /// An empty view.
    pub(super) fn new(parsed: &'a str, cuts: Cuts) -> Self {
        Self { parsed, cuts, view: View::default(), run: None, pending: Break::None, ends_with_space: true }
    }

    /// The text that spans point into.
    pub(super) fn parsed(&self) -> &'a str {
        self.parsed
    }

    /// Asks for a break before the next piece.
    pub(super) fn want(&mut self, wanted: Break) {
        self.pending = self.pending.max(wanted);
    }

    /// Appends `visible`, which `span` means. Where they are the same, the piece is verbatim.
    pub(super) fn push(&mut self, visible: &str, span: Span) {
        if self.parsed.get(span.range()) == Some(visible) {
            self.push_verbatim(span);
        } else if !visible.is_empty() && !span.is_empty() {
            self.flush();
            self.settle();
            self.view.push(visible, self.cuts.restore_span(span));
            self.ends_with_space = visible.ends_with([' ', '\n']);
        }
    }

    /// Appends the text at `span` as it is.
    pub(super) fn push_verbatim(&mut self, mut span: Span) {
        let joins = self.pending == Break::None && self.run.is_some_and(|r| r.end == span.start);
        if !joins && (self.ends_with_space || self.pending != Break::None) {
            // What was left out between two spaces must not leave both.
            let text = &self.parsed[span.range()];
            span.start += text.len() - text.trim_start_matches(' ').len();
        }
        if span.is_empty() {
            return;
        }
        self.ends_with_space = self.parsed[span.range()].ends_with([' ', '\n']);
        match &mut self.run {
            Some(run) if joins => run.end = span.end,
            _ => {
                self.flush();
                self.settle();
                self.run = Some(span);
            }
        }
    }

    /// The view.
    pub(super) fn finish(mut self) -> View {
        self.flush();
        self.view
    }

    fn flush(&mut self) {
        if let Some(run) = self.run.take() {
            let text = &self.parsed[run.range()];
            // A cut inside a run can only be one of white space that the parser has put elsewhere; then it is covered.
            self.view.push(text, self.cuts.restore_span(run));
        }
    }

    fn settle(&mut self) {
        let wanted = std::mem::replace(&mut self.pending, Break::None);
        let redundant = wanted == Break::Space && self.ends_with_space;
        if !self.view.text().is_empty() && !redundant {
            self.view.push_break(wanted.white_space());
        }
    }
}

#[cfg(test)]
pub(super) fn assert_sound(source: &str, view: &View) {
    let text = view.text();
    let mut last = 0;
    for (i, c) in text.char_indices() {
        let span = view.source_span(Span::new(i, i + c.len_utf8()));
        assert!(span.end <= source.len(), "{span:?} leaves the source");
        assert!(source.is_char_boundary(span.start) && source.is_char_boundary(span.end));
        assert!(span.start >= last, "{span:?} runs back behind {last}");
        last = span.start;
    }
    let whole = view.source_span(Span::new(0, text.len()));
    assert!(source.get(whole.range()).is_some());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_join_and_breaks_wait() {
        let source = "ab *cd* ef";
        let mut composer = Composer::new(source, Cuts::default());
        composer.want(Break::Block);
        composer.push_verbatim(Span::new(0, 1));
        composer.push("b ", Span::new(1, 3));
        composer.push("cd", Span::new(4, 6));
        composer.want(Break::Space);
        composer.want(Break::Line);
        composer.push(" ef", Span::new(7, 10));
        composer.want(Break::Block);
        let view = composer.finish();
        assert_eq!(view.text(), "ab cd\nef");
        assert_eq!(view.source_span(Span::new(6, 8)), Span::new(8, 10));
    }

    #[test]
    fn spaces_around_what_is_left_out_become_one() {
        let source = "a ![x](y) b";
        let mut composer = Composer::new(source, Cuts::default());
        composer.push_verbatim(Span::new(0, 2));
        composer.push_verbatim(Span::new(9, 11));
        assert_eq!(composer.finish().text(), "a b");
    }

    #[test]
    fn cuts_are_put_back() {
        // "ab\n    cd\n  ef" without the white space at line starts
        let mut cuts = Cuts::default();
        cuts.push(3, 4);
        cuts.push(6, 2);
        let mut composer = Composer::new("ab\ncd\nef", cuts);
        composer.push_verbatim(Span::new(0, 2));
        composer.want(Break::Space);
        composer.push_verbatim(Span::new(3, 5));
        composer.want(Break::Space);
        composer.push_verbatim(Span::new(6, 8));
        let view = composer.finish();
        assert_eq!(view.text(), "ab cd ef");
        assert_eq!(view.source_span(Span::new(0, 2)), Span::new(0, 2));
        assert_eq!(view.source_span(Span::new(3, 5)), Span::new(7, 9));
        assert_eq!(view.source_span(Span::new(6, 8)), Span::new(12, 14));
    }
}
