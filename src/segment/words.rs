//! Words whose presence next to a doubtful stop decides the doubt.
//!
//! All lists were put together while reading boundaries of press text; a test keeps them sorted for the binary search.

use super::chars::REACH;

/// Words that open sentences far more often than they follow an abbreviation inside one.
static STARTERS: &[&str] = &[
    "A",
    "About",
    "According",
    "Additionally",
    "After",
    "All",
    "Also",
    "Although",
    "Among",
    "An",
    "Analysts",
    "And",
    "Another",
    "Any",
    "As",
    "At",
    "Based",
    "Because",
    "Before",
    "Both",
    "But",
    "By",
    "Click",
    "Contact",
    "Copyright",
    "Despite",
    "Do",
    "During",
    "Each",
    "Earlier",
    "Every",
    "Find",
    "Following",
    "For",
    "Former",
    "Formerly",
    "Forward",
    "Founded",
    "From",
    "Further",
    "Furthermore",
    "Get",
    "He",
    "Headquartered",
    "Her",
    "Here",
    "His",
    "How",
    "However",
    "I",
    "If",
    "In",
    "Instead",
    "Investors",
    "Is",
    "It",
    "Its",
    "Join",
    "Last",
    "Later",
    "Learn",
    "Located",
    "Many",
    "Meanwhile",
    "More",
    "Moreover",
    "Most",
    "My",
    "Neither",
    "Nevertheless",
    "Next",
    "No",
    "Not",
    "Now",
    "Officials",
    "On",
    "Once",
    "One",
    "Only",
    "Or",
    "Other",
    "Others",
    "Our",
    "Please",
    "Read",
    "Revenue",
    "Revenues",
    "Sales",
    "See",
    "Several",
    "Shares",
    "She",
    "Should",
    "Since",
    "So",
    "Some",
    "Still",
    "Such",
    "That",
    "The",
    "Their",
    "Then",
    "There",
    "Therefore",
    "These",
    "They",
    "This",
    "Those",
    "Though",
    "Through",
    "Throughout",
    "Thus",
    "To",
    "Today",
    "Together",
    "Tomorrow",
    "Under",
    "Unless",
    "Unlike",
    "Until",
    "Using",
    "Visit",
    "Was",
    "We",
    "What",
    "When",
    "Where",
    "Whether",
    "Which",
    "While",
    "Who",
    "Why",
    "With",
    "Within",
    "Without",
    "Yesterday",
    "Yet",
    "You",
    "Your",
];

/// Verbs of speech that follow a quoted question: `"Why?" Ms Lee asked.`
static SPEECH: &[&str] = &[
    "added",
    "adds",
    "argued",
    "asked",
    "asks",
    "continued",
    "cried",
    "exclaimed",
    "explained",
    "joked",
    "laughed",
    "noted",
    "quipped",
    "replied",
    "said",
    "says",
    "shouted",
    "told",
    "wondered",
    "writes",
    "wrote",
];

/// Verbs that make the word before them a subject: after `Acme Inc.` a new sentence.
static AUXILIARIES: &[&str] = &[
    "aims", "are", "can", "could", "did", "does", "fell", "had", "has", "have", "is", "made", "makes", "may", "might",
    "must", "offers", "provides", "rose", "should", "was", "were", "will", "would",
];

/// Titles of people, which follow a company's name inside a sentence: `Acme Inc. Chairman Ann Lee`.
static ROLES: &[&str] = &[
    "Analyst",
    "CEO",
    "CFO",
    "COO",
    "CTO",
    "Chair",
    "Chairman",
    "Chairwoman",
    "Chief",
    "Co",
    "Counsel",
    "Director",
    "Executive",
    "Founder",
    "General",
    "Head",
    "Manager",
    "Managing",
    "Officer",
    "Partner",
    "President",
    "Principal",
    "Secretary",
    "Senior",
    "Spokesman",
    "Spokeswoman",
    "Treasurer",
    "Vice",
];

/// Days, months, time zones and what else follows `a.m.` inside a sentence.
static TIME_WORDS: &[&str] = &[
    "AEDT",
    "AEST",
    "Africa",
    "April",
    "Atlantic",
    "August",
    "BST",
    "Beijing",
    "CDT",
    "CEST",
    "CET",
    "CST",
    "CT",
    "Central",
    "December",
    "EDT",
    "EEST",
    "EET",
    "EST",
    "ET",
    "Eastern",
    "February",
    "Friday",
    "GMT",
    "Greenwich",
    "HKT",
    "Hong",
    "IST",
    "JST",
    "January",
    "July",
    "June",
    "KST",
    "London",
    "MDT",
    "MST",
    "MT",
    "March",
    "May",
    "Monday",
    "Mountain",
    "New",
    "November",
    "October",
    "PDT",
    "PST",
    "PT",
    "Pacific",
    "Paris",
    "SGT",
    "Saturday",
    "September",
    "Singapore",
    "Sunday",
    "Sydney",
    "Thursday",
    "Tokyo",
    "Tuesday",
    "UTC",
    "WIB",
    "Wednesday",
];

/// Names written with an exclamation or question mark.
static SHOUTED_NAMES: &[&str] = &["E", "Guess", "Jeopardy", "Joomla", "Kahoot", "Wham", "Yahoo", "Yum"];

/// Last parts of domain and file names.
static NAME_ENDINGS: &[&str] = &[
    "ai", "app", "biz", "ca", "co", "com", "csv", "de", "doc", "edu", "eu", "exe", "fm", "gov", "html", "info", "io",
    "jpg", "js", "me", "mobi", "net", "news", "online", "org", "pdf", "shop", "tech", "tv", "txt", "uk", "us", "xyz",
];

fn contains(list: &[&str], word: &str) -> bool {
    list.binary_search(&word).is_ok()
}

/// Whether `word` is one that typically opens a sentence; also in capitals (`THE`).
pub(super) fn is_starter(word: &str) -> bool {
    contains(STARTERS, word) || with_capital(word, |w| contains(STARTERS, w))
}

/// Calls `check` with `THE` written as `The`; false for words in other spelling.
fn with_capital(word: &str, check: impl Fn(&str) -> bool) -> bool {
    let mut letters = [0; 16];
    let Some(letters) = letters.get_mut(..word.len()).filter(|l| l.len() > 1) else {
        return false;
    };
    letters.copy_from_slice(word.as_bytes());
    letters[1..].make_ascii_lowercase();
    let in_capitals = word.bytes().all(|b| b.is_ascii_uppercase());
    in_capitals && std::str::from_utf8(letters).is_ok_and(check)
}

/// Whether `word` is a verb of speech.
pub(super) fn is_speech(word: &str) -> bool {
    contains(SPEECH, word)
}

/// Whether `word` makes a subject of what stands before it.
pub(super) fn is_auxiliary(word: &str) -> bool {
    contains(AUXILIARIES, word)
}

/// Whether `word` is a title that people hold in a company.
pub(super) fn is_role(word: &str) -> bool {
    contains(ROLES, word)
}

/// Whether `word` goes on with a time of the day.
pub(super) fn is_time_word(word: &str) -> bool {
    contains(TIME_WORDS, word)
}

/// Whether `word` is a name written with `!` or `?`.
pub(super) fn is_shouted_name(word: &str) -> bool {
    contains(SHOUTED_NAMES, word)
}

/// Whether `word` ends domain or file names, in any case.
pub(super) fn is_name_ending(word: &str) -> bool {
    NAME_ENDINGS.iter().any(|ending| ending.eq_ignore_ascii_case(word))
}

/// Whether `text` starts with a brand such as iPhone or eBay: lower case, then a capital within three letters.
pub(super) fn is_lower_case_brand(text: &str) -> bool {
    let mut chars = text.chars().take(4);
    chars.next().is_some_and(char::is_lowercase) && chars.find(|c| !c.is_lowercase()).is_some_and(char::is_uppercase)
}

/// Whether `text` starts with a URL, a `www.` name or an e-mail address.
pub(super) fn is_web_address(text: &str) -> bool {
    let bytes = text.as_bytes();
    let token = bytes.iter().take(REACH).take_while(|b| !b.is_ascii_whitespace()).count();
    let token = &bytes[..token];
    token.starts_with(b"www.") || token.starts_with(b"http") && token.contains(&b'/') || token.contains(&b'@')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted() {
        for list in [STARTERS, SPEECH, AUXILIARIES, ROLES, TIME_WORDS, SHOUTED_NAMES, NAME_ENDINGS] {
            let wrong = list.windows(2).find(|pair| pair[0] >= pair[1]);
            assert_eq!(wrong, None, "out of order");
        }
    }

    #[test]
    fn capitals_and_brands() {
        assert!(is_starter("The") && is_starter("THE") && !is_starter("tHE") && !is_starter("the"));
        assert!(is_lower_case_brand("iPhone") && is_lower_case_brand("eBay") && is_lower_case_brand("adiDas"));
        assert!(!is_lower_case_brand("phone") && !is_lower_case_brand("Phone"));
        assert!(is_web_address("www.x.org now") && is_web_address("a@b.c") && !is_web_address("httpd is"));
    }
}
