//! The linear tier as a member of the `linfa` family: `cargo run --example linfa`.

use claimtag::feature::SparseRows;
use claimtag::linear::{LinearError, LinearModel, LinearParams, Targets};
use claimtag::types::Prob;
use linfa::DatasetBase;
use linfa::traits::{Fit, Predict};

fn main() -> Result<(), LinearError> {
    // Four rows, three features; two labels, the second unknown of the last row.
    let mut rows = SparseRows::new(3);
    rows.push([(0, 1.0)]);
    rows.push([(0, 0.5), (1, 1.0)]);
    rows.push([(1, 1.0), (2, 0.5)]);
    rows.push([(2, 1.0)]);
    let (yes, no) = (Some(Prob::clamped(1.0)), Some(Prob::clamped(0.0)));
    let targets = Targets::from(vec![[yes, no], [yes, yes], [no, yes], [no, None]]);
    let model: LinearModel = LinearParams::new(10.0).fit(&DatasetBase::new(rows.clone(), targets))?;
    println!("logits, a row per sentence and a column per label:\n{:.2}", model.predict(&rows));
    Ok(())
}
