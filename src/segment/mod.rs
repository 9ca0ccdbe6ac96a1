//! Splits a text into sentences: text in, spans out.
//!
//! Every later stage judges one sentence at a time, so a wrong boundary is an error that nothing downstream can repair.
//! The work goes in one direction, a file for each step:
//!
//! 1. `lines`: the text becomes lines without their list, quote, heading and table signs (`markup`).
//! 2. `wrap`: lines that an old system broke at a fixed column are joined again; every other line is a block.
//! 3. `scan`: inside a block, a single pass stops at whatever could end a sentence.
//! 4. `boundary` decides about one such place from its context (`context`), `glued` where no space follows; both with
//!    the tables of `abbreviations` and `words` and the classes of `chars`.
//! 5. `part`: headline, lead or body.
//!
//! Each step is linear in the text. Look-behind and look-ahead are bounded by constants, or what they read is consumed.

mod abbreviations;
mod boundary;
mod chars;
mod context;
mod glued;
mod lines;
mod markup;
mod part;
mod scan;
mod words;
mod wrap;

#[cfg(test)]
mod cases;
#[cfg(test)]
mod properties;

use crate::types::Sentence;

/// Where the headline of the text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Headline {
    /// The first line of the text may be the headline.
    InText,
    /// The article has a title field of its own, so no sentence of the text is a headline.
    Elsewhere,
}

/// Splits a text into sentences.
///
/// A heading, a list item, a caption and a row of a table count as sentences. The spans are in order, do not overlap,
/// lie on character boundaries, start and end with something visible; between them stand only white space and markup
/// signs (list bullets and numbers, `>`, `#`, `|`, rules such as `---`). Takes any text, in time linear to its length.
pub fn segment(text: &str, headline: Headline) -> Vec<Sentence> {
    let blocks = wrap::blocks(text, &lines::lines(text));
    let mut parts = part::Parts::new(headline, blocks.len());
    // Measured on press text: one sentence in about 150 bytes.
    let mut sentences = Vec::with_capacity(text.len() / 128 + blocks.len());
    for block in &blocks {
        let part = parts.next(text, block);
        let first = sentences.len();
        scan::scan(text, block.span, part, &mut sentences);
        part::end_lead_at_wide_gap(text, &mut sentences[first..]);
    }
    sentences
}
