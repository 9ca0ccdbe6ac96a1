//! Every row of `docs/bad-input.md` is tried, and nothing is tried that does not stand there.

use crate::util::{Dir, Ran};
use parquet::basic::Compression;
use parquet::data_type::Int64Type;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

/// A row of the table.
struct Row {
    input: String,
    end: String,
    message: String,
}

/// How a row of the table is tried.
struct Case {
    input: &'static str,
    /// The file that is bad, and what it holds.
    file: &'static str,
    bytes: Vec<u8>,
    /// Arguments that name it.
    args: &'static str,
    /// Articles that come of it all the same.
    articles: usize,
}

fn case(input: &'static str, file: &'static str, bytes: impl AsRef<[u8]>, articles: usize) -> Case {
    Case { input, file, bytes: bytes.as_ref().to_vec(), args: file, articles }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).expect("written");
    writer.finish().expect("finished")
}

fn without_end(mut bytes: Vec<u8>, n: usize) -> Vec<u8> {
    bytes.truncate(bytes.len() - n);
    bytes
}

fn records(n: usize) -> String {
    (0..n).map(|i| format!("{{\"text\": \"Story {i} began {}.\"}}\n", i * i)).collect()
}

fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        builder.append_data(&mut header, name, *bytes).expect("added");
    }
    builder.into_inner().expect("finished")
}

fn tar_with_link() -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_size(0);
    builder.append_link(&mut header, "link.txt", "/etc/hostname").expect("added");
    let mut header = tar::Header::new_gnu();
    header.set_size(14);
    builder.append_data(&mut header, "a.txt", &b"It was closed."[..]).expect("added");
    builder.into_inner().expect("finished")
}

/// Three responses, of which the second has this header, length and body.
fn warc(head: &str, length: Option<&str>, body: &str) -> Vec<u8> {
    let record = |uri: &str, head: &str, length: Option<&str>, body: &str| {
        let http = format!("HTTP/1.1 {head}\r\n\r\n{body}");
        let length = length.map_or(format!("Content-Length: {}\r\n", http.len()), str::to_owned);
        format!(
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {uri}\r\nContent-Type: application/http\r\n{length}\r\n{http}\r\n\r\n"
        )
    };
    let page = |uri| record(uri, "200 OK\r\nContent-Type: text/html", None, "<p>The mill was sold.");
    (page("first") + &record("bad", head, length, body) + &page("last")).into_bytes()
}

/// A column of numbers and nothing else.
fn parquet(rows: i64) -> Vec<u8> {
    let schema = Arc::new(parse_message_type("message s { required int64 views; }").expect("a schema"));
    let properties =
        WriterProperties::builder().set_compression(Compression::UNCOMPRESSED).set_dictionary_enabled(false);
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties.build())).expect("a writer");
    let mut group = writer.next_row_group().expect("a group");
    let mut column = group.next_column().expect("a column").expect("a column");
    column.typed::<Int64Type>().write_batch(&(0..rows).collect::<Vec<_>>(), None, None).expect("written");
    column.close().expect("closed");
    group.close().expect("closed");
    writer.into_inner().expect("finished")
}

fn files() -> Vec<Case> {
    let spanish = "El ayuntamiento dijo el lunes que venderá el viejo molino junto al río, y que el dinero será para la \
        escuela del pueblo, donde faltan aulas desde hace muchos años. Los vecinos, que habían pedido otra cosa, se reunirán el \
        jueves en la plaza mayor para hablar con el alcalde.";
    let long = "and on it goes ".repeat(100);
    vec![
        case("empty file", "a.txt", "", 0),
        case("blank file", "a.txt", " \n\t\n", 0),
        case("binary file", "a.txt", [0, 1, 2, 255, 0, 7].repeat(200), 0),
        case("PDF file", "a.txt", "%PDF-1.7\n", 0),
        Case { args: "folder", ..case("file of another kind in a folder", "folder/a.xls", "?", 0) },
        case("article in another language", "a.txt", spanish, 0),
        Case { args: "--max-article-bytes 1000 a.txt", ..case("article that is too long", "a.txt", &long, 0) },
        Case {
            args: "--max-article-bytes 1000 a.jsonl",
            ..case(
                "line that is too long",
                "a.jsonl",
                format!("{}{{\"text\": \"{long}\"}}\n{}", records(1), records(2)),
                3,
            )
        },
        Case { args: "missing.txt", ..case("missing file", "a.txt", "", 0) },
        Case { args: "a.txt/b.txt", ..case("file that can't be opened", "a.txt", "", 0) },
        case("link to a folder above it", "folder/sub/a.txt", "It was read.", 1),
        case("link to nothing", "folder/sub/a.txt", "It was read.", 1),
        Case { args: "*.md", ..case("pattern without a match", "a.txt", "", 0) },
        Case { args: "a[.txt", ..case("pattern that is none", "a.txt", "", 0) },
        Case { args: "--files-from nolist", ..case("list that is missing", "a.txt", "", 0) },
        Case {
            args: "--files-from list",
            ..case("list that names a missing file", "list", "good.jsonl\n\nmissing.txt\n", 0)
        },
    ]
}

fn compressed_and_encoded() -> Vec<Case> {
    let zst = zstd::encode_all(records(2000).as_bytes(), 3).expect("compressed");
    let mut member = gzip(records(2000).as_bytes());
    // a kind of block that does not exist
    member[10] |= 0b110;
    let two = [gzip(records(3).as_bytes()), member].concat();
    vec![
        case("gzip that is cut off", "a.txt.gz", without_end(gzip(records(2000).as_bytes()), 20), 0),
        case("zstd that is cut off", "a.txt.zst", without_end(zst, 20), 0),
        case("gzip with a damaged member", "a.jsonl.gz", two, 3),
        case("text that is not UTF-8", "a.txt", b"it\x92s na\xefve", 1),
        case("UTF-8 that is damaged", "a.txt", ["déjà vu, naïve — cut: ".as_bytes(), b"\xe2\x80"].concat(), 1),
        case("page with 100,000 nested elements", "a.html", "<div>".repeat(100_000) + "<p>The mill was sold.", 1),
    ]
}

fn text_records() -> Vec<Case> {
    let between = |line: &str| format!("{}{line}\n{}", records(1), records(2));
    let open = format!("id,text\n1,It was sold.\n2,\"open {}", "x ".repeat(100_000));
    vec![
        case("line that is not JSON", "a.jsonl", between("{\"text\": \"half"), 3),
        case("line that is no object", "a.jsonl", between("[1]"), 3),
        case("JSON over many lines", "a.jsonl", "[\n{\"text\": \"one\"},\n{\"text\": \"two\"}\n]", 0),
        case("record without the text field", "a.jsonl", between("{\"txt\": \"no\"}"), 3),
        case("text field of another type", "a.jsonl", between("{\"text\": 7}"), 3),
        case("text field that is empty or null", "a.jsonl", between("{\"text\": null}"), 3),
        case("no field that may be the text", "a.jsonl", format!("{{\"a\": 1, \"b\": 2}}\n{}", records(2)), 2),
        case("row with too few cells", "a.csv", "id,text\n1,It was sold.\n2\n3,It was bought.\n", 2),
        Case { args: "--max-article-bytes 1000 a.csv", ..case("quotation mark that stays open", "a.csv", open, 1) },
        case("table without rows", "a.csv", "id,text\n", 0),
        Case {
            args: "--since 2024-05-01 a.jsonl",
            ..case(
                "date that can't be read, with `--since`",
                "a.jsonl",
                "{\"text\": \"x\", \"date\": \"05/01/2024\"}",
                0,
            )
        },
        Case {
            args: "--since 2024-05-01 a.jsonl",
            ..case(
                "article of another day, with `--since`",
                "a.jsonl",
                "{\"text\": \"x\", \"date\": \"2024-04-30\"}",
                0,
            )
        },
        Case { args: "--since 05/01/2024 a.txt", ..case("`--since` with a doubtful date", "a.txt", "It was sold.", 0) },
    ]
}

fn containers() -> Vec<Case> {
    let whole = "200 OK\r\nContent-Type: text/html";
    let text = "<p>It burnt down.".repeat(20);
    let two = tar(&[("a.txt", b"It was sold."), ("b.txt", "It was bought. ".repeat(200).as_bytes())]);
    let cut_warc = warc(whole, None, &text);
    let mut damaged = parquet(5);
    let end = damaged.len() - 20;
    damaged[end] ^= 0xff;
    let nested = tar(&[("a.txt", b"It was sold."), ("b.tar", &tar(&[]))]);
    vec![
        case("tar that is cut off", "a.tar", &two[..2500], 1),
        case("tar that is none", "a.tar", "no archive ".repeat(100), 0),
        case("archive in an archive", "a.tar", nested, 1),
        case("link in a tar", "a.tar", tar_with_link(), 1),
        case("WARC record without a length", "a.warc", warc(whole, Some(""), &text), 2),
        case("WARC record with a wrong length", "a.warc", warc(whole, Some("Content-Length: 99\r\n"), &text), 3),
        case("WARC record that is cut off", "a.warc", &cut_warc[..cut_warc.len() - 40], 2),
        case("response that is no page", "a.warc", warc("404 Not Found\r\nContent-Type: text/html", None, &text), 2),
        case(
            "response with a bad chunk",
            "a.warc",
            warc(&format!("{whole}\r\nTransfer-Encoding: chunked"), None, "4\r\nabcd\r\n9\r\nab"),
            2,
        ),
        case(
            "response with an unknown compression",
            "a.warc",
            warc(&format!("{whole}\r\nContent-Encoding: lzma"), None, &text),
            2,
        ),
        case("Parquet file that is damaged", "a.parquet", damaged, 0),
        case("Parquet file without a text column", "a.parquet", parquet(5), 0),
        Case {
            args: "--max-article-bytes 1000 a.parquet.gz",
            ..case("long Parquet file in gzip", "a.parquet.gz", gzip(&parquet(1000)), 0)
        },
    ]
}

fn table() -> Vec<Row> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/bad-input.md");
    let text = std::fs::read_to_string(path).expect("docs/bad-input.md");
    let rows = text.lines().filter(|line| line.starts_with('|')).skip(2);
    let cells = |line: &str| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    rows.map(|line| match &cells(line)[..] {
        [_, input, end, message, rest, _] if !rest.is_empty() => {
            Row { input: input.clone(), end: end.clone(), message: message.trim_matches('`').to_owned() }
        }
        _ => panic!("not a row of four cells: {line}"),
    })
    .collect()
}

fn run(case: &Case) -> Ran {
    let dir = Dir::new();
    dir.write("good.jsonl", "{\"id\": \"good\", \"date\": \"2024-05-01\", \"text\": \"The bridge was painted.\"}\n");
    dir.write(case.file, &case.bytes);
    #[cfg(unix)]
    match case.input {
        "link to a folder above it" => std::os::unix::fs::symlink("..", dir.path("folder/sub/up")).expect("a link"),
        "link to nothing" => std::os::unix::fs::symlink("nowhere", dir.path("folder/sub/b.txt")).expect("a link"),
        _ => {}
    }
    let args = if case.input.starts_with("link to") { "folder" } else { case.args };
    dir.run(&format!("tag --all --tier linear --to jsonl {args} good.jsonl"))
}

/// Articles of which a row was written.
fn articles(ran: &Ran) -> BTreeSet<String> {
    ran.rows().iter().map(|row| row["article_id"].as_str().expect("an id").to_owned()).collect()
}

#[test]
#[cfg(unix)]
fn the_table_of_bad_input_is_true() {
    let cases = [files(), compressed_and_encoded(), text_records(), containers()].into_iter().flatten();
    let mut cases: BTreeMap<&str, Case> = cases.map(|case| (case.input, case)).collect();
    let mut wrong = Vec::new();
    for row in table() {
        match cases.remove(row.input.as_str()) {
            Some(case) => wrong.extend(tried(&row, &case).err().map(|why| format!("{:?}: {why}", row.input))),
            None => wrong.push(format!("no case for {:?}", row.input)),
        }
    }
    wrong.extend(cases.keys().map(|input| format!("{input:?} is not in the table")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Runs a case, and says what is not as the row has it.
fn tried(row: &Row, case: &Case) -> Result<(), String> {
    let ran = run(case);
    let check = |is_right: bool, what: &str| if is_right { Ok(()) } else { Err(format!("{what}\n{}", ran.all)) };
    let code = match row.end.as_str() {
        "article" | "left out" => 0,
        "skipped" | "failed" | "refused" => 2,
        other => return Err(format!("ends as {other:?}")),
    };
    check(ran.code == code, "exit code")?;
    check(ran.stderr.contains(&row.message), &format!("no {:?}", row.message))?;
    check(!ran.stderr.contains("panicked"), "a panic is shown")?;
    let is_left_out = matches!(row.end.as_str(), "skipped" | "failed");
    check(!is_left_out || ran.stderr.contains(&format!("; 1 {}", row.end)), "not counted once")?;
    let mut found = articles(&ran);
    check(found.remove("good") == (row.end != "refused"), "the good article")?;
    check(found.len() == case.articles, &format!("{} articles", found.len()))
}
