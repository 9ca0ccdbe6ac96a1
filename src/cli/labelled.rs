//! Labelled sentences as commands take them: files, or folders of files.

use super::message;
use crate::check::Split;
use crate::read::{Labelled, read_labelled};
use crate::types::LabelledSentence;
use anyhow::{Context, bail};
use std::path::{Path, PathBuf};

/// The rows of all files, and how many records were no rows.
pub(super) fn read_all(paths: &[PathBuf]) -> anyhow::Result<(Vec<LabelledSentence>, usize)> {
    /// More bad rows than these are counted, not listed.
    const LISTED: usize = 20;
    let (mut rows, mut bad) = (Vec::new(), 0);
    for path in paths {
        let Labelled { rows: good, failed } = read_labelled(path)?;
        for failed in failed.iter().take(LISTED) {
            message::warning(&format!("left out {failed}"));
        }
        if let Some(more) = failed.len().checked_sub(LISTED + 1) {
            message::warning(&format!("left out {} more rows of {}", more + 1, path.display()));
        }
        rows.extend(good);
        bad += failed.len();
    }
    Ok((rows, bad))
}

/// A split for each file; a folder stands for the files of labelled sentences right inside it, in the order of their names.
pub(super) fn read_splits(paths: &[PathBuf]) -> anyhow::Result<Vec<Split>> {
    let mut splits = Vec::new();
    for path in paths {
        for file in files(path)? {
            let Labelled { rows, failed } = read_labelled(&file)?;
            let failed = failed.iter().map(ToString::to_string).collect();
            splits.push(Split { name: file.display().to_string(), rows, failed });
        }
    }
    Ok(splits)
}

fn files(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let named = || format!("{}", path.display());
    let entries = path.read_dir().with_context(named)?;
    let mut files = Vec::new();
    for entry in entries {
        let file = entry.with_context(named)?.path();
        if file.is_file() && is_labelled(&file) {
            files.push(file);
        }
    }
    if files.is_empty() {
        bail!("{}: no .jsonl or .csv file of labelled sentences in this folder", path.display());
    }
    files.sort();
    Ok(files)
}

fn is_labelled(file: &Path) -> bool {
    let name = file.to_string_lossy().to_lowercase();
    let name = name.trim_end_matches(".gz").trim_end_matches(".zst");
    name.ends_with(".jsonl") || name.ends_with(".csv")
}
