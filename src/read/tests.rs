//! Whole reads: what files and folders become.

use std::fs;
use std::io::Write;
use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::types::Note;

mod formats;
mod halves;

const PROSE: &str =
    "The council said on Monday that it will sell the old mill by the river, and that the money is for the school.";

/// A folder with these files.
fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    dir
}

fn events(path: &Path, options: &ReadOptions) -> Vec<Event> {
    read(vec![Source::Path(path.into())], options.clone()).collect()
}

/// What is read, one line per event, without the folder.
fn shown_events(dir: &tempfile::TempDir, name: &str, options: &ReadOptions) -> Vec<String> {
    let prefix = format!("{}/", dir.path().display());
    let show = |event: Event| match event {
        Event::Article(a) => format!("{} | {} | {}", a.id, a.title.as_deref().unwrap_or("-"), a.visible()),
        Event::Notice(n) => format!("notice {n}"),
        Event::Skipped(s) => format!("skipped {s}"),
        Event::Failed(f) => format!("failed {f}"),
    };
    let events = events(&dir.path().join(name), options);
    events.into_iter().map(|e| show(e).replace(&prefix, "")).collect()
}

fn any_language() -> ReadOptions {
    ReadOptions { any_language: true, ..ReadOptions::default() }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

#[test]
fn a_reader_can_be_sent_to_a_thread() {
    fn is_send<T: Send>(_: &T) {}
    is_send(&read(Vec::new(), ReadOptions::default()));
    is_send(&drafts(Vec::new(), ReadOptions::default()));
    is_send(&None::<Draft>);
    is_send(&None::<Finished>);
}

#[test]
fn a_folder_of_everything() {
    let page =
        format!("<html><head><title>Mill sold</title></head><body><h1>Mill sold</h1><p>{PROSE}</p></body></html>");
    let record = format!(
        "{{\"id\": 7, \"title\": \"T\", \"text\": \"{PROSE}\"}}\n\n{{\"text\": \"\"}}\n{{\"text\": \"short\"}}\n"
    );
    let zst = zstd::stream::encode_all(record.as_bytes(), 1).unwrap();
    let dir = folder(&[
        ("a.txt", PROSE.as_bytes()),
        ("b.md", b"---\ntitle: Mill\n---\n# Mill\n\nIt *is* [sold](http://x)."),
        ("c.html", page.as_bytes()),
        ("d/e.jsonl.zst", &zst),
        ("d/f.txt", b"it\x92s na\xefve"),
        ("g.pdf", b"%PDF-1.4"),
        ("h.txt", b"%PDF-1.4"),
        ("i.txt", b" \n"),
        ("j.jsonl", b""),
    ]);
    let expected = [
        format!("a.txt | - | {PROSE}"),
        "b.md | - | Mill\n\nIt is sold.".into(),
        format!("c.html | Mill sold | {PROSE}"),
        "notice d/e.jsonl.zst: text from \"text\", id from \"id\", title from \"title\" \
            (change with --text-field, --id-field, --title-field)"
            .into(),
        format!("7 | T | {PROSE}"),
        "skipped d/e.jsonl.zst:3: no text in it".into(),
        "d/e.jsonl.zst:4 | - | short".into(),
        "notice d/f.txt: not UTF-8, decoded as windows-1252".into(),
        "d/f.txt | - | it’s naïve".into(),
        "skipped g.pdf: unknown kind of file (name the file itself, or say what it is with --format)".into(),
        "skipped h.txt: a PDF file, not text (turn it into text, Markdown, HTML, JSONL, CSV or Parquet first)".into(),
        "skipped i.txt: no text in it".into(),
        "skipped j.jsonl: no text in it".into(),
    ];
    assert_eq!(shown_events(&dir, "", &ReadOptions::default()), expected);
}

#[test]
fn ids_are_paths_as_given_below_the_folder() {
    let dir = folder(&[("sub/a.txt", b"text")]);
    let Event::Article(article) = &events(dir.path(), &ReadOptions::default())[0] else {
        panic!("no article");
    };
    assert_eq!(article.id, format!("{}/sub/a.txt", dir.path().display()));
}

#[test]
fn unknown_files_are_sniffed_when_named() {
    let cases: [(&[u8], &str); 4] = [
        (b"{\"text\": \"json\"}", "x:1 | - | json"),
        (b"<html><p>page", "x | - | page"),
        (b"plain <p>", "x | - | plain <p>"),
        (&gzip(b"{\"text\": \"packed\"}"), "x:1 | - | packed"),
    ];
    for (bytes, article) in cases {
        let dir = folder(&[("x", bytes)]);
        assert_eq!(shown_events(&dir, "x", &any_language()).last().unwrap(), article);
    }
}

#[test]
fn a_format_beats_extension_and_content() {
    let dir = folder(&[("x.jsonl", b"# *Not* JSON")]);
    let options = ReadOptions { format: Some(Format::Markdown), ..any_language() };
    assert_eq!(shown_events(&dir, "", &options), ["x.jsonl | - | Not JSON"]);
}

#[test]
fn bad_records_do_not_stop_the_file() {
    let long = format!("{{\"body\": \"{}\"}}", "x".repeat(200));
    let lines = format!("{{\"body\": 1}}\n{{\"body\n[2]\n{long}\n{{\"body\": \"caf\u{e9}\"}}\n{{\"a\": 3}}");
    let mut bytes = lines.into_bytes();
    bytes.extend(b"\n{\"body\": \"\xa35 fee\", \"date\": 2024}\n");
    let dir = folder(&[("n.jsonl", &bytes)]);
    let mut options = ReadOptions { max_article_bytes: 100, ..ReadOptions::default() };
    options.fields.text = Some("body".into());
    let expected = [
        "failed n.jsonl:1: field \"body\" is a number, not a string (map another field with --text-field NAME)",
        "failed n.jsonl:2: not valid JSON: EOF while parsing a string at column 6 (each line must hold one whole object)",
        "failed n.jsonl:3: an array where an object was expected (each line must hold one whole object)",
        "skipped n.jsonl:4: longer than 100 bytes (raise the limit with --max-article-bytes)",
        "n.jsonl:5 | - | café",
        "failed n.jsonl:6: field \"body\" is missing (map another field with --text-field NAME)",
        "notice n.jsonl:7: not UTF-8, decoded as windows-1252",
        "notice n.jsonl: date from \"date\" (change with --date-field)",
        "n.jsonl:7 | - | £5 fee",
    ];
    assert_eq!(shown_events(&dir, "n.jsonl", &options), expected);
}

#[test]
fn other_json_fails_once_and_says_how_to_convert() {
    let failure = "failed a.jsonl: JSON, but not one object per line (convert it, for example with jq -c '.[]')";
    for text in ["[\n{\"text\": \"a\"},\n{\"text\": \"b\"}]", "{\n\"text\": 1\n}", "[{\"text\": 1}]"] {
        let dir = folder(&[("a.jsonl", text.as_bytes())]);
        assert_eq!(shown_events(&dir, "", &any_language()), [failure], "{text}");
    }
}

#[test]
fn records_before_a_break_come_out() {
    let text: String = (0..5000).map(|i| format!("{{\"text\": \"number {i} {}\"}}\n", i * i)).collect();
    let zst = zstd::stream::encode_all(text.as_bytes(), 1).unwrap();
    for (name, mut bytes) in [("a.jsonl.gz", gzip(text.as_bytes())), ("a.jsonl.zst", zst)] {
        bytes.truncate(bytes.len() - 20);
        let dir = folder(&[(name, &bytes)]);
        let shown = shown_events(&dir, "", &any_language());
        let (last, before) = shown.split_last().unwrap();
        let articles = before.len() - 1;
        let place = format!("failed {name}:{}: broke off after ", articles + 1);
        assert!(last.starts_with(&place) && last.ends_with("(is the file complete?)"), "{last}");
        assert!(before[1..].iter().all(|e| e.contains("number")));
        let dir = folder(&[("a.txt", &bytes)]);
        let shown = shown_events(&dir, "", &any_language());
        assert!(shown.len() == 1 && shown[0].starts_with("failed a.txt: broke off after "), "{shown:?}");
    }
}

#[test]
fn bombs_are_skipped() {
    let bomb = gzip(&vec![b'a'; 3_000_000]);
    let dir = folder(&[("a.txt.gz", &bomb), ("b.html.gz", &bomb), ("c.jsonl.gz", &bomb)]);
    let options = ReadOptions { max_article_bytes: 1_000_000, ..any_language() };
    let text = "longer than 1 MB (raise the limit with --max-article-bytes)";
    let expected = ["a.txt.gz", "b.html.gz", "c.jsonl.gz:1"].map(|p| format!("skipped {p}: {text}"));
    assert_eq!(shown_events(&dir, "", &options), expected);
}

#[test]
fn other_languages_are_skipped_unless_wanted() {
    let spanish = "El ayuntamiento dijo el lunes que venderá el viejo molino junto al río, y que el dinero será para la \
        escuela del pueblo, donde faltan aulas desde hace muchos años. Los vecinos, que habían pedido otra cosa, se reunirán el jueves en la plaza mayor para hablar con el alcalde.";
    let dir = folder(&[("a.txt", spanish.as_bytes())]);
    let skipped = "skipped a.txt: in Spanish, not English (include it with --any-language)";
    assert_eq!(shown_events(&dir, "", &ReadOptions::default()), [skipped]);
    assert_eq!(shown_events(&dir, "", &any_language()).len(), 1);
    assert!(shown_events(&dir, "", &any_language())[0].contains("molino"));
}

#[test]
fn utf_16_lines_are_read_and_noted() {
    let mut bytes = vec![0xfe, 0xff];
    bytes.extend("{\"text\": \"é\"}\r\n".encode_utf16().flat_map(u16::to_be_bytes));
    let dir = folder(&[("a.jsonl", &bytes)]);
    let events = events(dir.path(), &any_language());
    let Some(Event::Article(article)) = events.last() else {
        panic!("{events:?}");
    };
    let note = Note::Decoded { encoding: "UTF-16BE", replaced: false };
    assert_eq!((article.text.as_str(), &article.notes), ("é", &vec![note]));
}

#[test]
fn the_text_of_a_record_may_be_marked_up() {
    let cases = [
        (None, "a *b* ![i](http://x) c", "a b c"),
        (None, "<p>a &amp; b</p><p>c</p>", "a & b\n\nc"),
        (None, "a *b* <c>", "a *b* <c>"),
        (Some(TextFormat::Plain), "<p>a</p> [x](http://y)", "<p>a</p> [x](http://y)"),
        (Some(TextFormat::Markdown), "a *b*", "a b"),
        (Some(TextFormat::Html), "a <i>b</i>", "a b"),
    ];
    for (text_format, text, visible) in cases {
        let dir = folder(&[("a.jsonl", format!("{{\"text\": \"{text}\"}}").as_bytes())]);
        let options = ReadOptions { text_format, ..any_language() };
        let events = events(dir.path(), &options);
        let Some(Event::Article(article)) = events.last() else {
            panic!("{events:?}");
        };
        assert_eq!((article.text.as_str(), article.visible()), (text, visible));
    }
}

#[test]
fn a_title_that_begins_the_text_does_not_come_twice() {
    let line = "{\"title\": \"The mill\", \"text\": \"the  Mill\\n\\nIt is sold.\"}";
    let dir = folder(&[("a.jsonl", line.as_bytes())]);
    let shown = shown_events(&dir, "", &any_language());
    assert_eq!(shown.last().unwrap(), "a.jsonl:1 | - | the  Mill\n\nIt is sold.");
}

#[test]
fn line_breaks_of_plain_text_are_kept() {
    let dir = folder(&[("a.txt", b"\xef\xbb\xbfone\r\ntwo\n")]);
    let events = events(dir.path(), &any_language());
    assert!(matches!(&events[..], [Event::Article(a)] if a.text == "one\r\ntwo\n" && a.view.is_none()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_bytes_end_in_one_event(bytes in prop_oneof![
        any::<Vec<u8>>(),
        "[ -~é\n]{0,200}".prop_map(String::into_bytes),
        any::<Vec<u8>>().prop_map(|b| gzip(&b)),
        any::<Vec<u8>>().prop_map(|b| zstd::stream::encode_all(&b[..], 1).unwrap()),
    ]) {
        let dir = folder(&[("a", &bytes)]);
        for format in Format::ALL {
            let options = ReadOptions { format: Some(format), ..any_language() };
            let events = events(&dir.path().join("a"), &options);
            let ends = events.iter().filter(|e| !matches!(e, Event::Notice(_))).count();
            let has_records = !matches!(format, Format::Text | Format::Markdown | Format::Html);
            prop_assert!(ends == 1 || has_records && ends > 0);
        }
    }
}
