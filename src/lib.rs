//! claimtag
pub mod calibrate;
pub mod exec;
pub mod feature;
pub mod linear;
pub mod model;
pub mod token;
pub mod types;
