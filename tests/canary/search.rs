//! Searching bytes for values, however they are written: in other cases, as UTF-16, as hexadecimal digits, in base64
//! at any place of a longer text, in an address.

use aho_corasick::AhoCorasick;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const BASE64: [&[u8; 64]; 2] = [
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
];

/// Finds any of some values.
pub struct Search {
    values: Vec<String>,
    patterns: AhoCorasick,
    /// The value of each pattern, and how it is written.
    of: Vec<(usize, &'static str)>,
}

impl Search {
    pub fn new(values: &[String]) -> Self {
        let (mut patterns, mut of) = (Vec::new(), Vec::new());
        for (at, value) in values.iter().enumerate() {
            for (how, bytes) in written(value) {
                assert!(
                    bytes.len() >= 6,
                    "{how} of a value is too short to be told from chance"
                );
                patterns.push(bytes);
                of.push((at, how));
            }
        }
        let patterns = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(patterns)
            .unwrap();
        Self {
            values: values.to_vec(),
            patterns,
            of,
        }
    }

    /// What is found, as `value (how it is written)`.
    pub fn within(&self, bytes: &[u8]) -> BTreeSet<String> {
        self.patterns
            .find_overlapping_iter(bytes)
            .map(|found| {
                let (value, how) = self.of[found.pattern().as_usize()];
                format!("{} ({how})", self.values[value])
            })
            .collect()
    }

    /// What is found in the files below a folder whose names fit, each with its file; and how many bytes were read.
    pub fn below(&self, folder: &Path, fits: &dyn Fn(&Path) -> bool) -> (BTreeSet<String>, u64) {
        let (mut found, mut read) = (BTreeSet::new(), 0);
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                let (in_it, bytes) = self.below(&path, fits);
                found.extend(in_it);
                read += bytes;
            } else if kind.is_file() && fits(&path) {
                // A file may go while the server is at work.
                let bytes = fs::read(&path).unwrap_or_default();
                read += bytes.len() as u64;
                let here = self.within(&bytes);
                found.extend(
                    here.into_iter()
                        .map(|what| format!("{what} in {}", path.display())),
                );
            }
        }
        (found, read)
    }
}

/// How a value may be written. Cases of ASCII letters are the search's; those of others are here.
fn written(value: &str) -> Vec<(&'static str, Vec<u8>)> {
    let mut all = Vec::new();
    for case in [value.to_owned(), value.to_lowercase(), value.to_uppercase()] {
        let utf16: Vec<u8> = case.encode_utf16().flat_map(u16::to_le_bytes).collect();
        all.extend([
            ("plain", case.as_bytes().to_vec()),
            ("hex", hex(case.as_bytes())),
            ("hex of UTF-16", hex(&utf16)),
            ("UTF-16", utf16),
            (
                "UTF-16, big end first",
                case.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            ),
            ("in an address", in_an_address(&case, "%20")),
            ("in a form", in_an_address(&case, "+")),
            ("escaped", escaped(&case)),
        ]);
        for alphabet in BASE64 {
            for before in 0..3 {
                all.push(("base64", base64(case.as_bytes(), before, alphabet)));
            }
        }
    }
    all
}

fn hex(bytes: &[u8]) -> Vec<u8> {
    bytes
        .iter()
        .flat_map(|byte| format!("{byte:02x}").into_bytes())
        .collect()
}

fn in_an_address(value: &str, space: &str) -> Vec<u8> {
    let one = |byte: u8| match byte {
        b' ' => space.to_owned(),
        byte if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    value.bytes().flat_map(|byte| one(byte).into_bytes()).collect()
}

fn escaped(value: &str) -> Vec<u8> {
    let one = |unit: u16| match u8::try_from(unit) {
        Ok(byte) if byte.is_ascii() => char::from(byte).to_string(),
        _ => format!("\\u{unit:04x}"),
    };
    value
        .encode_utf16()
        .flat_map(|unit| one(unit).into_bytes())
        .collect()
}

/// The characters that depend on these bytes alone when so many others stand before them.
fn base64(bytes: &[u8], before: usize, alphabet: &[u8; 64]) -> Vec<u8> {
    let bits: Vec<bool> = bytes
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1))
        .collect();
    let skipped = (6 - before * 8 % 6) % 6;
    bits[skipped..]
        .chunks_exact(6)
        .map(|six| alphabet[six.iter().fold(0, |value, bit| value << 1 | usize::from(*bit))])
        .collect()
}

/// The negative control of every search here: each way of writing is found wherever it stands, and chance is not.
#[test]
fn a_value_is_found_however_it_is_written() {
    let value = "Ó QuillMarrowby".to_owned();
    let search = Search::new(std::slice::from_ref(&value));
    for case in [value.clone(), value.to_lowercase(), value.to_uppercase()] {
        for before in 0..7 {
            let around = |inner: &[u8]| [&vec![b'x'; before][..], inner, b" and more"].concat();
            let text = around(case.as_bytes());
            let utf16: Vec<u8> = case.encode_utf16().flat_map(u16::to_le_bytes).collect();
            for planted in [
                text.clone(),
                hex(&text),
                around(&utf16),
                base64(&text, 0, BASE64[0]),
                base64(&text, 0, BASE64[1]),
                around(&in_an_address(&case, "%20")),
            ] {
                assert!(!search.within(&planted).is_empty(), "{case}, {before} before");
            }
        }
    }
    let (mut noise, mut state) = (Vec::new(), 1u64);
    while noise.len() < 1 << 20 {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        noise.extend_from_slice(&state.to_le_bytes()[4..]);
    }
    assert!(search.within(&noise).is_empty());
}
