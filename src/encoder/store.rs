//! An encoder and its head as bytes, weights in 8 bits.

use super::config::EncoderConfig;
use super::dense::Dense;
use super::int8::{Int8Dense, quantise_rows};
use super::weights::{Embeddings, Encoder, Layer, LayerNorm, Source, WeightsError};
use ndarray::{Array1, Array2, Axis};
use safetensors::tensor::{Dtype, TensorView};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// The version of the format that this program writes and reads.
pub const ENCODER_FORMAT_VERSION: u32 = 1;

/// The only metadata: a [`Header`] as JSON. One entry, because several would come in random order.
const HEADER: &str = "claimtag_encoder";

/// What the file says of itself.
#[derive(Serialize, Deserialize)]
struct Header {
    format_version: u32,
    config: EncoderConfig,
}

/// The field that every version has.
#[derive(Deserialize)]
struct AnyVersion {
    format_version: u32,
}

/// A dense layer that can be built from quantised weights.
pub trait FromInt8 {
    /// From weights, `out × in`, and per output the value of one step and the bias.
    fn from_int8(weights: Array2<i8>, scale: Array1<f32>, bias: Array1<f32>) -> Self;
}

impl FromInt8 for Int8Dense {
    fn from_int8(weights: Array2<i8>, scale: Array1<f32>, bias: Array1<f32>) -> Self {
        Self::new(weights.view(), scale, bias)
    }
}

impl FromInt8 for Dense {
    fn from_int8(weights: Array2<i8>, scale: Array1<f32>, bias: Array1<f32>) -> Self {
        Self { weight: dequantised(&weights, &scale), bias }
    }
}

fn dequantised(rows: &Array2<i8>, scale: &Array1<f32>) -> Array2<f32> {
    rows.mapv(f32::from) * scale.view().insert_axis(Axis(1))
}

/// Writes `encoder` and `head`, version 1: a safetensors file with the metadata `claimtag_encoder`, JSON with `format_version`
/// and `config` (an [`EncoderConfig`]), and these tensors, little-endian:
///
/// - `word` (I8, vocabulary × hidden) and `word.scale` (F32, vocabulary): the value of one step of each row;
/// - `position` (F32, positions × hidden), `norm.weight`, `norm.bias` (F32, hidden);
/// - for each layer `N` and each of `qkv`, `attention_out`, `up`, `down`: `layer.N.qkv` (I8, out × in),
///   `layer.N.qkv.scale` and `layer.N.qkv.bias` (F32, out);
/// - for each layer `N` `layer.N.attention_norm` and `layer.N.output_norm`, each with `.weight` and `.bias` (F32, hidden);
/// - `head` (F32, labels × hidden) and `head.bias` (F32, labels).
pub fn write_encoder(encoder: &Encoder<Dense>, head: &Dense) -> Result<Vec<u8>, WeightsError> {
    let mut tensors = Tensors::default();
    tensors.int8("word", &encoder.embeddings.word);
    tensors.matrix("position", &encoder.embeddings.position);
    tensors.norm("norm", &encoder.embeddings.norm);
    for (i, layer) in encoder.layers.iter().enumerate() {
        let name = |part: &str| format!("layer.{i}.{part}");
        let dense =
            [("qkv", &layer.qkv), ("attention_out", &layer.attention_out), ("up", &layer.up), ("down", &layer.down)];
        for (part, dense) in dense {
            tensors.int8(&name(part), &dense.weight);
            tensors.vector(&name(&format!("{part}.bias")), &dense.bias);
        }
        tensors.norm(&name("attention_norm"), &layer.attention_norm);
        tensors.norm(&name("output_norm"), &layer.output_norm);
    }
    tensors.matrix("head", &head.weight);
    tensors.vector("head.bias", &head.bias);
    let header = Header { format_version: ENCODER_FORMAT_VERSION, config: encoder.config.clone() };
    // numbers always make JSON
    let header = serde_json::to_string(&header).unwrap_or_default();
    tensors.serialise(HashMap::from([(HEADER.to_owned(), header)]))
}

/// Reads what [`write_encoder`] wrote: the encoder with dense layers of kind `D`, and the head.
///
/// # Errors
/// Bytes of another kind, of another version, or whose tensors do not fit the sizes.
pub fn read_encoder<D: FromInt8>(bytes: &[u8]) -> Result<(Encoder<D>, Dense), WeightsError> {
    let (_, header) = safetensors::SafeTensors::read_metadata(bytes)?;
    let metadata = header.metadata().clone().unwrap_or_default();
    let foreign = || WeightsError::Config("not an encoder written by claimtag".into());
    let header = metadata.get(HEADER).ok_or_else(foreign)?;
    let unreadable = |e: serde_json::Error| WeightsError::Config(e.to_string());
    let AnyVersion { format_version } = serde_json::from_str(header).map_err(unreadable)?;
    if format_version != ENCODER_FORMAT_VERSION {
        return Err(WeightsError::Version { found: format_version, supported: ENCODER_FORMAT_VERSION });
    }
    let Header { config, .. } = serde_json::from_str(header).map_err(unreadable)?;
    if let Some(problem) = config.problem() {
        return Err(WeightsError::Config(problem));
    }
    let source = Source::new(bytes)?;
    let (h, wide) = (config.hidden_size, config.intermediate_size);
    let norm = |name: &str| {
        let vector = |part: &str| source.vector(&format!("{name}.{part}"), h);
        Ok::<_, WeightsError>(LayerNorm { weight: vector("weight")?, bias: vector("bias")? })
    };
    let quantised = |name: &str, rows: usize, columns: usize| {
        let scale = source.vector(&format!("{name}.scale"), rows)?;
        Ok::<_, WeightsError>((source.int8(name, rows, columns)?, scale))
    };
    let dense = |name: &str, inputs: usize, outputs: usize| {
        let (weights, scale) = quantised(name, outputs, inputs)?;
        Ok::<_, WeightsError>(D::from_int8(weights, scale, source.vector(&format!("{name}.bias"), outputs)?))
    };
    let (word, scale) = quantised("word", config.vocab_size, h)?;
    let embeddings = Embeddings {
        word: dequantised(&word, &scale),
        position: source.matrix("position", config.max_position_embeddings, h)?,
        norm: norm("norm")?,
    };
    let layers: Result<Vec<_>, WeightsError> = (0..config.num_hidden_layers)
        .map(|i| {
            let name = |part: &str| format!("layer.{i}.{part}");
            Ok(Layer {
                qkv: dense(&name("qkv"), h, 3 * h)?,
                attention_out: dense(&name("attention_out"), h, h)?,
                attention_norm: norm(&name("attention_norm"))?,
                up: dense(&name("up"), h, wide)?,
                down: dense(&name("down"), wide, h)?,
                output_norm: norm(&name("output_norm"))?,
            })
        })
        .collect();
    let labels = source.rows("head");
    let head = Dense { weight: source.matrix("head", labels, h)?, bias: source.vector("head.bias", labels)? };
    Ok((Encoder { config, embeddings, layers: layers? }, head))
}

/// Tensors on their way to bytes.
#[derive(Default)]
struct Tensors(BTreeMap<String, (Dtype, Vec<usize>, Vec<u8>)>);

impl Tensors {
    fn floats<'a>(&mut self, name: &str, shape: Vec<usize>, values: impl IntoIterator<Item = &'a f32>) {
        let bytes = values.into_iter().flat_map(|v| v.to_le_bytes()).collect();
        self.0.insert(name.to_owned(), (Dtype::F32, shape, bytes));
    }

    fn vector(&mut self, name: &str, values: &Array1<f32>) {
        self.floats(name, vec![values.len()], values);
    }

    fn matrix(&mut self, name: &str, values: &Array2<f32>) {
        self.floats(name, values.shape().to_vec(), values);
    }

    fn norm(&mut self, name: &str, norm: &LayerNorm) {
        self.vector(&format!("{name}.weight"), &norm.weight);
        self.vector(&format!("{name}.bias"), &norm.bias);
    }

    fn int8(&mut self, name: &str, rows: &Array2<f32>) {
        let (quantised, scale) = quantise_rows(rows.view());
        let bytes = quantised.iter().flat_map(|v| v.to_le_bytes()).collect();
        self.0.insert(name.to_owned(), (Dtype::I8, rows.shape().to_vec(), bytes));
        self.vector(&format!("{name}.scale"), &scale);
    }

    fn serialise(&self, metadata: HashMap<String, String>) -> Result<Vec<u8>, WeightsError> {
        let views: Result<Vec<_>, WeightsError> = self
            .0
            .iter()
            .map(|(name, (dtype, shape, bytes))| Ok((name, TensorView::new(*dtype, shape.clone(), bytes)?)))
            .collect();
        Ok(safetensors::serialize(views?, Some(metadata))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoder::{Pack, new_head};

    fn small() -> (Encoder<Dense>, Dense) {
        let config = EncoderConfig {
            vocab_size: 30,
            hidden_size: 16,
            num_hidden_layers: 2,
            num_attention_heads: 2,
            intermediate_size: 32,
            max_position_embeddings: 8,
            layer_norm_eps: 1e-12,
        };
        (Encoder::random(config, 3), new_head(3, 16, 1))
    }

    #[test]
    fn what_is_written_is_read() {
        let (encoder, head) = small();
        let bytes = write_encoder(&encoder, &head).unwrap();
        assert_eq!(bytes, write_encoder(&encoder, &head).unwrap(), "two writes differ");
        let (floats, same_head) = read_encoder::<Dense>(&bytes).unwrap();
        assert_eq!(head, same_head);
        assert_eq!(bytes, write_encoder(&floats, &head).unwrap(), "quantising twice changes something");
        let (int8, _) = read_encoder::<Int8Dense>(&bytes).unwrap();
        let mut pack = Pack::default();
        pack.push(&[1, 7, 29, 4]);
        pack.push(&[2, 2]);
        let (expected, found) = (encoder.pooled(&pack), int8.pooled(&pack));
        assert!((&expected - &found).iter().all(|d| d.abs() < 0.05), "{expected} against {found}");
    }

    #[test]
    fn other_bytes_are_refused() {
        let (encoder, head) = small();
        let bytes = write_encoder(&encoder, &head).unwrap();
        let refused = |bytes: &[u8]| read_encoder::<Dense>(bytes).unwrap_err().to_string();
        assert!(refused(b"").contains("no safetensors file"));
        assert!(refused(&bytes[..bytes.len() - 1]).contains("no safetensors file"));
        let swap = |from: &str, to: &str| {
            let at = bytes.windows(from.len()).position(|w| w == from.as_bytes()).expect("in the header");
            let mut bytes = bytes.clone();
            bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
            bytes
        };
        let newer = refused(&swap("\\\"format_version\\\":1", "\\\"format_version\\\":9"));
        assert_eq!(newer, "encoder format 9, but this claimtag reads format 1");
        assert!(refused(&swap("claimtag_encoder", "claimtag_decoder")).contains("not an encoder"));
        assert!(refused(&swap("\\\"vocab_size\\\":30", "\\\"vocab_size\\\":31")).contains("tensor \"word"));
        assert!(
            refused(&swap("\\\"num_attention_heads\\\":2", "\\\"num_attention_heads\\\":5")).contains("no multiple")
        );
    }
}
