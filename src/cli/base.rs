//! A base encoder: a folder in the Hugging Face layout.

use crate::encoder::{Dense, Encoder, EncoderConfig};
use crate::model::BundleFiles;
use anyhow::{Context, bail};
use std::path::{Path, PathBuf};

pub(super) const CONFIG: &str = "config.json";
pub(super) const WEIGHTS: &str = "model.safetensors";
pub(super) const TOKENIZER: &str = "tokenizer.json";
/// The files of a base encoder that are read, in alphabetical order.
pub(super) const FILES: [&str; 3] = [CONFIG, WEIGHTS, TOKENIZER];

/// The three files, as they stand in the folder.
pub(super) struct BaseFiles {
    dir: PathBuf,
    pub files: BundleFiles,
}

impl BaseFiles {
    /// Reads the files in folder `dir`.
    ///
    /// # Errors
    /// A file is missing or can't be read.
    pub fn read(dir: &Path) -> anyhow::Result<Self> {
        let read = |name: &str| {
            let path = dir.join(name);
            let bytes = std::fs::read(&path)
                .with_context(|| format!("{} (a base model is a folder with this file)", path.display()))?;
            Ok((name.to_owned(), bytes))
        };
        let files: anyhow::Result<BundleFiles> = FILES.into_iter().map(read).collect();
        Ok(Self { dir: dir.to_owned(), files: files? })
    }

    /// The bytes of one of [`FILES`].
    pub fn file(&self, name: &str) -> &[u8] {
        self.files.get(name).map_or(&[], Vec::as_slice)
    }

    /// Names a file in an error.
    pub fn path(&self, name: &str) -> String {
        self.dir.join(name).display().to_string()
    }

    /// The encoder.
    ///
    /// # Errors
    /// Files that are not an encoder of the kind that can be fine-tuned.
    pub fn encoder(&self) -> anyhow::Result<Encoder<Dense>> {
        let config: EncoderConfig = serde_json::from_slice(self.file(CONFIG)).with_context(|| self.path(CONFIG))?;
        if let Some(problem) = config.problem() {
            bail!("{}: {problem}", self.path(CONFIG));
        }
        Encoder::from_safetensors(config, self.file(WEIGHTS)).with_context(|| self.path(WEIGHTS))
    }
}
