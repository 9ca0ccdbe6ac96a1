//! The day on which an article came out.
//!
//! Articles carry their date as it was found; a [`Day`] is what can be compared.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A day of the calendar, from the year 1500 to 9999. Shows as `2024-05-01`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    year: u16,
    month: u8,
    day: u8,
}

/// A text that [`Day::parse`] can't read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("not a date that can be read without doubt (write it as 2024-05-01, 20240501, 1 May 2024 or May 1, 2024)")]
pub struct DayError;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/// Earlier years are likelier to be a time or a zone.
const FIRST_YEAR: u16 = 1500;
const SECONDS_PER_DAY: i64 = 86_400;

impl Day {
    /// A day that exists.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let exists = (FIRST_YEAR..=9999).contains(&year) && day >= 1 && day <= days_of(year, month)?;
        exists.then_some(Self { year, month, day })
    }

    /// The day that is so many days after 1 January 1970.
    pub fn from_unix_days(days: i64) -> Option<Self> {
        // Years that begin in March end in the leap day, so that months have fixed places in them; 400 years have a fixed
        // length, so that counting from a year that 400 divides needs no case for any of the rules.
        let shifted = days.checked_add(719_468)?;
        let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = era.checked_mul(400)?.checked_add(year_of_era + i64::from(month <= 2))?;
        Self::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?)
    }

    /// The day (UTC) that is so many seconds after the beginning of 1970.
    pub fn from_unix_seconds(seconds: i64) -> Option<Self> {
        Self::from_unix_days(seconds.div_euclid(SECONDS_PER_DAY))
    }

    /// The day that a text names, as collections of articles write it:
    ///
    /// - `2024-05-01`, `2024/05/01`, `2024.5.1`, `20240501`, each also with a time after it
    /// - `Wed, 01 May 2024 10:00:00 GMT`, `1 May 2024`, `May 1, 2024`, `Wed May 01 10:00:00 +0000 2024`
    /// - digits alone: seconds since 1970 (10 of them), or thousandths, millionths and billionths (13, 16, 19)
    ///
    /// The day is the one that is written, in whatever time zone that was. `05/01/2024` is `None`: half of the world reads
    /// it as 1 May and the other half as 5 January, and a wrong day is worse than none.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        Self::of_digits(text).or_else(|| Self::of_iso(text)).or_else(|| Self::of_words(text))
    }

    /// Digits alone, maybe with a fraction of a second.
    fn of_digits(text: &str) -> Option<Self> {
        let whole = text.split_once('.').filter(|(_, fraction)| is_number(fraction)).map_or(text, |(whole, _)| whole);
        if !is_number(whole) {
            return None;
        }
        let number: i64 = whole.parse().ok()?;
        match whole.len() {
            8 => Self::of_compact(whole),
            14 => Self::of_compact(&whole[..8]),
            10 => Self::from_unix_seconds(number),
            13 => Self::from_unix_seconds(number / 1_000),
            16 => Self::from_unix_seconds(number / 1_000_000),
            19 => Self::from_unix_seconds(number / 1_000_000_000),
            _ => None,
        }
    }

    /// `20240501`.
    fn of_compact(digits: &str) -> Option<Self> {
        let part = |range: std::ops::Range<usize>| digits.get(range);
        Self::new(part(0..4)?.parse().ok()?, part(4..6)?.parse().ok()?, part(6..8)?.parse().ok()?)
    }

    /// `2024-05-01` and the like, and what may follow.
    fn of_iso(text: &str) -> Option<Self> {
        let end = text.find(|c: char| !c.is_ascii_digit() && !"-/.".contains(c)).unwrap_or(text.len());
        let (date, after) = text.split_at(end);
        if !(after.is_empty() || after.starts_with(['T', 't', ' ', 'Z', '+', ','])) {
            return None;
        }
        if date.len() == 8 && is_number(date) {
            return Self::of_compact(date);
        }
        let separator = date.chars().find(|c| !c.is_ascii_digit())?;
        let mut parts = date.split(separator);
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let fits = year.len() == 4 && (1..=2).contains(&month.len()) && (1..=2).contains(&day.len());
        // a zone without a time in between, as in XML
        let ends = parts.next().is_none();
        (fits && ends).then(|| Self::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?))?
    }

    /// With the month in letters.
    fn of_words(text: &str) -> Option<Self> {
        let mut words = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).peekable();
        words.next_if(|word| name(word, &WEEKDAYS).is_some());
        let (first, second) = (words.next()?, words.next()?);
        let (month, day) = match (name(first, &MONTHS), name(second, &MONTHS)) {
            (Some(month), _) => (month, second),
            (None, Some(month)) => (month, first),
            (None, None) => return None,
        };
        let day = day.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        // a time may stand before the year
        let year = words.find(|w| w.len() == 4 && w.parse().is_ok_and(|y: u16| y >= FIRST_YEAR))?;
        Self::new(year.parse().ok()?, month, day.parse().ok()?)
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Which of `names` a word is, from 1: whole, or shortened to three letters or more.
fn name(word: &str, names: &[&str]) -> Option<u8> {
    let found = (word.len() >= 3).then(|| {
        names.iter().position(|n| n.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)))
    })?;
    u8::try_from(found? + 1).ok()
}

/// How many days a month has.
fn days_of(year: u16, month: u8) -> Option<u8> {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => Some(28 + u8::from(is_leap)),
        4 | 6 | 9 | 11 => Some(30),
        1..=12 => Some(31),
        _ => None,
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Day {
    type Err = DayError;

    fn from_str(text: &str) -> Result<Self, DayError> {
        Self::parse(text).ok_or(DayError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parsed(text: &str) -> Option<String> {
        Day::parse(text).map(|day| day.to_string())
    }

    #[test]
    fn dates_of_collections_are_read() {
        let first_of_may = [
            "2024-05-01",
            " 2024-05-01\n",
            "2024-05-01T23:59:59.123+02:00",
            "2024-05-01 10:00:00",
            "2024-05-01Z",
            "2024/05/01",
            "2024/5/1",
            "2024.05.01",
            "20240501",
            "20240501T100000Z",
            "20240501100000",
            "1714550400",
            "1714550400.25",
            "1714550400000",
            "1714550400000000",
            "1714550400000000000",
            "Wed, 01 May 2024 10:00:00 GMT",
            "1 May 2024",
            "May 1, 2024",
            "MAY 1st, 2024 at 10:00 AM",
            "Wednesday, May 1, 2024",
            "01-May-2024",
            "Wed May 01 10:00:00 +0000 2024",
            "Wed May  1 10:00:00 2024",
        ];
        for text in first_of_may {
            assert_eq!(parsed(text).as_deref(), Some("2024-05-01"), "{text}");
        }
        assert_eq!(parsed("29 Feb. 2024").as_deref(), Some("2024-02-29"));
        assert_eq!(parsed("Sept 9, 1999").as_deref(), Some("1999-09-09"));
    }

    #[test]
    fn doubtful_and_impossible_dates_are_not() {
        let none = [
            "",
            "05/01/2024",
            "01.05.2024",
            "2024",
            "2024-05",
            "May 2024",
            "yesterday",
            "2023-02-29",
            "2024-13-01",
            "2024-00-10",
            "2024-05-32",
            "20241301",
            "2024-05/01",
            "2024-05-01-02",
            "2024-05-01x",
            "1 Ma 2024",
            "0001-01-01",
            "12345678901234567890123",
            "9999999999999999999",
            "1 May 24",
            "0 May 2024",
        ];
        for text in none {
            assert_eq!(parsed(text), None, "{text}");
        }
    }

    #[test]
    fn a_wrong_date_comes_with_examples() {
        let message = "05/01/2024".parse::<Day>().unwrap_err().to_string();
        assert_eq!(
            message,
            "not a date that can be read without doubt (write it as 2024-05-01, 20240501, 1 May 2024 or May 1, 2024)"
        );
    }

    #[test]
    fn days_are_counted_over_leap_years() {
        let day = |days| Day::from_unix_days(days).unwrap().to_string();
        assert_eq!((day(0), day(-1)), ("1970-01-01".into(), "1969-12-31".into()));
        assert_eq!((day(11_016), day(11_017)), ("2000-02-29".into(), "2000-03-01".into()));
        assert_eq!((Day::from_unix_days(i64::MAX), Day::from_unix_days(i64::MIN)), (None, None));
        let mut last = Day::from_unix_days(-150_000).unwrap();
        for days in -149_999..200_000 {
            let next = Day::from_unix_days(days).unwrap();
            let follows = (next.year, next.month) == (last.year, last.month) && next.day == last.day + 1;
            assert!(follows || next.day == 1 && last.day == days_of(last.year, last.month).unwrap(), "{last} {next}");
            last = next;
        }
    }

    proptest! {
        #[test]
        fn any_text_gets_an_answer(text in "\\PC{0,40}") {
            Day::parse(&text);
        }

        #[test]
        fn what_looks_like_a_date_gets_an_answer(text in "[0-9a-zMay:/,. +TZ-]{0,30}") {
            Day::parse(&text);
        }

        #[test]
        fn what_is_shown_is_read(days in -150_000i64..2_000_000) {
            let day = Day::from_unix_days(days);
            prop_assert_eq!(day.and_then(|d| Day::parse(&d.to_string())), day);
        }
    }
}
