//! `claimtag report`.

use super::args::ReportArgs;
use super::{Outcome, message};
use crate::batch::LoadedRun;
use crate::report::{ReportOptions, Shown, write_report};
use anyhow::Context;
use std::io::{BufWriter, Write};
use std::path::Path;
use tempfile::NamedTempFile;

pub(super) fn run(args: &ReportArgs) -> anyhow::Result<Outcome> {
    let run = LoadedRun::open(&args.run)?;
    let title = args.title.clone().unwrap_or_else(|| name(&args.run));
    let options = ReportOptions { most: args.most, ..ReportOptions::new(title) };
    let shown = write_whole(&args.out, |out| write_report(&run, &options, out).map_err(Into::into))?;
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

/// Writes a file that is there whole or not at all.
fn write_whole<T>(path: &Path, write: impl FnOnce(&mut dyn Write) -> anyhow::Result<T>) -> anyhow::Result<T> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let named = || path.display().to_string();
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666)); // less the user's umask
    }
    let file: NamedTempFile = builder.tempfile_in(folder).with_context(named)?;
    let mut out = BufWriter::with_capacity(1 << 16, file);
    let done = write(&mut out).with_context(named)?;
    let file = out.into_inner().map_err(std::io::IntoInnerError::into_error).with_context(named)?;
    file.persist(path).map_err(|e| e.error).with_context(named)?;
    Ok(done)
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
    message::say(&format!("{claims} sentences of {articles} articles: {}", args.out.display()));
}
