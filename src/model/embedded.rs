//! The default model, compiled into the program so that it works from one file.

use super::{BundleFiles, Model, ModelError};

const TOKENIZER: &[u8] = include_bytes!("../../models/default/tokenizer.json");

/// The files of `models/default`.
const FILES: [(&str, &[u8]); 5] = [
    ("tokenizer.json", TOKENIZER),
    ("manifest.json", include_bytes!("../../models/default/manifest.json")),
    ("README.md", include_bytes!("../../models/default/README.md")),
    ("linear.safetensors", include_bytes!("../../models/default/linear.safetensors")),
    ("encoder.safetensors", include_bytes!("../../models/default/encoder.safetensors")),
];

impl Model {
    /// The model that this program was built with.
    ///
    /// # Errors
    /// Only if the program itself is damaged.
    pub fn embedded() -> Result<Self, ModelError> {
        let files: BundleFiles = FILES.iter().map(|&(name, bytes)| (name.to_owned(), bytes.to_vec())).collect();
        Self::from_files(files, "the built-in model")
    }

    /// The tokenizer of the default model: the one that new models are trained with.
    pub fn embedded_tokenizer() -> &'static [u8] {
        TOKENIZER
    }
}
