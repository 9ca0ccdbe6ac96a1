//! Which characters mean what at the edge of a sentence, and bounded ways to look at them.
//!
//! Two loops touch every byte of a text and ask about bytes; everything else asks about single characters.

/// Longest look-ahead or look-behind, in bytes, where a rule has to walk over a word or a token.
pub(super) const REACH: usize = 80;

/// White space of any kind, and characters that are as invisible as it.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200B}' | '\u{2060}' | '\u{FEFF}')
}

/// The character that starts at byte `at`.
pub(super) fn char_at(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

/// The character that ends before byte `at`.
pub(super) fn char_before(text: &str, at: usize) -> Option<char> {
    text.get(..at)?.chars().next_back()
}

/// The first byte at or after `at` that is not white space.
pub(super) fn skip_spaces(text: &str, mut at: usize) -> usize {
    while let Some(c) = char_at(text, at).filter(|&c| is_space(c)) {
        at += c.len_utf8();
    }
    at
}

/// The end of `start..end` without trailing white space; not before `start`.
pub(super) fn trim_end(text: &str, start: usize, mut end: usize) -> usize {
    while let Some(c) = char_before(text, end).filter(|&c| end > start && is_space(c)) {
        end -= c.len_utf8();
    }
    end
}

/// Whether the white space `start..end` is wider than one space, which flattened pages have between paragraphs.
pub(super) fn is_wide_gap(text: &str, start: usize, end: usize) -> bool {
    let gap = &text[start..end];
    !gap.contains(['\n', '\r']) && (gap.contains('\t') || gap.chars().take(2).count() == 2)
}

/// A bullet: a character that does nothing but open a list item, wherever it stands.
pub(super) fn is_bullet(c: char) -> bool {
    matches!(
        c,
        '•' | '‣'
            | '◦'
            | '▪'
            | '▫'
            | '■'
            | '□'
            | '●'
            | '⦁'
            | '○'
            | '►'
            | '▶'
            | '▸'
            | '➤'
            | '➢'
            | '❖'
            | '✓'
            | '✔'
            | '✅'
            | '⁃'
            | '\u{F0B7}'
            | '\u{F0A7}'
    )
}

/// A bracket or quotation mark that opens, and the Spanish marks that open a question.
pub(super) fn is_opener(c: char) -> bool {
    is_opening_bracket(c) || is_straight_quote(c) || is_opening_quote(c) || matches!(c, '¿' | '¡')
}

/// An opening bracket.
pub(super) fn is_opening_bracket(c: char) -> bool {
    matches!(c, '(' | '[' | '{' | '（' | '【' | '〔')
}

/// A quotation mark that only opens (in English; German closes with `“`, which [`super::scan`] allows for).
pub(super) fn is_opening_quote(c: char) -> bool {
    matches!(c, '“' | '‘' | '„' | '‚' | '«' | '‹' | '「' | '『' | '《' | '〈')
}

/// A quotation mark that looks the same at both ends.
pub(super) fn is_straight_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '`' | '＂')
}

/// What may follow the stop of a sentence and still belong to it: closing brackets and quotes, note signs, trademarks.
pub(super) fn is_closer(c: char) -> bool {
    is_closing_bracket(c)
        || matches!(c, '”' | '’' | '»' | '›' | '」' | '』' | '》' | '〉')
        || matches!(c, '†' | '‡' | '™' | '®' | '¹' | '²' | '³')
}

/// A closing bracket.
pub(super) fn is_closing_bracket(c: char) -> bool {
    matches!(c, ')' | ']' | '}' | '）' | '】' | '〕')
}

/// A dash of any length.
pub(super) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '–' | '—' | '―' | '−')
}

/// A full stop that needs no space after it.
pub(super) fn is_full_width_stop(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '｡' | '．')
}

/// A question or exclamation mark of any script.
pub(super) fn is_shout(c: char) -> bool {
    matches!(c, '?' | '!' | '‼' | '⁇' | '⁈' | '⁉' | '؟' | '‽')
}

/// A stop that reads like an English full stop: `.`, the danda of Indian scripts, the Urdu full stop.
pub(super) fn is_full_stop(c: char) -> bool {
    matches!(c, '.' | '।' | '॥' | '۔')
}

/// Whether [`super::scan`] has to look at a byte: an ASCII stop, or the first byte of any other stop or of a bullet.
/// `|` and not `||`: without branches it is done for many bytes at once.
pub(super) fn is_stop_byte(b: u8) -> bool {
    (b == b'.') | (b == b'?') | (b == b'!') | (b == 0xE2) | is_rare_stop_byte(b)
}

/// First bytes of Arabic, Indian, East Asian and private stops and bullets.
fn is_rare_stop_byte(b: u8) -> bool {
    (b == 0xD8) | (b == 0xDB) | (b == 0xE0) | (b == 0xE3) | (b == 0xEF)
}

/// Whether [`super::lines`] has to look at a byte: an ASCII line break, or the first byte of U+0085, U+2028 and U+2029.
pub(super) fn is_break_byte(b: u8) -> bool {
    (b.wrapping_sub(b'\n') <= b'\r' - b'\n') | (b == 0xC2) | (b == 0xE2)
}

/// The first index at or after `at` of a byte that `is` sought; the length of `bytes` where there is none.
///
/// Looks at 32 bytes at once without a branch, which the compiler turns into vector instructions.
pub(super) fn find_byte(bytes: &[u8], at: usize, is: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let mut skipped = 0;
    while let Some(chunk) = rest[skipped..].first_chunk::<32>() {
        if chunk.iter().fold(0, |found, &b| found | u8::from(is(b))) != 0 {
            break;
        }
        skipped += chunk.len();
    }
    let tail = &rest[skipped..];
    at + skipped + tail.iter().position(|&b| is(b)).unwrap_or(tail.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stop_and_bullet_starts_with_a_byte_of_the_table() {
        for c in (0..=0x1F9FF).filter_map(char::from_u32) {
            let sought = is_bullet(c) || is_full_width_stop(c) || is_shout(c) || is_full_stop(c) || c == '…';
            if sought {
                let mut buffer = [0; 4];
                let first = c.encode_utf8(&mut buffer).as_bytes()[0];
                assert!(is_stop_byte(first), "{c:?} would be overlooked");
            }
        }
    }

    #[test]
    fn wide_gaps() {
        assert!(is_wide_gap("a  b", 1, 3));
        assert!(is_wide_gap("a\tb", 1, 2));
        assert!(!is_wide_gap("a b", 1, 2));
        assert!(!is_wide_gap("a \n b", 1, 4), "a line break is no wide gap");
    }
}
