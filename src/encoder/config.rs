//! Sizes of an encoder.

use serde::{Deserialize, Serialize};

/// Sizes of a BERT encoder, under the names of the Hugging Face `config.json`; other fields there are ignored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EncoderConfig {
    /// Word pieces in the vocabulary.
    pub vocab_size: usize,
    /// Width of a token's vector.
    pub hidden_size: usize,
    /// Layers.
    pub num_hidden_layers: usize,
    /// Attention heads; they share the width evenly.
    pub num_attention_heads: usize,
    /// Width between the two halves of the feed-forward block.
    pub intermediate_size: usize,
    /// Tokens of the longest sentence, with the two marks at its ends; longer ones are cut.
    pub max_position_embeddings: usize,
    /// Added to the variance in layer normalisation.
    #[serde(default = "layer_norm_eps")]
    pub layer_norm_eps: f32,
}

fn layer_norm_eps() -> f32 {
    1e-12
}

impl EncoderConfig {
    /// Width of one attention head.
    pub fn head_size(&self) -> usize {
        self.hidden_size / self.num_attention_heads.max(1)
    }

    /// What is wrong with the sizes, if anything.
    pub fn problem(&self) -> Option<String> {
        let sizes = [
            ("vocab_size", self.vocab_size),
            ("hidden_size", self.hidden_size),
            ("num_hidden_layers", self.num_hidden_layers),
            ("num_attention_heads", self.num_attention_heads),
            ("intermediate_size", self.intermediate_size),
            ("max_position_embeddings", self.max_position_embeddings),
        ];
        // larger than any encoder that runs on a processor in useful time; keeps products of sizes from overflowing
        const MOST: usize = 1 << 20;
        // products of so many numbers of 8 bits have a sum of 32 bits
        const WIDEST: usize = 1 << 16;
        let most = |name: &str| if matches!(name, "hidden_size" | "intermediate_size") { WIDEST } else { MOST };
        if let Some((name, size)) = sizes.iter().find(|&&(name, size)| size == 0 || size > most(name)) {
            return Some(format!("{name} is {size}"));
        }
        if !self.hidden_size.is_multiple_of(self.num_attention_heads) {
            return Some(format!(
                "hidden_size {} is no multiple of num_attention_heads {}",
                self.hidden_size, self.num_attention_heads
            ));
        }
        if self.max_position_embeddings < 3 {
            return Some("max_position_embeddings leaves no room for a token".into());
        }
        (!self.layer_norm_eps.is_finite() || self.layer_norm_eps < 0.0)
            .then(|| "layer_norm_eps is not a small number".into())
    }
}
