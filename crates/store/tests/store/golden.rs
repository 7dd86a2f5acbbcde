//! The stored form never changes by accident: golden files of every version ever written, and the round-trip law.
//!
//! A type without a golden file gets one with `UPDATE_GOLDEN=1`; a file that is there is never written again.

use crate::facts;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRunner};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use throughcare_domain::fact::{EVENT_TYPES, IdentityDetail};
use throughcare_store::codec::Codec;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden")
}

/// Every golden file: event type, version, content without the line's end.
fn golden_files() -> Vec<(String, u16, String)> {
    let mut files: Vec<_> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path
                .file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .strip_suffix(".json")
                .unwrap()
                .to_owned();
            let (event_type, version) = name.rsplit_once(".v").unwrap();
            let content = std::fs::read_to_string(&path).unwrap().trim_end().to_owned();
            (event_type.to_owned(), version.parse().unwrap(), content)
        })
        .collect();
    files.sort();
    files
}

#[test]
fn every_type_has_a_golden_file_of_every_version() {
    let codec = Codec::default();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        write_missing(&codec);
    }
    let there: BTreeSet<_> = golden_files()
        .into_iter()
        .map(|(name, version, _)| (name, version))
        .collect();
    let mut wanted: BTreeSet<_> = EVENT_TYPES
        .iter()
        .flat_map(|name| (1..=codec.current_version(name)).map(|version| ((*name).to_owned(), version)))
        .collect();
    wanted.insert(("identity-detail".into(), 1));
    assert_eq!(
        there, wanted,
        "run once with UPDATE_GOLDEN=1, read what it wrote, and commit it"
    );
}

#[test]
fn every_golden_file_reads_and_the_current_version_is_written_as_the_same_bytes() {
    let codec = Codec::default();
    for (name, version, content) in golden_files() {
        if name == "identity-detail" {
            let detail = codec.decode_identity(content.as_bytes()).unwrap();
            assert_eq!(
                String::from_utf8(codec.encode_identity(&detail).unwrap()).unwrap(),
                content
            );
            continue;
        }
        let fact = codec
            .decode(&name, version, content.as_bytes())
            .unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(fact.event_type(), name);
        if version == codec.current_version(&name) {
            assert_eq!(
                String::from_utf8(codec.encode(&fact).unwrap()).unwrap(),
                content,
                "{name}"
            );
        }
    }
}

#[test]
fn absent_identity_details_take_no_bytes() {
    assert_eq!(
        Codec::default()
            .encode_identity(&IdentityDetail::default())
            .unwrap(),
        b"{}"
    );
}

#[test]
fn the_strategies_cover_every_type() {
    let mut runner = TestRunner::deterministic();
    let made: Vec<_> = facts::each_type()
        .iter()
        .map(|strategy| strategy.new_tree(&mut runner).unwrap().current().event_type())
        .collect();
    let (made, wanted): (BTreeSet<_>, BTreeSet<_>) =
        (made.into_iter().collect(), EVENT_TYPES.iter().copied().collect());
    assert_eq!(made, wanted);
}

/// What is stored reads back as it was told, and is written as the same bytes again.
#[test]
fn every_fact_survives_storing() {
    let codec = Codec::default();
    for strategy in facts::each_type() {
        let mut runner = TestRunner::new(Config::with_cases(64));
        runner
            .run(&strategy, |fact| {
                let bytes = codec.encode(&fact).unwrap();
                let read = codec.decode(
                    fact.event_type(),
                    codec.current_version(fact.event_type()),
                    &bytes,
                );
                prop_assert_eq!(read.as_ref(), Ok(&fact));
                prop_assert_eq!(codec.encode(&fact).unwrap(), bytes);
                Ok(())
            })
            .unwrap();
    }
}

proptest! {
    #[test]
    fn every_identity_detail_survives_storing(detail in facts::identity()) {
        let codec = Codec::default();
        let bytes = codec.encode_identity(&detail).unwrap();
        prop_assert_eq!(codec.decode_identity(&bytes).unwrap(), detail);
    }

    #[test]
    fn no_bytes_panic(bytes in any::<Vec<u8>>(), at in 0..EVENT_TYPES.len(), version in 0u16..4) {
        let _ = Codec::default().decode(EVENT_TYPES[at], version, &bytes);
        let _ = Codec::default().decode_identity(&bytes);
    }
}

fn write_missing(codec: &Codec) {
    let mut runner = TestRunner::deterministic();
    for strategy in facts::each_type() {
        let fact = strategy.new_tree(&mut runner).unwrap().current();
        let version = codec.current_version(fact.event_type());
        let path = folder().join(format!("{}.v{version}.json", fact.event_type()));
        if !path.exists() {
            let mut bytes = codec.encode(&fact).unwrap();
            bytes.push(b'\n');
            std::fs::write(path, bytes).unwrap();
        }
    }
}
