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

/// A line for programs.
pub(super) fn raw(text: &str) {
    eprintln!("{text}");
}

fn labelled(label: &str, colour: AnsiColor, text: &str) {
    let style = Style::new().fg_color(Some(colour.into())).bold();
    eprintln!("{style}{label}{style:#}: {}", printable(text));
}

/// An error with its causes, from the outside in; a cause that is part of the text already is not said twice.
pub(super) fn chain(error: &anyhow::Error) -> String {
    error.chain().fold(String::new(), |said, cause| match cause.to_string() {
        cause if said.is_empty() => cause,
        cause if said.contains(&cause) => said,
        cause => format!("{said}: {cause}"),
    })
}

/// File names and records can hold anything; they must not steer the terminal.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}
