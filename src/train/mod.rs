//! Labelled rows to a model.
//!
//! 1. documents are dealt into folds (`folds.rs`);
//! 2. for each fold, a feature space and weights are fitted on the other folds, for each candidate of the penalty, and
//!    give out-of-fold logits (`recipe.rs`);
//! 3. the penalty with the best out-of-fold average precision is kept, and its logits calibrate and choose thresholds;
//! 4. features and weights are fitted again on all rows;
//! 5. if asked for, an encoder is fine-tuned on most documents and calibrated on the rest (`encoder.rs`, `finetune.rs`).

mod adamw;
mod card;
mod encoder;
mod finetune;
mod folds;
mod recipe;

pub use encoder::EncoderTraining;
pub use finetune::{Examples, FinetuneParams, Finetuning};
pub use recipe::{Progress, TrainError, TrainParams, Trained, out_of_fold, train};
