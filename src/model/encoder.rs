//! The encoder tier of a model.

use crate::calibrate::Calibration;
use crate::cascade::Limits;
use crate::encoder::{Dense, Encoder, Int8Dense, Pack, WeightsError, read_encoder};
use crate::types::Prob;
use ndarray::Array2;

/// A transformer, its head, and what turns its logits into labels.
pub struct EncoderTier {
    /// Sentences to vectors.
    pub encoder: Encoder<Int8Dense>,
    /// Vectors to logits.
    pub head: Dense,
    /// Logits to probabilities, one per label.
    pub calibration: Vec<Calibration>,
    /// The probability from which on a label is given, one per label.
    pub thresholds: Vec<Prob>,
    /// From where on the linear tier needs no help, one per label.
    pub limits: Vec<Limits>,
    bytes: Vec<u8>,
}

impl EncoderTier {
    /// From the bytes that [`write_encoder`](crate::encoder::write_encoder) made.
    ///
    /// # Errors
    /// Other bytes.
    pub fn new(
        bytes: Vec<u8>,
        calibration: Vec<Calibration>,
        thresholds: Vec<Prob>,
        limits: Vec<Limits>,
    ) -> Result<Self, WeightsError> {
        let (encoder, head) = read_encoder(&bytes)?;
        Ok(Self { encoder, head, calibration, thresholds, limits, bytes })
    }

    /// Logits of each sentence of a pack, `sentences × labels`.
    pub fn logits(&self, pack: &Pack) -> Array2<f32> {
        self.encoder.pooled(pack).dot(&self.head.weight.t()) + &self.head.bias
    }

    /// The logits of each label for sentences given as ids, marks included, in order; packed, which changes nothing but the time.
    pub fn logits_of(&self, sentences: impl IntoIterator<Item = Vec<u32>>) -> Vec<Vec<f64>> {
        let mut logits = Vec::new();
        let mut pack = Pack::default();
        let mut run = |pack: &mut Pack| {
            let rows = self.logits(pack);
            logits.extend(rows.rows().into_iter().map(|row| row.iter().map(|&z| f64::from(z)).collect()));
            pack.clear();
        };
        for ids in sentences {
            pack.push(&ids);
            if pack.tokens() >= Pack::TOKENS {
                run(&mut pack);
            }
        }
        if !pack.is_empty() {
            run(&mut pack);
        }
        logits
    }

    /// The bytes that it was read from.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}
