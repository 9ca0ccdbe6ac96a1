//! `completions` and `man`.

use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  claimtag completions bash > ~/.local/share/bash-completion/completions/claimtag
  claimtag completions zsh > ~/.zfunc/_claimtag    (and fpath+=~/.zfunc before compinit in ~/.zshrc)
  claimtag completions fish > ~/.config/fish/completions/claimtag.fish
  claimtag completions elvish >> ~/.config/elvish/rc.elv
  claimtag completions powershell >> $PROFILE")]
pub(in crate::cli) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  claimtag man | man -l -
  claimtag man --out ~/.local/share/man/man1    (then: man claimtag, man claimtag-tag)")]
pub(in crate::cli) struct ManArgs {
    /// Write the pages of all commands into this folder; pages of claimtag that are there are replaced, other files stay
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}
