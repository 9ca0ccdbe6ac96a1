//! `claimtag eval`.

use crate::hay;
use crate::util::Dir;

#[test]
fn figures_as_text_and_json_and_a_floor() {
    let dir = Dir::new();
    dir.write("rows.jsonl", hay::rows(210)).write("gold.jsonl", hay::rows(63));
    dir.run("train rows.jsonl --out m").ok();
    let text = dir.run("eval --model m gold.jsonl").ok().stdout;
    assert!(text.contains("63 rows from 21 documents") && text.contains("macro") && text.contains("micro"), "{text}");
    let report = || {
        let json: serde_json::Value =
            serde_json::from_str(&dir.run("eval --model m --json gold.jsonl").ok().stdout).unwrap();
        assert_eq!((&json["v"], json["tiers"].as_array().unwrap().len()), (&2.into(), 1));
        let mut report = json["tiers"][0].clone();
        assert!(report.as_object_mut().unwrap().remove("seconds").unwrap().as_f64().unwrap() > 0.0);
        report
    };
    let json = report();
    assert_eq!((&json["rows"], &json["tier"], &json["escalated"]), (&63.into(), &"linear".into(), &0.0.into()));
    let label = &json["labels"][2];
    assert_eq!(label["label"], "weather");
    assert!(label["f1"]["value"].as_f64().unwrap() > 0.9);
    assert!(label["f1"]["interval"][0].as_f64().unwrap() <= label["f1"]["value"].as_f64().unwrap());
    assert!(json["macro_mean"]["average_precision"]["value"].as_f64().unwrap() > 0.9);
    dir.run("eval --model m --min-macro-f1 1.01 gold.jsonl").code(1).says("is below the floor of 1.01");
    assert_eq!(report(), json, "intervals are drawn anew each time");
}

#[test]
fn undefined_figures_are_dashes() {
    let dir = Dir::new();
    dir.write("rows.jsonl", hay::rows(210)).write("gold.jsonl", "{\"text\": \"The council met.\", \"labels\": []}\n");
    dir.run("train rows.jsonl --out m").ok();
    let ran = dir.run("eval --model m gold.jsonl").ok();
    assert!(ran.stdout.contains('-') && !ran.stdout.contains("NaN"), "{}", ran.all);
}

#[test]
fn labels_that_the_model_lacks_are_named() {
    let dir = Dir::new();
    dir.write("gold.jsonl", "{\"text\": \"a\", \"labels\": []}\n{\"text\": \"b\", \"labels\": [\"praise\"]}\n");
    dir.run("eval gold.jsonl").code(2).says(
        "gold.jsonl:2: label \"praise\" is not one of the model's (exclusivity, investment, competition, infrastructure)",
    );
}

#[test]
fn bad_rows_are_said_and_the_rest_is_judged() {
    let dir = Dir::new();
    dir.write("gold.jsonl", "{\"text\": \"a\", \"labels\": []}\n{\"text\": 1, \"labels\": []}\n");
    let ran = dir.run("eval gold.jsonl").code(2).says("gold.jsonl:2: invalid type: integer `1`, expected a string");
    assert!(ran.stdout.contains("on 1 rows"), "{}", ran.all);
}
