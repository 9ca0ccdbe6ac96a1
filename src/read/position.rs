//! Where in its sources a reading stands.

use serde::{Deserialize, Serialize};

/// A place in the order of reading, which later readings of the same sources find again
/// ([`Drafts::skip_to`](super::Drafts::skip_to)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Position {
    /// Files before it, counted as [`list`](super::list) lists them: those that can't be read or are left out, too.
    pub file: u64,
    /// Drafts of its file that come before it.
    pub draft: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_before_drafts() {
        let at = |file, draft| Position { file, draft };
        assert!(at(0, 9) < at(1, 0) && at(1, 0) < at(1, 1));
        assert_eq!(serde_json::to_string(&at(2, 3)).unwrap(), r#"{"file":2,"draft":3}"#);
    }
}
