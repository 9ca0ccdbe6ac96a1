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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stand_around_words_alone() {
        let bold = Style::new().bold();
        let text = " A\r\n  \u{1b}sole\u{7f} \t\u{e9}. ";
        assert_eq!(cleaned(text), "A sole \u{e9}.");
        let spans = ["A", "\u{1b}sole", "\u{e9}"].map(|word| {
            let start = text.find(word).unwrap_or_default();
            Span::new(start, start + word.len())
        });
        let shaded = styled(text, spans.into_iter().zip([Style::new(), bold, bold]));
        assert_eq!(shaded, "A \u{1b}[1msole\u{1b}[0m \u{1b}[1m\u{e9}\u{1b}[0m.");
    }
}
