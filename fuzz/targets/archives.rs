//! Tar and WARC files, as they are and compressed, and bodies of responses in all their packings.

#![no_main]

use claimtag_fuzz::{begin, pack, reading};
use libfuzzer_sys::fuzz_target;

const PAGE: &str =
    "<html><head><title>A quay</title></head><body><p>The quay was sold, and it is gone.</p></body></html>";

const WARC: &str = "WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 3\r\n\r\na:b\r\n\r\nWARC/1.1\r\nWARC-Type: \
    response\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Target-URI: <https://a.example/>\r\nWARC-Date: 2024-05-31T10:00:00Z\r\n\
    Content-Type: application/http;msgtype=response\r\nContent-Length: 92\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: \
    text/plain;charset=iso-8859-1\r\nX: y\r\n\r\nThe quay was sold. Gone!\r\n\r\n\r\n";

/// A stream of brotli that holds `text` as it is, of fewer than 65,536 bytes.
fn stored_brotli(text: &[u8]) -> Vec<u8> {
    let head = (text.len() as u32 - 1) << 4 | 1 << 20;
    [&head.to_le_bytes()[..3], text, &[3]].concat()
}

fn seeds() -> Vec<Vec<u8>> {
    let with = |how: u8, bytes: &[u8]| [&[how], bytes].concat();
    let warc = [pack::response(0, PAGE.as_bytes()), pack::response(1 | 1 << 1, PAGE.as_bytes())].concat();
    let mut all = vec![
        with(0x80, &pack::tar("d/a.txt", b"The quay was sold.\n")),
        with(
            0x84,
            &[
                &pack::tar("a.jsonl", b"{\"text\":\"x\"}\n{\"text\":\"y\"}\n")[..1024],
                &pack::tar("b.html", PAGE.as_bytes()),
            ]
            .concat(),
        ),
        with(0x01, WARC.as_bytes()),
        with(0x85, &warc),
        with(0x83, &pack::gzip(WARC.as_bytes())),
        with(0x03, &pack::zstd(&pack::tar("a.csv", b"text\nThe quay was sold.\n"))),
        with(0x72, &stored_brotli(PAGE.as_bytes())),
        with(0x56, &pack::gzip(PAGE.as_bytes())),
        with(0x62, &pack::zlib(PAGE.as_bytes())),
    ];
    all.extend((0..5).map(|coding| with(2 | (coding << 4) | ((coding & 1) << 3), PAGE.as_bytes())));
    all
}

// The two lowest bits choose: a tar with its checksums mended, a WARC file, the body of a response, or any file.
fuzz_target!(
    init: begin(seeds()),
    |input: &[u8]| {
        let Some((&how, bytes)) = input.split_first() else { return };
        let (options, twice) = (reading::options(true), how & 128 != 0);
        match how & 3 {
            0 => {
                let mut archive = bytes.to_vec();
                pack::mend_tar(&mut archive);
                reading::check("a.tar", pack::file(how >> 2, &archive), &options, twice);
            }
            1 => reading::check("a.warc", pack::file(how >> 2, bytes), &options, twice),
            2 => reading::check("a.warc", pack::response(how >> 3, bytes), &options, twice),
            _ => reading::check("stdin", bytes.to_vec(), &options, twice),
        }
    }
);
