//! The encoder tier: a transformer that reads a sentence as a whole.

mod attention;
mod backward;
mod config;
mod dense;
mod forward;
mod head;
mod int8;
mod store;
mod trim;
mod vector;
mod weights;

pub use backward::{Dropout, Tape};
pub use config::EncoderConfig;
pub use dense::{Dense, Project};
pub use forward::Pack;
pub use head::new_head;
pub use int8::{Int8Dense, Int8Scratch, quantise_rows};
pub use store::{ENCODER_FORMAT_VERSION, FromInt8, read_encoder, write_encoder};
pub use trim::{with_kept_rows, with_kept_vocabulary};
pub use weights::{Embeddings, Encoder, Layer, LayerNorm, WeightsError};
