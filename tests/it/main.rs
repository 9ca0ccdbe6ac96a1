//! Tests of the program as a user meets it: one binary, a module per concern.

mod articles;
mod bad_input;
mod bad_table;
mod batch;
mod bundle;
mod check;
mod compare;
mod encoder;
mod encoder_tier;
mod eval;
mod explain;
mod hay;
mod imports;
mod regression;
mod report;
mod score;
mod shell;
mod tag;
mod tokens;
mod train;
mod trim;
mod util;
