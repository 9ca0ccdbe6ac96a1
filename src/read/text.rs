//! Plain text: as it stands.

use crate::types::Article;

/// The article of a plain text file: all of it, line breaks kept. A first line that is a title stays in the text.
pub(super) fn article(text: String) -> Article {
    Article { text, ..Article::default() }
}
