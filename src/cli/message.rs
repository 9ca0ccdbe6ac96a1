//! Messages to the person at the keyboard, on standard error.

use anstream::eprintln;
use anstyle::{AnsiColor, Style};

/// Something went wrong.
pub(super) fn error(text: &str) {
    labelled("error", AnsiColor::Red, text);
}

/// Something was left out or looks wrong; the run goes on.
pub(super) fn warning(text: &str) {
    labelled("warning", AnsiColor::Yellow, text);
}

/// Good to know.
pub(super) fn note(text: &str) {
    labelled("note", AnsiColor::Cyan, text);
}

/// How it ended.
pub(super) fn say(text: &str) {
    eprintln!("{}", printable(text));
}

fn labelled(label: &str, colour: AnsiColor, text: &str) {
    let style = Style::new().fg_color(Some(colour.into())).bold();
    eprintln!("{style}{label}{style:#}: {}", printable(text));
}

/// File names and records can hold anything; they must not steer the terminal.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}
