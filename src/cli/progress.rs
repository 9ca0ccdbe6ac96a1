//! Progress on long work: drawn on standard error, and only if that is a terminal.

use crate::train::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;

/// A bar towards a known end.
pub(super) fn bar(total: u64, what: &str) -> ProgressBar {
    let template = "{msg} [{bar:30}] {pos}/{len}, {eta} left";
    draw(ProgressBar::with_draw_target(Some(total), target()), template, what)
}

/// Runs `fit` under a bar; `fit` gets what to call after each step.
pub(super) fn fitting<T>(fit: impl FnOnce(&(dyn Fn(Progress) + Sync)) -> T) -> T {
    let bar = bar(1, "fitting");
    let fitted = fit(&|step: Progress| {
        bar.set_length(step.total as u64);
        bar.set_position(step.done as u64);
        if let Some(loss) = step.loss {
            bar.set_message(format!("loss {loss:.3}"));
        }
    });
    bar.finish_and_clear();
    fitted
}

/// A counter without a known end.
pub(super) fn counter(what: &str) -> ProgressBar {
    draw(ProgressBar::with_draw_target(None, target()), "{spinner} {msg} {human_pos}, {per_sec}", what)
}

/// A bar over bytes, whose message says the rest. Drawn if standard error is a terminal.
pub(super) fn bytes() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr_with_hz(5));
    draw(bar, "[{bar:8}] {msg}", "")
}

/// Nothing at all.
pub(super) fn hidden() -> ProgressBar {
    ProgressBar::hidden()
}

fn target() -> ProgressDrawTarget {
    // rows that scroll by on the same terminal are progress enough
    if std::io::stdout().is_terminal() { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr_with_hz(5) }
}

fn draw(bar: ProgressBar, template: &str, what: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(template);
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())).with_message(what.to_owned())
}
