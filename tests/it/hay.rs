//! A little world to train on: three labels, as many rows as a test asks for.

use std::fmt::Write;

/// Rows of JSON lines about weather, sport and music, some of them two at once; every seventh says nothing.
pub fn rows(n: usize) -> String {
    const PLACES: [&str; 7] =
        ["Norvik", "the coast", "Upper Senn", "our valley", "Port Aldo", "the capital", "Brisk Hill"];
    const WEATHER: [&str; 5] =
        ["rain fell on", "a storm hit", "snow covered", "the sun burnt", "hail and wind battered"];
    const SPORT: [&str; 5] = [
        "the team won in",
        "a goal late in the match decided it in",
        "runners raced through",
        "the coach left",
        "fans cheered in",
    ];
    const MUSIC: [&str; 5] = [
        "the choir sang in",
        "a band toured",
        "the orchestra opened in",
        "an old song was heard in",
        "drummers met in",
    ];
    const PLAIN: [&str; 4] =
        ["the council met in", "bread is baked in", "the bridge was painted in", "nobody lives in"];
    let mut rows = String::new();
    for i in 0..n {
        let place = PLACES[i % 7];
        let pick = |list: &[&str]| list[(i / 7) % list.len()].to_owned();
        let (text, labels) = match i % 7 {
            0 | 4 => (pick(&WEATHER), "\"weather\""),
            1 | 5 => (pick(&SPORT), "\"sport\""),
            2 => (pick(&MUSIC), "\"music\""),
            3 => (format!("{} {place} while {}", pick(&WEATHER), pick(&SPORT)), "\"sport\", \"weather\""),
            _ => (pick(&PLAIN), ""),
        };
        let day = i * 37 % 365;
        writeln!(
            rows,
            "{{\"text\": \"On day {day} {text} {place}.\", \"labels\": [{labels}], \"doc\": \"d{}\"}}",
            i / 3
        )
        .expect("writing to a string");
    }
    rows
}

/// An article about nothing in particular.
pub const ARTICLE: &str =
    "Quiet week in Norvik\n\nNorvik slept. The baker, Mr. Ulf Tarn, opened at 5 a.m. as ever.\n\nNobody came.\n";
