//! JSON lines and tables, as they are and compressed.

#![no_main]

use claimtag::read::{Fields, TextFormat};
use claimtag_fuzz::{begin, pack, reading};
use libfuzzer_sys::fuzz_target;

const NAMES: [&str; 4] = ["a.jsonl", "a.csv", "a.tsv", "stdin"];

const SEEDS: [(u8, &str); 6] = [
    (
        0x80,
        "{\"id\":1,\"title\":\"A quay\",\"date\":\"2024-05-31\",\"url\":\"https://a.example\",\"source\":{\"name\":\"The \
         Pier\"},\"text\":\"The quay was sold. \\u00a34 m.\"}\n\n{\"text\":\"<p>One <b>more</b>.</p>\"}\n{\"text\":null}\n[1]\n",
    ),
    (
        0x14,
        "{\"article\":{\"body\":[\"The quay\",\"was sold.\"],\"title\":\"T\"}}\r\n{\"article.body\":\"# One *more*\\n\\nText.\"}\r\n",
    ),
    (0x81, "id,headline,published,content\n1,A quay,31 May 2024,\"The quay was \"\"sold\"\".\nIt is gone.\"\n2,x,,y\n"),
    (0x29, "\u{feff}Titel;Text;Datum\r\nA;\"The quay; sold.\";31.05.2024\r\n"),
    (0x42, "text\ttitle\nThe quay was sold.\tA quay\n"),
    (0x88, "{\"text\":\"The quay was sold.\",\"timestamp\":1717150000}\n"),
];

// The bits of the first byte choose a name, how the file is compressed, which fields are mapped, and what a text is.
fuzz_target!(
    init: begin(SEEDS.map(|(how, text)| [&[how], text.as_bytes()].concat())),
    |input: &[u8]| {
        let Some((&how, bytes)) = input.split_first() else { return };
        let mut options = reading::options(true);
        if how & 16 != 0 {
            let named = |name: &str| Some(name.to_owned());
            options.fields = Fields { text: named("article.body"), title: named("article.title"), ..Fields::default() };
        }
        options.text_format = [None, Some(TextFormat::Plain), Some(TextFormat::Markdown), Some(TextFormat::Html)]
            [usize::from(how >> 5 & 3)];
        reading::check(NAMES[usize::from(how & 3)], pack::file(how >> 2, bytes), &options, how & 128 != 0);
    }
);
