//! Bad input: a clear message, the right exit code, and the rest of the run.

use crate::hay;
use crate::util::Dir;

#[test]
fn nothing_and_noise() {
    let dir = Dir::new();
    dir.write("empty.txt", "").write("blank.txt", " \n\t\n").write("noise.txt", [0u8, 1, 2, 255, 0, 7].repeat(200));
    dir.write("paper.txt", b"%PDF-1.7\n\0\0binary").write("good.txt", hay::ARTICLE);
    let ran = dir.run("tag --all empty.txt blank.txt noise.txt paper.txt good.txt missing.txt").code(2);
    let ran = ran.says("skipped empty.txt: no text in it").says("skipped blank.txt: no text in it");
    let ran = ran.says("skipped noise.txt: binary data, not text").says("skipped paper.txt: a PDF file, not text");
    let ran =
        ran.says("missing.txt: no such file or folder").says("1 articles, 4 sentences").says("4 skipped; 1 failed");
    assert_eq!(ran.rows().len(), 4);
}

#[test]
fn records_that_are_none() {
    let dir = Dir::new();
    dir.write(
        "n.jsonl",
        "{\"text\": \"First one.\"}\n\n{broken\n[1]\n{\"txt\": \"no\"}\n{\"text\": 7}\n{\"text\": null}\n{\"text\": \"\"}\n{\"text\": \"Last one.\"}\n",
    );
    let ran = dir.run("tag --all n.jsonl").code(2);
    let ran = ran.says("n.jsonl:3: not valid JSON").says("n.jsonl:4: an array where an object was expected");
    let ran = ran.says("n.jsonl:5: field \"text\" is missing (map another field with --text-field NAME)");
    let ran = ran.says("n.jsonl:6: field \"text\" is a number, not a string").says("n.jsonl:7: no text in it");
    let ran = ran.says("n.jsonl:8: no text in it").says("2 articles");
    let ids: Vec<_> = ran.rows().iter().map(|r| r["article_id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids, ["n.jsonl:1", "n.jsonl:9"]);
}

#[test]
fn a_cut_archive_gives_what_it_holds() {
    let dir = Dir::new();
    let many: String = (0..2000).map(|i| format!("{{\"text\": \"Story {} began {}.\"}}\n", i, i * i)).collect();
    let mut zst = zstd::encode_all(many.as_bytes(), 3).expect("compressed");
    zst.truncate(zst.len() - 20);
    dir.write("n.jsonl.zst", zst);
    let ran = dir.run("tag --all n.jsonl.zst").code(2).says("n.jsonl.zst").says("1 failed");
    assert!(ran.stderr.contains("broke off after"), "{}", ran.all);
}

#[test]
fn one_long_line() {
    let dir = Dir::new();
    // one sentence without an end, and one without a space
    dir.write("a.txt", "and on it goes ".repeat(200_000)).write("b.txt", "x".repeat(3_000_000));
    dir.run("tag --all a.txt b.txt").ok().says("2 articles, 2 sentences");
    dir.run("tag --max-article-bytes 1000000 a.txt")
        .code(2)
        .says("longer than 1 MB (raise the limit with --max-article-bytes)");
}

#[test]
fn places_that_cannot_be_written() {
    let dir = Dir::new();
    dir.write("rows.jsonl", hay::rows(70)).write("file", "x");
    dir.run("train rows.jsonl --out file/m").code(2).says("file");
    assert_eq!(dir.read("file"), b"x");
}

/// `/dev/full` answers every write with "no space left on device".
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_error() {
    let dir = Dir::new();
    dir.write("a.txt", hay::ARTICLE.repeat(100));
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
    let output = dir.command("tag --all a.txt").stdout(full).output().expect("runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("standard output: No space left on device"), "{stderr}");
}

#[test]
fn arguments_that_make_no_sense() {
    let dir = Dir::new();
    dir.run("tag --to pdf a.txt").code(2).says("possible values: jsonl, csv, text");
    dir.run("tagg").code(2).says("tag");
    dir.run("train rows.jsonl").code(2).says("--out");
    dir.run("train missing.jsonl --out m").code(2).says("missing.jsonl: No such file");
    dir.run("eval .").code(2).says("a folder, where a JSONL or CSV file was expected");
}
