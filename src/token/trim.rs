//! Which pieces of a vocabulary are worth their row of an embedding, given how often each was seen.

use super::renumber::mentioned;
use super::{Tokenizer, TokenizerError};
use std::cmp::Reverse;
use std::collections::BTreeSet;
use thiserror::Error;

/// A vocabulary that is about to lose pieces: all is known but how often each piece is seen.
#[derive(Debug)]
pub struct Trim {
    /// Ids that stay whatever the counts, ascending: marks, and single characters of ASCII.
    always: Vec<u32>,
    /// Ids that compete for the places left, ascending.
    others: Vec<u32>,
    /// Places left for `others`.
    places: usize,
}

/// The pieces that stay: old ids, ascending. The place of an id in the list is the new id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept(Vec<u32>);

/// Why a vocabulary can't be trimmed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TrimError {
    /// Fewer pieces were asked for than stay in any case.
    #[error("{asked} pieces are too few: {always} stay in any case (marks such as [CLS], and single characters)")]
    TooFew {
        /// The number that was asked for.
        asked: usize,
        /// The number that stays in any case.
        always: usize,
    },
    /// A mark that an encoder needs is not in the vocabulary.
    #[error("the vocabulary lacks the piece {0:?}")]
    Lacks(&'static str),
    /// The file of the tokenizer is not sound.
    #[error(transparent)]
    Tokenizer(#[from] TokenizerError),
}

/// Marks that an encoder needs.
const NEEDED: [&str; 3] = ["[UNK]", "[CLS]", "[SEP]"];
/// Marks that stay if they are there.
const WELCOME: [&str; 2] = ["[PAD]", "[MASK]"];

impl Trim {
    /// Prepares to keep at most `most` pieces of the vocabulary of `tokenizer`.
    ///
    /// These stay in any case: `[PAD]`, `[UNK]`, `[CLS]`, `[SEP]`, `[MASK]`, every other piece that the tokenizer's file
    /// mentions by its id, and every ASCII character alone, as a word and as the continuation of one, so far as the
    /// vocabulary has them. The others compete, except for those that no English text is tokenized into: pieces with a
    /// character that is no Latin letter, digit, punctuation or common symbol, and longer ones with punctuation, such as
    /// `[unused1]`.
    ///
    /// # Errors
    /// A vocabulary with gaps or without a mark that an encoder needs; `most` below the number of pieces that stay anyway.
    pub fn new(tokenizer: &Tokenizer, most: usize) -> Result<Self, TrimError> {
        let vocabulary = tokenizer.vocabulary()?;
        Self::of(&vocabulary, mentioned(tokenizer.json(), vocabulary.len())?, most)
    }

    /// Like [`Trim::new`], from the pieces by id, with the `##` of a continuation, and the ids that stay.
    fn of(vocabulary: &[String], mut always: BTreeSet<u32>, most: usize) -> Result<Self, TrimError> {
        let ids = || (0u32..).zip(vocabulary);
        for mark in NEEDED {
            if !vocabulary.iter().any(|piece| piece == mark) {
                return Err(TrimError::Lacks(mark));
            }
        }
        let stays = |piece: &str| NEEDED.contains(&piece) || WELCOME.contains(&piece) || is_ascii_character(piece);
        always.extend(ids().filter(|(_, piece)| stays(piece)).map(|(id, _)| id));
        let Some(places) = most.checked_sub(always.len()) else {
            return Err(TrimError::TooFew { asked: most, always: always.len() });
        };
        let competes = |&(id, piece): &(u32, &String)| !always.contains(&id) && is_plain(piece);
        let others = ids().filter(competes).map(|(id, _)| id).collect();
        Ok(Self { always: always.into_iter().collect(), others, places })
    }

    /// Those that stay if piece `id` was seen `counts[id]` times: the commonest, and of equally common ones those with the
    /// smaller id, so that the result is always the same.
    pub fn choose(&self, counts: &[u64]) -> Kept {
        let count = |id: u32| counts.get(id as usize).copied().unwrap_or(0);
        let mut others = self.others.clone();
        others.sort_by_key(|&id| (Reverse(count(id)), id));
        Kept::new(others.into_iter().take(self.places).chain(self.always.iter().copied()))
    }
}

impl Kept {
    /// Keeps these ids of a vocabulary.
    pub fn new(ids: impl IntoIterator<Item = u32>) -> Self {
        Self(BTreeSet::from_iter(ids).into_iter().collect())
    }

    /// Old ids, ascending, in the order of the new ids.
    pub fn old_ids(&self) -> &[u32] {
        &self.0
    }

    /// The new id of a piece, if it stays.
    pub fn new_id(&self, old: u32) -> Option<u32> {
        self.0.binary_search(&old).ok().and_then(|new| u32::try_from(new).ok())
    }
}

/// The text of a piece without the mark of a continuation.
fn text(piece: &str) -> &str {
    piece.strip_prefix("##").filter(|rest| !rest.is_empty()).unwrap_or(piece)
}

fn is_ascii_character(piece: &str) -> bool {
    matches!(text(piece).as_bytes(), [byte] if byte.is_ascii_graphic())
}

/// Whether text in English may be tokenized into this piece.
fn is_plain(piece: &str) -> bool {
    let text = text(piece);
    // a punctuation sign is always a word of its own
    let in_one_word = text.chars().nth(1).is_none() || !text.contains(|c: char| c.is_ascii_punctuation());
    in_one_word && text.chars().all(is_plain_character)
}

/// Latin letters with and without accents, digits, punctuation and common symbols.
fn is_plain_character(c: char) -> bool {
    matches!(
        c,
        '!'..='~'
            | '\u{a1}'..='\u{24f}' // Latin-1 and Latin Extended-A and -B
            | '\u{1e00}'..='\u{1eff}' // Latin Extended Additional
            | '\u{2010}'..='\u{205e}' // dashes, quotes, bullets
            | '\u{2070}'..='\u{209c}' // superscripts and subscripts
            | '\u{20a0}'..='\u{20cf}' // currencies
            | '\u{2100}'..='\u{22ff}' // trade marks, fractions, arrows, mathematical signs
            | '\u{25a0}'..='\u{25ff}' // squares and circles, as bullets
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARKS: [&str; 5] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

    fn vocabulary(pieces: &[&str]) -> Vec<String> {
        MARKS.iter().chain(pieces).map(|piece| (*piece).to_owned()).collect()
    }

    /// The pieces that stay beside the marks, given pieces and how often they were seen.
    fn kept(seen: &[(&str, u64)], most: usize) -> Vec<String> {
        let (pieces, counts): (Vec<&str>, Vec<u64>) = seen.iter().copied().unzip();
        let vocabulary = vocabulary(&pieces);
        let counts: Vec<u64> = [0; MARKS.len()].into_iter().chain(counts).collect();
        let kept = Trim::of(&vocabulary, BTreeSet::new(), most).expect("a vocabulary").choose(&counts);
        let mut stay = kept.old_ids().iter().map(|&id| vocabulary[id as usize].clone());
        let marks: Vec<String> = stay.by_ref().take(MARKS.len()).collect();
        assert_eq!(marks, MARKS);
        stay.collect()
    }

    #[test]
    fn the_commonest_stay_in_the_order_of_their_ids() {
        let seen = [("rare", 1), ("the", 90), ("once", 1), ("##ing", 40), ("never", 0)];
        assert_eq!(kept(&seen, 7), ["the", "##ing"]);
        assert_eq!(kept(&seen, 8), ["rare", "the", "##ing"], "of equally common ones the first");
        assert_eq!(kept(&seen, 100), ["rare", "the", "once", "##ing", "never"]);
    }

    #[test]
    fn single_characters_of_ascii_stay_unseen() {
        let seen = [("the", 90), ("q", 0), ("##q", 0), ("7", 0), ("##", 0), ("#", 0), ("###", 0), ("é", 0)];
        assert_eq!(kept(&seen, 10), ["q", "##q", "7", "#", "###"]);
        assert_eq!(kept(&seen, 11), ["the", "q", "##q", "7", "#", "###"]);
    }

    #[test]
    fn what_english_is_not_made_of_goes() {
        let seen = [("京", 9), ("##д", 9), ("π", 9), ("[unused1]", 9), ("ﬁ", 9), ("a\u{301}b", 9)];
        assert!(kept(&seen, 100).is_empty());
        let seen = [("café", 0), ("##ø", 0), ("€", 0), ("£100", 0), ("co₂", 0), ("™", 0), ("“", 0), ("●", 0)];
        assert_eq!(kept(&seen, 100).len(), seen.len());
    }

    #[test]
    fn what_the_file_mentions_stays() {
        let vocabulary = vocabulary(&["a", "京", "the"]);
        let trim = Trim::of(&vocabulary, BTreeSet::from([6]), 7).expect("a vocabulary");
        let kept = trim.choose(&[9; 8]);
        assert_eq!(kept.old_ids(), [0, 1, 2, 3, 4, 5, 6]);
        assert_eq!((kept.new_id(6), kept.new_id(7)), (Some(6), None));
    }

    #[test]
    fn counts_of_another_vocabulary_do_no_harm() {
        let vocabulary = vocabulary(&["the", "of"]);
        let trim = Trim::of(&vocabulary, BTreeSet::new(), 6).expect("a vocabulary");
        assert_eq!(trim.choose(&[]).old_ids(), [0, 1, 2, 3, 4, 5]);
        assert_eq!(trim.choose(&[9; 100]).old_ids(), [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn what_can_not_be_trimmed_is_said() {
        let error = |vocabulary: &[String], most| Trim::of(vocabulary, BTreeSet::new(), most).unwrap_err().to_string();
        let whole = vocabulary(&["a", "the"]);
        assert!(error(&whole, 5).starts_with("5 pieces are too few: 6 stay in any case"));
        assert_eq!(error(&whole[..3], 5), "the vocabulary lacks the piece \"[SEP]\"");
        assert_eq!(error(&[], 5), "the vocabulary lacks the piece \"[UNK]\"");
    }
}
