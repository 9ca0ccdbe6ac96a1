//! What is read and how, as it stands in the settings of `run.json`.

use crate::read::{Fields, Format, ReadOptions, Source, TextFormat};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What stands before the path of a list of files.
const LIST: &str = "list ";

/// An input as it was named.
pub(super) fn shown(input: &Source) -> String {
    match input {
        Source::Path(path) => path.display().to_string(),
        Source::List(path) => format!("{LIST}{}", path.display()),
        Source::Stdin => "-".to_owned(),
        Source::Memory { name, .. } => name.clone(),
    }
}

/// The other way round.
pub(super) fn of_shown(name: &str) -> Source {
    match name.strip_prefix(LIST) {
        Some(path) => Source::List(PathBuf::from(path)),
        None => Source::from(name),
    }
}

/// How articles are read, by the names of the flags.
pub(super) fn named(reading: &ReadOptions) -> BTreeMap<String, Value> {
    let fields = &reading.fields;
    let pairs = [
        ("format", reading.format.map(|f| f.name()).into()),
        ("text-format", reading.text_format.map(|f| f.name()).into()),
        ("text-field", fields.text.clone().into()),
        ("id-field", fields.id.clone().into()),
        ("title-field", fields.title.clone().into()),
        ("date-field", fields.date.clone().into()),
        ("url-field", fields.url.clone().into()),
        ("source-field", fields.source.clone().into()),
        ("any-language", reading.any_language.into()),
        ("hidden", reading.hidden.into()),
        ("max-article-bytes", reading.max_article_bytes.into()),
        ("since", reading.since.map(|day| day.to_string()).into()),
        ("until", reading.until.map(|day| day.to_string()).into()),
    ];
    pairs.into_iter().map(|(name, value): (&str, Value)| (name.to_owned(), value)).collect()
}

/// The other way round; what is not there is as by default.
pub(super) fn of_named(settings: &BTreeMap<String, Value>) -> ReadOptions {
    let text = |name: &str| settings.get(name).and_then(Value::as_str);
    let owned = |name: &str| text(name).map(str::to_owned);
    let flag = |name: &str| settings.get(name).and_then(Value::as_bool).unwrap_or_default();
    let default = ReadOptions::default();
    ReadOptions {
        format: text("format").and_then(|name| Format::ALL.into_iter().find(|f| f.name() == name)),
        text_format: text("text-format").and_then(|name| TextFormat::ALL.into_iter().find(|f| f.name() == name)),
        fields: Fields {
            text: owned("text-field"),
            id: owned("id-field"),
            title: owned("title-field"),
            date: owned("date-field"),
            url: owned("url-field"),
            source: owned("source-field"),
        },
        any_language: flag("any-language"),
        hidden: flag("hidden"),
        max_article_bytes: settings
            .get("max-article-bytes")
            .and_then(Value::as_u64)
            .unwrap_or(default.max_article_bytes),
        since: text("since").and_then(|day| day.parse().ok()),
        until: text("until").and_then(|day| day.parse().ok()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let reading = ReadOptions {
            format: Some(Format::Jsonl),
            text_format: Some(TextFormat::Html),
            fields: Fields { text: Some("body".to_owned()), date: Some("when".to_owned()), ..Fields::default() },
            any_language: true,
            hidden: true,
            max_article_bytes: 7,
            since: "2024-05-01".parse().ok(),
            until: "2024-05-31".parse().ok(),
        };
        assert_eq!(of_named(&named(&reading)), reading);
        assert_eq!(of_named(&named(&ReadOptions::default())), ReadOptions::default());
        assert_eq!(of_named(&BTreeMap::new()), ReadOptions::default());
        for source in [Source::from("news/a.txt"), Source::Stdin, Source::List(PathBuf::from("list of files"))] {
            assert_eq!(of_shown(&shown(&source)), source);
        }
    }
}
