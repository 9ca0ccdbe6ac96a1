//! The articles of a part and their clusters, so that a run that goes on knows what came before.
//!
//! `state/part-00000.sketches`, version 1: the line `claimtag sketches 1`, then for each article in order, numbers little-endian:
//!
//! | bytes | meaning |
//! |---|---|
//! | 8 | number of the article in the corpus |
//! | 8 | its cluster: the number of the article that it is a near-duplicate of, or its own |
//! | 1 per 8 labels | the labels that its sentences were given, label 0 in the lowest bit |
//! | 1 | whether a sketch follows: 1 for the first article of a cluster, in a shard for every one with words |
//! | 64 | the sketch, if so |

use super::tally::Labels;
use crate::duplicate::Sketch;

const MAGIC: &[u8] = b"claimtag sketches 1\n";

/// An article of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sketched {
    pub article: u64,
    pub cluster: u64,
    pub labels: Labels,
    /// Of the first article of a cluster, in a shard of every article; unless it has no words.
    pub sketch: Option<Sketch>,
}

impl Sketched {
    /// The sketch of the first article of a cluster.
    pub fn leader(&self) -> Option<(u64, Sketch)> {
        self.sketch.filter(|_| self.article == self.cluster).map(|sketch| (self.article, sketch))
    }
}

pub(super) fn to_bytes(articles: &[Sketched]) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    for Sketched { article, cluster, labels, sketch } in articles {
        bytes.extend(article.to_le_bytes());
        bytes.extend(cluster.to_le_bytes());
        bytes.extend(&labels.0);
        bytes.push(u8::from(sketch.is_some()));
        bytes.extend(sketch.iter().flat_map(|sketch| sketch.0));
    }
    bytes
}

/// Reads what [`to_bytes`] wrote for so many labels; else what is wrong.
pub(super) fn from_bytes(bytes: &[u8], n_labels: usize) -> Result<Vec<Sketched>, &'static str> {
    let mut rest = bytes.strip_prefix(MAGIC).ok_or("not sketches of version 1")?;
    let mut articles = Vec::new();
    while !rest.is_empty() {
        let article = next(&mut rest, Labels::bytes(n_labels)).ok_or("cut off")?;
        if article.labels.iter().any(|label| label >= n_labels) {
            return Err("a label that there is not");
        }
        articles.push(article);
    }
    Ok(articles)
}

fn next(rest: &mut &[u8], label_bytes: usize) -> Option<Sketched> {
    let article = u64::from_le_bytes(*take_array(rest)?);
    let cluster = u64::from_le_bytes(*take_array(rest)?);
    let (labels, after) = rest.split_at_checked(label_bytes)?;
    *rest = after;
    let sketch = match take_array::<1>(rest)? {
        [0] => None,
        _ => Some(Sketch(*take_array(rest)?)),
    };
    Some(Sketched { article, cluster, labels: Labels(labels.to_vec()), sketch })
}

fn take_array<'a, const N: usize>(rest: &mut &'a [u8]) -> Option<&'a [u8; N]> {
    let (taken, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(taken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_written_is_read() {
        let mut labels = Labels::none(9);
        labels.insert(8);
        let articles = [
            Sketched { article: 4, cluster: 4, labels: labels.clone(), sketch: Sketch::of("Three words here.") },
            Sketched { article: 1 << 40, cluster: 4, labels, sketch: None },
        ];
        let bytes = to_bytes(&articles);
        assert_eq!(from_bytes(&bytes, 9).unwrap(), articles);
        assert_eq!(from_bytes(&bytes[..bytes.len() - 1], 9), Err("cut off"));
        assert_eq!(from_bytes(b"claimtag sketches 2\n", 9), Err("not sketches of version 1"));
    }

    #[test]
    fn labels_that_there_are_not_are_refused() {
        let mut labels = Labels::none(9);
        labels.insert(9);
        let bytes = to_bytes(&[Sketched { article: 0, cluster: 0, labels, sketch: None }]);
        assert!(from_bytes(&bytes, 10).is_ok());
        assert_eq!(from_bytes(&bytes, 9), Err("a label that there is not"));
    }

    proptest! {
        #[test]
        fn any_bytes_get_an_answer(bytes: Vec<u8>, n_labels in 1..20usize) {
            let _ = from_bytes(&[MAGIC, &bytes].concat(), n_labels);
        }
    }
}
