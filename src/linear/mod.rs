//! The linear tier: one regularised logistic unit per label over sparse rows.
//!
//! [`LinearParams`] and [`LinearModel`] implement the `Fit`, `FitWith` and `Predict` traits of `linfa`, so they stand
//! wherever another estimator of that family does; `examples/linfa.rs` shows it.

mod fit;
mod model;
mod objective;

pub use fit::{ClassWeight, LinearError, LinearParams, LinearValidParams, Targets};
pub use model::LinearModel;
