//! A model in memory, from and to the files of its bundle.

use super::digest::sha256_hex;
use super::encoder::EncoderTier;
use super::folder::{check_place, write_folder};
use super::manifest::{EncoderDecisions, FORMAT, FORMAT_VERSION, FileEntry, Manifest, Training};
use super::{ModelError, tensors};
use crate::calibrate::Calibration;
use crate::cascade::Limits;
use crate::feature::FeatureSpace;
use crate::linear::LinearModel;
use crate::token::Tokenizer;
use crate::types::{LabelSet, Prob};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

/// The files of a bundle by name.
pub type BundleFiles = BTreeMap<String, Vec<u8>>;

/// What a model is made of; see [`Model::new`].
pub struct ModelParts {
    /// Names in the order of all that follows.
    pub labels: LabelSet,
    /// Sentences to tokens.
    pub tokenizer: Tokenizer,
    /// Tokens to sparse rows.
    pub features: FeatureSpace,
    /// Rows to logits.
    pub linear: LinearModel,
    /// Logits to probabilities, one per label.
    pub calibration: Vec<Calibration>,
    /// The probability from which on a label is given, one per label.
    pub thresholds: Vec<Prob>,
    /// The encoder tier, if there is one.
    pub encoder: Option<EncoderTier>,
    /// How the model was made.
    pub training: Training,
    /// The model card, Markdown.
    pub card: String,
}

/// A trained model. Immutable, `Send` and `Sync`: one serves all threads.
pub struct Model {
    parts: ModelParts,
    manifest: Manifest,
    files: BundleFiles,
}

const MANIFEST: &str = "manifest.json";
const CARD: &str = "README.md";
const TOKENIZER: &str = "tokenizer.json";
const LINEAR: &str = "linear.safetensors";
const ENCODER: &str = "encoder.safetensors";
/// The files of every bundle beside the manifest; [`ENCODER`] may come on top.
const CONTENT: [&str; 3] = [CARD, LINEAR, TOKENIZER];
/// A manifest is a few kilobytes; a file of this size is something else.
const MAX_MANIFEST_BYTES: u64 = 16 << 20;

impl Model {
    /// A model from its parts, ready to be used or saved.
    ///
    /// # Errors
    /// Parts that do not fit each other.
    pub fn new(parts: ModelParts) -> Result<Self, ModelError> {
        let content = |e: &dyn std::fmt::Display| ModelError::Content { file: MANIFEST.into(), cause: e.to_string() };
        check(&parts, MANIFEST)?;
        let linear = tensors::write(&parts.features, &parts.linear).map_err(|e| content(&e))?;
        let mut files = BundleFiles::from([
            (CARD.to_owned(), parts.card.clone().into_bytes()),
            (LINEAR.to_owned(), linear),
            (TOKENIZER.to_owned(), parts.tokenizer.json().to_vec()),
        ]);
        if let Some(encoder) = &parts.encoder {
            files.insert(ENCODER.to_owned(), encoder.bytes().to_vec());
        }
        let numbers = |thresholds: &[Prob]| thresholds.iter().map(|t| t.get()).collect();
        let decisions = |tier: &EncoderTier| EncoderDecisions {
            calibration: tier.calibration.clone(),
            thresholds: numbers(&tier.thresholds),
            limits: tier.limits.clone(),
        };
        let entry = |bytes: &Vec<u8>| FileEntry { bytes: bytes.len() as u64, sha256: sha256_hex(bytes) };
        let mut manifest = Manifest {
            format: FORMAT.to_owned(),
            format_version: if is_version_1(&parts) { 1 } else { FORMAT_VERSION },
            crate_version: env!("CARGO_PKG_VERSION").to_owned(),
            digest: String::new(),
            labels: parts.labels.names().to_vec(),
            features: *parts.features.settings(),
            calibration: parts.calibration.clone(),
            thresholds: numbers(&parts.thresholds),
            encoder: parts.encoder.as_ref().map(decisions),
            training: parts.training.clone(),
            files: files.iter().map(|(name, bytes)| (name.clone(), entry(bytes))).collect(),
        };
        files.insert(MANIFEST.to_owned(), manifest.seal().map_err(|e| content(&e))?);
        Ok(Self { parts, manifest, files })
    }

    /// A model from the files of a bundle; `place` names the bundle in errors.
    ///
    /// # Errors
    /// Foreign, newer, damaged or ill-fitting files, with the name of the file.
    pub fn from_files(files: BundleFiles, place: &str) -> Result<Self, ModelError> {
        let name = |file: &str| format!("{place}: {file}");
        let missing = |file: &str| ModelError::Damaged { file: name(file), cause: "it is missing".into() };
        let file = |file: &str| files.get(file).ok_or_else(|| missing(file));
        let manifest = Manifest::read(file(MANIFEST)?, &name(MANIFEST))?;
        for &content in CONTENT.iter().chain(manifest.encoder.as_ref().map(|_| &ENCODER)) {
            let entry = manifest.files.get(content).ok_or_else(|| missing(content))?;
            verify(entry, file(content)?, &name(content))?;
        }
        let (features, linear) = tensors::read(file(LINEAR)?, manifest.features, &name(LINEAR))?;
        let content =
            |file: &str, e: &dyn std::fmt::Display| ModelError::Content { file: name(file), cause: e.to_string() };
        let probs = |thresholds: &[f64]| -> Result<Vec<Prob>, ModelError> {
            thresholds.iter().map(|&t| Prob::new(t).map_err(|e| content(MANIFEST, &e))).collect()
        };
        let encoder = manifest.encoder.as_ref().map(|decisions| {
            let (bytes, thresholds) = (file(ENCODER)?.clone(), probs(&decisions.thresholds)?);
            let limits = match decisions.limits.is_empty() {
                true => vec![Limits::NONE; thresholds.len()],
                false => decisions.limits.clone(),
            };
            EncoderTier::new(bytes, decisions.calibration.clone(), thresholds, limits).map_err(|e| content(ENCODER, &e))
        });
        let parts = ModelParts {
            labels: LabelSet::new(manifest.labels.clone()).map_err(|e| content(MANIFEST, &e))?,
            tokenizer: Tokenizer::from_bytes(file(TOKENIZER)?).map_err(|e| content(TOKENIZER, &e))?,
            features,
            linear,
            calibration: manifest.calibration.clone(),
            thresholds: probs(&manifest.thresholds)?,
            encoder: encoder.transpose()?,
            training: manifest.training.clone(),
            card: String::from_utf8(file(CARD)?.clone()).map_err(|e| content(CARD, &e))?,
        };
        check(&parts, &name(MANIFEST))?;
        Ok(Self { parts, manifest, files })
    }

    /// Whether a model may be saved to `dir`, to be asked before hours are spent on making one.
    ///
    /// # Errors
    /// Something is there that is not a model.
    pub fn check_place(dir: &Path) -> Result<(), ModelError> {
        check_place(dir, "a claimtag model", Self::is_at)
    }

    /// Whether folder `dir` looks like a bundle.
    pub fn is_at(dir: &Path) -> bool {
        dir.join(MANIFEST).is_file()
    }

    /// Loads the bundle in folder `dir`. Sizes and checksums are verified before anything is built from the bytes.
    pub fn load(dir: &Path) -> Result<Self, ModelError> {
        let path = dir.join(MANIFEST);
        let manifest_bytes = match read_file(&path, MAX_MANIFEST_BYTES) {
            Err(ModelError::Io { source, .. })
                if matches!(source.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) && dir.exists() =>
            {
                return Err(ModelError::NoManifest(dir.to_owned()));
            }
            // the folder itself is missing: name it, not a file inside
            Err(ModelError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                return Err(ModelError::NotFound(dir.to_owned()));
            }
            other => other?,
        };
        let manifest = Manifest::read(&manifest_bytes, &path.display().to_string())?;
        let mut files = BundleFiles::from([(MANIFEST.to_owned(), manifest_bytes)]);
        for &name in CONTENT.iter().chain(manifest.encoder.as_ref().map(|_| &ENCODER)) {
            // a file that is too long is not read beyond what the manifest says
            let expected = manifest.files.get(name).map_or(0, |entry| entry.bytes);
            files.insert(name.to_owned(), read_file(&dir.join(name), expected)?);
        }
        Self::from_files(files, &dir.display().to_string())
    }

    /// Saves the bundle as folder `dir`: whole, or not at all. A model that is there already is replaced.
    ///
    /// # Errors
    /// The disk's, or something at `dir` that is not a model.
    pub fn save(&self, dir: &Path) -> Result<(), ModelError> {
        Self::check_place(dir)?;
        write_folder(dir, &self.files)
    }

    /// Label names in the order of logits, probabilities and thresholds.
    pub fn labels(&self) -> &LabelSet {
        &self.parts.labels
    }

    /// Everything the model is made of.
    pub fn parts(&self) -> &ModelParts {
        &self.parts
    }

    /// How the model was made.
    pub fn training(&self) -> &Training {
        &self.parts.training
    }

    /// Names this model and no other: 12 hexadecimal digits, the same for the same bytes.
    pub fn short_digest(&self) -> &str {
        &self.manifest.digest[..12]
    }

    /// The version of claimtag that trained the model.
    pub fn crate_version(&self) -> &str {
        &self.manifest.crate_version
    }

    /// The single WordPieces that speak most for a label, with weight times document-frequency weight, strongest first.
    pub fn strongest_pieces(&self, label: usize, n: usize) -> Vec<(&str, f32)> {
        let ModelParts { tokenizer, features, linear, .. } = &self.parts;
        let ids = 0..tokenizer.vocabulary_size() as u32;
        let mut pieces: Vec<(&str, f32)> = ids
            .filter_map(|id| {
                let column = features.piece_column(id)? as usize;
                Some((tokenizer.piece(id), linear.feature(column)[label] * features.idf()[column]))
            })
            .collect();
        pieces.sort_by(|a, b| b.1.total_cmp(&a.1));
        pieces.truncate(n);
        pieces
    }

    /// The files of the bundle, by name.
    pub fn files(&self) -> &BundleFiles {
        &self.files
    }
}

/// Whether the first version of the format can hold the parts.
fn is_version_1(parts: &ModelParts) -> bool {
    parts.encoder.is_none() && parts.training.soft_rows == 0 && !parts.linear.is_quantised()
}

fn verify(entry: &FileEntry, bytes: &[u8], file: &str) -> Result<(), ModelError> {
    let damaged = |cause: String| ModelError::Damaged { file: file.to_owned(), cause };
    if bytes.len() as u64 != entry.bytes {
        return Err(damaged(format!("it has not the {} bytes that it should have", entry.bytes)));
    }
    if sha256_hex(bytes) != entry.sha256 {
        return Err(damaged("its checksum differs".into()));
    }
    Ok(())
}

/// Whether everything is there once per label.
fn check(parts: &ModelParts, file: &str) -> Result<(), ModelError> {
    let content = |cause: &str| Err(ModelError::Content { file: file.to_owned(), cause: cause.to_owned() });
    let n = parts.labels.len();
    if parts.linear.n_labels() != n || parts.calibration.len() != n || parts.thresholds.len() != n {
        return content("labels, weights, calibration and thresholds are not equally many");
    }
    if parts.linear.n_features() != parts.features.len() {
        return content("weights and features are not equally many");
    }
    if let Some(tier) = &parts.encoder {
        if [tier.head.bias.len(), tier.calibration.len(), tier.thresholds.len(), tier.limits.len()] != [n; 4] {
            return content("labels, head, calibration, thresholds and limits of the encoder are not equally many");
        }
        if !tier.limits.iter().all(Limits::is_valid) {
            return content("the limits of a label are not probabilities in order");
        }
        if !tier.calibration.iter().all(Calibration::is_valid) {
            return content("the calibration of a label of the encoder is not a rising curve");
        }
        if tier.encoder.config.vocab_size != parts.tokenizer.vocabulary_size() {
            return content("the encoder and the tokenizer have vocabularies of different sizes");
        }
        if parts.tokenizer.marks().is_none() {
            return content("the tokenizer lacks the marks [CLS] and [SEP] that the encoder needs");
        }
    }
    if !parts.calibration.iter().all(Calibration::is_valid) {
        return content("the calibration of a label is not a rising curve");
    }
    Ok(())
}

/// Reads at most one byte more than `limit`, so that a longer file shows without being read whole.
fn read_file(path: &Path, limit: u64) -> Result<Vec<u8>, ModelError> {
    let mut bytes = Vec::new();
    fs::File::open(path)
        .and_then(|file| file.take(limit.saturating_add(1)).read_to_end(&mut bytes))
        .map_err(|source| ModelError::Io { path: path.to_owned(), source })?;
    Ok(bytes)
}
