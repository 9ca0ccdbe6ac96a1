//! Why labels are given: `--explain`.

use crate::hay;
use crate::util::Dir;
use claimtag::encoder::Pack;
use claimtag::explain::{by_encoder, by_linear};
use claimtag::feature::{RowScratch, SparseRows};
use claimtag::model::Model;
use claimtag::score::LinearTier;
use claimtag::tag::Tagger;
use claimtag::token::{Memo, Token, Tokenizer};
use claimtag::types::{Article, Why};
use claimtag::write::TableFormat;
use proptest::prelude::*;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

static MODEL: LazyLock<Model> = LazyLock::new(|| Model::embedded().expect("the built-in model"));

const SENTENCES: [&str; 7] = [
    "Tarn Cloud is the only supplier of chips, the only one, and Tarn raised $40 million from Fjell Capital.",
    "Čapek’s “Tarn Cloud” won’t share its state-of-the-art GPUs — again… and again, again.",
    "the the the only only exclusive exclusive exclusive rival rival rivals",
    "3rd 13 1,300 $1.2bn x@y.org 東京タワー e\u{301}tude \u{1F600} [CLS] a\u{b}b ≮ \u{344}",
    "zzxqj",
    "   ",
    "",
];

fn tier() -> LinearTier<'static> {
    let parts = MODEL.parts();
    LinearTier { tokenizer: &parts.tokenizer, features: &parts.features, linear: &parts.linear }
}

fn tokens(sentence: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    MODEL.parts().tokenizer.tokenize(sentence, &mut Memo::default(), &mut tokens);
    tokens
}

/// The logits of a sentence by definition.
fn logits(tier: LinearTier<'_>, tokens: &[Token]) -> Vec<f64> {
    let mut rows = SparseRows::new(tier.features.len());
    tier.features.push_row(tier.tokenizer, tokens, &mut RowScratch::default(), &mut rows);
    let mut logits = vec![0.0; tier.linear.n_labels()];
    tier.linear.logits(rows.row(0), &mut logits);
    logits
}

/// Words are in order, apart, and all of the text that is not white space is in one.
fn assert_words(why: &Why, sentence: &str) {
    let mut at = 0;
    for word in &why.words {
        let span = word.span;
        assert!(at <= span.start && !span.is_empty(), "{:?} in {sentence:?}", why.words);
        assert!(sentence[at..span.start].chars().all(|c| c.is_whitespace() || c.is_control()), "{sentence:?}");
        at = span.end;
    }
    assert!(sentence[at..].chars().all(|c| c.is_whitespace() || c.is_control()), "{sentence:?}");
}

fn assert_sums(sentence: &str, most: usize) {
    let (tier, tokens) = (tier(), tokens(sentence));
    let labels: Vec<usize> = (0..tier.linear.n_labels()).collect();
    let logits = logits(tier, &tokens);
    let whys = by_linear(tier, sentence, &tokens, &labels, most);
    assert_eq!(whys.iter().map(|why| why.label).collect::<Vec<_>>(), labels);
    for (why, logit) in whys.iter().zip(logits) {
        let grams = why.grams.as_ref().expect("n-grams");
        let near = |sum: f64| assert!((sum - logit).abs() < 1e-9, "{sum}, not {logit}: {sentence:?}");
        near(why.logit);
        near(grams.bias + why.words.iter().map(|word| word.value).sum::<f64>());
        near(grams.bias + grams.strongest.iter().map(|gram| gram.value).sum::<f64>() + grams.rest);
        assert!(grams.strongest.len() <= most);
        assert!(grams.strongest.is_sorted_by(|a, b| a.value.abs() >= b.value.abs()));
        for gram in &grams.strongest {
            assert!(!gram.at.is_empty() && gram.at.is_sorted() && !gram.text.is_empty(), "{gram:?}");
            assert!(gram.at.iter().all(|span| sentence.get(span.range()).is_some()), "{gram:?}");
        }
    }
}

#[test]
fn the_parts_sum_to_the_logit() {
    for sentence in SENTENCES {
        for most in [0, 3, usize::MAX] {
            assert_sums(sentence, most);
        }
    }
    for sentence in &SENTENCES[..3] {
        by_linear(tier(), sentence, &tokens(sentence), &[0], 0).iter().for_each(|why| assert_words(why, sentence));
    }
    // no n-gram: nothing but the bias
    let [why] = &by_linear(tier(), "", &[], &[1], 9)[..] else { panic!("one label") };
    assert_eq!((why.logit, why.words.len()), (f64::from(tier().linear.bias()[1]), 0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn the_parts_sum_to_the_logit_of_any_sentence(
        any in any::<String>(),
        words in prop::collection::vec("only|sole|Oslo|rival|[a-c]{1,3}|[a-zA-Zé’—東 ]{1,9}|[0-9$.,]{1,4}", 0..60),
    ) {
        assert_sums(&any, 5);
        assert_sums(&words.join(" "), 5);
    }
}

#[test]
fn ngrams_read_as_what_they_stand_for() {
    let sentence = "Acme has only one rival, Initech, and 13 more.";
    let [why] = &by_linear(tier(), sentence, &tokens(sentence), &[0], usize::MAX)[..] else { panic!("one label") };
    let grams = &why.grams.as_ref().expect("n-grams").strongest;
    let find = |family: &str, text: &str| {
        let found = grams.iter().find(|gram| gram.family == family && gram.text == text);
        let found = found.unwrap_or_else(|| panic!("no {family} {text} in {grams:?}"));
        found.at.iter().map(|span| &sentence[span.range()]).collect::<Vec<_>>()
    };
    assert_eq!(find("piece", "only"), ["only"]);
    assert_eq!(find("shape", "[name]"), ["Acme", "Initech"]);
    assert_eq!(find("char", "^onl"), ["only"]);
    assert_eq!(find("char", "val$"), ["rival"]);
}

/// The value of a word is what the logit loses without its pieces.
#[test]
fn occlusion_is_a_difference_of_two_logits() {
    let parts = MODEL.parts();
    let (encoder, marks) = (parts.encoder.as_ref().expect("an encoder"), parts.tokenizer.marks().expect("marks"));
    let sentence = "Quorvexa is the sole supplier of microturbines to the yard.";
    let tokens = tokens(sentence);
    let ids = Tokenizer::marked_ids(marks, &tokens, 128);
    let [first, second] = &by_encoder(encoder, &tokens, &ids, &[0, 2])[..] else { panic!("two labels") };
    assert_words(first, sentence);
    let logit = |ids: &[u32]| {
        let mut pack = Pack::default();
        pack.push(ids);
        let logits = encoder.logits(&pack);
        [0, 2].map(|label| f64::from(logits[(0, label)]))
    };
    let place = |word: &str| sentence.find(word).expect("there");
    for text in ["Quorvexa", "sole", "."] {
        let is_of = |token: &&Token| (place(text)..place(text) + text.len()).contains(&token.span.start);
        let rest: Vec<u32> = tokens.iter().filter(|token| !is_of(token)).map(|token| token.id).collect();
        assert!(text != "Quorvexa" || tokens.len() > rest.len() + 1, "a word of several pieces");
        let (whole, without) = (logit(&ids), logit(&[&[marks[0]], &rest[..], &[marks[1]]].concat()));
        for (k, why) in [first, second].into_iter().enumerate() {
            let word = why.words.iter().find(|word| word.span.start == place(text)).expect("the word");
            assert_eq!((why.logit, word.value), (whole[k], whole[k] - without[k]), "{text}");
        }
    }
    // words that the encoder does not see
    let ids = Tokenizer::marked_ids(marks, &tokens, 6);
    let [why] = &by_encoder(encoder, &tokens, &ids, &[0])[..] else { panic!("one label") };
    assert!(why.words.len() > 8 && why.words.last().expect("words").value == 0.0 && why.words[0].value != 0.0);
}

#[test]
fn only_what_was_asked_for_is_explained() {
    let article = || Article { text: SENTENCES[0].to_owned() + " The weather was fine.", ..Article::default() };
    for tagger in [Tagger::linear(&MODEL), Tagger::new(&MODEL), Tagger::encoder(&MODEL).expect("an encoder")] {
        let mut scratch = tagger.scratch();
        let plain = tagger.tag(article(), &mut scratch);
        let mut explained = tagger.explaining(Some(4)).tag(article(), &mut scratch);
        assert!(plain.sentences.iter().all(|sentence| sentence.why.is_empty()));
        for sentence in &mut explained.sentences {
            assert_eq!(sentence.why.iter().map(|why| why.label).collect::<Vec<_>>(), sentence.labels);
            sentence.why.clear();
        }
        assert!(!plain.sentences[0].labels.is_empty() && plain.sentences[1].labels.is_empty());
        assert_eq!(explained, plain);
    }
}

const NEWS: &str = "It rained. Čapek’s Tarn Cloud, the sole supplier of chips, raised $40 million in a funding round. Its only \
                    rival, Mosswell, will build two data centres. Nobody came.\n";

#[test]
fn rows_say_why() {
    let dir = Dir::new();
    dir.write("a.txt", NEWS);
    let plain = dir.run("tag --all a.txt").ok();
    let mut rows = dir.run("tag --all --explain=5 a.txt").ok().rows();
    for row in &mut rows {
        let labels = row["labels"].clone();
        let why = row.as_object_mut().expect("a row").remove("why");
        assert_eq!(why.is_none(), labels == serde_json::json!([]), "{row}");
        for (label, why) in why.iter().flat_map(|why| why.as_object().expect("an object")) {
            assert!(labels.as_array().expect("labels").contains(&label.as_str().into()));
            let keys: Vec<&String> = why.as_object().expect("an object").keys().collect();
            match row["tier"] == "linear" {
                true => assert_eq!(keys, ["bias", "grams", "logit", "rest", "words"]),
                false => assert_eq!(keys, ["logit", "words"]),
            }
        }
    }
    assert_eq!(rows, plain.rows());
    let row = &dir.run("tag --tier linear --explain=5 a.txt").ok().rows()[0];
    let text: Vec<char> = row["text"].as_str().expect("text").chars().collect();
    let why = &row["why"]["investment"];
    let word = |at: &Value| {
        let end = |i: usize| at[i].as_u64().expect("a number") as usize;
        text[end(0)..end(1)].iter().collect::<String>()
    };
    let words = why["words"].as_array().expect("words");
    assert_eq!(words.iter().map(word).take(5).collect::<Vec<_>>(), ["Čapek", "’", "s", "Tarn", "Cloud"]);
    let grams = why["grams"].as_array().expect("n-grams");
    assert_eq!(grams.len(), 5);
    let number = |value: &Value| value.as_f64().expect("a number");
    let logit = number(&why["logit"]);
    let of_words = words.iter().map(|word| number(&word[2])).sum::<f64>() + number(&why["bias"]);
    let of_grams =
        grams.iter().map(|gram| number(&gram["value"])).sum::<f64>() + number(&why["bias"]) + number(&why["rest"]);
    assert!((logit - of_words).abs() < 5e-3 && (logit - of_grams).abs() < 1e-3, "{why}");
    // the number belongs to the flag, never to the inputs
    assert_eq!(
        dir.run("tag --tier linear --explain a.txt").ok().rows()[0]["why"]["investment"]["grams"][15]["at"][0]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
}

#[test]
fn the_same_reasons_for_any_number_of_threads() {
    let dir = Dir::new();
    let article = |i: usize| format!("{{\"id\": \"{i}\", \"text\": \"{i} {}\"}}\n", NEWS.trim());
    dir.write("n.jsonl", (0..9).map(article).collect::<String>()).write("one.jsonl", article(3));
    for tier in ["linear", "cascade"] {
        let rows = |args: &str| dir.run(&format!("tag --explain --tier {tier} {args}")).ok().rows();
        let (one, three) = (rows("--threads 1 n.jsonl"), rows("--threads 3 n.jsonl"));
        assert!(one.len() >= 18 && one == three);
        let of_third: Vec<_> = one.into_iter().filter(|row| row["article_id"] == "3").collect();
        assert_eq!(rows("one.jsonl"), of_third, "alone and together");
    }
}

/// The rows of all parts of a run, as they are in a file.
fn parts(run: &Path) -> Vec<(String, Vec<u8>)> {
    let mut parts: Vec<_> = fs::read_dir(run.join("parts")).expect("parts").flatten().map(|e| e.path()).collect();
    parts.sort();
    let name = |path: &Path| path.file_name().expect("a name").to_string_lossy().into_owned();
    parts.iter().map(|path| (name(path), fs::read(path).expect("a part"))).collect()
}

#[test]
fn reasons_survive_all_formats_and_merging() {
    let dir = Dir::new();
    let article = |i: usize| format!("{{\"id\": \"{i}\", \"text\": \"In year {i} {}\"}}\n", NEWS.trim());
    dir.write("n.jsonl", (1900..1960).map(article).collect::<String>());
    let mut whys: Vec<Vec<Option<String>>> = Vec::new();
    for (to, format) in [("jsonl", TableFormat::Jsonl), ("csv", TableFormat::Csv), ("parquet", TableFormat::Parquet)] {
        let args = format!("batch n.jsonl --to {to} --all --explain=3 --tier linear --part-bytes 3000 --quiet");
        dir.run(&format!("{args} --out {to}")).ok();
        for shard in 1..=2 {
            dir.run(&format!("{args} --out {to}-{shard} --shard {shard}/2")).ok();
        }
        dir.run(&format!("merge {to}-1 {to}-2 --out {to}-merged")).ok();
        let whole = parts(&dir.path(to));
        assert!(whole.len() > 3);
        assert_eq!(whole, parts(&dir.path(&format!("{to}-merged"))), "{to}");
        let run = claimtag::write::Run {
            labels: MODEL.labels(),
            model: "",
            rows: claimtag::write::Rows::All,
            explained: true,
        };
        let schema = claimtag::write::row_schema(&run, true);
        let at = schema.columns.iter().position(|column| column.name == "why").expect("the column");
        let mut found = Vec::new();
        for (name, _) in &whole {
            for row in format.load(&dir.path(&format!("{to}/parts/{name}")), &schema).expect("a table") {
                found.push(match &row.expect("a row")[at] {
                    claimtag::write::OwnedCell::Json(json) => Some(json.clone()),
                    other => {
                        assert_eq!(*other, claimtag::write::OwnedCell::Empty);
                        None
                    }
                });
            }
        }
        whys.push(found);
    }
    assert!(whys[0].iter().flatten().count() >= 120 && whys[0].contains(&None));
    assert!(whys[0] == whys[1] && whys[0] == whys[2], "the same text in all formats");
    let args = "batch n.jsonl --to jsonl --all --tier linear --part-bytes 3000 --out jsonl";
    dir.run(args).code(2).says("explain is not given, it was 3");
    dir.run(&format!("{args} --explain")).code(2).says("explain is 16, it was 3");
    let other = "batch n.jsonl --to jsonl --all --explain=4 --tier linear --part-bytes 3000 --out other --shard 2/2";
    dir.run(other).ok();
    dir.run("merge jsonl-1 other --out m").code(2).says("other settings than the first: explain is 4, it was 3");
}

#[test]
fn a_terminal_shows_why() {
    let dir = Dir::new();
    dir.write("a.txt", "The \u{1b}[31msole\u{1b}[0m supplier  raised\t$5 million in a funding round.\n");
    let plain = dir.run("tag --to text a.txt").ok();
    let linear = dir.run("tag --to text --explain --tier linear a.txt").ok();
    let encoder = dir.run("tag --to text --explain --tier encoder a.txt").ok();
    for ran in [&linear, &encoder] {
        assert!(
            !ran.stdout.contains('\u{1b}') && ran.stdout.contains("    The [31msole[0m supplier raised $5 million in"),
            "{}",
            ran.all
        );
    }
    assert!(!plain.stdout.contains("why"));
    let why = |ran: &crate::util::Ran| {
        let line = ran.stdout.lines().find(|line| line.starts_with("    why investment ")).map(str::to_owned);
        line.unwrap_or_else(|| panic!("{}", ran.all))
    };
    let line = why(&linear);
    let (logit, sum) = line["    why investment ".len()..].split_once(" = bias ").expect("a sum");
    let value = |part: &str| part.rsplit(' ').next().and_then(|value| value.parse::<f64>().ok()).expect("a value");
    let sum: f64 = sum.split("  ").map(value).sum();
    assert!((value(logit) - sum).abs() < 0.1, "{line}");
    assert!(
        line.contains("  … others ") && why(&encoder).contains("  funding +") && !why(&encoder).contains("bias"),
        "{line}"
    );
    // with colours: words of weight are marked, and the text is the same without the marks
    let output = dir
        .command("tag --to text --explain --tier linear a.txt")
        .env_remove("NO_COLOR")
        .env("CLICOLOR_FORCE", "1")
        .output()
        .expect("runs");
    let shaded = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(shaded.contains("funding\u{1b}[0m") && !shaded.contains("\u{1b}[31m"), "{shaded:?}");
    let mut bare = String::new();
    let mut rest = shaded.as_str();
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        bare += before;
        rest = after.split_once('m').map_or("", |(_, rest)| rest);
    }
    assert_eq!(bare + rest, linear.stdout);
}

/// Another label set and an encoder of random weights: nothing depends on the built-in model.
#[test]
fn models_of_ones_own_are_explained() {
    let dir = Dir::new();
    dir.write("rows.jsonl", hay::rows(140)).write("a.txt", "Yesterday rain fell on Norvik. The mayor slept.\n");
    dir.run("train rows.jsonl --out m").ok();
    let rows = dir.run("tag --model m --explain a.txt").ok().rows();
    assert!(rows[0]["why"]["weather"]["words"].as_array().is_some_and(|words| words.len() == 6), "{rows:?}");
}
