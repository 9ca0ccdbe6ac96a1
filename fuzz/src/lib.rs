//! What the fuzz targets have in common.

mod memory;
pub mod pack;
pub mod reading;
pub mod tiny;

use std::path::Path;
use std::{env, fs, panic};

/// To be called once, before the first input: writes the seeds of a target into its corpus, and lets panics of libraries that
/// the program catches be caught.
pub fn begin(seeds: impl IntoIterator<Item = Vec<u8>>) {
    if let Some(corpus) = env::args().skip(1).find(|arg| Path::new(arg).is_dir()) {
        for (i, seed) in seeds.into_iter().enumerate() {
            fs::write(Path::new(&corpus).join(format!("seed-{i:02}")), seed).expect("a seed is written");
        }
    }
    let abort = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        // a panic of a library that nobody catches ends the run all the same, once it has come up to the fuzzer
        if env::var_os("CLAIMTAG_FUZZ_ALL_PANICS").is_some() || info.location().is_none_or(|at| is_ours(at.file())) {
            abort(info);
        }
    }));
}

fn is_ours(file: &str) -> bool {
    !file.contains("/registry/") && !file.contains("/rustc/") && !file.contains("/library/")
}
