//! The memo of words never changes what the `tokenizers` library says of a sentence.

use claimtag::model::Model;
use claimtag::token::{Memo, Tokenizer};
use proptest::prelude::*;
use std::sync::LazyLock;

static OURS: LazyLock<Tokenizer> =
    LazyLock::new(|| Tokenizer::from_bytes(Model::embedded_tokenizer()).expect("the built-in tokenizer"));
static LIBRARY: LazyLock<tokenizers::Tokenizer> = LazyLock::new(|| {
    let mut json: serde_json::Value = serde_json::from_slice(Model::embedded_tokenizer()).expect("JSON");
    json["truncation"] = serde_json::Value::Null;
    json["padding"] = serde_json::Value::Null;
    json["added_tokens"] = serde_json::Value::Array(Vec::new());
    json["post_processor"] = serde_json::Value::Null;
    serde_json::from_value(json).expect("a tokenizer")
});

fn check(sentence: &str, memo: &mut Memo) {
    let mut tokens = Vec::new();
    OURS.tokenize(sentence, memo, &mut tokens);
    let expected = LIBRARY.encode(sentence, false).expect("tokens");
    let ids: Vec<u32> = tokens.iter().map(|t| t.id).collect();
    assert_eq!(ids, expected.get_ids(), "{sentence:?}");
    let spans: Vec<(usize, usize)> = tokens.iter().map(|t| (t.span.start, t.span.end)).collect();
    assert_eq!(spans, expected.get_offsets(), "{sentence:?}");
}

#[test]
fn sentences_of_all_kinds() {
    let mut memo = Memo::default();
    for sentence in [
        "Čapek’s “Tarn Cloud” raised $1.2bn—again… [CLS] and state-of-the-art GPUs.",
        "a\u{b}b\tc\u{c}d \u{200b}zero\u{0}width 東京タワー ÅNGSTRÖM e\u{301}tude !\u{301} a≠b 1,000.5% x@y.org",
        "",
    ] {
        check(sentence, &mut memo);
        check(sentence, &mut memo);
    }
}

proptest! {
    #[test]
    fn any_sentence(sentence in "[a-zA-Zé’—\u{301}\u{b} .,$%0-9\\[\\]東≠]{0,60}", other in any::<String>()) {
        let mut memo = Memo::default();
        check(&sentence, &mut memo);
        check(&other, &mut memo);
    }
}
