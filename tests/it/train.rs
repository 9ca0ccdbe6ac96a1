//! `claimtag train`.

use crate::hay;
use crate::util::Dir;

fn files(dir: &Dir, model: &str) -> Vec<Vec<u8>> {
    ["manifest.json", "README.md", "linear.safetensors", "tokenizer.json"]
        .iter()
        .map(|name| dir.read(&format!("{model}/{name}")))
        .collect()
}

#[test]
fn the_same_bytes_for_any_number_of_threads_and_twice() {
    let dir = Dir::new();
    dir.write("rows.jsonl", hay::rows(210));
    for (threads, out) in [(1, "a"), (1, "b"), (2, "c"), (7, "d")] {
        dir.run(&format!("train rows.jsonl --out {out} --threads {threads}")).ok();
    }
    for other in ["b", "c", "d"] {
        assert!(files(&dir, "a") == files(&dir, other), "model {other} differs");
    }
    dir.run("train rows.jsonl --out e --seed 2").ok();
    assert!(dir.read("a/manifest.json") != dir.read("e/manifest.json"), "the seed does nothing");
}

#[test]
fn another_label_set_is_learnt() {
    let dir = Dir::new();
    dir.write("rows.jsonl", hay::rows(350)).write("gold.jsonl", hay::rows(70));
    dir.run("train rows.jsonl --out m").ok().says("out of fold").says("written to m");
    dir.run("eval --model m gold.jsonl --min-macro-f1 0.9").ok();
    dir.write("a.txt", "Yesterday rain fell on Norvik. The mayor slept.\n");
    let rows = dir.run("tag --model m --all a.txt").ok().rows();
    assert_eq!(rows[0]["labels"], serde_json::json!(["weather"]));
    assert_eq!(rows[1]["labels"], serde_json::json!([]));
    let inspected = dir.run("inspect m").ok().stdout;
    assert!(inspected.contains("weather: ") && inspected.contains("storm"), "{inspected}");
}

#[test]
fn csv_and_jsonl_train_the_same_model() {
    let dir = Dir::new();
    let jsonl = hay::rows(140);
    let mut csv = String::from("doc,labels,text\n");
    for line in jsonl.lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let labels: Vec<&str> = row["labels"].as_array().unwrap().iter().map(|l| l.as_str().unwrap()).collect();
        csv += &format!("{},{},{}\n", row["doc"].as_str().unwrap(), labels.join(";"), row["text"].as_str().unwrap());
    }
    dir.write("rows.jsonl", jsonl).write("rows.csv", csv);
    dir.run("train rows.jsonl --out a").ok();
    dir.run("train rows.csv --out b").ok();
    assert!(files(&dir, "a") == files(&dir, "b"));
}

#[test]
fn problems_of_the_data_are_said_first() {
    let dir = Dir::new();
    let mut rows = hay::rows(70);
    rows += "{\"text\": \"On day 0 rain fell on Norvik.\", \"labels\": [\"sport\"]}\n";
    rows += "{\"text\": \"Odd\", \"labels\": [\"rare\"]}\n{\"text\": \"Odder\", \"labels\": [\"rare\"]}\nbroken\n";
    dir.write("rows.jsonl", rows);
    dir.run("train rows.jsonl --out m")
        .code(2)
        .says("rows.jsonl:74: expected value")
        .says("rows that give an earlier sentence other labels: 1 (first: rows.jsonl:71 and rows.jsonl:1)")
        .says("label \"rare\" applies to too few rows: 2")
        .says("claimtag check lists the rows");
}

#[test]
fn unknown_labels_add_no_loss() {
    let dir = Dir::new();
    // sport is unknown of the rows that would teach it wrongly
    let known = hay::rows(210);
    let wrong = hay::rows(210).replace("\"labels\": [\"sport\"]", "\"labels\": [], \"unknown\": [\"sport\"]");
    dir.write("rows.jsonl", format!("{known}{wrong}")).write("gold.jsonl", hay::rows(70));
    dir.run("train rows.jsonl --out m").ok();
    dir.run("eval --model m gold.jsonl --min-macro-f1 0.9").ok();
}

#[test]
fn data_that_teaches_nothing_is_refused_clearly() {
    let dir = Dir::new();
    let row = |text: &str, labels: &str| format!("{{\"text\": \"{text}\", \"labels\": [{labels}]}}\n");
    let cases = [
        (String::new(), "no labelled rows to train on"),
        (row("a", "") + &row("b", ""), "no row has a label"),
        (row("a", "\"x\""), "label \"x\" has 1 positive and 0 negative rows"),
        (row("a", "\"x\"") + &row("b", "\"x\""), "both kinds are needed"),
        (
            "{\"text\": \"a\", \"labels\": [\"x\"], \"doc\": 1}\n{\"text\": \"b\", \"labels\": [], \"doc\": 1}\n"
                .to_owned(),
            "all rows come from one document",
        ),
    ];
    for (rows, message) in cases {
        dir.write("rows.jsonl", rows);
        dir.run("train rows.jsonl --out m").code(2).says(message);
        assert!(!dir.path("m").exists());
    }
    dir.write("rows.jsonl", hay::rows(70));
    dir.run("train rows.jsonl --out m --labels sport,weather")
        .code(2)
        .says("rows.jsonl:3: label \"music\" is not among");
    dir.run("train rows.jsonl --out m --labels sport,music,weather,chess")
        .code(2)
        .says("label \"chess\" has 0 positive");
    dir.run("train rows.jsonl --out m --c 0").code(2).says("regularisation strength C is 0");
    dir.run("train rows.jsonl --out m --folds 1").code(2).says("at least 2 folds");
    dir.run("train rows.jsonl --out m --target precision=7").code(2).says("use f1, precision=0.9 or recall=0.9");
}

#[test]
fn two_rows_are_enough_to_run() {
    let dir = Dir::new();
    dir.write("rows.jsonl", "{\"text\": \"a bus\", \"labels\": [\"x\"]}\n{\"text\": \"a car\", \"labels\": []}\n");
    dir.run("train rows.jsonl --out m").ok();
    dir.write("a.txt", "A bus came.");
    dir.run("tag --all --model m a.txt").ok();
}

#[test]
fn a_goal_moves_the_thresholds() {
    let dir = Dir::new();
    dir.write("rows.jsonl", hay::rows(210));
    dir.run("train rows.jsonl --out p --target precision=1").ok();
    dir.run("train rows.jsonl --out r --target recall=1").ok();
    let thresholds = |model: &str| -> Vec<f64> {
        let manifest: serde_json::Value = serde_json::from_slice(&dir.read(&format!("{model}/manifest.json"))).unwrap();
        manifest["thresholds"].as_array().unwrap().iter().map(|t| t.as_f64().unwrap()).collect()
    };
    assert!(thresholds("p").iter().zip(thresholds("r")).any(|(p, r)| *p != r));
}
