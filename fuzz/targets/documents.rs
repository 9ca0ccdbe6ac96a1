//! Text, Markdown and web pages.

#![no_main]

use claimtag::types::Day;
use claimtag_fuzz::{begin, reading};
use libfuzzer_sys::fuzz_target;

const NAMES: [&str; 4] = ["a.txt", "a.md", "a.html", "stdin"];

const SEEDS: [(u8, &str); 5] = [
    (0b01000, "Glass plant to open\r\n\r\nThe plant near Varn will open in May. It makes glass.\n\n- one\n- two\n"),
    (
        0b01001,
        "---\ntitle: A *quay*\ndate: 2024-05-31\n---\n\n# Quay & pier\n\nThe **quay** was [sold](https://a.example \"x\") for \
         &pound;4&nbsp;m.[^1]\n\n> quoted `code` ~~gone~~\n\n| a | b |\n|---|:-:|\n| 1 | <b>2</b> |\n\n```\nno\n```\n\n[^1]: Note.\n\n![pier](p.png)\n",
    ),
    (
        0b11010,
        "<!DOCTYPE html><html lang=en><head><meta charset=\"utf-8\"><title>A quay - The Pier</title><meta \
         property=\"article:published_time\" content=\"2024-05-31T10:00:00Z\"><meta property=\"og:site_name\" content=\"The \
         Pier\"><link rel=canonical href=\"https://a.example/q\"><script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\
         \"headline\":\"A quay\",\"datePublished\":\"2024-05-31\"}</script></head><body><nav><a href=/>Home</a></nav><article>\
         <h1>A quay</h1><p>The quay was sold, and nobody in the town had known of it before the day on which it was gone.</p>\
         <p>It is the only one of its kind &amp; cost &#163;4&nbsp;m, as the owners, who have three more of them, said on \
         Monday.</p><table><tr><td>a<td>b</table><ul><li>x<li>y</ul></article><svg><path d=\"x\"/></svg><!-- c --></body></html>",
    ),
    (0b00011, "<p>The quay was sold.<br>It is <b>the only <i>one</b> of</i> its kind.</p><pre>a\n b</pre>"),
    (0b01111, "\u{feff}The quay was sold. Es war der einzige Kai, und niemand hat es gewusst.\n"),
];

fuzz_target!(
    init: begin(SEEDS.map(|(how, text)| [&[how], text.as_bytes()].concat())),
    |input: &[u8]| {
        let Some((&how, bytes)) = input.split_first() else { return };
        let mut options = reading::options(how & 4 == 0);
        if how & 16 != 0 {
            options.since = Day::parse("2024-01-01");
        }
        reading::check(NAMES[usize::from(how & 3)], bytes.to_vec(), &options, how & 8 != 0);
    }
);
