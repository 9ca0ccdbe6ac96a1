//! `claimtag report`: what is in the page. What happens in the browser is tested in `tests/browser/`.

use crate::util::{Dir, Ran};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flate2::read::GzDecoder;
use serde_json::Value;
use std::fs;
use std::io::Read;

const FIRST: &str = "Tarn Cloud raised $40 million in a funding round led by Fjell Capital. The weather was fine.\n\n\
                     Fjell Capital also invested $12 million in Odda Grid.";
const SECOND: &str = "A walk in the hills.\n\nMoss Freight is the exclusive supplier of pallets to Tarn Cloud.";

/// A folder with a corpus and a run over it.
fn with_run(options: &str) -> Dir {
    let dir = Dir::new();
    dir.write("news/a.txt", FIRST).write("news/b.txt", SECOND).write("news/c.txt", "Nothing of note was said today.");
    let ran = dir.run(&format!("batch news --out run --quiet {options}"));
    assert_eq!(ran.code, 0, "{}", ran.all);
    dir
}

fn report(dir: &Dir) -> Ran {
    dir.run("report run --out page.html")
}

fn page(dir: &Dir) -> String {
    String::from_utf8(dir.read("page.html")).expect("UTF-8")
}

/// The data that a script element of the page holds.
fn unpacked(page: &str, id: &str) -> Value {
    let start = format!("<script type=\"application/gzip\" id=\"{id}\">");
    let from = page.find(&start).unwrap_or_else(|| panic!("no {id}")) + start.len();
    let packed = &page[from..from + page[from..].find('<').expect("an end")];
    let mut json = String::new();
    let bytes = BASE64_STANDARD.decode(packed).expect("base64");
    GzDecoder::new(bytes.as_slice()).read_to_string(&mut json).expect("gzip");
    serde_json::from_str(&json).expect("JSON")
}

#[test]
fn the_page_has_the_claims_of_the_rows_and_the_articles_as_read() {
    let dir = with_run("--explain");
    let ran = report(&dir);
    assert_eq!(ran.code, 0, "{}", ran.all);
    let rows: Vec<Value> =
        dir.run("tag news --quiet").stdout.lines().map(|row| serde_json::from_str(row).expect("JSON")).collect();
    let index = unpacked(&page(&dir), "index");
    let claims = &index["claims"];
    assert_eq!(claims["text"].as_array().map(Vec::len), Some(rows.len()));
    for (i, row) in rows.iter().enumerate() {
        assert_eq!(claims["text"][i], row["text"]);
        assert_eq!(claims["sentence"][i], row["sentence"]);
        let article = claims["article"][i].as_u64().expect("an index") as usize;
        assert_eq!(index["articles"]["id"][article], row["article_id"]);
        let labels: Vec<&Value> = claims["labels"][i]
            .as_array()
            .expect("labels")
            .iter()
            .map(|label| &index["labels"][label.as_u64().expect("an index") as usize])
            .collect();
        assert_eq!(Value::from_iter(labels.into_iter().cloned()), row["labels"]);
        for (label, name) in index["labels"].as_array().expect("names").iter().enumerate() {
            let shown = claims["prob"][i][label].as_f64().expect("a number") / 1e4;
            assert!((shown - row["prob"][name.as_str().expect("a name")].as_f64().expect("a number")).abs() < 1e-9);
        }
    }
    // all sentences, with the paragraph that begins, and why
    let block = unpacked(&page(&dir), "block-0");
    let sentences = block[0]["sentences"].as_array().expect("sentences");
    assert_eq!(sentences.len(), 3);
    assert_eq!(sentences[1], "The weather was fine.");
    assert_eq!(block[0]["paragraphs"], serde_json::json!([0, 2]));
    assert!(block[0]["why"]["0"]["investment"]["words"].is_array(), "{block}");
    assert_eq!(index["counts"]["articles"], 3);
    assert_eq!(index["complete"], true);
}

#[test]
fn the_same_run_gives_the_same_page_in_all_formats() {
    let pages: Vec<String> = ["parquet", "jsonl", "csv"]
        .iter()
        .map(|format| {
            let dir = with_run(&format!("--explain --to {format} --threads 2"));
            assert_eq!(report(&dir).code, 0);
            page(&dir)
        })
        .collect();
    assert_eq!(pages[0], pages[1]);
    assert_eq!(pages[0], pages[2]);
}

#[test]
fn no_text_is_markup() {
    let dir = Dir::new();
    let title = "<script>alert(1)</script>";
    let article = serde_json::json!({ "id": "</script>", "title": title, "url": "javascript:1", "text": format!("{FIRST} </script>") });
    dir.write("a.jsonl", format!("{article}\n"));
    dir.run("batch a.jsonl --out run --quiet");
    let mut command = dir.command("report run --out page.html --title");
    assert!(command.arg(title).output().expect("runs").status.success());
    let page = page(&dir);
    assert!(!page.contains("alert(1)</script>"));
    assert!(page.contains("<title>&lt;script&gt;alert(1)&lt;/script&gt;</title>"));
    assert_eq!(unpacked(&page, "index")["articles"]["title"][0], title);
}

#[test]
fn without_the_corpus_there_are_the_claims() {
    let dir = with_run("");
    fs::remove_file(dir.path("news/b.txt")).expect("removed");
    let ran = report(&dir);
    assert_eq!(ran.code, 0, "{}", ran.all);
    assert!(ran.stderr.contains("where news/b.txt was"), "{}", ran.all);
    let block = unpacked(&page(&dir), "block-0");
    assert_eq!(block[0]["numbers"], serde_json::json!([0, 2]));
    assert_eq!(block[0]["sentences"].as_array().map(Vec::len), Some(2));

    let dir = Dir::new();
    dir.run_with_input("batch - --out run --quiet", FIRST.as_bytes());
    let ran = report(&dir);
    assert!(ran.code == 0 && ran.stderr.contains("standard input"), "{}", ran.all);
    assert_eq!(unpacked(&page(&dir), "block-0")[0]["sentences"].as_array().map(Vec::len), Some(2));
}

#[test]
fn of_too_many_claims_the_most_probable_are_shown() {
    let dir = with_run("");
    let ran = dir.run("report run --out page.html --most 1");
    assert!(ran.stderr.contains("less probable claims are not shown"), "{}", ran.all);
    let index = unpacked(&page(&dir), "index");
    let (kept, rows) = (&index["claims"]["prob"][0], dir.run("tag news --quiet").stdout);
    let strongest = rows
        .lines()
        .flat_map(|row| {
            let row: Value = serde_json::from_str(row).expect("JSON");
            let given = row["labels"].as_array().expect("labels").clone();
            given.into_iter().map(move |name| row["prob"][name.as_str().expect("a name")].as_f64().expect("a number"))
        })
        .fold(0.0, f64::max);
    let shown = kept.as_array().expect("numbers").iter().filter_map(Value::as_f64).fold(0.0, f64::max);
    assert!((shown / 1e4 - strongest).abs() < 1e-9);
    assert_eq!(index["articles"]["id"].as_array().map(Vec::len), Some(1));
    assert!(index["left_out"].as_u64() > Some(0));
}

#[test]
fn a_run_that_is_not_complete_is_shown_as_far_as_it_is() {
    let dir = with_run("--part-bytes 60");
    fs::remove_file(dir.path("run/summary.json")).expect("removed");
    fs::remove_file(dir.path("run/state/part-00002.json")).expect("removed");
    let ran = report(&dir);
    assert_eq!(ran.code, 2, "{}", ran.all);
    assert!(ran.stderr.contains("not complete"), "{}", ran.all);
    let index = unpacked(&page(&dir), "index");
    assert_eq!(index["complete"], false);
    assert!(!index["claims"]["text"].as_array().expect("texts").is_empty());
}

#[test]
fn what_is_no_run_or_a_damaged_one_is_refused_by_name() {
    let dir = with_run("");
    for (args, message) in [
        ("report news --out page.html", "news: no run is there"),
        ("report nowhere --out page.html", "nowhere: no run is there"),
        ("report run --out missing/page.html", "missing/page.html"),
    ] {
        let ran = dir.run(args);
        assert!(ran.code == 2 && ran.stderr.contains(message), "{}", ran.all);
    }
    let part = dir.path("run/parts/part-00000.parquet");
    let mut bytes = fs::read(&part).expect("read");
    bytes.truncate(bytes.len() / 2);
    fs::write(&part, bytes).expect("written");
    let ran = report(&dir);
    assert!(ran.code == 2 && ran.stderr.contains("part-00000.parquet"), "{}", ran.all);
    assert!(!dir.path("page.html").exists(), "nothing is half written");

    let run = dir.path("run/run.json");
    let json = fs::read_to_string(&run).expect("read");
    let version: Value = serde_json::from_str(&json).expect("JSON");
    fs::write(&run, json.replace(&format!("\"v\": {}", version["v"]), "\"v\": 99")).expect("written");
    let ran = report(&dir);
    assert!(ran.code == 2 && ran.stderr.contains("version 99") && ran.stderr.contains("knows"), "{}", ran.all);
}

#[test]
fn a_run_without_a_claim_is_a_page() {
    let dir = Dir::new();
    dir.write("a.txt", "Nothing of note was said today.");
    dir.run("batch a.txt --out run --quiet");
    let ran = report(&dir);
    assert_eq!(ran.code, 0, "{}", ran.all);
    assert_eq!(unpacked(&page(&dir), "index")["claims"]["text"], serde_json::json!([]));
}
