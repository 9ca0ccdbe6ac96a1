//! Labelled rows to a model.
//!
//! 1. documents are dealt into folds (`folds.rs`);
//! 2. for each fold, a feature space and weights are fitted on the other folds, for each candidate of the penalty, and
//!    give out-of-fold logits (`recipe.rs`);
//! 3. the penalty with the best out-of-fold average precision is kept, and its logits calibrate and choose thresholds
//!    (`decide.rs`);
//! 4. features and weights are fitted again on all rows;
//! 5. if asked for, an encoder is fine-tuned on most documents (`finetune.rs`, its state kept by `checkpoint.rs`), or a head
//!    is fitted on the vectors of one that stays as it is (`frozen.rs`); calibration, thresholds and the limits of the cascade
//!    are decided on the rest (`encoder.rs`);
//! 6. later, the encoder can teach the linear tier on unlabelled text (`distill.rs`).

mod adamw;
mod card;
mod checkpoint;
mod data;
mod decide;
mod distill;
mod encoder;
mod finetune;
mod folds;
mod frozen;
mod params;
mod recipe;

pub use distill::{DistillParams, Distilled, distill};
pub use encoder::{EncoderTraining, Keep, Method};
pub use finetune::{Examples, FinetuneParams, Finetuning, Plan};
pub use params::{Progress, TrainError, TrainParams, Trained};
pub use recipe::{out_of_fold, train};
