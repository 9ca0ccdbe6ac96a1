//! Tells the program which commit it is built from, in `CLAIMTAG_VERSION`: `0.1.0 (abc1234 2026-11-27)`.
//!
//! `CLAIMTAG_COMMIT` in the environment says it instead of git; if it is empty, nothing is said. Neither is anything said
//! without git or outside of a repository of claimtag, as in an unpacked archive. Uncommitted changes are not told: that
//! would take a look at all files at each build.

use std::env;
use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=CLAIMTAG_COMMIT");
    let commit = env::var("CLAIMTAG_COMMIT").ok().or_else(commit).unwrap_or_default();
    let version = match commit.lines().next().map(str::trim) {
        None | Some("") => env!("CARGO_PKG_VERSION").to_owned(),
        Some(commit) => format!("{} ({commit})", env!("CARGO_PKG_VERSION")),
    };
    println!("cargo:rustc-env=CLAIMTAG_VERSION={version}");
}

/// The commit that is checked out and its day.
fn commit() -> Option<String> {
    // an archive may be unpacked inside another repository
    if !git(&["rev-parse", "--show-cdup"])?.is_empty() {
        return None;
    }
    let branch = git(&["symbolic-ref", "--quiet", "HEAD"]);
    // the log tells when a branch that was packed away gets a file of its own again
    for name in ["HEAD", "logs/HEAD"].into_iter().chain(branch.as_deref()) {
        // cargo takes a file that is not there for one that changes all the time
        if let Some(file) = git(&["rev-parse", "--git-path", name]).filter(|file| Path::new(file).exists()) {
            println!("cargo:rerun-if-changed={file}");
        }
    }
    git(&["-c", "log.showSignature=false", "log", "-1", "--abbrev=7", "--format=%h %cs"])
}

/// What git says; nothing if it fails or is not there.
fn git(args: &[&str]) -> Option<String> {
    let output = Command::new("git").args(args).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
