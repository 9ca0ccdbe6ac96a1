//! `claimtag compare`.

use crate::hay;
use crate::util::{Dir, Ran};
use serde_json::{Value, json};

/// A folder with model `good`, and `bad:linear`, which takes sport for music and music for sport.
fn two_models() -> Dir {
    let dir = Dir::new();
    let rows = hay::rows(210);
    let swapped = rows.replace("\"sport\"", "\"?\"").replace("\"music\"", "\"sport\"").replace("\"?\"", "\"music\"");
    dir.write("rows.jsonl", &rows).write("swapped.jsonl", swapped);
    dir.run("train rows.jsonl --out good").ok();
    dir.run("train swapped.jsonl --out bad:linear").ok();
    dir
}

/// Eight documents: rain, sport, and music or nothing; a ninth of which it is not known whether it is sport or music.
fn gold() -> String {
    let row = |doc: usize, text: &str, labels: Value, unknown: Value| {
        json!({ "text": text, "labels": labels, "unknown": unknown, "doc": format!("d{doc}") }).to_string() + "\n"
    };
    let document = |doc: usize| {
        let third = match doc % 2 {
            0 => row(doc, &format!("On day {doc} the choir sang in Upper Senn."), json!(["music"]), json!([])),
            _ => row(doc, &format!("On day {doc} the council met in Brisk Hill."), json!([]), json!([])),
        };
        row(doc, &format!("On day {doc} rain fell on Norvik."), json!(["weather"]), json!([]))
            + &row(doc, &format!("On day {doc} the team won in the coast."), json!(["sport"]), json!([]))
            + &third
    };
    (0..8).map(document).collect::<String>()
        + &row(8, "On day 8 the team won in the capital.", json!([]), json!(["sport", "music"]))
}

fn report(ran: &Ran) -> Value {
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|e| panic!("{e}: {}", ran.all));
    assert_eq!(report["v"], 1);
    report
}

#[test]
fn identical_models_do_not_differ() {
    let dir = two_models();
    dir.write("gold.jsonl", hay::rows(63));
    let ran = dir.run("compare --json --threads 1 good good:linear gold.jsonl").ok();
    assert_eq!(ran.stdout, dir.run("compare --json --threads 3 good good:linear gold.jsonl").ok().stdout);
    let report = report(&ran);
    assert_eq!(report["a"], report["b"]);
    assert_eq!((&report["rows"], &report["documents"]), (&63.into(), &21.into()));
    assert_eq!(report["changed"], json!({ "lost": 0, "gained": 0, "other": 0 }));
    assert_eq!(report["changes"], json!([]));
    let all = report["labels"].as_array().expect("labels").iter().chain([&report["macro_mean"], &report["micro"]]);
    for figures in all {
        for name in ["precision", "recall", "f1", "average_precision"] {
            let figure = &figures[name];
            assert_eq!(figure["a"], figure["b"], "{}", ran.all);
            assert_eq!(figure["difference"], 0.0, "{}", ran.all);
            assert_eq!(figure["interval"], json!([0.0, 0.0]), "{}", ran.all);
            assert_eq!(figure["b_better"], 0.5, "{}", ran.all);
        }
    }
    dir.run("compare --max-drop 0 good good gold.jsonl").ok();
    // the order of labels in a model is its own affair
    dir.run("train rows.jsonl --labels weather,sport,music --out turned").ok();
    let turned = self::report(&dir.run("compare --json good turned gold.jsonl").ok());
    assert_eq!((&turned["changes"], &turned["labels"][0]["label"]), (&json!([]), &"music".into()));
    assert_eq!(turned["macro_mean"]["f1"]["difference"], 0.0);
}

/// Of music, sport and weather the bad model gets the last alone right, so that macro-F1 drops from 1 to 1/3.
#[test]
fn counted_by_hand() {
    let dir = two_models();
    dir.write("gold.jsonl", gold());
    let ran = dir.run("compare --json good:linear bad:linear/ gold.jsonl").ok();
    let report = report(&ran);
    assert_eq!((&report["rows"], &report["documents"]), (&25.into(), &9.into()));
    let label = |i: usize| {
        let label = &report["labels"][i];
        let counts = ["known", "positives", "predicted_a", "predicted_b"].map(|name| label[name].as_u64().expect(name));
        (label["label"].as_str().expect("a name"), counts, &label["f1"])
    };
    let lost = json!({ "a": 1.0, "b": 0.0, "difference": -1.0, "interval": [-1.0, -1.0], "b_better": 0.0 });
    let same = json!({ "a": 1.0, "b": 1.0, "difference": 0.0, "interval": [0.0, 0.0], "b_better": 0.5 });
    assert_eq!(label(0), ("music", [24, 4, 4, 8], &lost), "{}", ran.all);
    assert_eq!(label(1), ("sport", [24, 8, 8, 4], &lost), "{}", ran.all);
    assert_eq!(label(2), ("weather", [25, 8, 8, 8], &same), "{}", ran.all);
    let drop = report["macro_mean"]["f1"]["difference"].as_f64().expect("a number");
    assert!((drop + 2.0 / 3.0).abs() < 1e-12, "{}", ran.all);
    // 12 rows, sport and music, are wrong, and of one nobody knows; 20 gold labels, 20 given by B, 8 right
    let micro = report["micro"]["f1"]["b"].as_f64().expect("a number");
    assert!((micro - 0.4).abs() < 1e-12, "{}", ran.all);
    assert_eq!(report["changed"], json!({ "lost": 12, "gained": 0, "other": 1 }));
    let first = json!({ "kind": "lost", "place": "gold.jsonl:2", "text": "On day 0 the team won in the coast.", "gold": ["sport"],
        "unknown": [], "a": ["sport"], "b": ["music"] });
    assert_eq!(report["changes"][0], first);
    let last = &report["changes"][12];
    assert_eq!((&last["kind"], &last["unknown"]), (&"other".into(), &json!(["music", "sport"])));

    let back = self::report(&dir.run("compare --json bad:linear/ good gold.jsonl").ok());
    assert_eq!(back["changed"], json!({ "lost": 0, "gained": 12, "other": 1 }));
    assert_eq!(back["macro_mean"]["f1"]["b_better"], 1.0);
}

#[test]
fn as_text_with_some_of_the_changes() {
    let dir = two_models();
    dir.write("gold.jsonl", gold());
    let text = dir.run("compare --changes 2 good bad:linear:linear gold.jsonl").ok().stdout;
    for part in [
        "A: good, model ",
        "B: bad:linear, model ",
        "25 rows from 9 documents",
        "13 rows get other labels: B lost 12, gained 0, other 1\n",
        "  gold.jsonl:2: gold sport; A sport; B music\n    On day 0 the team won in the coast.\n",
        "  and 10 more\n",
        "gold none (unknown: music, sport); A sport; B music\n",
        "-1.000 [-1.000 -1.000]",
    ] {
        assert!(text.contains(part), "no {part:?} in\n{text}");
    }
    let short = dir.run("compare --changes 0 good bad:linear/ gold.jsonl").ok().stdout;
    assert!(short.contains("B lost 12") && !short.contains("gold.jsonl:2"), "{short}");
}

#[test]
fn a_drop_that_is_too_large() {
    let dir = two_models();
    dir.write("gold.jsonl", gold()).write("empty.jsonl", "{\"text\": \"The council met.\", \"labels\": []}\n");
    dir.run("compare --max-drop 0.67 good bad:linear/ gold.jsonl").ok();
    dir.run("compare --max-drop 0.66 good bad:linear/ gold.jsonl")
        .code(1)
        .says("macro-F1 drops by 0.6667, more than 0.66");
    dir.run("compare --max-drop 0 bad:linear/ good gold.jsonl").ok();
    dir.run("compare --max-drop 0 good good empty.jsonl").code(1).says("it is not defined for both");
}

#[test]
fn what_does_not_fit_is_named() {
    let dir = two_models();
    dir.write("gold.jsonl", gold()).write("other.jsonl", "{\"text\": \"a\", \"labels\": [\"praise\"]}\n");
    dir.run("compare good default:linear gold.jsonl").code(2).says(
        "A has the labels music, sport, weather, but B has exclusivity, investment, competition, infrastructure; only models \
         with the same labels can be compared",
    );
    dir.run("compare good bad:linear/ other.jsonl")
        .code(2)
        .says("other.jsonl:1: label \"praise\" is not one of the model's (music, sport, weather)");
    dir.run("compare good good:encoder gold.jsonl").code(2).says("the model has no encoder tier");
    dir.run("compare good bad:linear gold.jsonl").code(2).says("bad");
    dir.write("broken.jsonl", gold() + "broken\n");
    dir.run("compare good good broken.jsonl").code(2).says("broken.jsonl:26: ");
}
