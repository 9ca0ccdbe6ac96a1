//! The `claimtag` program: see [`claimtag::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    claimtag::cli::main()
}
