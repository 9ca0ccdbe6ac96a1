//! Reads an input to its end, and checks what comes of it.

use claimtag::read::{Event, Outcome, ReadOptions, Source, drafts, read};
use claimtag::segment::{Headline, segment};
use claimtag::types::{Article, Span};

/// The options of all targets: long articles are passed over, so that a bomb takes little time.
pub fn options(any_language: bool) -> ReadOptions {
    ReadOptions { any_language, max_article_bytes: 1 << 20, ..ReadOptions::default() }
}

/// Reads `bytes` as a file of that name. `twice`: also as a stream of events, of which as many must end a record.
pub fn check(name: &str, bytes: Vec<u8>, options: &ReadOptions, twice: bool) {
    check_source(Source::Memory { name: name.to_owned(), bytes: bytes.into() }, options, twice);
}

pub fn check_source(source: Source, options: &ReadOptions, twice: bool) {
    let sources = vec![source];
    let mut n = 0;
    for draft in drafts(sources.clone(), options.clone()) {
        n += 1;
        draft.fingerprint();
        match draft.finish(options).outcome {
            Outcome::Article(article) => check_article(&article),
            Outcome::Skipped(skipped) => assert!(!skipped.to_string().is_empty()),
            Outcome::Failed(failed) => assert!(!failed.to_string().is_empty()),
        }
    }
    assert!(n > 0, "nothing came of a file");
    if twice {
        let outcomes = read(sources, options.clone()).filter(|event| !matches!(event, Event::Notice(_))).count();
        assert_eq!(outcomes, n);
    }
}

fn check_article(article: &Article) {
    assert!(!article.id.is_empty());
    let visible = article.visible();
    assert!(!visible.trim().is_empty());
    article.day();
    let mut last = 0;
    for sentence in segment(visible, Headline::InText) {
        let Span { start, end } = article.source_span(sentence.span);
        assert!(article.text.get(start..end).is_some(), "{start}..{end} is not in the text");
        assert!(last <= start, "{start}..{end} goes back before {last}");
        last = start;
    }
}
