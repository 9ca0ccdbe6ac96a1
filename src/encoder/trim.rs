//! An encoder in the Hugging Face layout with the rows of fewer pieces.

use super::config::EncoderConfig;
use super::weights::WeightsError;
use crate::token::Kept;
use safetensors::tensor::{SafeTensors, TensorView};
use serde_json::{Map, Value, json};
use std::cmp::Reverse;

/// Tensors with a row per piece: the embedding, and the head that guesses masked words, if it is there.
const PER_PIECE: [&str; 4] = [
    "embeddings.word_embeddings.weight",
    "cls.predictions.bias",
    "cls.predictions.decoder.bias",
    "cls.predictions.decoder.weight",
];

/// The bytes of a `model.safetensors` with the embeddings of the pieces in `kept` only, in the order of their new ids. All
/// other tensors and the metadata stay as they are. Tensors are written as `safetensors` does: by size of number, then name.
///
/// # Errors
/// Bytes that are no safetensors file; no word embedding, or one without a row for each piece.
pub fn with_kept_rows(weights: &[u8], kept: &Kept) -> Result<Vec<u8>, WeightsError> {
    let (length, metadata) = SafeTensors::read_metadata(weights)?;
    let mut tensors = SafeTensors::deserialize(weights)?.tensors();
    tensors.sort_by(|(a, x), (b, y)| (Reverse(x.dtype()), a).cmp(&(Reverse(y.dtype()), b)));
    let mut header = Map::new();
    if metadata.metadata().is_some() {
        // as it stands in the file, because a map of strings would be in random order
        let original: Value =
            weights.get(8..8 + length).and_then(|h| serde_json::from_slice(h).ok()).unwrap_or_default();
        header.insert("__metadata__".into(), original["__metadata__"].clone());
    }
    if !tensors.iter().any(|(name, _)| short(name) == PER_PIECE[0]) {
        return Err(WeightsError::Missing(PER_PIECE[0].to_owned()));
    }
    let mut data = Vec::with_capacity(weights.len());
    for (name, tensor) in &tensors {
        let (begin, mut shape) = (data.len(), tensor.shape().to_vec());
        match PER_PIECE.contains(&short(name)) {
            true => {
                rows(name, tensor, kept, &mut data)?;
                shape[0] = kept.old_ids().len();
            }
            false => data.extend_from_slice(tensor.data()),
        }
        let entry = json!({"dtype": tensor.dtype(), "shape": shape, "data_offsets": [begin, data.len()]});
        header.insert(name.clone(), entry);
    }
    Ok(file(&header, &data))
}

/// A name without the prefix that some files have.
fn short(name: &str) -> &str {
    name.trim_start_matches("bert.")
}

/// Appends the rows of `tensor` that stay.
fn rows(name: &str, tensor: &TensorView<'_>, kept: &Kept, data: &mut Vec<u8>) -> Result<(), WeightsError> {
    let wrong = |cause: String| WeightsError::Values { name: name.to_owned(), cause };
    let Some(&height) = tensor.shape().first() else {
        return Err(wrong("is a single number".into()));
    };
    let width = tensor.data().len().checked_div(height).unwrap_or(0);
    if width * height != tensor.data().len() {
        return Err(wrong(format!("has rows of parts of bytes ({:?})", tensor.dtype())));
    }
    for id in kept.old_ids().iter().map(|&id| id as usize) {
        if id >= height {
            return Err(wrong(format!("has {height} rows, none for piece {id} of the vocabulary")));
        }
        data.extend_from_slice(&tensor.data()[id * width..][..width]);
    }
    Ok(())
}

/// A safetensors file: the length of the header (8 bytes), the header padded with spaces, the data.
fn file(header: &Map<String, Value>, data: &[u8]) -> Vec<u8> {
    // keys are strings: this always makes JSON
    let mut header = serde_json::to_vec(header).unwrap_or_default();
    header.resize(header.len().next_multiple_of(8), b' ');
    [&(header.len() as u64).to_le_bytes(), header.as_slice(), data].concat()
}

/// The bytes of a `config.json` for the pieces in `kept`: `vocab_size` and fields such as `pad_token_id` have new values (the
/// latter null if that piece does not stay), all other fields stay. Keys come in alphabetical order.
///
/// # Errors
/// Bytes that are no configuration of an encoder.
pub fn with_kept_vocabulary(config: &[u8], kept: &Kept) -> Result<Vec<u8>, WeightsError> {
    let unreadable = |e: serde_json::Error| WeightsError::Config(e.to_string());
    let _: EncoderConfig = serde_json::from_slice(config).map_err(unreadable)?;
    let mut fields: Map<String, Value> = serde_json::from_slice(config).map_err(unreadable)?;
    for (_, id) in fields.iter_mut().filter(|(name, id)| name.ends_with("_token_id") && id.is_u64()) {
        let old = id.as_u64().and_then(|old| u32::try_from(old).ok());
        *id = json!(old.and_then(|old| kept.new_id(old)));
    }
    fields.insert("vocab_size".into(), json!(kept.old_ids().len()));
    let mut bytes = serde_json::to_vec_pretty(&fields).map_err(unreadable)?;
    bytes.push(b'\n');
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use safetensors::tensor::Dtype;
    use std::collections::HashMap;

    const WORD: &str = "bert.embeddings.word_embeddings.weight";

    type Tensor = (&'static str, Dtype, Vec<usize>, Vec<u8>);

    /// Four pieces of two dimensions each, a head that guesses words, and tensors that have nothing to do with pieces.
    fn tensors() -> Vec<Tensor> {
        vec![
            ("bert.embeddings.position_ids", Dtype::I64, vec![1, 2], (0..16).collect()),
            (WORD, Dtype::F32, vec![4, 2], (0..32).collect()),
            ("cls.predictions.bias", Dtype::F32, vec![4], (100..116).collect()),
            ("bert.pooler.dense.weight", Dtype::F16, vec![4, 1], (50..58).collect()),
        ]
    }

    fn file(tensors: &[Tensor], metadata: Option<HashMap<String, String>>) -> Vec<u8> {
        let view = |(name, dtype, shape, bytes)| (name, TensorView::new(dtype, shape, bytes).expect("a tensor"));
        let views = tensors.iter().map(|(name, dtype, shape, bytes)| view((*name, *dtype, shape.clone(), bytes)));
        safetensors::serialize(views, metadata).expect("safetensors")
    }

    #[test]
    fn rows_of_pieces_are_selected_and_the_rest_stays() {
        let metadata: HashMap<String, String> = [("format", "pt"), ("b", "2"), ("a", "1"), ("é\"", "3")]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into();
        let bytes = file(&tensors(), Some(metadata.clone()));
        let trimmed = with_kept_rows(&bytes, &Kept::new([0, 3])).expect("an encoder");
        let mut expected = tensors();
        expected[1].2 = vec![2, 2];
        expected[1].3 = (0..8).chain(24..32).collect();
        expected[2].2 = vec![2];
        expected[2].3 = (100..104).chain(112..116).collect();
        let (_, found) = SafeTensors::read_metadata(&trimmed).expect("safetensors");
        assert_eq!(found.metadata(), &Some(metadata));
        let found = SafeTensors::deserialize(&trimmed).expect("safetensors");
        assert_eq!(found.len(), expected.len());
        for (name, dtype, shape, data) in expected {
            let tensor = found.tensor(name).expect("a tensor");
            assert_eq!(
                (tensor.dtype(), tensor.shape(), tensor.data()),
                (dtype, shape.as_slice(), data.as_slice()),
                "{name}"
            );
        }
    }

    /// Header and order are those of the `safetensors` crate, as far as the order of keys goes.
    #[test]
    fn nothing_changes_if_all_pieces_stay() {
        let bytes = file(&tensors(), None);
        let same = with_kept_rows(&bytes, &Kept::new(0..4)).expect("an encoder");
        let data = |bytes: &[u8]| bytes[8 + SafeTensors::read_metadata(bytes).expect("safetensors").0..].to_vec();
        assert_eq!(data(&bytes), data(&same));
        assert!((bytes.len() - data(&bytes).len()).is_multiple_of(8));
        assert_eq!(with_kept_rows(&same, &Kept::new(0..4)).expect("an encoder"), same);
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let error =
            |bytes: &[u8], ids: &[u32]| with_kept_rows(bytes, &Kept::new(ids.to_vec())).unwrap_err().to_string();
        let bytes = file(&tensors(), None);
        assert!(error(&bytes[..bytes.len() - 1], &[0]).contains("no safetensors file"));
        assert!(error(b"", &[0]).contains("no safetensors file"));
        let message = "has 4 rows, none for piece 4 of the vocabulary";
        assert_eq!(error(&bytes, &[1, 4]), format!("tensor {WORD:?} {message}"));
        assert!(error(&file(&tensors()[..1], None), &[0]).contains("\"embeddings.word_embeddings.weight\" is missing"));
        let number = (WORD, Dtype::F32, vec![], vec![0; 4]);
        assert!(error(&file(&[number], None), &[0]).contains("is a single number"));
        let halves = (WORD, Dtype::F4, vec![2, 1], vec![0]);
        assert!(error(&file(&[halves], None), &[0]).contains("rows of parts of bytes"));
    }

    #[test]
    fn a_configuration_keeps_its_other_fields() {
        let sizes = "\"hidden_size\": 8, \"num_hidden_layers\": 1, \"num_attention_heads\": 2, \"intermediate_size\": 8, \
             \"max_position_embeddings\": 4, \"layer_norm_eps\": 1e-12";
        let config = format!(
            "{{\"vocab_size\": 30, {sizes}, \"pad_token_id\": 3, \"eos_token_id\": 4, \"bos_token_id\": null, \"x\": [1.5]}}"
        );
        let trimmed = with_kept_vocabulary(config.as_bytes(), &Kept::new([1, 3])).expect("a configuration");
        let mut expected: Value = serde_json::from_str(&config).expect("JSON");
        expected["vocab_size"] = json!(2);
        expected["pad_token_id"] = json!(1);
        expected["eos_token_id"] = Value::Null;
        assert_eq!(serde_json::from_slice::<Value>(&trimmed).expect("JSON"), expected);
        for config in ["", "[]", "{\"vocab_size\": 30}"] {
            assert!(with_kept_vocabulary(config.as_bytes(), &Kept::new([1])).is_err(), "{config}");
        }
    }
}
