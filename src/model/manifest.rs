//! `manifest.json`: what a bundle holds and how it was made.

use super::ModelError;
use super::digest::sha256_hex;
use crate::calibrate::Calibration;
use crate::cascade::Limits;
use crate::feature::FeatureSettings;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Says that a manifest is ours.
pub const FORMAT: &str = "claimtag-model";
/// The newest version of the bundle format that this program writes and reads; it reads all older ones.
///
/// 1: the linear tier. 2: the same with an encoder tier. 3: the same with limits of the cascade, soft labels and a linear
/// tier in 8 bits. A bundle has the lowest version that can hold it, so that older programs read what they can; 2 is no
/// longer written.
pub const FORMAT_VERSION: u32 = 3;

/// The manifest, version 1 to 3. JSON with these fields, and no others:
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    /// Always `"claimtag-model"`.
    pub format: String,
    /// See [`FORMAT_VERSION`].
    pub format_version: u32,
    /// The version of claimtag that trained the model.
    pub crate_version: String,
    /// SHA-256 of this file with these 64 digits as zeros; names the model, and guards the manifest itself.
    pub digest: String,
    /// Label names; their order is that of the weights.
    pub labels: Vec<String>,
    /// The n-grams of the linear tier.
    pub features: FeatureSettings,
    /// From logit to probability, per label.
    pub calibration: Vec<Calibration>,
    /// The probability from which on a label is given, per label.
    pub thresholds: Vec<f64>,
    /// Calibration and thresholds of the encoder tier, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoder: Option<EncoderDecisions>,
    /// How the model was made.
    pub training: Training,
    /// Every other file of the bundle.
    pub files: BTreeMap<String, FileEntry>,
}

/// What turns logits of the encoder tier into labels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EncoderDecisions {
    /// From logit to probability, per label.
    pub calibration: Vec<Calibration>,
    /// The probability from which on a label is given, per label.
    pub thresholds: Vec<f64>,
    /// From where on the linear tier needs no help, per label. Not in version 2, where nothing is settled without.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<Limits>,
}

/// How a model was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Training {
    /// SHA-256 of the training rows.
    pub data_sha256: String,
    /// How many rows there were.
    pub rows: usize,
    /// How many of these have soft labels.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub soft_rows: usize,
    /// How many unlabelled sentences the encoder then taught the linear tier on.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub distilled: usize,
    /// How many documents they came from.
    pub documents: usize,
    /// Orders the documents into folds.
    pub seed: u64,
    /// How many folds.
    pub folds: usize,
    /// Inverse strength of the penalty, chosen out of fold.
    pub c: f64,
    /// What the thresholds were chosen for: `f1`, `precision=P` or `recall=R`.
    pub goal: String,
    /// Figures on rows held out fold by fold, per label. Thresholds and calibration were fitted on the same rows, so
    /// they flatter a little; judge a model on data of its own with `claimtag eval`.
    pub out_of_fold: Vec<LabelMetrics>,
}

fn is_zero(n: &usize) -> bool {
    *n == 0
}

/// Figures of one label.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelMetrics {
    /// Rows with the label.
    pub positives: usize,
    /// Share of right ones among the rows given the label; absent if none was given.
    pub precision: Option<f64>,
    /// Share of found ones among the rows with the label.
    pub recall: Option<f64>,
    /// Their harmonic mean.
    pub f1: Option<f64>,
    /// Area under the precision-recall curve.
    pub average_precision: Option<f64>,
}

/// A file of the bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileEntry {
    /// Length.
    pub bytes: u64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
}

/// The fields that every version has.
#[derive(Deserialize)]
struct Header {
    format: String,
    format_version: u64,
}

const NO_DIGEST: &str = "0000000000000000000000000000000000000000000000000000000000000000";

impl Manifest {
    /// Sets the digest and returns the bytes of the file.
    pub fn seal(&mut self) -> serde_json::Result<Vec<u8>> {
        self.digest = NO_DIGEST.to_owned();
        self.digest = sha256_hex(&self.to_bytes()?);
        self.to_bytes()
    }

    fn to_bytes(&self) -> serde_json::Result<Vec<u8>> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Reads a manifest: first whose it is, then its version, then whether it is whole, then the rest. `file` names it
    /// in errors.
    pub fn read(bytes: &[u8], file: &str) -> Result<Self, ModelError> {
        let foreign = |cause: String| ModelError::Foreign { file: file.to_owned(), cause };
        let damaged = |cause: &str| ModelError::Damaged { file: file.to_owned(), cause: cause.to_owned() };
        let header: Header = serde_json::from_slice(bytes).map_err(|e| foreign(e.to_string()))?;
        if header.format != FORMAT {
            return Err(foreign(format!("its format is {:?}", header.format)));
        }
        if !(1..=u64::from(FORMAT_VERSION)).contains(&header.format_version) {
            return Err(ModelError::Version {
                file: file.to_owned(),
                found: header.format_version,
                supported: FORMAT_VERSION,
            });
        }
        let manifest: Self = serde_json::from_slice(bytes).map_err(|e| damaged(&e.to_string()))?;
        let text = String::from_utf8_lossy(bytes);
        let same = !manifest.digest.is_empty()
            && sha256_hex(text.replacen(&manifest.digest, NO_DIGEST, 1).as_bytes()) == manifest.digest;
        if same { Ok(manifest) } else { Err(damaged("its checksum differs")) }
    }
}
