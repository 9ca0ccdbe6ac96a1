//! `claimtag completions`.

use super::args::{Cli, CompletionsArgs};
use super::{Outcome, print};
use clap::CommandFactory;

pub(super) fn run(args: &CompletionsArgs) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "claimtag", &mut script);
    print(&script)?;
    Ok(Outcome::Done)
}
