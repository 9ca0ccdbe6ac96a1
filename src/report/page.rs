//! The page around the data.

use super::ReportError;
use super::index::Index;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use std::io::{self, Write};

/// The script of the page: its files in the order in which they build on each other, one scope together.
const SCRIPT: &str = concat!(
    "(() => {\n\"use strict\";\n",
    include_str!("page/dom.js"),
    include_str!("page/data.js"),
    include_str!("page/review.js"),
    include_str!("page/select.js"),
    include_str!("page/charts.js"),
    include_str!("page/overview.js"),
    include_str!("page/list.js"),
    include_str!("page/article.js"),
    include_str!("page/save.js"),
    include_str!("page/main.js"),
    "})();\n"
);
const STYLE: &str = include_str!("page/style.css");
const BODY: &str = include_str!("page/body.html");

/// Writes the page. The index stands before the script, which runs as soon as it is there; the texts come behind it.
pub(super) fn write(index: &Index<'_>, blocks: &[String], out: &mut dyn Write) -> Result<(), ReportError> {
    let json = serde_json::to_vec(index).map_err(io::Error::from)?;
    let title = html_escape::encode_text(index.title);
    write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'sha256-{script}'; \
         style-src 'sha256-{style}'; img-src data:; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"generator\" content=\"claimtag {version}\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{BODY}\n",
        script = checksum(SCRIPT),
        style = checksum(STYLE),
        version = env!("CARGO_PKG_VERSION"),
    )?;
    writeln!(out, "<script type=\"application/gzip\" id=\"index\">{}</script>", packed(&json)?)?;
    writeln!(out, "<script>{SCRIPT}</script>")?;
    for (i, block) in blocks.iter().enumerate() {
        writeln!(out, "<script type=\"application/gzip\" id=\"block-{i}\">{block}</script>")?;
    }
    writeln!(out, "</body>\n</html>")?;
    Ok(())
}

/// Data as the page unpacks them.
pub(super) fn packed(json: &[u8]) -> io::Result<String> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(json)?;
    Ok(BASE64_STANDARD.encode(gzip.finish()?))
}

/// As a content security policy names a script or style.
fn checksum(text: &str) -> String {
    BASE64_STANDARD.encode(Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_the_page_ends_its_script_or_style_or_leads_elsewhere() {
        for (text, end) in [(SCRIPT, "</script"), (STYLE, "</style")] {
            assert!(!text.to_lowercase().contains(end));
            assert!(!text.contains("<!--"));
        }
        for text in [SCRIPT, STYLE, BODY] {
            let addresses = text.match_indices("http").map(|(at, _)| &text[at..text.len().min(at + 40)]);
            let others: Vec<&str> = addresses.filter(|address| !address.starts_with("http://www.w3.org/")).collect();
            assert!(others.iter().all(|address| address.starts_with("https?:")), "{others:?}");
        }
    }
}
