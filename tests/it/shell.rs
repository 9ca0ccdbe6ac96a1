//! What the program says of itself to shells, to `man` and to those who ask for its version.

use crate::util::Dir;
use claimtag::batch::RUN_VERSION;
use claimtag::cli::Cli;
use claimtag::model::FORMAT_VERSION;
use claimtag::write::{ARTICLE_VERSION, ROW_VERSION};
use clap::CommandFactory;
use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

fn commands() -> Vec<String> {
    Cli::command().get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

#[test]
fn every_shell_completes_every_command() {
    let dir = Dir::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = dir.run(&format!("completions {shell}")).ok().stdout;
        for command in commands() {
            assert!(script.contains(&command), "{shell} does not know {command}");
        }
        dir.write(shell, script);
    }
    if let Ok(checked) = Command::new("bash").arg("-n").arg(dir.path("bash")).output() {
        assert!(checked.status.success() && checked.stderr.is_empty(), "{}", String::from_utf8_lossy(&checked.stderr));
    }
    dir.run("completions tcsh").code(2).says("possible values: bash, elvish, fish, powershell, zsh");
}

#[test]
fn every_command_has_a_manual_page() {
    let dir = Dir::new();
    dir.write("man1/ls.1", "another program's").write("man1/claimtag-tag.1", "old");
    dir.run("man --out man1").ok().says(&format!("{} pages written to man1", commands().len() + 1));
    let names = |folder: &str| -> BTreeSet<String> {
        let entries = fs::read_dir(dir.path(folder)).expect("folder");
        entries.map(|entry| entry.expect("entry").file_name().to_string_lossy().into_owned()).collect()
    };
    let of_commands = commands().into_iter().map(|command| format!("claimtag-{command}.1"));
    let expected: BTreeSet<String> = of_commands.chain(["claimtag.1".to_owned()]).collect();
    let mut found = names("man1");
    assert!(found.remove("ls.1"));
    assert_eq!(found, expected);
    assert_eq!(dir.read("man1/claimtag.1"), dir.run("man").ok().stdout.into_bytes());
    dir.run("man --out again/man1").ok();
    for page in expected {
        assert_eq!(dir.read(&format!("man1/{page}")), dir.read(&format!("again/man1/{page}")));
        let mut groff = Command::new("groff");
        groff.args(["-man", "-Tutf8", "-Kutf8", "-ww", "-z"]).arg(dir.path("man1").join(&page));
        if let Ok(rendered) = groff.output() {
            let warnings = String::from_utf8_lossy(&rendered.stderr);
            assert!(rendered.status.success() && warnings.is_empty(), "{page}: {warnings}");
        }
    }
    dir.write("taken", "a file");
    dir.run("man --out taken").code(2).says("taken: ");
}

#[test]
fn the_version_has_the_formats() {
    let dir = Dir::new();
    let short = dir.run("-V").ok().stdout;
    assert!(short.starts_with(concat!("claimtag ", env!("CARGO_PKG_VERSION"))), "{short}");
    assert_eq!(short.lines().count(), 1);
    let expected = format!(
        "{short}model formats 1 to {FORMAT_VERSION}\nrow format {ROW_VERSION}\narticle format {ARTICLE_VERSION}\n\
         run format {RUN_VERSION}\n"
    );
    assert_eq!(dir.run("--version").ok().stdout, expected);
}
