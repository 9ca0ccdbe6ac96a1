//! `claimtag man`: the help of each command as a page for `man`.

use super::args::{Cli, ManArgs};
use super::version::VERSION;
use super::{Outcome, message, print};
use anyhow::Context;
use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

pub(super) fn run(args: &ManArgs) -> anyhow::Result<Outcome> {
    let mut main = Cli::command().disable_help_subcommand(true);
    main.build();
    let Some(dir) = &args.out else {
        print(&page(&main)?.1)?;
        return Ok(Outcome::Done);
    };
    let commands = std::iter::once(&main).chain(main.get_subcommands());
    let pages: Vec<_> = commands.map(page).collect::<Result<_, _>>()?;
    write(&pages, dir).with_context(|| dir.display().to_string())?;
    message::say(&format!("{} pages written to {}", pages.len(), dir.display()));
    Ok(Outcome::Done)
}

/// The name of the file of a page, and what it holds.
type Page = (String, Vec<u8>);

fn page(command: &Command) -> io::Result<Page> {
    // without a date the source would be taken for one
    let man = Man::new(command.clone()).date(" ").source(format!("claimtag {VERSION}"));
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    let end = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    sections(&end).to_writer(&mut page)?;
    Ok((man.get_filename(), page))
}

/// The paragraphs below the options: examples, exit codes, and notes.
fn sections(text: &str) -> Roff {
    let mut roff = Roff::new();
    let mut last = "";
    for paragraph in text.split("\n\n").filter(|paragraph| !paragraph.is_empty()) {
        let headings = [("EXAMPLES", "Examples:\n"), ("EXIT STATUS", "Exit code: ")];
        let named = headings.iter().find_map(|(name, start)| Some((*name, paragraph.strip_prefix(start)?)));
        let (heading, body) = named.unwrap_or(("NOTES", paragraph));
        match heading == last {
            true => roff.control("PP", []),
            false => roff.control("SH", [heading]),
        };
        last = heading;
        if heading == "EXAMPLES" {
            // commands keep their lines
            roff.control("nf", []);
            for line in body.lines() {
                roff.text([roman(line.trim_start())]);
            }
            roff.control("fi", []);
        } else {
            roff.text([roman(body)]);
        }
    }
    roff
}

/// Writes all pages, or none, into a folder that may hold the pages of other programs.
fn write(pages: &[Page], dir: &Path) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    let new = tempfile::Builder::new().prefix(".claimtag-new-").tempdir_in(dir)?;
    for (name, page) in pages {
        let mut file = File::create(new.path().join(name))?;
        file.write_all(page)?;
        file.sync_all()?;
    }
    pages.iter().try_for_each(|(name, _)| fs::rename(new.path().join(name), dir.join(name)))
}
