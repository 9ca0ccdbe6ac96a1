//! Near-duplicates: wire copy, press releases sent out twice, articles that grew by a paragraph.
//!
//! A text is reduced to a [`Sketch`] of 64 bytes, from which the share of word triples that two texts have in common can be
//! estimated. [`Clusters`] then joins each article to the earlier one that it resembles most.
//!
//! Our own code and not a library's: the crates for locality-sensitive hashing (`gaoya`, `probminhash`) keep all signatures of
//! 64-bit words, hash shingles through traits of their own, and have no bound on memory.

mod clusters;
mod sketch;

pub use clusters::Clusters;
pub use sketch::Sketch;
