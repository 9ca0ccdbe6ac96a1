//! How far a batch is: a bar on a terminal, else a line now and then.

use super::{message, progress};
use crate::batch::{Progress, Watch};
use indicatif::{HumanBytes, HumanCount, HumanDuration, ProgressBar};
use serde_json::json;
use std::io::{IsTerminal, stderr};
use std::time::{Duration, Instant};

/// Shows what a batch has to say.
pub(super) struct Display {
    how: How,
    bar: ProgressBar,
    begun: Instant,
    /// When progress was last shown.
    shown: Instant,
    /// Bytes of all inputs; 0 if unknown.
    bytes: u64,
    /// What had been done when this session began.
    before: Before,
    /// Records left out so far.
    left_out: u64,
    /// What was last heard, for a last line of JSON.
    last: Progress,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Quiet,
    Bar,
    Lines,
    Json,
}

#[derive(Default)]
struct Before {
    sentences: u64,
    bytes: u64,
    /// Whether the first group of this session has come.
    is_known: bool,
}

/// Between two lines of a log.
const EVERY: Duration = Duration::from_secs(10);
/// Records left out that are said one by one; the others stand in `failures.jsonl` like these.
const SAID: u64 = 10;

impl Display {
    pub fn new(quiet: bool, json: bool) -> Self {
        let how = match () {
            () if quiet => How::Quiet,
            () if json => How::Json,
            () if stderr().is_terminal() => How::Bar,
            () => How::Lines,
        };
        let bar = if how == How::Bar { progress::bytes() } else { progress::hidden() };
        let now = Instant::now();
        Self {
            how,
            bar,
            begun: now,
            shown: now,
            bytes: 0,
            before: Before::default(),
            left_out: 0,
            last: Progress::default(),
        }
    }

    pub fn show(&mut self, watch: Watch<'_>) {
        match watch {
            Watch::Begin { bytes, parts } => {
                self.bytes = bytes;
                self.bar.set_length(bytes);
                if parts > 0 && matches!(self.how, How::Bar | How::Lines) {
                    self.bar.suspend(|| message::note(&format!("going on: {parts} parts are done")));
                }
            }
            Watch::Notice(notice) if matches!(self.how, How::Bar | How::Lines) => {
                self.bar.suspend(|| message::note(&notice.to_string()));
            }
            Watch::Notice(_) => {}
            Watch::LeftOut(left_out) => {
                self.left_out += 1;
                if self.how == How::Quiet || self.left_out > SAID + 1 {
                    return;
                }
                self.bar.suspend(|| match self.left_out <= SAID {
                    true => message::warning(&format!("{} {left_out}", left_out.outcome)),
                    false => message::warning("more records are left out, see failures.jsonl in the run directory"),
                });
            }
            Watch::Progress(progress) => {
                if self.how == How::Json {
                    self.last.clone_from(progress);
                }
                self.progress(progress);
            }
        }
    }

    fn progress(&mut self, progress: &Progress) {
        if progress.parts == 0 && progress.bytes_read == 0 {
            // parts that were there before
            self.before.sentences = progress.counts.sentences;
            return;
        }
        if !self.before.is_known {
            self.before.is_known = true;
            self.before.bytes = progress.bytes_read;
        }
        let every = if self.how == How::Lines {
            EVERY
        } else {
            Duration::from_millis(if self.how == How::Json { 1000 } else { 100 })
        };
        if self.how == How::Quiet || self.shown.elapsed() < every {
            return;
        }
        self.shown = Instant::now();
        match self.how {
            How::Quiet => {}
            How::Bar => {
                self.bar.set_position(progress.bytes_read);
                self.bar.set_message(self.rates(progress));
            }
            How::Lines => message::say(&self.line(progress)),
            How::Json => message::raw(&self.json(progress)),
        }
    }

    fn seconds(&self) -> f64 {
        self.begun.elapsed().as_secs_f64().max(1e-3)
    }

    /// Seconds until the end, going by bytes of input.
    fn left(&self, progress: &Progress) -> Option<f64> {
        let done = progress.bytes_read.saturating_sub(self.before.bytes);
        let left = self.bytes.checked_sub(progress.bytes_read)?;
        (done > 0).then(|| self.seconds() * left as f64 / done as f64)
    }

    /// How far, for a log.
    fn line(&self, progress: &Progress) -> String {
        format!("{} of {}, {}", HumanBytes(progress.bytes_read), HumanBytes(self.bytes), self.rates(progress))
    }

    /// How much and how fast; with a bar before it, it has room in a line of 80 characters.
    fn rates(&self, progress: &Progress) -> String {
        let counts = &progress.counts;
        let per_second = (counts.sentences - self.before.sentences) as f64 / self.seconds();
        let bytes = progress.bytes_read.saturating_sub(self.before.bytes) as f64 / self.seconds();
        let failed: u64 = counts.failed.values().sum();
        let duration = |seconds: f64| HumanDuration(Duration::from_secs_f64(seconds.min(1e9)));
        let left = self.left(progress).map_or_else(String::new, |s| format!(", {:#} left", duration(s)));
        format!(
            "{} articles, {} sentences/s, {}/s, {} failed{left}",
            HumanCount(counts.articles),
            HumanCount(per_second as u64),
            HumanBytes(bytes as u64),
            HumanCount(failed),
        )
    }

    /// A line of `--json-progress`, version 1.
    fn json(&self, progress: &Progress) -> String {
        let counts = &progress.counts;
        json!({
            "v": 1,
            "seconds": self.seconds(),
            "seconds_left": self.left(progress),
            "bytes": progress.bytes_read,
            "bytes_total": self.bytes,
            "records": counts.records,
            "articles": counts.articles,
            "sentences": counts.sentences,
            "skipped": counts.skipped.values().sum::<u64>(),
            "failed": counts.failed.values().sum::<u64>(),
            "parts": progress.parts,
            "parts_before": progress.known_parts,
        })
        .to_string()
    }

    pub fn finish(&mut self) {
        if self.how == How::Json {
            message::raw(&self.json(&self.last));
        }
        self.bar.finish_and_clear();
    }
}
