//! The state of an unfinished fine-tuning on disk, so that a run that was interrupted goes on where it was.

use super::finetune::Finetuning;
use super::params::TrainError;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The version of the format that this program writes and reads.
const FORMAT_VERSION: u32 = 1;
/// The only metadata: a [`Header`] as JSON.
const HEADER: &str = "claimtag_checkpoint";
/// The best encoder so far, as [`write_encoder`](crate::encoder::write_encoder) makes it.
const BEST: &str = "best";

/// A file that holds the state, and the run that it belongs to.
///
/// Version 1: a safetensors file with the metadata `claimtag_checkpoint`, JSON with `format_version`, `run` (digest of rows,
/// parameters and base), `step` (steps taken), `score` (of the best epoch, if there is one) and `ended` (whether training
/// stops here), and these tensors: `state.N` (F32), the parts of the state in the order of
/// [`Finetuning::state_mut`], and `best` (U8), the encoder of the best epoch.
pub(super) struct Checkpoint {
    path: PathBuf,
    run: String,
}

/// How far a run is, beside its weights.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Reached {
    /// Score of the best epoch and the encoder after it.
    pub best: Option<(f64, Vec<u8>)>,
    /// Whether an epoch was worse than the one before, which ends the training.
    pub ended: bool,
}

#[derive(Serialize, Deserialize)]
struct Header {
    format_version: u32,
    run: String,
    step: usize,
    score: Option<f64>,
    ended: bool,
}

impl Checkpoint {
    /// At `path`, of the run that is named `run`.
    pub fn new(path: PathBuf, run: String) -> Self {
        Self { path, run }
    }

    /// Fills in `tuning` and returns how far the run was; `None` where nothing is kept.
    ///
    /// # Errors
    /// A file that can't be read, is no checkpoint of this version, or belongs to another run.
    pub fn load(&self, tuning: &mut Finetuning) -> Result<Option<Reached>, TrainError> {
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(self.error(&e)),
        };
        let foreign = |cause: &dyn std::fmt::Display| {
            self.error(&format!(
                "not the state of an unfinished training that can be gone on from ({cause}); remove it"
            ))
        };
        let (_, metadata) = SafeTensors::read_metadata(&bytes).map_err(|e| foreign(&e))?;
        let header = metadata.metadata().as_ref().and_then(|m| m.get(HEADER)).ok_or_else(|| foreign(&"no header"))?;
        let header: Header = serde_json::from_str(header).map_err(|e| foreign(&e))?;
        if header.format_version != FORMAT_VERSION {
            let versions =
                format!("checkpoint format {}, but this claimtag reads format {FORMAT_VERSION}", header.format_version);
            return Err(foreign(&versions));
        }
        if header.run != self.run {
            return Err(foreign(&"it belongs to other rows, options or another base"));
        }
        let tensors = SafeTensors::deserialize(&bytes).map_err(|e| foreign(&e))?;
        for (i, part) in tuning.state_mut().into_iter().enumerate() {
            let tensor = tensors.tensor(&format!("state.{i}")).map_err(|e| foreign(&e))?;
            let values = tensor.data().as_chunks().0;
            if tensor.dtype() != Dtype::F32 || values.len() != part.len() {
                return Err(foreign(&"a tensor has another shape"));
            }
            part.iter_mut().zip(values).for_each(|(to, &bytes)| *to = f32::from_le_bytes(bytes));
        }
        tuning.set_step(header.step);
        let best = match header.score {
            Some(score) => Some((score, tensors.tensor(BEST).map_err(|e| foreign(&e))?.data().to_vec())),
            None => None,
        };
        Ok(Some(Reached { best, ended: header.ended }))
    }

    /// Keeps the state: whole, or what was kept before stays.
    pub fn save(&self, tuning: &mut Finetuning, reached: &Reached) -> Result<(), TrainError> {
        let header = Header {
            format_version: FORMAT_VERSION,
            run: self.run.clone(),
            step: tuning.step(),
            score: reached.best.as_ref().map(|(score, _)| *score),
            ended: reached.ended,
        };
        let state = |(i, part): (usize, &mut [f32])| {
            (format!("state.{i}"), Dtype::F32, part.len(), part.iter().flat_map(|v| v.to_le_bytes()).collect())
        };
        let best = reached.best.iter().map(|(_, bytes)| (BEST.to_owned(), Dtype::U8, bytes.len(), bytes.clone()));
        let tensors: Vec<(String, Dtype, usize, Vec<u8>)> =
            tuning.state_mut().into_iter().enumerate().map(state).chain(best).collect();
        let write = || -> Result<(), Box<dyn std::error::Error>> {
            let mut views = Vec::new();
            for (name, dtype, len, bytes) in &tensors {
                views.push((name, TensorView::new(*dtype, vec![*len], bytes)?));
            }
            let metadata = HashMap::from([(HEADER.to_owned(), serde_json::to_string(&header)?)]);
            let bytes = safetensors::serialize(views, Some(metadata))?;
            let parent = self.path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            fs::create_dir_all(parent)?;
            let mut file = tempfile::NamedTempFile::new_in(parent)?;
            file.write_all(&bytes)?;
            file.as_file().sync_all()?;
            file.persist(&self.path)?;
            Ok(())
        };
        write().map_err(|e| self.error(&e))
    }

    fn error(&self, cause: &dyn std::fmt::Display) -> TrainError {
        TrainError::Checkpoint { path: self.path.clone(), cause: cause.to_string() }
    }
}
