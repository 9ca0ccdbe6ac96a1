//! The label set of a model or a data set: names in a fixed order.

use thiserror::Error;

/// Distinct label names in a fixed order; everything else refers to a label by its index here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelSet(Vec<String>);

/// Why names do not make a label set.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LabelError {
    /// No name at all.
    #[error("a label set needs at least one label")]
    Empty,
    /// A name without a visible character, or with a control character or a line break.
    #[error("{0:?} is not a label name (it needs visible characters and no control characters)")]
    BadName(String),
    /// One name twice.
    #[error("label {0:?} stands twice in the label set")]
    Twice(String),
    /// More labels than [`LabelSet::MAX`].
    #[error("{0} labels are more than the {max} supported", max = LabelSet::MAX)]
    TooMany(usize),
}

impl LabelSet {
    /// The most labels a set may have.
    pub const MAX: usize = 1000;

    /// A set of these names in this order.
    pub fn new<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Result<Self, LabelError> {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        if names.is_empty() {
            return Err(LabelError::Empty);
        }
        if names.len() > Self::MAX {
            return Err(LabelError::TooMany(names.len()));
        }
        for (i, name) in names.iter().enumerate() {
            if name.trim().is_empty() || name.trim() != name || name.chars().any(char::is_control) {
                return Err(LabelError::BadName(name.clone()));
            }
            if names[..i].contains(name) {
                return Err(LabelError::Twice(name.clone()));
            }
        }
        Ok(Self(names))
    }

    /// How many labels there are; never 0.
    #[allow(clippy::len_without_is_empty)] // a label set is never empty
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The names in order.
    pub fn names(&self) -> &[String] {
        &self.0
    }

    /// The index of `name`.
    pub fn index(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|n| n == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_lookup() {
        let set = LabelSet::new(["b", "a"]).unwrap();
        assert_eq!(set.index("a"), Some(1));
        assert_eq!(set.index("c"), None);
        assert_eq!(set.len(), 2);
    }

    #[test]
    fn bad_sets_are_named() {
        assert_eq!(LabelSet::new(Vec::<String>::new()), Err(LabelError::Empty));
        assert_eq!(
            LabelSet::new(["a", "b", "a"]).unwrap_err().to_string(),
            "label \"a\" stands twice in the label set"
        );
        assert!(matches!(LabelSet::new([" a"]), Err(LabelError::BadName(_))));
        assert!(matches!(LabelSet::new([""]), Err(LabelError::BadName(_))));
    }
}
