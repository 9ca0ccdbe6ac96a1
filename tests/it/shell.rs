//! What the program says of itself to those who ask for its version.

use crate::util::Dir;
use claimtag::batch::RUN_VERSION;
use claimtag::model::FORMAT_VERSION;
use claimtag::write::{ARTICLE_VERSION, ROW_VERSION};

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
