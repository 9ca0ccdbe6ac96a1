//! Reading in two halves, and from the middle.

use super::formats::{HTML, parquet, response, tar};
use super::*;
use ::parquet::basic::Compression;

/// Files of every kind, some of them broken.
pub(super) fn corpus() -> tempfile::TempDir {
    let records: String = (0..5).map(|i| format!("{{\"body\": \"{PROSE}\", \"n\": {i}}}\n")).collect();
    let table = format!("id;text\n1;{PROSE}\n2\n3;\n4;caf\u{e9} {PROSE}\n");
    let mut cut = gzip(records.repeat(50).as_bytes());
    cut.truncate(cut.len() - 20);
    folder(&[
        ("a.txt", PROSE.as_bytes()),
        ("b/c.md", b"# Mill\n\nIt *is* sold."),
        ("b/d.html", b"<html><title>Mill</title><p>It is sold."),
        (
            "b/e.jsonl",
            format!("{records}not json\n\n{{\"body\": 1}}\n{{\"title\": \"late\", \"body\": \"x\"}}").as_bytes(),
        ),
        ("b/f.csv.gz", &gzip(&encoding_rs::WINDOWS_1252.encode(&table).0)),
        ("b/g.jsonl.gz", &cut),
        ("b/h.xls", b"?"),
        ("i.jsonl", b""),
        ("j.txt", b"%PDF-1.4"),
        ("k.txt", b"it\x92s na\xefve"),
        (
            "l.tar",
            &tar(&[("a.txt", b"text"), ("b.jsonl", records.as_bytes()), ("c.xls", b"?"), ("d.csv", table.as_bytes())]),
        ),
        (
            "m.warc",
            &[response("a", HTML, b"<p>text"), response("b", "404", b""), response("c", HTML, b"<p>more")].concat(),
        ),
        ("n.parquet", &parquet(4, Compression::SNAPPY)),
    ])
}

fn sources(dir: &tempfile::TempDir) -> Vec<Source> {
    let memory =
        Source::Memory { name: "m.jsonl".into(), bytes: b"{\"text\": \"one\"}\n{\"text\": \"two\"}"[..].into() };
    vec![Source::Path(dir.path().join("missing.txt")), Source::Path(dir.path().into()), memory]
}

fn finished(draft: Draft) -> String {
    format!("{:?}", draft.finish(&ReadOptions::default()))
}

#[test]
fn positions_count_as_the_list_does() {
    let dir = corpus();
    let listed: Vec<Listed> = list(sources(&dir), &ReadOptions::default()).collect();
    for draft in drafts(sources(&dir), ReadOptions::default()) {
        let of = &listed[draft.position.file as usize];
        assert!(draft.place().path.starts_with(&of.path));
    }
    assert_eq!(listed.len(), 15);
    assert_eq!((listed[0].bytes, listed[1].bytes as usize, listed[14].bytes), (0, PROSE.len(), 31));
    assert!(listed[1].modified_ms > 1_600_000_000_000 && listed[14].modified_ms == 0);
}

#[test]
fn skipping_gives_what_comes_after() {
    let dir = corpus();
    let all: Vec<(Position, String)> =
        drafts(sources(&dir), ReadOptions::default()).map(|d| (d.position, finished(d))).collect();
    assert!(all.is_sorted() && all.len() > 100, "{}", all.len());
    let mut ends: Vec<Position> = all.iter().map(|(position, _)| *position).collect();
    ends.extend((0..17).flat_map(|file| [0, 1, 2, 1000].map(|draft| Position { file, draft })));
    for to in ends {
        let mut rest = drafts(sources(&dir), ReadOptions::default());
        rest.skip_to(to);
        let rest: Vec<_> = rest.map(|d| (d.position, finished(d))).collect();
        let expected: Vec<_> = all.iter().filter(|(position, _)| *position >= to).cloned().collect();
        assert_eq!(rest.len(), expected.len(), "{to:?}");
        // notices of what was guessed have been given by those who read the beginning
        let outcome = |text: &str| text.split("outcome: ").nth(1).map(str::to_owned);
        for (rest, expected) in rest.iter().zip(&expected) {
            assert_eq!((rest.0, outcome(&rest.1)), (expected.0, outcome(&expected.1)));
        }
    }
}

#[test]
fn the_position_is_that_of_the_next_draft_and_never_goes_back() {
    let dir = corpus();
    let mut all = drafts(sources(&dir), ReadOptions::default());
    loop {
        let before = all.position();
        all.skip_to(Position::default());
        let Some(draft) = all.next() else { break };
        assert!(before <= draft.position && draft.position < all.position());
    }
    assert_eq!(all.position(), Position { file: 15, draft: 0 });
}

#[test]
fn all_bytes_are_counted_once() {
    let dir = corpus();
    let total: u64 = list(sources(&dir), &ReadOptions::default()).map(|l| l.bytes).sum();
    let mut read = drafts(sources(&dir), ReadOptions::default());
    assert_eq!(read.bytes_read(), 0);
    let mut last = 0;
    while read.next().is_some() {
        assert!(read.bytes_read() >= last);
        last = read.bytes_read();
    }
    let unknown = 1; // a file of unknown kind is listed as empty
    assert!(read.bytes_read() == total || read.bytes_read() == total + unknown);
    let mut skipped = drafts(sources(&dir), ReadOptions::default());
    skipped.skip_to(Position { file: 99, draft: 0 });
    assert_eq!(skipped.bytes_read(), read.bytes_read());
}

#[test]
fn fingerprints_tell_place_and_content() {
    let of = |name: &str, text: &str| {
        let memory = Source::Memory { name: name.into(), bytes: text.as_bytes().into() };
        drafts(vec![memory], ReadOptions::default()).map(|d| d.fingerprint()).collect::<Vec<_>>()
    };
    assert_eq!(of("a.txt", "text"), of("a.txt", "text"));
    let differ = [of("a.txt", "text"), of("a.txt", "Text"), of("b.txt", "text")].concat();
    let records = of("a.jsonl", "{\"text\": \"x\"}\n{\"text\": \"x\"}\n{\"text\": \"x\", \"title\": \"y\"}");
    let all: std::collections::HashSet<_> = differ.iter().chain(&records).collect();
    assert_eq!(all.len(), 6);
}

#[test]
fn work_is_measured_in_bytes() {
    let dir = corpus();
    let sizes: Vec<usize> = drafts(sources(&dir), ReadOptions::default()).map(|d| d.bytes()).collect();
    assert_eq!(sizes[..2], [0, PROSE.len()]);
    assert!(sizes.iter().filter(|&&n| n == 0).count() > 4);
}

#[test]
fn memory_is_read_like_files() {
    let read = |name: &str, bytes: &[u8]| {
        let memory = Source::Memory { name: name.into(), bytes: bytes.into() };
        let events: Vec<Event> = super::read(vec![memory], any_language()).collect();
        let Some(Event::Article(article)) = events.into_iter().next_back() else { panic!("no article") };
        (article.id.clone(), article.visible().to_owned())
    };
    let expected = |id: &str, text: &str| (id.to_owned(), text.to_owned());
    assert_eq!(read("a.md", b"*x*"), expected("a.md", "x"));
    assert_eq!(read("a.jsonl.gz", &gzip(b"{\"text\": \"y\"}")), expected("a.jsonl.gz:1", "y"));
    assert_eq!(read("clipboard", b"<html><p>z"), expected("clipboard", "z"));
}
