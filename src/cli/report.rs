//! `claimtag report`.

use super::args::ReportArgs;
use super::{Outcome, message};
use crate::batch::{LoadedRun, temporary_file};
use crate::report::{ReportError, ReportOptions, Shown, write_report};
use anyhow::Context;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

pub(super) fn run(args: &ReportArgs) -> anyhow::Result<Outcome> {
    let run = LoadedRun::open(&args.run)?;
    let title = args.title.clone().unwrap_or_else(|| name(&args.run));
    let options = ReportOptions { most: args.most, ..ReportOptions::new(title) };
    let shown = write_whole(&args.out, |out| write_report(&run, &options, out))?;
    if !args.quiet {
        said(&run, &shown, args);
    }
    Ok(if run.is_complete() { Outcome::Done } else { Outcome::NotDone })
}

/// What the run is called.
fn name(run: &Path) -> String {
    let whole = run.canonicalize().unwrap_or_else(|_| run.to_owned());
    whole.file_name().map_or_else(|| run.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// Writes a file that is there whole or not at all. What is there and is no plain file, such as a pipe, is written to as it is.
fn write_whole(path: &Path, write: impl FnOnce(&mut dyn Write) -> Result<Shown, ReportError>) -> anyhow::Result<Shown> {
    let named = || path.display().to_string();
    if path.exists() && !path.is_file() {
        let mut out = BufWriter::new(File::options().write(true).open(path).with_context(named)?);
        let shown = write(&mut out).map_err(|e| in_file(e, path))?;
        out.flush().with_context(named)?;
        return Ok(shown);
    }
    // where a link leads, so that it stays one
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut out = BufWriter::with_capacity(1 << 16, temporary_file(folder).with_context(named)?);
    let shown = write(&mut out).map_err(|e| in_file(e, path))?;
    let file = out.into_inner().map_err(std::io::IntoInnerError::into_error).with_context(named)?;
    file.as_file().sync_all().with_context(named)?;
    file.persist(&target).map_err(|e| e.error).with_context(named)?;
    Ok(shown)
}

/// Names the page where the error is of writing it; other errors name their own file.
fn in_file(error: ReportError, page: &Path) -> anyhow::Error {
    match error {
        ReportError::Io(error) => anyhow::Error::new(error).context(page.display().to_string()),
        other => other.into(),
    }
}

fn said(run: &LoadedRun, shown: &Shown, args: &ReportArgs) {
    if !run.is_complete() {
        message::note("the run is not complete: the page shows the parts that are done");
    }
    if let Some(cause) = &shown.without_texts {
        message::note(&format!(
            "the page shows claims without the text around them, as the corpus can't be read again: {cause} (run it where the batch ran)"
        ));
    }
    if shown.changed > 0 {
        let n = shown.changed;
        message::note(&format!(
            "{n} articles are shown by their claims alone: their text is not the one that was tagged"
        ));
    }
    if shown.left_out > 0 {
        let n = shown.left_out;
        message::note(&format!("{n} less probable claims are not shown (--most)"));
    }
    let Shown { articles, claims, .. } = shown;
    let many = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    message::say(&format!("{} of {}: {}", many(*claims, "sentence"), many(*articles, "article"), args.out.display()));
}
