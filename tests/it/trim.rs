//! `claimtag trim`: base encoders with fewer pieces.

use crate::hay;
use crate::util::Dir;
use claimtag::token::{Memo, Tokenizer};
use safetensors::SafeTensors;
use serde_json::Value;

const FILES: [&str; 3] = ["config.json", "model.safetensors", "tokenizer.json"];
const WORD: &str = "embeddings.word_embeddings.weight";

/// A base, labelled rows (which are articles as well), and `small`, the base trimmed to 1,000 pieces.
fn trimmed() -> Dir {
    let dir = Dir::new();
    dir.write_base();
    dir.write("rows.jsonl", hay::rows(140));
    dir.run("trim base rows.jsonl --pieces 1000 --out small")
        .ok()
        .says("140 articles, 140 sentences, ")
        .says("1000 of 20000 pieces kept; 100.00% of the tokens keep their piece")
        .says("0.000% unknown before, 0.000% after")
        .says("written to small");
    dir
}

fn json(dir: &Dir, file: &str) -> Value {
    serde_json::from_slice(&dir.read(file)).expect("JSON")
}

fn tokenizer(dir: &Dir, base: &str) -> Tokenizer {
    Tokenizer::from_bytes(&dir.read(&format!("{base}/tokenizer.json"))).expect("a tokenizer")
}

/// Where the tokens of `sentence` stand, and their pieces.
fn split(tokenizer: &Tokenizer, sentence: &str) -> Vec<(usize, usize, String)> {
    let mut tokens = Vec::new();
    tokenizer.tokenize(sentence, &mut Memo::default(), &mut tokens);
    tokens.iter().map(|t| (t.span.start, t.span.end, tokenizer.piece(t.id).to_owned())).collect()
}

#[test]
fn a_smaller_base_is_trained_like_the_whole_one() {
    let dir = trimmed();
    dir.run("train rows.jsonl --encoder finetune --base small --epochs 1 --out m").ok();
    dir.write("a.txt", "Yesterday rain fell on Norvik. The mayor slept.\n");
    let rows = dir.run("tag --model m --all --tier encoder a.txt").ok().rows();
    assert!(rows.len() == 2 && rows.iter().all(|row| row["tier"] == "encoder"), "{rows:?}");
    assert_eq!(dir.read("m/tokenizer.json"), dir.read("small/tokenizer.json"));
}

#[test]
fn pieces_keep_their_embeddings_and_all_else_stays() {
    let dir = trimmed();
    let (mut config, vocabulary) = (json(&dir, "base/config.json"), json(&dir, "base/tokenizer.json"));
    config["vocab_size"] = 1000.into();
    assert_eq!(json(&dir, "small/config.json"), config);
    let (whole, small) = (dir.read("base/model.safetensors"), dir.read("small/model.safetensors"));
    let (whole, small) =
        (SafeTensors::deserialize(&whole).expect("whole"), SafeTensors::deserialize(&small).expect("small"));
    assert_eq!(whole.len(), small.len());
    for (name, tensor) in whole.tensors().into_iter().filter(|(name, _)| name != WORD) {
        assert_eq!(small.tensor(&name).expect("a tensor"), tensor, "{name}");
    }
    let (whole, small) = (whole.tensor(WORD).expect("embeddings"), small.tensor(WORD).expect("embeddings"));
    assert_eq!(small.shape(), [1000, 32]);
    let row = |bytes: &'_ [u8], id: &Value| bytes[id.as_u64().expect("an id") as usize * 128..][..128].to_vec();
    let smaller = json(&dir, "small/tokenizer.json");
    let smaller = smaller["model"]["vocab"].as_object().expect("a vocabulary");
    assert_eq!(smaller.len(), 1000);
    for (piece, id) in smaller {
        assert_eq!(row(small.data(), id), row(whole.data(), &vocabulary["model"]["vocab"][piece]), "{piece}");
    }
}

#[test]
fn words_that_keep_their_pieces_are_split_as_before() {
    let dir = trimmed();
    let (whole, small) = (tokenizer(&dir, "base"), tokenizer(&dir, "small"));
    let rows = hay::rows(140);
    let rows = rows.lines().map(|row| serde_json::from_str::<Value>(row).expect("JSON"));
    let texts = rows.map(|row| row["text"].as_str().expect("a text").to_owned());
    for sentence in texts.chain(["  On day 37\tthe COACH left (Brisk Hill)! $1.5".to_owned()]) {
        assert_eq!(split(&small, &sentence), split(&whole, &sentence), "{sentence:?}");
    }
    // a word that loses its pieces is made of shorter ones, down to its letters
    let word = "xylophonists";
    let pieces: String = split(&small, word).into_iter().map(|(_, _, piece)| piece).collect();
    assert_eq!(pieces, word);
    assert!(split(&small, word).len() > split(&whole, word).len());
}

#[test]
fn the_tokenizer_is_one_of_the_hugging_face_kind() {
    let dir = trimmed();
    let load = |base: &str| {
        let json = dir.read(&format!("{base}/tokenizer.json"));
        let mut tokenizer = tokenizers::Tokenizer::from_bytes(json).expect("a tokenizer");
        tokenizer.with_padding(None);
        tokenizer
    };
    let encode = |base: &str| load(base).encode("[MASK] rain fell on Norvik", true).expect("an encoding");
    let (whole, small) = (encode("base"), encode("small"));
    assert_eq!(whole.get_tokens(), small.get_tokens());
    assert_eq!(small.get_tokens()[..3], ["[CLS]", "[MASK]", "rain"]);
    let ids: Vec<Option<u32>> = small.get_tokens().iter().map(|token| load("small").token_to_id(token)).collect();
    assert_eq!(small.get_ids().iter().copied().map(Some).collect::<Vec<_>>(), ids);
    assert!(small.get_ids().iter().all(|&id| id < 1000));
    assert_eq!(load("small").get_vocab_size(true), 1000, "an added token is not in the vocabulary");
}

#[test]
fn a_second_run_writes_the_same_bytes_in_the_same_place() {
    let dir = trimmed();
    let before = FILES.map(|file| dir.read(&format!("small/{file}")));
    dir.run("trim base rows.jsonl --pieces 1000 --out small").ok();
    assert!(before == FILES.map(|file| dir.read(&format!("small/{file}"))), "two runs differ");
    dir.run("trim small rows.jsonl --pieces 1000 --out again").ok().says("1000 of 1000 pieces kept");
    assert!(before == FILES.map(|file| dir.read(&format!("again/{file}"))), "nothing was to be done");
}

#[test]
fn what_is_in_the_way_stays() {
    let dir = trimmed();
    dir.write("full/notes.txt", "mine").write("small/notes.txt", "mine, too").write("file", "mine");
    for out in ["full", "small", "file"] {
        let message = format!("{out} exists and is not a base written by claimtag trim; choose another --out");
        dir.run(&format!("trim base rows.jsonl --pieces 1000 --out {out}")).code(2).says(&message);
    }
    dir.run("trim base rows.jsonl --pieces 1000 --out ./base").code(2).says("./base is the base itself");
    assert_eq!(dir.read("full/notes.txt"), b"mine");
    assert_eq!(json(&dir, "base/config.json")["vocab_size"], 20_000);
    dir.run("trim base rows.jsonl --pieces 1000 --out new/folder").ok();
    assert_eq!(dir.read("new/folder/config.json"), dir.read("small/config.json"));
}

#[test]
fn articles_that_are_left_out_show_in_the_exit_code() {
    let dir = Dir::new();
    dir.write_base();
    dir.write("a.txt", hay::ARTICLE).write("empty.txt", "");
    let ran = dir.run("trim base a.txt empty.txt nowhere.txt --pieces 1000 --out small").code(2);
    let ran = ran.says("skipped empty.txt: no text in it").says("nowhere.txt: no such file or folder");
    ran.says("1 articles, 4 sentences, 33 tokens; 1 skipped; 1 failed").says("written to small");
    dir.run("trim base empty.txt --pieces 1000 --out none").code(2).says("there is nothing to count in the corpus");
    assert!(!dir.path("none").exists());
    dir.run_with_input("trim base - --pieces 1000 --out piped", hay::ARTICLE.as_bytes()).ok();
}

#[test]
fn what_was_typed_must_fit() {
    let dir = Dir::new();
    dir.write_base();
    dir.write("a.txt", hay::ARTICLE);
    let message = "nowhere/config.json (a base model is a folder with this file)";
    dir.run("trim nowhere a.txt --out small").code(2).says(message);
    dir.run("trim base a.txt").code(2).says("--out");
    dir.run("trim base --out small").code(2).says("<CORPUS>");
    dir.run("trim base a.txt --pieces 100 --out small").code(2).says("base/tokenizer.json: 100 pieces are too few");
    assert!(!dir.path("small").exists());
}

#[test]
fn files_of_the_base_must_fit() {
    let dir = Dir::new();
    dir.write_base();
    dir.write("a.txt", hay::ARTICLE);
    let refused = |file: &str, bytes: &[u8], message: &str| {
        let whole = dir.read(file);
        dir.write(file, bytes).run("trim base a.txt --out small").code(2).says(message);
        assert!(!dir.path("small").exists());
        dir.write(file, whole);
    };
    for (file, message) in [
        ("base/config.json", "base/config.json: EOF"),
        ("base/model.safetensors", "base/model.safetensors: no safetensors file"),
        ("base/tokenizer.json", "base/tokenizer.json: not a tokenizer.json that can be read"),
    ] {
        let whole = dir.read(file);
        refused(file, &whole[..whole.len() / 2], message);
    }
    let edited = |file: &str, edit: &dyn Fn(&mut Value), message: &str| {
        let mut parsed = json(&dir, file);
        edit(&mut parsed);
        refused(file, parsed.to_string().as_bytes(), message);
    };
    let config = |edit: &dyn Fn(&mut Value), message: &str| edited("base/config.json", edit, message);
    let message = "base/model.safetensors: tensor \"embeddings.word_embeddings.weight\" has shape [20000, 32]";
    config(&|config| config["hidden_size"] = 64.into(), message);
    config(&|config| config["hidden_size"] = 0.into(), "base/config.json: hidden_size is 0");
    config(&|config| config["vocab_size"] = Value::Null, "base/config.json: invalid type: null");

    let tokenizer = |edit: &dyn Fn(&mut Value), message: &str| edited("base/tokenizer.json", edit, message);
    let gap = "the vocabulary has a gap: no piece has id 2613";
    tokenizer(&|file| file["model"]["vocab"]["rain"] = 7.into(), gap);
    let more = "base/tokenizer.json has 20001 pieces, but vocab_size in base/config.json is 20000";
    tokenizer(&|file| file["model"]["vocab"]["one more"] = 20_000.into(), more);
    let outside = "base/tokenizer.json: not a tokenizer.json that can be read: it mentions id 20000";
    tokenizer(&|file| file["added_tokens"][0]["id"] = 20_000.into(), outside);
    let without_mark = |file: &mut Value| {
        let vocabulary = file["model"]["vocab"].as_object_mut().expect("a vocabulary");
        let id = vocabulary.remove("[SEP]").expect("a mark");
        vocabulary.insert("[sep]".into(), id);
    };
    tokenizer(&without_mark, "base/tokenizer.json: the vocabulary lacks the piece \"[SEP]\"");
}
