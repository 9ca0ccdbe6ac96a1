//! Is an article English? The labels are learnt from English text, and mean nothing elsewhere.
//!
//! A wrong "no" loses an article, so only a clear one counts: too little text and doubtful cases pass as English.

use whatlang::Lang;

/// Letters of the visible text that are looked at.
const LETTERS: usize = 2000;
/// Fewer letters than this pass as English: a headline may be a list of names.
const FEWEST_LETTERS: usize = 100;
/// Words looked at by the quick check.
const WORDS: usize = 150;
/// One in so many of those words must be one of [`COMMON`]. See `read::language` in the commit for how it was measured.
const COMMON_SHARE: usize = 10;
/// Common English words that are not common words of another language (so neither "in" nor "an" nor "is").
const COMMON: [&str; 16] = [
    "the", "and", "of", "to", "for", "with", "that", "on", "its", "by", "are", "from", "has", "this", "was", "will",
];

/// The language of `text`, where it clearly is another one than English.
pub(super) fn other_than_english(text: &str) -> Option<&'static str> {
    if is_surely_english(text) {
        return None;
    }
    let start = first_letters(text)?;
    let found = whatlang::detect(start)?;
    (found.is_reliable() && found.lang() != Lang::Eng).then(|| found.lang().eng_name())
}

/// A count of function words, a hundred times as fast as the detector, which settles nearly all English articles.
fn is_surely_english(text: &str) -> bool {
    let (mut words, mut common) = (0, 0);
    let all = text.split(|c: char| !c.is_alphanumeric());
    for word in all.filter(|w| !w.is_empty()).take(WORDS) {
        words += 1;
        common += usize::from(COMMON.iter().any(|c| word.eq_ignore_ascii_case(c)));
    }
    words > 0 && common * COMMON_SHARE >= words
}

/// The beginning of `text` with [`LETTERS`] letters, or `None` where it has too few to tell.
fn first_letters(text: &str) -> Option<&str> {
    let mut letters = text.char_indices().filter(|(_, c)| c.is_alphabetic());
    let (enough, _) = letters.nth(FEWEST_LETTERS - 1)?;
    let end = letters.nth(LETTERS - FEWEST_LETTERS).map_or(text.len(), |(i, _)| i);
    debug_assert!(end > enough);
    Some(&text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FRENCH: &str = "La société a annoncé mardi la nomination d'une nouvelle directrice générale, qui prendra ses \
        fonctions au mois de septembre. Elle remplace le fondateur, parti à la retraite au printemps dernier.";
    const ENGLISH: &str = "The company named a new chief executive on Tuesday, who will take up the post in September. \
        She follows the founder, who retired in spring after twenty years.";

    #[test]
    fn clear_cases() {
        assert_eq!(other_than_english(FRENCH), Some("French"));
        assert_eq!(other_than_english(ENGLISH), None);
        let russian = "Компания объявила во вторник о назначении нового генерального директора, который приступит к \
            работе в сентябре. Основатель ушёл на пенсию весной.";
        assert_eq!(other_than_english(russian), Some("Russian"));
    }

    #[test]
    fn short_and_empty_texts_pass() {
        for text in ["", "¡Hola!", "Les Misérables", "123 456", "\u{fffd}"] {
            assert_eq!(other_than_english(text), None, "{text}");
        }
    }

    #[test]
    fn lists_of_names_and_figures_pass() {
        let table = "Revenue 2024 2023 Total 12.5 11.9 EBITDA 3.1 2.8 Net income 1.9 1.7 ".repeat(20);
        assert_eq!(other_than_english(&table), None);
    }

    #[test]
    fn only_the_beginning_counts() {
        let mixed = format!("{}{ENGLISH}", FRENCH.repeat(20));
        assert_eq!(other_than_english(&mixed), Some("French"));
    }

    proptest! {
        #[test]
        fn any_text_gets_an_answer(text in "\\PC{0,3000}") {
            other_than_english(&text);
        }
    }
}
