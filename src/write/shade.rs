//! A sentence on one line, its words shaded.

use crate::types::Span;
use anstyle::Style;

/// A text on one line for a terminal: white space of any kind as one space, as a sentence of hard-wrapped text spans lines, and no
/// control characters, as no text may steer the terminal.
#[derive(Default)]
pub(super) struct Line {
    text: String,
    /// White space has come, and nothing behind it yet.
    space: bool,
}

impl Line {
    /// Appends `text`.
    pub fn push(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_whitespace() {
                self.space = true;
            } else if !c.is_control() {
                self.flush_space();
                self.text.push(c);
            }
        }
    }

    /// Appends `text` in a style, the space before it not in it.
    pub fn push_styled(&mut self, text: &str, style: Style) {
        self.flush_space();
        self.text += &style.render().to_string();
        self.push(text);
        self.text += &style.render_reset().to_string();
    }

    pub fn finish(self) -> String {
        self.text
    }

    fn flush_space(&mut self) {
        if std::mem::take(&mut self.space) && !self.text.is_empty() {
            self.text.push(' ');
        }
    }
}

/// `text` on one line for a terminal.
pub(super) fn cleaned(text: &str) -> String {
    let mut line = Line::default();
    line.push(text);
    line.finish()
}

/// `text` on one line, with a style for each of these spans, which are in order.
pub(super) fn styled(text: &str, styles: impl Iterator<Item = (Span, Style)>) -> String {
    let mut line = Line::default();
    let mut at = 0;
    for (span, style) in styles.filter(|(_, style)| *style != Style::new()) {
        // words do not overlap
        if span.start >= at {
            line.push(&text[at..span.start]);
            line.push_styled(&text[span.range()], style);
            at = span.end;
        }
    }
    line.push(&text[at..]);
    line.finish()
}
