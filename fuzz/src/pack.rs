//! Inputs packed as their reader expects them: what is fuzzed is inside, where mutations of the packed bytes rarely get.

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use std::io::Write;

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::fast());
    writer.write_all(bytes).expect("memory takes all");
    writer.finish().expect("memory takes all")
}

pub fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut writer = ZlibEncoder::new(Vec::new(), Compression::fast());
    writer.write_all(bytes).expect("memory takes all");
    writer.finish().expect("memory takes all")
}

pub fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut writer = DeflateEncoder::new(Vec::new(), Compression::fast());
    writer.write_all(bytes).expect("memory takes all");
    writer.finish().expect("memory takes all")
}

pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(bytes, 1).expect("memory takes all")
}

/// A file as it is, or compressed; two bits say how.
pub fn file(how: u8, bytes: &[u8]) -> Vec<u8> {
    match how & 3 {
        1 => gzip(bytes),
        2 => zstd(bytes),
        _ => bytes.to_vec(),
    }
}

/// As a web server sends a body in chunks.
pub fn chunked(body: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    for chunk in body.chunks(1000) {
        all.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
        all.extend(chunk);
        all.extend(b"\r\n");
    }
    all.extend(b"0\r\n\r\n");
    all
}

/// A WARC file of one response with this body. The bits of `how` say how the body is packed, and whether a server said
/// so of bytes that are not.
pub fn response(how: u8, body: &[u8]) -> Vec<u8> {
    let (coding, body) = match how >> 1 & 7 {
        0 => ("identity", body.to_vec()),
        1 => ("gzip", gzip(body)),
        2 => ("deflate", deflate(body)),
        3 => ("deflate", zlib(body)),
        4 => ("zstd", zstd(body)),
        5 => ("gzip", body.to_vec()),
        6 => ("deflate", body.to_vec()),
        _ => ("br", body.to_vec()),
    };
    let (transfer, body) = if how & 1 == 0 { ("identity", body) } else { ("chunked", chunked(&body)) };
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Encoding: {coding}\r\n\
         Transfer-Encoding: {transfer}\r\n\r\n"
    );
    let length = head.len() + body.len();
    let record = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/\r\nWARC-Date: 2024-05-31T10:00:00Z\r\n\
         Content-Type: application/http; msgtype=response\r\nContent-Length: {length}\r\n\r\n{head}"
    );
    [record.as_bytes(), &body, b"\r\n\r\n"].concat()
}

/// A tar archive of one file.
pub fn tar(name: &str, content: &[u8]) -> Vec<u8> {
    let mut all = vec![0; 512];
    all[..name.len()].copy_from_slice(name.as_bytes());
    all[100..108].copy_from_slice(b"0000644\0");
    all[124..136].copy_from_slice(format!("{:011o}\0", content.len()).as_bytes());
    all[156] = b'0';
    all[257..265].copy_from_slice(b"ustar\x0000");
    all.extend(content);
    all.resize(all.len().next_multiple_of(512), 0);
    all.resize(all.len() + 1024, 0);
    mend_tar(&mut all);
    all
}

/// Sets the checksum of whatever looks like a header of a tar archive.
pub fn mend_tar(archive: &mut [u8]) {
    for block in archive.chunks_exact_mut(512).filter(|block| &block[257..262] == b"ustar") {
        block[148..156].fill(b' ');
        let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    }
}
