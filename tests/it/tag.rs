//! `claimtag tag`.

use crate::hay;
use crate::util::Dir;
use std::io::Read;
use std::process::Stdio;

#[test]
fn rows_have_the_documented_fields() {
    let dir = Dir::new();
    dir.write("a.txt", hay::ARTICLE);
    let ran = dir.run("tag --all a.txt").ok().says("1 articles, 4 sentences");
    let rows = ran.rows();
    let texts: Vec<&str> = rows.iter().map(|r| r["text"].as_str().unwrap()).collect();
    assert_eq!(
        texts,
        ["Quiet week in Norvik", "Norvik slept.", "The baker, Mr. Ulf Tarn, opened at 5 a.m. as ever.", "Nobody came."]
    );
    assert_eq!(
        rows.iter().map(|r| r["part"].as_str().unwrap()).collect::<Vec<_>>(),
        ["headline", "lead", "lead", "body"]
    );
    let keys: Vec<&String> = rows[0].as_object().unwrap().keys().collect();
    let expected =
        ["article_id", "end", "field", "labels", "model", "part", "prob", "sentence", "start", "text", "tier", "v"];
    assert_eq!(keys, expected);
    assert_eq!(rows[1]["start"], 22);
    assert_eq!(rows[0]["v"], 3);
    assert_eq!(rows[0]["prob"].as_object().unwrap().len(), 4);
}

#[test]
fn the_same_rows_for_any_number_of_threads() {
    let dir = Dir::new();
    let text = "Tarn Cloud raised $40 million. Its only rival closed a data centre. Nobody came. ".repeat(12);
    // several groups of articles, and more articles than are read at once
    let article = |i: usize| format!("{{\"id\": \"{i}\", \"text\": \"{i} {text}\"}}\n");
    dir.write("n.jsonl", (0..700).map(article).collect::<String>());
    let rows = |threads: usize| dir.run(&format!("tag --tier linear --threads {threads} n.jsonl")).ok().stdout;
    let one = rows(1);
    assert!(one.lines().count() >= 700 && one == rows(3), "{} lines", one.lines().count());
}

#[test]
fn offsets_count_code_points() {
    let dir = Dir::new();
    dir.write("a.txt", "Čapek \u{1F600} wrote it. Nobody knew.\n");
    let rows = dir.run("tag --all a.txt").ok().rows();
    assert_eq!((rows[1]["start"].as_u64(), rows[1]["end"].as_u64()), (Some(18), Some(30)));
}

#[test]
fn only_claims_without_all() {
    let dir = Dir::new();
    dir.write("a.txt", "Rain fell. Tarn Cloud raised $40 million in a funding round led by Fjell Capital.\n");
    let rows = dir.run("tag a.txt").ok().rows();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["labels"], serde_json::json!(["investment"]));
    assert_eq!(rows[0]["sentence"], 1);
}

#[test]
fn titles_of_records_are_headlines() {
    let dir = Dir::new();
    dir.write(
        "n.jsonl",
        r#"{"id": 7, "headline": "Fjell Capital invests $9 million in Tarn", "body": "It rained. The sun came later."}"#,
    );
    let ran =
        dir.run("tag --all n.jsonl").ok().says("n.jsonl: text from \"body\", id from \"id\", title from \"headline\"");
    let rows = ran.rows();
    assert_eq!(rows[0]["part"], "headline");
    assert_eq!(rows[0]["field"], "title");
    assert_eq!(rows[1]["part"], "lead");
    assert_eq!(rows[1]["field"], "text");
    assert_eq!(rows[1]["article_id"], "7");
}

#[test]
fn csv_has_a_header_and_as_many_rows() {
    let dir = Dir::new();
    dir.write("a.txt", hay::ARTICLE).write("none.txt", "Hm.");
    let csv = dir.run("tag --all --to csv a.txt").ok().stdout;
    assert_eq!(csv.lines().count(), 5);
    let header = "article_id,title,date,day,url,source,sentence,field,start,end,part,text,labels,prob_exclusivity,";
    assert!(csv.starts_with(header), "{csv}");
    assert_eq!(dir.run("tag --to csv none.txt").ok().stdout.lines().count(), 1);
}

#[test]
fn the_view_for_reading_has_no_control_characters() {
    let dir = Dir::new();
    dir.write("a.txt", "The \u{1b}[31mred\u{1b}[0m plant raised $5 million in a funding round.\n");
    let ran = dir.run("tag --all --to text a.txt").ok();
    assert!(ran.stdout.contains("red") && !ran.stdout.contains('\u{1b}'), "{}", ran.all);
}

#[test]
fn standard_input_folders_and_compression() {
    let dir = Dir::new();
    dir.write("f/b.txt", hay::ARTICLE).write("f/a.md", "# Head\n\nText *here*.\n").write("f/x.bin", "?");
    let ran = dir.run("tag --all f").ok().says("2 articles").says("1 left out (unknown kind of file)");
    let ids: Vec<_> = ran.rows().iter().map(|r| r["article_id"].clone()).collect();
    assert!(ids.is_sorted_by_key(|id| id.as_str().unwrap().to_owned()), "{ids:?}");
    assert_eq!(dir.run_with_input("tag --all -", hay::ARTICLE.as_bytes()).ok().rows().len(), 4);
    assert_eq!(dir.run_with_input("tag --all", hay::ARTICLE.as_bytes()).ok().rows().len(), 4);
    let zst = zstd::encode_all(hay::ARTICLE.as_bytes(), 1).unwrap();
    dir.write("c.txt.zst", zst);
    assert_eq!(dir.run("tag --all c.txt.zst").ok().rows().len(), 4);
}

#[test]
fn patterns_lists_and_days_choose_articles() {
    let dir = Dir::new();
    let article = |id: &str, date: &str| {
        format!("{{\"id\": \"{id}\", \"date\": \"{date}\", \"text\": \"The mill was sold.\"}}\n")
    };
    dir.write("f/a.jsonl", article("a", "2024-04-30") + &article("b", "1 May 2024"));
    dir.write("f/sub/c.jsonl", article("c", "2024-05-02T10:00:00Z")).write("list", "f/sub/c.jsonl\n\nf/a*\n");
    let ids = |args: &str, input: &str| {
        let ran = dir.run_with_input(&format!("tag --all --to jsonl --tier linear {args}"), input.as_bytes()).ok();
        let ids: Vec<_> = ran.rows().iter().map(|r| r["article_id"].as_str().unwrap().to_owned()).collect();
        ids.join(" ")
    };
    assert_eq!(ids("f/**/*.jsonl", ""), "a b c");
    assert_eq!(ids("f/*.jsonl", ""), "a b");
    assert_eq!(ids("--files-from list", ""), "c a b");
    assert_eq!(ids("--files-from - f/a.jsonl", "f/sub\n"), "a b c");
    assert_eq!(ids("--since 2024-05-01 f", ""), "b c");
    assert_eq!(ids("--since 2024-05-01 --until 2024-05-01 f", ""), "b");
    dir.run("tag --all --tier linear --until 2024-05-01 f")
        .ok()
        .says("2 articles")
        .says("; 1 left out (of another day)");
}

#[test]
fn other_languages_are_reported() {
    let dir = Dir::new();
    let german = "Die Sitzung des Rates dauerte bis in den späten Abend, weil niemand den ersten Schritt tun wollte. ";
    dir.write("d.txt", german.repeat(5));
    let ran = dir.run("tag --all d.txt").code(2).says("d.txt: in German, not English (include it with --any-language)");
    assert!(ran.stdout.is_empty());
    assert!(!dir.run("tag --all --any-language d.txt").ok().stdout.is_empty());
}

#[test]
fn other_encodings_are_decoded_and_said() {
    let dir = Dir::new();
    dir.write("l.txt", b"The caf\xe9 in Orl\xe9ans raised its prices. Nobody minded.\n");
    let ran = dir.run("tag --all l.txt").ok().says("decoded as windows-1252");
    assert!(ran.stdout.contains("café in Orléans"), "{}", ran.all);
}

#[test]
fn a_closed_pipe_is_success() {
    let dir = Dir::new();
    dir.write("a.txt", hay::ARTICLE.repeat(3000));
    let mut child =
        dir.command("tag --all a.txt").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    let mut first = [0; 10];
    child.stdout.take().expect("stdout").read_exact(&mut first).expect("some output");
    // the pipe is closed here
    let output = child.wait_with_output().expect("ends");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panic"));
}

#[test]
fn help_has_examples_and_every_flag_is_explained() {
    let dir = Dir::new();
    for command in ["tag", "train", "eval", "compare", "inspect", "completions", "man"] {
        let help = dir.run(&format!("{command} --help")).ok();
        assert!(help.stdout.contains("Examples:"), "{}", help.all);
    }
}
