//! The block of `key: value` lines that may stand before a Markdown text.
//!
//! Read by hand and not as YAML: three one-line values are wanted, and a block that is no valid YAML should still not
//! end up in the text.

/// What was found before a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct FrontMatter {
    /// The value of `title`.
    pub title: Option<String>,
    /// The value of `date`.
    pub date: Option<String>,
    /// The value of `url`.
    pub url: Option<String>,
    /// Where the text begins, in bytes; 0 without front matter.
    pub end: usize,
}

/// Reads the front matter of `text`: between a first line `---` and the next line `---` or `...`, beginning with a
/// `key:`. Anything else is text.
pub(super) fn front_matter(text: &str) -> FrontMatter {
    let none = FrontMatter::default();
    let mut lines = text.split_inclusive('\n');
    if lines.next().is_none_or(|l| l.trim_end() != "---") {
        return none;
    }
    let mut found = FrontMatter::default();
    let mut end = text.find('\n').map_or(text.len(), |i| i + 1);
    let mut any = false;
    for line in lines {
        end += line.len();
        let line = line.trim_end();
        if line == "---" || line == "..." {
            return if any { FrontMatter { end, ..found } } else { none };
        }
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let entry = key_value(line);
        if !any && entry.is_none() {
            return none;
        }
        any = true;
        if let Some((key, value)) = entry {
            found.set(key, value);
        }
    }
    none
}

impl FrontMatter {
    fn set(&mut self, key: &str, value: &str) {
        let slot = match key.to_ascii_lowercase().as_str() {
            "title" => &mut self.title,
            "date" => &mut self.date,
            "url" => &mut self.url,
            _ => return,
        };
        *slot = scalar(value);
    }
}

/// `key: value` at the start of a line; nested entries are indented.
fn key_value(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    let ends = value.is_empty() || value.starts_with([' ', '\t']);
    (is_key && ends).then(|| (key, value.trim()))
}

/// A value without its quotes; `None` for an empty one and for one that goes on in the next lines.
fn scalar(value: &str) -> Option<String> {
    let quoted = |q: char| value.strip_prefix(q)?.strip_suffix(q);
    let plain = match (quoted('"'), quoted('\'')) {
        (Some(inner), _) => inner.replace("\\\"", "\""),
        (_, Some(inner)) => inner.replace("''", "'"),
        _ if value.starts_with(['|', '>', '[', '{', '&', '*']) => return None,
        _ => value.split(" #").next().unwrap_or(value).trim().to_string(),
    };
    (!plain.is_empty()).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_are_picked() {
        let text = "---\r\ntitle: \"A \\\"big\\\" day\"\nDate: 2024-05-01 # draft\nurl: https://a.example/b#c\ntags:\n  - title: no\n---\nText";
        let front = front_matter(text);
        assert_eq!(front.title.as_deref(), Some("A \"big\" day"));
        assert_eq!(front.date.as_deref(), Some("2024-05-01"));
        assert_eq!(front.url.as_deref(), Some("https://a.example/b#c"));
        assert_eq!(&text[front.end..], "Text");
    }

    #[test]
    fn odd_values_are_left_out() {
        for (value, expected) in [
            ("'it''s'", Some("it's")),
            ("plain: with colon", Some("plain: with colon")),
            ("", None),
            ("|", None),
            ("\"\"", None),
            ("\"", Some("\"")),
        ] {
            let text = format!("---\ntitle: {value}\n...\n");
            assert_eq!(front_matter(&text).title.as_deref(), expected, "{value}");
        }
    }

    #[test]
    fn a_rule_is_no_front_matter() {
        for text in [
            "---\nJust a line.\n---\nMore",
            "---\ntitle: never closed\n",
            "---\n\n---\n",
            "title: x\n---\n",
            "---",
            "",
            "--- \n key: indented\n---\n",
        ] {
            assert_eq!(front_matter(text), FrontMatter::default(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn the_end_is_in_the_text(text in "(---|\\.\\.\\.|\n|\r|title: |[a-z:'\" é]){0,40}") {
            let end = front_matter(&text).end;
            prop_assert!(text.is_char_boundary(end));
        }
    }
}
