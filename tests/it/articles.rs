//! The articles in `data/articles`, end to end, against sentences that people marked.

use crate::util::Dir;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn articles() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/articles").display().to_string()
}

#[test]
fn every_sentence_is_found_as_marked() {
    let gold = std::fs::read_to_string(Path::new(&articles()).join("gold.jsonl")).expect("gold.jsonl");
    let mut marked: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in gold.lines() {
        let row: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let text = row["text"].as_str().expect("text").to_owned();
        marked.entry(row["article"].as_str().expect("article").to_owned()).or_default().push(text);
    }
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in Dir::new().run(&format!("tag --all {}", articles())).ok().rows() {
        let id = row["article_id"].as_str().expect("id");
        let text = row["text"].as_str().expect("text").split_whitespace().collect::<Vec<_>>().join(" ");
        found.entry(id.rsplit('/').next().expect("name").to_owned()).or_default().push(text);
    }
    assert!(marked.len() >= 12, "few articles are labelled");
    for (article, sentences) in marked {
        // a byline is no part of the text to every reader of HTML
        let is_byline = |s: &&String| s.starts_with("By ") && s.split(' ').count() < 8;
        let without_byline = |all: &[String]| all.iter().filter(|s| !is_byline(s)).cloned().collect::<Vec<_>>();
        assert_eq!(without_byline(&found[&article]), without_byline(&sentences), "{article}");
    }
}

#[test]
fn spans_point_into_the_files() {
    let folder = articles();
    for row in Dir::new().run(&format!("tag --all {folder}")).ok().rows() {
        let path = row["article_id"].as_str().expect("id");
        if row["field"] == "title" || !(path.ends_with(".txt") || path.ends_with(".md")) {
            continue; // the text of a page or a record is not the file
        }
        let source: Vec<char> = std::fs::read_to_string(path).expect("article").chars().collect();
        let at = |key: &str| row[key].as_u64().expect("offset") as usize;
        let slice: String = source[at("start")..at("end")].iter().collect();
        let text = row["text"].as_str().expect("text");
        if path.ends_with(".txt") {
            assert_eq!(slice, text, "{path}");
        } else {
            // Markdown: the same letters, with marks and link targets between them
            let mut rest = slice.chars();
            let is_inside = text.chars().filter(|c| c.is_alphanumeric()).all(|c| rest.any(|r| r == c));
            assert!(is_inside, "{path}: {text:?} is not in {slice:?}");
        }
    }
}

#[test]
fn there_are_thirty_articles_in_every_format() {
    let rows = Dir::new().run(&format!("tag --all {}", articles())).ok().rows();
    let ids: BTreeSet<&str> = rows.iter().filter_map(|row| row["article_id"].as_str()).collect();
    assert!(ids.len() >= 30, "{} articles", ids.len());
    for ending in [".txt", ".md", ".html", "apw-2026-0212-071", "rbd-26-0117"] {
        assert!(ids.iter().any(|id| id.ends_with(ending)), "no article {ending} among {ids:?}");
    }
}

#[test]
fn gold_labels_are_not_tagged_as_articles() {
    let ran = Dir::new().run(&format!("tag --all {}", articles())).ok();
    assert!(ran.rows().iter().all(|row| !row["article_id"].as_str().expect("id").contains("gold.jsonl")));
}
