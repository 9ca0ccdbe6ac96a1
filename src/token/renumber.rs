//! A `tokenizer.json` with the smaller vocabulary that a trim leaves.

use super::{Kept, TokenizerError};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The file in `json` with the pieces in `kept` only, under their new ids; also marks, post-processor and padding have the
/// new ids. All other settings stay. Keys come in alphabetical order.
///
/// # Errors
/// Bytes that are not a `tokenizer.json`, or one that mentions a piece that does not stay: none does if `kept` comes from
/// [`Trim`](super::Trim) of the same file.
pub fn renumbered(json: &[u8], kept: &Kept) -> Result<Vec<u8>, TokenizerError> {
    let mut file = parse(json)?;
    let mut failed = None;
    each_id(&mut file, &mut |id| match old_id(id).and_then(|old| kept.new_id(old)) {
        Some(new) => *id = json!(new),
        None => failed = Some(bad(format!("it mentions id {id}, which is not kept"))),
    });
    if let Some(failed) = failed {
        return Err(failed);
    }
    let vocabulary = file.get_mut("model").and_then(|model| model.get_mut("vocab")).and_then(Value::as_object_mut);
    let vocabulary = vocabulary.ok_or_else(|| bad("it has no vocabulary"))?;
    let stay = |(piece, id): (&String, &Value)| Some((piece.clone(), json!(kept.new_id(old_id(id)?)?)));
    *vocabulary = vocabulary.iter().filter_map(stay).collect::<Map<_, _>>();
    serde_json::to_vec(&file).map_err(bad)
}

/// The ids that `json`, a `tokenizer.json` with a vocabulary of `size` pieces, mentions outside its vocabulary, and the
/// piece for unknown words.
pub(super) fn mentioned(json: &[u8], size: usize) -> Result<BTreeSet<u32>, TokenizerError> {
    let mut file = parse(json)?;
    let (mut ids, mut outside) = (BTreeSet::new(), None);
    each_id(&mut file, &mut |id| match old_id(id).filter(|&id| (id as usize) < size) {
        Some(id) => drop(ids.insert(id)),
        None => outside = Some(bad(format!("it mentions id {id}, which is not in its vocabulary of {size} pieces"))),
    });
    let unknown = file.pointer("/model/unk_token").and_then(Value::as_str);
    let unknown = unknown.and_then(|piece| file.pointer("/model/vocab")?.get(piece));
    ids.extend(unknown.and_then(old_id));
    outside.map_or(Ok(ids), Err)
}

/// Calls `visit` on each place outside the vocabulary that holds the id of a piece.
fn each_id(file: &mut Value, visit: &mut dyn FnMut(&mut Value)) {
    let added = file.get_mut("added_tokens").and_then(Value::as_array_mut);
    added.into_iter().flatten().filter_map(|token| token.get_mut("id")).for_each(&mut *visit);
    file.pointer_mut("/padding/pad_id").into_iter().for_each(&mut *visit);
    if let Some(processor) = file.get_mut("post_processor") {
        each_id_of_processor(processor, visit);
    }
}

fn each_id_of_processor(processor: &mut Value, visit: &mut dyn FnMut(&mut Value)) {
    // a pair of text and id
    for mark in ["/cls/1", "/sep/1"] {
        processor.pointer_mut(mark).into_iter().for_each(&mut *visit);
    }
    let special = processor.get_mut("special_tokens").and_then(Value::as_object_mut);
    let ids = special.into_iter().flat_map(|special| special.values_mut().filter_map(|token| token.get_mut("ids")));
    ids.filter_map(Value::as_array_mut).flatten().for_each(&mut *visit);
    let parts = processor.get_mut("processors").and_then(Value::as_array_mut);
    parts.into_iter().flatten().for_each(|part| each_id_of_processor(part, visit));
}

fn old_id(value: &Value) -> Option<u32> {
    value.as_u64().and_then(|id| u32::try_from(id).ok())
}

fn parse(json: &[u8]) -> Result<Value, TokenizerError> {
    serde_json::from_slice(json).map_err(bad)
}

fn bad(cause: impl ToString) -> TokenizerError {
    TokenizerError::Format(cause.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(post_processor: &Value) -> Vec<u8> {
        let vocabulary = json!({"[PAD]": 0, "x": 1, "[UNK]": 2, "[CLS]": 3, "y": 4, "[SEP]": 5});
        let file = json!({
            "version": "1.0",
            "padding": {"pad_id": 0, "pad_token": "[PAD]"},
            "added_tokens": [{"id": 3, "content": "[CLS]"}, {"id": 5, "content": "[SEP]"}],
            "normalizer": {"type": "BertNormalizer", "lowercase": true},
            "post_processor": post_processor,
            "model": {"type": "WordPiece", "unk_token": "[UNK]", "vocab": vocabulary},
        });
        serde_json::to_vec(&file).expect("JSON")
    }

    #[test]
    fn every_place_with_an_id_is_renumbered() {
        let template = |cls: u32, sep: u32| {
            let special = json!({"[CLS]": {"id": "[CLS]", "ids": [cls]}, "[SEP]": {"id": "[SEP]", "ids": [sep]}});
            json!({"type": "TemplateProcessing", "special_tokens": special})
        };
        let bert = |cls: u32, sep: u32| json!({"type": "BertProcessing", "cls": ["[CLS]", cls], "sep": ["[SEP]", sep]});
        let kept = Kept::new([0, 2, 3, 4, 5]);
        for (before, after) in [
            (template(3, 5), template(2, 4)),
            (bert(3, 5), bert(2, 4)),
            (
                json!({"type": "Sequence", "processors": [bert(3, 5), {"type": "ByteLevel"}]}),
                json!({"type": "Sequence", "processors": [bert(2, 4), {"type": "ByteLevel"}]}),
            ),
            (Value::Null, Value::Null),
        ] {
            let json = file(&before);
            assert!(mentioned(&json, 6).expect("a tokenizer").is_superset(&BTreeSet::from([0, 2, 3, 5])));
            let mut expected = parse(&json).expect("JSON");
            expected["post_processor"] = after;
            expected["added_tokens"][0]["id"] = json!(2);
            expected["added_tokens"][1]["id"] = json!(4);
            expected["model"]["vocab"] = json!({"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "y": 3, "[SEP]": 4});
            assert_eq!(parse(&renumbered(&json, &kept).expect("a tokenizer")).expect("JSON"), expected);
        }
    }

    #[test]
    fn ids_that_lead_nowhere_are_named() {
        let json = file(&json!({"cls": ["[CLS]", 99], "sep": ["[SEP]", "five"]}));
        let error = mentioned(&json, 6).unwrap_err().to_string();
        assert!(error.contains("mentions id \"five\", which is not in its vocabulary of 6 pieces"), "{error}");
        let error = renumbered(&file(&Value::Null), &Kept::new([0, 2, 3])).unwrap_err().to_string();
        assert!(error.contains("mentions id 5, which is not kept"), "{error}");
    }

    #[test]
    fn other_json_is_refused() {
        for json in ["", "[]", "7", "{}", "{\"model\": 3, \"added_tokens\": {}, \"post_processor\": [[]]}"] {
            assert!(renumbered(json.as_bytes(), &Kept::new([0])).is_err(), "{json}");
        }
    }
}
