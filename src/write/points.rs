//! Byte offsets to code points, as Python and R count.

/// Counts forward through one text. Offsets must not go back.
pub(super) struct CodePoints<'a> {
    text: &'a str,
    byte: usize,
    point: usize,
}

impl<'a> CodePoints<'a> {
    /// Starts at the beginning of `text`.
    pub fn new(text: &'a str) -> Self {
        Self { text, byte: 0, point: 0 }
    }

    /// How many code points stand before byte `offset`, a character boundary not before the last one asked for.
    pub fn at(&mut self, offset: usize) -> usize {
        self.point += self.text[self.byte..offset].chars().count();
        self.byte = offset;
        self.point
    }
}

/// How many code points stand before each byte of `text` and before its end, for offsets in any order.
pub(super) fn point_table(text: &str) -> Vec<usize> {
    let mut before = Vec::with_capacity(text.len() + 1);
    for (point, c) in text.chars().enumerate() {
        before.resize(before.len() + c.len_utf8(), point);
    }
    before.push(text.chars().count());
    before
}

#[cfg(test)]
mod tests {
    #[test]
    fn counts_characters() {
        let mut points = super::CodePoints::new("a\u{e9}\u{1f600}b");
        assert_eq!([0, 1, 3, 7, 8].map(|offset| points.at(offset)), [0, 1, 2, 3, 4]);
        let table = super::point_table("a\u{e9}\u{1f600}b");
        assert_eq!([0, 1, 3, 7, 8].map(|offset| table[offset]), [0, 1, 2, 3, 4]);
    }
}
