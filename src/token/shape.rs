//! What a word looks like before the tokenizer lower-cases it: names and figures carry claims.

/// How a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shape {
    /// Starts with a capital letter.
    Capital,
    /// Starts with a digit.
    Number,
    /// Anything else: lower-case words, punctuation, symbols.
    Plain,
}

impl Shape {
    /// The shape of `word`, as written in the sentence.
    pub fn of(word: &str) -> Self {
        match word.chars().next() {
            Some(c) if c.is_uppercase() => Shape::Capital,
            Some(c) if c.is_numeric() => Shape::Number,
            _ => Shape::Plain,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes() {
        for (word, shape) in [
            ("Oslo", Shape::Capital),
            ("Élan", Shape::Capital),
            ("iPhone", Shape::Plain),
            ("13", Shape::Number),
            ("3rd", Shape::Number),
            ("$", Shape::Plain),
            ("", Shape::Plain),
        ] {
            assert_eq!(Shape::of(word), shape, "{word:?}");
        }
    }
}
