//! claimtag
pub mod calibrate;
pub mod cli;
pub mod eval;
pub mod exec;
pub mod feature;
pub mod linear;
pub mod model;
pub mod read;
pub mod segment;
pub mod tag;
pub mod token;
pub mod train;
pub mod types;
pub mod write;
