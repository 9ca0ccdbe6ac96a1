//! Archives, crawls and Parquet: what they become, whole and damaged.

use std::sync::Arc;

use ::parquet::basic::Compression;
use ::parquet::data_type::{ByteArray, ByteArrayType, Int32Type, Int64Type};
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::parser::parse_message_type;

use super::*;
use crate::types::Day;

fn read_memory(name: &str, bytes: &[u8], options: &ReadOptions) -> Vec<String> {
    let memory = Source::Memory { name: name.into(), bytes: bytes.into() };
    super::read(vec![memory], options.clone()).map(show).collect()
}

fn show(event: Event) -> String {
    match event {
        Event::Article(a) => format!("{} | {} | {}", a.id, a.date.as_deref().unwrap_or("-"), a.visible()),
        Event::Notice(n) => format!("notice {n}"),
        Event::Skipped(s) => format!("skipped {s}"),
        Event::Failed(f) => format!("failed {f}"),
    }
}

pub(super) fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = ::tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = ::tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

#[test]
fn a_tar_is_read_like_a_folder() {
    let long = format!("{}long.txt", "folder/".repeat(40));
    let lines = b"{\"text\": \"one\"}\n{\"text\": \"two\"}\n";
    let archive = tar(&[
        ("a.txt", b"text"),
        ("b/c.jsonl.gz", &gzip(lines)),
        ("b/.hidden.txt", b"hidden"),
        (&long, b"far down"),
        ("d.xls", b"?"),
        ("e.tar", &tar(&[("f.txt", b"x")])),
        ("g.md", b"*last*"),
    ]);
    let expected = |name: &str| {
        vec![
            format!("{name}/a.txt | - | text"),
            format!("notice {name}/b/c.jsonl.gz: text from \"text\" (change with --text-field)"),
            format!("{name}/b/c.jsonl.gz:1 | - | one"),
            format!("{name}/b/c.jsonl.gz:2 | - | two"),
            format!("{name}/{long} | - | far down"),
            format!(
                "skipped {name}/d.xls: unknown kind of file (name the file itself, or say what it is with --format)"
            ),
            format!("skipped {name}/e.tar: an archive inside an archive (unpack the outer one)"),
            format!("{name}/g.md | - | last"),
        ]
    };
    let zst = zstd::stream::encode_all(&archive[..], 1).unwrap();
    for (name, bytes) in [("n.tar", &archive), ("n.tgz", &gzip(&archive)), ("n.tar.zst", &zst), ("unknown", &archive)] {
        assert_eq!(read_memory(name, bytes, &any_language()), expected(name));
    }
    let options = ReadOptions { hidden: true, max_article_bytes: 6, ..any_language() };
    let shown = read_memory("n.tar", &archive, &options);
    assert!(shown.contains(&"n.tar/b/.hidden.txt | - | hidden".into()), "{shown:?}");
    assert_eq!(shown.iter().filter(|e| e.contains("longer than 6 bytes")).count(), 3);
}

#[test]
fn names_and_links_in_a_tar_lead_nowhere() {
    let mut builder = ::tar::Builder::new(Vec::new());
    let mut header = ::tar::Header::new_old();
    header.as_old_mut().name[..9].copy_from_slice(b"../up.txt");
    header.set_size(4);
    header.set_cksum();
    builder.append(&header, &b"text"[..]).unwrap();
    let mut link = ::tar::Header::new_gnu();
    link.set_entry_type(::tar::EntryType::Symlink);
    link.set_size(0);
    builder.append_link(&mut link, "l.txt", "/etc/hostname").unwrap();
    let archive = builder.into_inner().unwrap();
    assert_eq!(read_memory("n.tar", &archive, &any_language()), ["n.tar/../up.txt | - | text"]);
}

#[test]
fn a_cut_tar_fails_once() {
    let text = "word ".repeat(1000);
    let archive = tar(&[("a.txt", b"first"), ("b.txt", text.as_bytes()), ("c.txt", b"last")]);
    for (end, place) in
        [(3000, "n.tar/b.txt: broke off"), (1200, "n.tar: damaged tar archive"), (1536 + 100, "n.tar/b.txt: broke off")]
    {
        let shown = read_memory("n.tar", &archive[..end], &any_language());
        assert_eq!((shown.len(), shown[0].as_str()), (2, "n.tar/a.txt | - | first"), "{shown:?}");
        assert!(shown[1].starts_with(&format!("failed {place}")), "{shown:?}");
    }
    assert_eq!(read_memory("n.tar", &tar(&[]), &any_language()), ["skipped n.tar: no text in it"]);
    let noise = read_memory("n.tar", &[b'x'; 2000], &any_language());
    assert!(noise.len() == 1 && noise[0].starts_with("failed n.tar: damaged tar archive: "), "{noise:?}");
}

fn warc(kind: &str, fields: &str, block: &[u8]) -> Vec<u8> {
    let head = format!(
        "WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Date: 2024-05-01T10:00:00Z\r\n{fields}Content-Length: {}\r\n\r\n",
        block.len()
    );
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

pub(super) fn response(uri: &str, http: &str, body: &[u8]) -> Vec<u8> {
    let fields = format!("WARC-Target-URI: <{uri}>\r\nContent-Type: application/http; msgtype=response\r\n");
    let http = format!("HTTP/1.1 {http}\r\n\r\n");
    warc("response", &fields, &[http.as_bytes(), body].concat())
}

pub(super) const HTML: &str = "200 OK\r\nContent-Type: text/html; charset=iso-8859-2";

#[test]
fn pages_of_a_crawl_become_articles() {
    let page = b"<html><title>Mill</title><p>Stra\xb3";
    let records = [
        warc("warcinfo", "", b"software: test"),
        warc("request", "", b"GET / HTTP/1.1\r\n\r\n"),
        response("https://example.org/a", HTML, page),
        response("https://example.org/b", "404 Not Found\r\nContent-Type: text/html", b"gone"),
        response("https://example.org/c", "200 OK\r\nContent-Type: image/png", b"\x89PNG"),
        response("https://example.org/d", "200 OK\r\nContent-Type: text/plain", b"plain"),
        response("https://example.org/e", "200 OK\r\nContent-Type: text/html\r\nContent-Encoding: lzma", b"?"),
        response("https://example.org/f", &format!("{HTML}\r\nTransfer-Encoding: chunked"), b"3\r\nab"),
        warc("response", "Content-Type: text/dns\r\n", b"example.org"),
    ];
    let other = "not a page that was found (only answers with status 200 and HTML or plain text are articles)";
    let expected = [
        "https://example.org/a | 2024-05-01T10:00:00Z | Strał".to_owned(),
        format!("skipped n.warc:4: {other}"),
        format!("skipped n.warc:5: {other}"),
        "https://example.org/d | 2024-05-01T10:00:00Z | plain".into(),
        "skipped n.warc:7: compressed with \"lzma\", which can't be unpacked (gzip, deflate, br and zstd can)".into(),
        "failed n.warc:8: damaged HTTP response: a chunk has another length than it says (is it complete?)".into(),
        format!("skipped n.warc:9: {other}"),
    ];
    assert_eq!(read_memory("n.warc", &records.concat(), &any_language()), expected);
    let members: Vec<u8> = records.iter().flat_map(|record| gzip(record)).collect();
    assert_eq!(read_memory("n.warc.gz", &members, &any_language()).len(), expected.len());
    assert_eq!(read_memory("unknown", &records.concat(), &any_language()).len(), expected.len());
}

#[test]
fn a_broken_record_costs_itself() {
    let page = |uri: &str| response(uri, HTML, b"<p>text");
    let bad = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: many\r\n\r\nblock\r\n\r\n".to_vec();
    let shown = read_memory("n.warc", &[page("a"), bad, page("b")].concat(), &any_language());
    let failed = "failed n.warc:2: damaged WARC record: its Content-Length is missing or no number (is it complete?)";
    let article = |id: &str| format!("{id} | 2024-05-01T10:00:00Z | text");
    assert_eq!(shown, [article("a"), failed.into(), article("b")]);

    // too short a length leaves some of the block behind
    let mut short = page("b");
    let at = short.windows(16).position(|w| w == b"Content-Length: ").unwrap() + 16;
    short[at] = b'1';
    let shown = read_memory("n.warc", &[page("a"), short, page("c")].concat(), &any_language());
    assert_eq!((&shown[0], shown.last().unwrap()), (&article("a"), &article("c")));
    assert_eq!(shown.iter().filter(|e| e.contains("its length is wrong")).count(), 1, "{shown:?}");

    let cut = read_memory("n.warc", &page("a")[..150], &any_language());
    assert!(cut.len() == 1 && cut[0].starts_with("failed n.warc:1: broke off after "), "{cut:?}");
    let long = ReadOptions { max_article_bytes: 20, ..any_language() };
    let shown = read_memory("n.warc", &[page("a"), page("b")].concat(), &long);
    assert!(shown.len() == 2 && shown[1].contains("n.warc:2: longer than 20 bytes"), "{shown:?}");
    assert_eq!(read_memory("n.warc", b"", &any_language()), ["skipped n.warc: no text in it"]);
}

/// A file with columns for every kind of value.
pub(super) fn parquet(rows: usize, compression: Compression) -> Vec<u8> {
    let schema = "message s { optional binary body (UTF8); required int64 id; optional int32 day (DATE);
        required int64 created (TIMESTAMP(MILLIS,true)); optional group tags (LIST) { repeated group list { optional binary element (UTF8); } } }";
    let properties = WriterProperties::builder().set_compression(compression).build();
    let mut writer =
        SerializedFileWriter::new(Vec::new(), Arc::new(parse_message_type(schema).unwrap()), Arc::new(properties))
            .unwrap();
    let mut group = writer.next_row_group().unwrap();
    let levels: Vec<i16> = (0..rows).map(|i| i16::from(i != 1)).collect();
    let present = || (0..rows as i64).filter(|i| *i != 1);
    let mut column = 0;
    while let Some(mut to) = group.next_column().unwrap() {
        match column {
            0 => {
                let texts: Vec<ByteArray> = present().map(|i| ByteArray::from(format!("text {i}").as_str())).collect();
                to.typed::<ByteArrayType>().write_batch(&texts, Some(&levels), None).unwrap();
            }
            1 => drop(
                to.typed::<Int64Type>().write_batch(&(10..10 + rows as i64).collect::<Vec<_>>(), None, None).unwrap(),
            ),
            2 => {
                let days: Vec<i32> = present().map(|i| 19_844 + i as i32).collect();
                to.typed::<Int32Type>().write_batch(&days, Some(&levels), None).unwrap();
            }
            3 => {
                let moments: Vec<i64> = (0..rows as i64).map(|i| 1_714_557_661_000 + i).collect();
                to.typed::<Int64Type>().write_batch(&moments, None, None).unwrap();
            }
            _ => {
                to.typed::<ByteArrayType>().write_batch(&[], Some(&vec![0; rows]), Some(&vec![0; rows])).unwrap();
            }
        }
        to.close().unwrap();
        column += 1;
    }
    group.close().unwrap();
    writer.into_inner().unwrap()
}

#[test]
fn rows_of_parquet_become_articles() {
    let expected = [
        "notice a.parquet: text from \"body\", id from \"id\", date from \"created\" (change with --text-field, --id-field, --date-field)",
        "10 | 2024-05-01T10:01:01Z | text 0",
        "skipped a.parquet:2: no text in it",
        "12 | 2024-05-01T10:01:01Z | text 2",
    ];
    for compression in [Compression::UNCOMPRESSED, Compression::SNAPPY, Compression::LZ4_RAW] {
        let bytes = parquet(3, compression);
        let shown = read_memory("a.parquet", &bytes, &any_language());
        // the first row with a text tells the names
        assert_eq!(shown, expected);
        let dir = folder(&[
            ("a.parquet", &bytes),
            ("a.parquet.gz", &gzip(&bytes)),
            ("b.tar", &tar(&[("a.parquet", &bytes)])),
        ]);
        assert_eq!(shown_events(&dir, "", &any_language()).len(), 12);
    }
    let mut options = any_language();
    options.fields.date = Some("day".into());
    let shown = read_memory("unknown", &parquet(3, Compression::UNCOMPRESSED), &options);
    assert_eq!(shown[1], "10 | 2024-05-01 | text 0");
}

#[test]
fn parquet_without_rows_text_or_end() {
    let bytes = parquet(3, Compression::UNCOMPRESSED);
    assert_eq!(
        read_memory("a.parquet", &parquet(0, Compression::UNCOMPRESSED), &any_language()),
        ["skipped a.parquet: no text in it"]
    );
    let mut options = any_language();
    options.fields.text = Some("story".into());
    assert_eq!(
        read_memory("a.parquet", &bytes, &options),
        ["failed a.parquet: field \"story\" is missing (map another field with --text-field NAME)"]
    );
    let small = ReadOptions { max_article_bytes: 100, ..any_language() };
    let shown = read_memory("a.parquet", &bytes, &small);
    assert!(
        shown[0].starts_with("skipped a.parquet: a Parquet file of more than 100 bytes that is compressed"),
        "{shown:?}"
    );
    let shown = read_memory("a.parquet", &bytes[..bytes.len() - 9], &any_language());
    assert!(shown.len() == 1 && shown[0].starts_with("failed a.parquet: damaged Parquet file: "), "{shown:?}");
}

#[test]
fn dates_select_articles() {
    let lines = "{\"text\": \"a\", \"date\": \"2024-04-30\"}\n{\"text\": \"b\", \"date\": \"May 1, 2024\"}\n\
        {\"text\": \"c\", \"date\": 1714600000}\n{\"text\": \"d\", \"date\": \"05/01/2024\"}\n{\"text\": \"e\"}\n";
    let day = |text| Day::parse(text);
    let range = |since, until| ReadOptions { since, until, ..any_language() };
    let read = |options| read_memory("a.jsonl", lines.as_bytes(), &options);
    let no_date = "without a date that can be read, as --since and --until need (map a field with --date-field NAME)";
    let expected = [
        "skipped a.jsonl:1: of 2024-04-30, outside of --since and --until".to_owned(),
        "a.jsonl:2 | May 1, 2024 | b".into(),
        "a.jsonl:3 | 1714600000 | c".into(),
        format!("skipped a.jsonl:4: {no_date}"),
        format!("skipped a.jsonl:5: {no_date}"),
    ];
    assert_eq!(read(range(day("2024-05-01"), None))[1..], expected);
    assert_eq!(read(range(day("2024-05-01"), day("2024-05-01")))[1..], expected);
    assert_eq!(read(range(None, day("2024-04-30")))[1], "a.jsonl:1 | 2024-04-30 | a");
    assert_eq!(read(range(None, None)).iter().filter(|e| e.starts_with("skipped")).count(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    /// Whatever is done to a file, each reading ends, with an answer.
    #[test]
    fn damaged_files_get_an_answer(at in 0usize..4000, to: u8, cut in 0usize..4000, which in 0usize..3) {
        let (name, mut bytes) = match which {
            0 => ("a.tar", tar(&[("a.txt", b"text"), ("b.jsonl", b"{\"text\": \"x\"}")])),
            1 => ("a.warc", [response("a", HTML, b"<p>text"), response("b", HTML, b"<p>more")].concat()),
            _ => ("a.parquet", parquet(3, Compression::SNAPPY)),
        };
        let n = bytes.len();
        bytes[at % n] = to;
        prop_assert!(!read_memory(name, &bytes, &any_language()).is_empty());
        bytes.truncate(cut % n);
        prop_assert!(!read_memory(name, &bytes, &any_language()).is_empty());
    }
}
