//! The weights of an encoder, from and to the Hugging Face layout.

use super::config::EncoderConfig;
use super::dense::Dense;
use ndarray::{Array1, Array2, s};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use std::collections::BTreeMap;
use thiserror::Error;

/// Scale and shift of a layer normalisation.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerNorm {
    /// Factor per dimension.
    pub weight: Array1<f32>,
    /// Summand per dimension.
    pub bias: Array1<f32>,
}

/// One layer of the encoder.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer<D> {
    /// Queries, keys and values at once: `hidden → 3 × hidden`.
    pub qkv: D,
    /// After attention: `hidden → hidden`.
    pub attention_out: D,
    /// After the sum of attention and input.
    pub attention_norm: LayerNorm,
    /// Feed-forward, first half: `hidden → intermediate`.
    pub up: D,
    /// Feed-forward, second half: `intermediate → hidden`.
    pub down: D,
    /// After the sum of feed-forward and attention.
    pub output_norm: LayerNorm,
}

/// The embeddings of tokens.
#[derive(Debug, Clone, PartialEq)]
pub struct Embeddings {
    /// `vocab × hidden`.
    pub word: Array2<f32>,
    /// `positions × hidden`; the embedding of the (only) segment is added in.
    pub position: Array2<f32>,
    /// After the sum.
    pub norm: LayerNorm,
}

/// An encoder with dense layers of kind `D`.
#[derive(Debug, Clone, PartialEq)]
pub struct Encoder<D> {
    /// Sizes.
    pub config: EncoderConfig,
    /// Tokens to vectors.
    pub embeddings: Embeddings,
    /// Vectors to vectors.
    pub layers: Vec<Layer<D>>,
}

/// Why tensors are no encoder.
#[derive(Debug, Error)]
pub enum WeightsError {
    /// The file is no safetensors file.
    #[error("no safetensors file: {0}")]
    Format(#[from] safetensors::SafeTensorError),
    /// A tensor is not there.
    #[error("tensor {0:?} is missing")]
    Missing(String),
    /// A tensor has another shape than the configuration says.
    #[error("tensor {name:?} has shape {found:?}, expected {expected:?}")]
    Shape {
        /// The tensor.
        name: String,
        /// Its shape.
        found: Vec<usize>,
        /// The shape that the configuration asks for.
        expected: Vec<usize>,
    },
    /// A tensor of another type than `f32`, or with a number that is not finite.
    #[error("tensor {name:?} {cause}")]
    Values {
        /// The tensor.
        name: String,
        /// What is wrong.
        cause: String,
    },
    /// Written by another version of the format.
    #[error("encoder format {found}, but this claimtag reads format {supported}")]
    Version {
        /// The version in the bytes.
        found: u32,
        /// The version of this program.
        supported: u32,
    },
    /// Sizes that make no encoder.
    #[error("configuration: {0}")]
    Config(String),
}

impl Encoder<Dense> {
    /// Reads `model.safetensors` of a BERT model in the Hugging Face layout; a prefix `bert.` of all names is allowed.
    pub fn from_safetensors(config: EncoderConfig, bytes: &[u8]) -> Result<Self, WeightsError> {
        if let Some(problem) = config.problem() {
            return Err(WeightsError::Config(problem));
        }
        let source = Source::new(bytes)?;
        let (h, wide) = (config.hidden_size, config.intermediate_size);
        let norm = |name: &str| {
            let vector = |part: &str| source.vector(&format!("{name}.LayerNorm.{part}"), h);
            Ok::<_, WeightsError>(LayerNorm { weight: vector("weight")?, bias: vector("bias")? })
        };
        let dense = |name: &str, input: usize, output: usize| {
            let weight = source.matrix(&format!("{name}.weight"), output, input)?;
            Ok::<_, WeightsError>(Dense { weight, bias: source.vector(&format!("{name}.bias"), output)? })
        };
        let word = source.matrix("embeddings.word_embeddings.weight", config.vocab_size, h)?;
        let mut position = source.matrix("embeddings.position_embeddings.weight", config.max_position_embeddings, h)?;
        position += &source.first_row("embeddings.token_type_embeddings.weight", h)?;
        let embeddings = Embeddings { word, position, norm: norm("embeddings")? };
        let layers: Result<Vec<_>, WeightsError> = (0..config.num_hidden_layers)
            .map(|i| {
                let name = |part: &str| format!("encoder.layer.{i}.{part}");
                let parts: Result<Vec<Dense>, WeightsError> = ["query", "key", "value"]
                    .iter()
                    .map(|part| dense(&name(&format!("attention.self.{part}")), h, h))
                    .collect();
                Ok(Layer {
                    qkv: Dense::stack(&parts?),
                    attention_out: dense(&name("attention.output.dense"), h, h)?,
                    attention_norm: norm(&name("attention.output"))?,
                    up: dense(&name("intermediate.dense"), h, wide)?,
                    down: dense(&name("output.dense"), wide, h)?,
                    output_norm: norm(&name("output"))?,
                })
            })
            .collect();
        Ok(Self { config, embeddings, layers: layers? })
    }
}

impl Encoder<Dense> {
    /// An encoder of random weights, for tests and for training from nothing.
    pub fn random(config: EncoderConfig, seed: u64) -> Self {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        let (h, wide) = (config.hidden_size, config.intermediate_size);
        // as BERT begins: uniform here instead of normal, with the same spread of 0.02, or wider for narrow layers
        let mut matrix = |rows: usize, columns: usize| {
            let spread = 3f32.sqrt() * 0.02f32.max(0.4 / (columns as f32).sqrt());
            Array2::from_shape_simple_fn((rows, columns), || {
                ((random.next_u32() >> 8) as f32 / (1u32 << 23) as f32 - 1.0) * spread
            })
        };
        let norm = || LayerNorm { weight: Array1::ones(h), bias: Array1::zeros(h) };
        let mut dense =
            |outputs: usize, inputs: usize| Dense { weight: matrix(outputs, inputs), bias: Array1::zeros(outputs) };
        let layers = (0..config.num_hidden_layers).map(|_| Layer {
            qkv: dense(3 * h, h),
            attention_out: dense(h, h),
            attention_norm: norm(),
            up: dense(wide, h),
            down: dense(h, wide),
            output_norm: norm(),
        });
        let layers = layers.collect();
        let word = matrix(config.vocab_size, h);
        let position = matrix(config.max_position_embeddings, h);
        Self { config, embeddings: Embeddings { word, position, norm: norm() }, layers }
    }
}

/// Named tensors, checked as they are taken.
pub(super) struct Source<'a>(BTreeMap<String, TensorView<'a>>);

impl<'a> Source<'a> {
    pub fn new(bytes: &'a [u8]) -> Result<Self, WeightsError> {
        let named = SafeTensors::deserialize(bytes)?.tensors();
        Ok(Self(
            named.into_iter().map(|(name, tensor)| (name.trim_start_matches("bert.").to_owned(), tensor)).collect(),
        ))
    }

    /// The bytes of a tensor of this type and shape.
    fn bytes(&self, name: &str, dtype: Dtype, expected: &[usize]) -> Result<&'a [u8], WeightsError> {
        let tensor = self.0.get(name).ok_or_else(|| WeightsError::Missing(name.to_owned()))?;
        if tensor.shape() != expected {
            let found = tensor.shape().to_vec();
            return Err(WeightsError::Shape { name: name.to_owned(), found, expected: expected.to_vec() });
        }
        if tensor.dtype() != dtype {
            let cause = format!("has type {:?}, expected {dtype:?}", tensor.dtype());
            return Err(WeightsError::Values { name: name.to_owned(), cause });
        }
        Ok(tensor.data())
    }

    fn values(&self, name: &str, expected: &[usize]) -> Result<Vec<f32>, WeightsError> {
        let chunks = self.bytes(name, Dtype::F32, expected)?.as_chunks().0;
        let values: Vec<f32> = chunks.iter().map(|&bytes: &[u8; 4]| f32::from_le_bytes(bytes)).collect();
        match values.iter().all(|v| v.is_finite()) {
            true => Ok(values),
            false => {
                let cause = "holds a number that is not finite".into();
                Err(WeightsError::Values { name: name.to_owned(), cause })
            }
        }
    }

    /// A matrix of 8-bit integers.
    pub fn int8(&self, name: &str, rows: usize, columns: usize) -> Result<Array2<i8>, WeightsError> {
        let bytes = self.bytes(name, Dtype::I8, &[rows, columns])?;
        shaped(name, (rows, columns), bytes.iter().map(|&byte| byte.cast_signed()).collect())
    }

    /// The rows of a tensor; 0 where it is missing.
    pub fn rows(&self, name: &str) -> usize {
        self.0.get(name).and_then(|t| t.shape().first().copied()).unwrap_or(0)
    }

    pub fn vector(&self, name: &str, len: usize) -> Result<Array1<f32>, WeightsError> {
        self.values(name, &[len]).map(Array1::from_vec)
    }

    pub fn matrix(&self, name: &str, rows: usize, columns: usize) -> Result<Array2<f32>, WeightsError> {
        shaped(name, (rows, columns), self.values(name, &[rows, columns])?)
    }

    /// The first row of a matrix of any height.
    fn first_row(&self, name: &str, columns: usize) -> Result<Array1<f32>, WeightsError> {
        Ok(self.matrix(name, self.rows(name).max(1), columns)?.row(0).to_owned())
    }
}

/// A matrix of values whose number has been checked against the shape.
fn shaped<T>(name: &str, shape: (usize, usize), values: Vec<T>) -> Result<Array2<T>, WeightsError> {
    Array2::from_shape_vec(shape, values)
        .map_err(|e| WeightsError::Values { name: name.to_owned(), cause: e.to_string() })
}

impl<D> Encoder<D> {
    /// The same encoder for sentences of at most `most` tokens.
    pub fn with_positions(mut self, most: usize) -> Self {
        let kept = most.min(self.config.max_position_embeddings);
        self.embeddings.position = self.embeddings.position.slice(s![..kept, ..]).to_owned();
        self.config.max_position_embeddings = kept;
        self
    }

    /// The same encoder with other dense layers, such as quantised ones.
    pub fn map<E>(self, mut each: impl FnMut(D) -> E) -> Encoder<E> {
        let layers = self.layers.into_iter().map(|layer| Layer {
            qkv: each(layer.qkv),
            attention_out: each(layer.attention_out),
            attention_norm: layer.attention_norm,
            up: each(layer.up),
            down: each(layer.down),
            output_norm: layer.output_norm,
        });
        Encoder { layers: layers.collect(), config: self.config, embeddings: self.embeddings }
    }
}
