//! Which field of a record means what: as told, else guessed by name.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::event::{FailCause, SkipCause};
use super::options::{Fields, Role};

/// Names that are guessed, the likelier first; case does not matter.
fn usual_names(role: Role) -> &'static [&'static str] {
    match role {
        Role::Text => &[
            "text",
            "body",
            "content",
            "article",
            "article_text",
            "articletext",
            "full_text",
            "fulltext",
            "maintext",
            "main_text",
            "article_body",
            "articlebody",
            "body_text",
            "bodytext",
            "text_content",
            "textcontent",
            "story",
        ],
        Role::Id => &["id", "article_id", "articleid", "doc_id", "uuid", "_id", "guid"],
        Role::Title => &["title", "headline", "article_title", "head_line"],
        Role::Date => &[
            "date",
            "published",
            "published_at",
            "publishedat",
            "date_publish",
            "date_published",
            "datepublished",
            "pub_date",
            "pubdate",
            "publication_date",
            "publish_date",
            "published_date",
            "published_time",
            "created_at",
            "created",
            "timestamp",
        ],
        Role::Url => &["url", "link", "canonical_url", "article_url", "uri", "href"],
        Role::Source => {
            &["source", "publisher", "site", "site_name", "outlet", "publication", "source_domain", "domain"]
        }
    }
}

/// Whether a field of that name is guessed to play `role`.
pub(super) fn is_usual(role: Role, name: &str) -> bool {
    usual_names(role).iter().any(|usual| usual.eq_ignore_ascii_case(name))
}

/// A record with its values still unparsed: most of them are never looked at.
pub(super) struct Record<'a>(Vec<(Cow<'a, str>, Raw<'a>)>);

/// A value as it stands in the file.
#[derive(Clone, Copy)]
pub(super) enum Raw<'a> {
    Json(&'a RawValue),
    /// A cell of a table: text, or nothing.
    Cell(&'a str),
    /// A number or date of a table, in digits.
    Number(&'a str),
    /// What else a table may hold, with its article.
    Other(&'static str),
}

#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Record<'a> {
    fn deserialize<D: de::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Record<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::with_capacity(8);
                while let Some((Key(name), value)) = map.next_entry::<_, &RawValue>()? {
                    members.push((name, Raw::Json(value)));
                }
                Ok(Record(members))
            }
        }
        from.deserialize_map(Members)
    }
}

/// A value as far as it matters here.
enum Value {
    Missing,
    Null,
    String(String),
    /// Its digits as written.
    Number(String),
    /// What it is, with its article.
    Other(&'static str),
}

impl<'a> Record<'a> {
    /// Reads one line.
    pub(super) fn parse(line: &'a str) -> Result<Self, FailCause> {
        serde_json::from_str(line).map_err(|e| {
            if e.is_data() {
                let found = kind(line.trim_start());
                return FailCause::NotAnObject { found };
            }
            let text = e.to_string();
            let problem = text.split(" at line ").next().unwrap_or(&text);
            FailCause::Json { problem: problem.to_string(), column: e.column() }
        })
    }

    /// A row of a table whose columns have types.
    pub(super) fn of_values(values: impl IntoIterator<Item = (Cow<'a, str>, Raw<'a>)>) -> Self {
        Self(values.into_iter().collect())
    }

    /// A row of a table.
    pub(super) fn of_cells(columns: &'a [String], cells: impl IntoIterator<Item = &'a str>) -> Self {
        Self(columns.iter().map(|name| Cow::Borrowed(name.as_str())).zip(cells.into_iter().map(Raw::Cell)).collect())
    }

    /// The names of the fields.
    fn names(&self) -> Vec<String> {
        self.0.iter().map(|(name, _)| name.to_string()).collect()
    }

    /// The last member of that name, as in other JSON readers.
    fn member(&self, is: impl Fn(&str) -> bool) -> Option<(&str, Raw<'a>)> {
        let found = self.0.iter().rev().find(|(name, _)| is(name));
        found.map(|(name, value)| (name.as_ref(), *value))
    }

    /// The value at a dotted path. A member with the whole path as its name comes first.
    fn value(&self, path: &str) -> Value {
        if let Some((_, value)) = self.member(|name| name == path) {
            return parse(value);
        }
        let nested = path.split_once('.').and_then(|(first, rest)| {
            let (_, Raw::Json(value)) = self.member(|name| name == first)? else { return None };
            let inner: Record<'_> = serde_json::from_str(value.get()).ok()?;
            Some(inner.value(rest))
        });
        nested.unwrap_or(Value::Missing)
    }
}

fn parse(raw: Raw<'_>) -> Value {
    let json = match raw {
        Raw::Json(json) => json.get(),
        Raw::Cell("") => return Value::Null,
        Raw::Cell(text) => return Value::String(text.to_owned()),
        Raw::Number(digits) => return Value::Number(digits.to_owned()),
        Raw::Other(kind) => return Value::Other(kind),
    };
    match json.as_bytes().first() {
        Some(b'"') => Value::String(string(json)),
        Some(b'n') => Value::Null,
        Some(b'-' | b'0'..=b'9') => Value::Number(json.to_string()),
        _ => Value::Other(kind(json)),
    }
}

/// What a JSON value is, in words.
fn kind(json: &str) -> &'static str {
    match json.as_bytes().first() {
        Some(b'"') => "a string",
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b't' | b'f') => "true or false",
        Some(b'n') => "null",
        _ => "a number",
    }
}

/// The text of a JSON string. Half an emoji, which some writers leave where they cut a text, becomes U+FFFD.
fn string(json: &str) -> String {
    struct Lossy;
    impl Visitor<'_> for Lossy {
        type Value = String;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string")
        }

        fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<String, E> {
            Ok(String::from_utf8_lossy(bytes).into_owned())
        }
    }
    serde_json::from_str(json)
        .or_else(|_| de::Deserializer::deserialize_bytes(&mut serde_json::Deserializer::from_str(json), Lossy))
        .unwrap_or_default()
}

/// What a record says, by role.
#[derive(Debug, PartialEq, Eq, Default)]
pub(super) struct Values {
    pub text: String,
    pub id: Option<String>,
    pub title: Option<String>,
    pub date: Option<String>,
    pub url: Option<String>,
    pub source: Option<String>,
}

/// Why a record gives no article.
pub(super) enum NoText {
    /// Left out.
    Skipped(SkipCause),
    /// Could not be read.
    Failed(FailCause),
}

/// Which field of one file plays which role. A guess, once made, holds for the rest of the file; a role that no field of
/// the first records plays may still be found later, for files that leave out empty fields.
pub(super) struct Mapping {
    /// In the order of [`Role::ALL`].
    names: [Option<String>; 6],
}

impl Mapping {
    /// What the caller has said.
    pub(super) fn new(fields: &Fields) -> Self {
        Self { names: Role::ALL.map(|role| role.of(fields).map(str::to_string)) }
    }

    /// The values of a record, and the guesses that were made for it.
    pub(super) fn apply(&mut self, record: &Record<'_>) -> (Result<Values, NoText>, Vec<(Role, String)>) {
        let mut guesses = Vec::new();
        if self.names[0].is_none() {
            match guess_text(record) {
                Ok(name) => guesses.push((Role::Text, name)),
                Err(cause) => return (Err(cause), guesses),
            }
        }
        let open = Role::ALL.into_iter().zip(&self.names).skip(1);
        let open = open.filter(|(_, name)| name.is_none());
        guesses.extend(open.filter_map(|(role, _)| Some((role, guess(record, role)?))));
        for (role, name) in &guesses {
            self.names[*role as usize] = Some(name.clone());
        }
        (self.values(record), guesses)
    }

    fn values(&self, record: &Record<'_>) -> Result<Values, NoText> {
        let field = self.names[0].as_deref().unwrap_or_default();
        let text = match record.value(field) {
            Value::String(text) if !text.trim().is_empty() => text,
            Value::String(_) | Value::Null => return Err(NoText::Skipped(SkipCause::Empty)),
            other => return Err(NoText::Failed(not_text(field.to_string(), other))),
        };
        let optional = |role: Role| {
            let value = record.value(self.names[role as usize].as_deref()?);
            match value {
                Value::String(s) | Value::Number(s) if !s.trim().is_empty() => Some(s),
                _ => None,
            }
        };
        Ok(Values {
            text,
            id: optional(Role::Id),
            title: optional(Role::Title),
            date: optional(Role::Date),
            url: optional(Role::Url),
            source: optional(Role::Source),
        })
    }
}

fn not_text(field: String, value: Value) -> FailCause {
    let found = match value {
        Value::Missing => return FailCause::FieldMissing { field },
        Value::Number(_) => "a number",
        Value::Other(kind) => kind,
        Value::String(_) => "a string",
        Value::Null => "null",
    };
    FailCause::FieldNotText { field, found }
}

/// The first usual name whose field holds some text. Where one is there but empty, the guess is left to a later record.
fn guess_text(record: &Record<'_>) -> Result<String, NoText> {
    let mut empty = false;
    for (name, raw) in usual(record, Role::Text) {
        match parse(raw) {
            Value::String(text) if !text.trim().is_empty() => return Ok(name.to_string()),
            Value::String(_) | Value::Null => empty = true,
            _ => {}
        }
    }
    let fields = record.names();
    Err(if empty { NoText::Skipped(SkipCause::Empty) } else { NoText::Failed(FailCause::NoTextField { fields }) })
}

/// The first usual name whose field holds a string or a number; null means that it may in other records.
fn guess(record: &Record<'_>, role: Role) -> Option<String> {
    let fits = |raw: Raw<'_>| match raw {
        Raw::Json(json) => matches!(json.get().as_bytes()[0], b'"' | b'-' | b'0'..=b'9' | b'n'),
        Raw::Cell(_) | Raw::Number(_) => true,
        Raw::Other(_) => false,
    };
    let (name, _) = usual(record, role).find(|&(_, raw)| fits(raw))?;
    Some(name.to_string())
}

/// The fields of a record that have usual names for a role, in the order of these names.
fn usual<'r>(record: &'r Record<'_>, role: Role) -> impl Iterator<Item = (&'r str, Raw<'r>)> {
    let names = usual_names(role).iter();
    names.filter_map(|usual| record.member(|name| name.eq_ignore_ascii_case(usual)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Outcome = (Result<Values, String>, Vec<(Role, String)>);

    fn apply(mapping: &mut Mapping, line: &str) -> Outcome {
        let record = match Record::parse(line) {
            Ok(record) => record,
            Err(cause) => return (Err(cause.to_string()), Vec::new()),
        };
        let (values, guesses) = mapping.apply(&record);
        let values = values.map_err(|e| match e {
            NoText::Skipped(cause) => cause.to_string(),
            NoText::Failed(cause) => cause.to_string(),
        });
        (values, guesses)
    }

    fn guessed(line: &str) -> Outcome {
        apply(&mut Mapping::new(&Fields::default()), line)
    }

    fn mapped(text: &str, line: &str) -> Result<Values, String> {
        let fields = Fields { text: Some(text.into()), ..Fields::default() };
        apply(&mut Mapping::new(&fields), line).0
    }

    #[test]
    fn usual_names_are_guessed() {
        let line = r#"{"Published_At": "2024", "HEADLINE": "H", "Body": "B \u00e9", "_id": {"$oid": 1}, "guid": 12.50,
            "link": null, "site": "S", "views": 3, "text": ""}"#
            .replace('\n', "");
        let (values, guesses) = guessed(&line);
        let values = values.unwrap();
        assert_eq!(values.text, "B é");
        assert_eq!(values.id.as_deref(), Some("12.50"));
        assert_eq!(values.title.as_deref(), Some("H"));
        assert_eq!(values.date.as_deref(), Some("2024"));
        assert_eq!(values.url, None);
        assert_eq!(values.source.as_deref(), Some("S"));
        let names: Vec<_> = guesses.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(names, ["Body", "guid", "HEADLINE", "Published_At", "link", "site"]);
    }

    #[test]
    fn guesses_hold_and_open_roles_stay_open() {
        let mut mapping = Mapping::new(&Fields::default());
        let (_, first) = apply(&mut mapping, r#"{"body": "b", "headline": "h"}"#);
        assert_eq!(first.len(), 2);
        let (second, guesses) = apply(&mut mapping, r#"{"text": "t", "title": "T", "body": "b", "date": 7}"#);
        let second = second.unwrap();
        assert_eq!((second.text.as_str(), second.title), ("b", None));
        assert_eq!(guesses, [(Role::Date, "date".to_string())]);
    }

    #[test]
    fn paths_lead_into_objects() {
        let line = r#"{"a": {"b": {"c": "deep"}}, "x.y": "dotted", "x": {"y": "nested"}}"#;
        assert_eq!(mapped("a.b.c", line).unwrap().text, "deep");
        assert_eq!(mapped("x.y", line).unwrap().text, "dotted");
        for path in ["a.b", "a.b.c.d", "a.c", ".", "", "b"] {
            let error = mapped(path, line).unwrap_err();
            let missing = format!("field {path:?} is missing");
            assert!(error.starts_with(&missing) || path == "a.b", "{error}");
        }
    }

    #[test]
    fn records_without_text_say_why() {
        let missing = "field \"body\" is missing (map another field with --text-field NAME)";
        let number = "field \"body\" is a number, not a string (map another field with --text-field NAME)";
        let cases = [
            (r#"{"text": "x"}"#, missing),
            (r#"{"body": 5}"#, number),
            (r#"{"body": null}"#, "no text in it"),
            (r#"{"body": " \n"}"#, "no text in it"),
            (r#"["a"]"#, "an array where an object was expected (each line must hold one whole object)"),
            (
                r#"{"body": "x"#,
                "not valid JSON: EOF while parsing a string at column 11 (each line must hold one whole object)",
            ),
            (
                r#"{"body": "x"} y"#,
                "not valid JSON: trailing characters at column 15 (each line must hold one whole object)",
            ),
        ];
        for (line, error) in cases {
            assert_eq!(mapped("body", line).unwrap_err(), error, "{line}");
        }
        assert_eq!(
            guessed(r#"{"a": 1, "body": 5}"#).0.unwrap_err(),
            "no field is known to hold the text, there are \"a\", \"body\" (name one with --text-field NAME)"
        );
        assert_eq!(guessed(r#"{"text": null}"#).0.unwrap_err(), "no text in it");
    }

    #[test]
    fn half_an_emoji_is_replaced() {
        let (values, _) = guessed(r#"{"text": "ok \ud83d", "title": "\ud83d\ude00"}"#);
        let values = values.unwrap();
        assert!(values.text.starts_with("ok \u{fffd}"));
        assert_eq!(values.title.as_deref(), Some("😀"));
    }

    #[test]
    fn the_last_of_two_equal_names_counts() {
        assert_eq!(mapped("a", r#"{"a": "1", "a": "2"}"#).unwrap().text, "2");
    }

    #[test]
    fn deep_nesting_does_not_overflow() {
        let line = format!("{{\"a\": {}", "[".repeat(1_000_000));
        assert!(guessed(&line).0.is_err());
        let line = format!("{{\"text\": \"t\", \"a\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(guessed(&line).0.unwrap().text, "t");
    }

    proptest! {
        #[test]
        fn any_line_gets_an_answer(line in "([{}\\[\\]\":,a-c0-9 .\\\\u-]|\"text\"|\"text\":\"x\"|null|\\\\ud83d){0,40}") {
            let _ = guessed(&line);
            let _ = mapped("a.b", &line);
        }
    }
}
