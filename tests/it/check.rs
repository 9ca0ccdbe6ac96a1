//! `claimtag check`.

use crate::util::Dir;
use serde_json::Value;
use std::fmt::Write;

/// Sentences about deals and weather that do not resemble each other: each word is drawn anew.
fn rows(n: usize, start: usize) -> String {
    let word = |i: usize| -> String {
        let letters = b"bdfgklmnprst".iter().zip(b"aeiouaeiouae");
        let picked = [i / 7, i / 5, i / 3].map(|k| letters.clone().nth(k % 12).map_or(*b"xy", |(&a, &b)| [a, b]));
        String::from_utf8_lossy(&picked.concat()).into_owned() + &i.to_string()
    };
    let mut rows = String::new();
    for i in start..start + n {
        let [a, b, c] = [word(i), word(i + 1000), word(i + 2000)];
        let (text, label) = match i % 3 {
            0 => (format!("{a} buys {b} of {c}"), "\"deal\""),
            1 => (format!("rain in {a}, {b} and {c}"), "\"weather\""),
            _ => (format!("{a} {b} {c}"), ""),
        };
        writeln!(rows, "{{\"text\": \"{text}\", \"labels\": [{label}], \"doc\": \"d{i}\"}}").expect("a string");
    }
    rows
}

fn kinds(report: &str) -> Vec<String> {
    let report: Value = serde_json::from_str(report).expect("JSON");
    assert_eq!(report["v"], 1);
    let findings = report["findings"].as_array().expect("findings");
    findings.iter().map(|finding| finding["kind"].as_str().expect("kind").to_owned()).collect()
}

#[test]
fn clean_data_passes_and_a_folder_is_its_files() {
    let dir = Dir::new();
    dir.write("set/train.jsonl", rows(120, 0)).write("set/test.jsonl", rows(60, 120)).write("set/README.md", "about");
    let ran = dir.run("check set").ok();
    assert!(ran.stdout.starts_with("180 rows, 180 documents\n"), "{}", ran.all);
    let names: Vec<&str> = ran.stdout.lines().nth(2).expect("a header").split_whitespace().collect();
    assert_eq!(names, ["test.jsonl", "train.jsonl", "all", "share"], "{}", ran.all);
    let one = dir.run("check --json --threads 1 set").ok().stdout;
    assert_eq!(one, dir.run("check --json --threads 3 set").ok().stdout);
}

#[test]
fn the_exit_code_says_how_bad_it_is() {
    let dir = Dir::new();
    let again = "{\"text\": \"Rain in a0, b0 and c0!\", \"labels\": [\"weather\"], \"doc\": \"other\"}\n";
    dir.write("a.jsonl", rows(120, 0) + again + again);
    let warned = dir.run("check --json a.jsonl").code(1);
    assert_eq!(kinds(&warned.stdout)[0], "repeat");
    dir.write("b.jsonl", again);
    let leaked = dir.run("check --json --no-models a.jsonl b.jsonl").code(2);
    assert_eq!(kinds(&leaked.stdout), ["shared_document", "leak", "repeat", "few_positives"]);
    dir.write("b.jsonl", again.replace("weather", "deal"));
    let contradicted = dir.run("check --no-models a.jsonl b.jsonl").code(2);
    assert!(contradicted.stdout.contains("b.jsonl:1 and a.jsonl:121: deal against weather"), "{}", contradicted.all);
}

#[test]
fn wrong_labels_are_found() {
    let dir = Dir::new();
    let mut lines: Vec<String> = rows(300, 0).lines().map(str::to_owned).collect();
    lines[150] = lines[150].replace("\"deal\"", "");
    lines[151] = lines[151].replace("\"weather\"", "\"deal\"");
    dir.write("rows.jsonl", lines.join("\n"));
    let report: Value = serde_json::from_str(&dir.run("check --json rows.jsonl").ok().stdout).expect("JSON");
    let places = |label: &str| -> Vec<String> {
        let of_label = |f: &&Value| f["kind"] == "suspect_label" && f["message"].to_string().contains(label);
        let finding = report["findings"].as_array().and_then(|all| all.iter().find(of_label)).expect("a finding");
        finding["examples"].as_array().expect("rows").iter().map(|e| e["place"].to_string()).collect()
    };
    assert!(places("deal")[..2].contains(&"\"rows.jsonl:151\"".to_owned()), "{:?}", places("deal"));
    assert!(places("deal")[..2].contains(&"\"rows.jsonl:152\"".to_owned()), "{:?}", places("deal"));
    assert_eq!(places("weather")[0], "\"rows.jsonl:152\"");
}

#[test]
fn data_that_can_not_be_checked_is_named() {
    let dir = Dir::new();
    dir.write("rows.jsonl", "broken\n{\"text\": \"a\", \"labels\": []}\n").write("empty/note.txt", "");
    let ran = dir.run("check rows.jsonl").code(2).says("labels were not compared with models: no row has a label");
    assert!(
        ran.stdout.contains("error: records that are no labelled sentences, left out: 1\n  rows.jsonl:1: expected"),
        "{}",
        ran.all
    );
    dir.run("check empty").code(2).says("empty: no .jsonl or .csv file of labelled sentences in this folder");
    dir.run("check missing.jsonl").code(2).says("missing.jsonl: No such file");
}
