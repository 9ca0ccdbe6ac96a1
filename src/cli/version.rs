//! Which claimtag this is.

use crate::batch::RUN_VERSION;
use crate::model::FORMAT_VERSION;
use crate::write::{ARTICLE_VERSION, ROW_VERSION};
use std::sync::LazyLock;

/// The version, with the commit where the build knew it: `0.1.0 (abc1234 2026-11-27)`; see `build.rs`.
pub(super) const VERSION: &str = env!("CLAIMTAG_VERSION");

/// The same with the versions of all formats that other programs and later versions meet.
pub(super) static LONG_VERSION: LazyLock<String> = LazyLock::new(|| {
    format!(
        "{VERSION}\nmodel formats 1 to {FORMAT_VERSION}\nrow format {ROW_VERSION}\narticle format {ARTICLE_VERSION}\n\
         run format {RUN_VERSION}"
    )
});
