//! A whole collection through a model, into a run directory that survives being cut off at any point.
//!
//! ```text
//! RUN/run.json                what is run: settings, model, inputs          RunFile
//! RUN/inputs.jsonl            the files, with size and time of last change  InputLine
//! RUN/parts/part-00000.*      rows of sentences                             write::RowWriter
//! RUN/articles/part-00000.*   rows of articles (--rollup)                   write::ArticleWriter
//! RUN/state/part-00000.json   that the part is done, and its counts         PartFile
//! RUN/state/part-00000.sketches   its articles and clusters                 sketches
//! RUN/failures.jsonl          what was left out, and why                    LeftOut
//! RUN/summary.json            all counts                                    Summary
//! ```
//!
//! The corpus is cut into **parts**, always at the same records: a part ends with the record that brings it to
//! [`Settings::part_bytes`] bytes of text. Files of a part are written under another name, synced and renamed, its state last:
//! a part is there whole, or not at all. A run that goes on passes over the parts that are there; where in the corpus each
//! begins and ends stands in its state.
//!
//! Threads take groups of records from one reader (`source`), and hand what became of them to one writer (`sink`), in order.

mod counts;
mod error;
mod files;
mod inputs;
mod load;
mod merge;
mod output;
mod part;
mod prepare;
mod reading;
mod run;
mod settings;
mod sink;
mod sketches;
mod source;
mod tally;

pub use counts::{Counts, LabelCounts, Summary};
pub use error::BatchError;
pub(crate) use files::temporary_file;
pub use load::{Corpus, LoadedRun};
pub use merge::merge;
pub use part::{LeftOut, Mark, PartFile};
pub use run::{Batch, End, Progress, Watch, run};
pub use settings::{RUN_VERSION, RunFile, Settings, Shard};
