//! Tokens to one sparse row of numbers: the features of the linear tier.
//!
//! Three families of n-grams, chosen by cross-validation (figures in `models/README.md`):
//! - [`Family::Piece`]: one and two neighbouring WordPieces;
//! - [`Family::Shape`]: one and two neighbouring words, where any capitalised word reads "a name" and any figure "a
//!   number", so that `$ 13` and `$ 4`, or `rival Acme` and `rival Initech`, look alike;
//! - [`Family::Char`]: three to five neighbouring characters of a word with its edges, so that words of one stem share
//!   weights.
//!
//! Within a family a feature counts `1 + ln(frequency)` times its inverse document frequency, and the family has
//! Euclidean length 1 (sub-linear tf-idf; Manning, Raghavan, Schütze, *Introduction to Information Retrieval*, 6.4).
//!
//! [`FeatureBuilder`] grows while training and ends as a frozen [`FeatureSpace`], the only one that tagging can see.

mod builder;
mod gram;
mod rows;
mod space;

pub use builder::FeatureBuilder;
pub use gram::{EDGES, Extractor, Family, FeatureSettings, Gram, longer_keys, shape_symbols};
pub use rows::{SparseRow, SparseRows};
pub use space::{FeatureSpace, RowScratch, SpaceError};
