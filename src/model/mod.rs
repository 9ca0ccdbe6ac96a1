//! The model bundle: everything that turns sentences into labels, in one folder.

mod bundle;
mod digest;
mod embedded;
mod encoder;
mod error;
mod folder;
mod manifest;
mod tensors;

pub use bundle::{BundleFiles, Model, ModelParts};
pub use digest::sha256_hex;
pub use encoder::EncoderTier;
pub use error::ModelError;
pub use folder::{check_place, write_folder};
pub use manifest::{FORMAT, FORMAT_VERSION, LabelMetrics, Training};
