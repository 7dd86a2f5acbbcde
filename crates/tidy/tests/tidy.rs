//! The house rules that a reader relies on, held by tests.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What each crate may build on. Imports run one way: binary, http, app, store, domain.
const MAY_USE: &[(&str, &[&str])] = &[
    ("throughcare-domain", &[]),
    ("throughcare-charts", &["throughcare-domain"]),
    ("throughcare-county", &["throughcare-domain"]),
    ("embedded-postgres", &[]),
    ("throughcare-proof", &[]),
    ("throughcare-store", &["throughcare-domain", "throughcare-proof"]),
    (
        "throughcare-app",
        &["throughcare-domain", "throughcare-proof", "throughcare-store"],
    ),
    (
        "throughcare-http",
        &[
            "throughcare-domain",
            "throughcare-charts",
            "throughcare-proof",
            "throughcare-app",
        ],
    ),
    (
        "throughcare-testkit",
        &["throughcare-domain", "throughcare-store", "embedded-postgres"],
    ),
    (
        "throughcare",
        &[
            "throughcare-domain",
            "throughcare-charts",
            "throughcare-proof",
            "throughcare-store",
            "throughcare-app",
            "throughcare-http",
            "throughcare-county",
            "embedded-postgres",
        ],
    ),
    (
        "torture",
        &[
            "throughcare-domain",
            "throughcare-proof",
            "throughcare-store",
            "throughcare-app",
            "throughcare-http",
            "throughcare-county",
            "throughcare-testkit",
            "embedded-postgres",
        ],
    ),
    ("bench-load", &[]),
    (
        "bench",
        &[
            "bench-load",
            "throughcare-domain",
            "throughcare-store",
            "throughcare-http",
            "embedded-postgres",
        ],
    ),
    ("tidy", &[]),
];

/// What a crate must not build on, because another crate is its place.
const NEVER: &[(&str, &[&str])] = &[
    (
        "throughcare-domain",
        &["tokio", "sqlx", "axum", "hyper", "reqwest"],
    ),
    (
        "throughcare-charts",
        &["tokio", "sqlx", "axum", "hyper", "reqwest"],
    ),
    (
        "throughcare-proof",
        &["tokio", "sqlx", "axum", "hyper", "reqwest"],
    ),
    ("throughcare-county", &["tokio", "sqlx", "axum"]),
    ("throughcare-store", &["axum", "hyper", "utoipa"]),
    ("throughcare-app", &["axum", "hyper", "utoipa", "sqlx"]),
    ("throughcare-http", &["sqlx"]),
];

/// Longest file, without its tests.
const LONGEST: usize = 500;
/// Names that say nothing about what a thing is.
const EMPTY_NAMES: &[&str] = &["manager", "helper", "helpers", "util", "utils", "misc", "common"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("crates/tidy lies two levels down")
        .to_path_buf()
}

fn sources() -> Vec<(PathBuf, String)> {
    let listed = Command::new("git")
        .args(["ls-files", "-z"])
        .current_dir(root())
        .output()
        .expect("git lists the files");
    String::from_utf8(listed.stdout)
        .expect("names are UTF-8")
        .split('\0')
        .filter(|name| !name.is_empty())
        .filter_map(|name| {
            Some((
                PathBuf::from(name),
                std::fs::read_to_string(root().join(name)).ok()?,
            ))
        })
        .collect()
}

fn rust(sources: &[(PathBuf, String)]) -> impl Iterator<Item = &(PathBuf, String)> {
    sources
        .iter()
        .filter(|(path, _)| path.extension().is_some_and(|it| it == "rs"))
}

fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root())
        .output()
        .expect("cargo describes the workspace");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON");
    let name = |value: &Value| value["name"].as_str().unwrap_or_default().to_owned();
    metadata["packages"]
        .as_array()
        .expect("packages")
        .iter()
        .map(|package| {
            let used = package["dependencies"].as_array().expect("dependencies");
            // Tests may use what they like; what ships may not.
            let used = used
                .iter()
                .filter(|it| it["kind"].as_str() != Some("dev"))
                .map(name)
                .collect();
            (name(package), used)
        })
        .collect()
}

#[test]
fn imports_run_one_way() {
    let used = dependencies();
    let ours: BTreeSet<&str> = MAY_USE.iter().map(|(name, _)| *name).collect();
    for (package, uses) in &used {
        let (_, may) = MAY_USE
            .iter()
            .find(|(name, _)| name == package)
            .unwrap_or_else(|| panic!("say in this test what {package} may use"));
        for one in uses.iter().filter(|one| ours.contains(one.as_str())) {
            assert!(
                may.contains(&one.as_str()),
                "{package} must not use {one}: imports run binary, http, app, store, domain"
            );
        }
    }
    for (package, never) in NEVER {
        for one in *never {
            assert!(!used[*package].contains(*one), "{package} must not use {one}");
        }
    }
}

#[test]
fn a_file_holds_one_idea() {
    for (path, text) in rust(&sources()) {
        if path.components().any(|part| part.as_os_str() == "tests") || path.ends_with("tests.rs") {
            continue;
        }
        let lines = text
            .lines()
            .take_while(|line| line.trim() != "#[cfg(test)]")
            .count();
        assert!(
            lines <= LONGEST,
            "{} has {lines} lines without tests: is there a second idea in it?",
            path.display()
        );
    }
}

#[test]
fn files_are_named_after_what_they_hold() {
    for (path, _) in rust(&sources()) {
        let stem = path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .unwrap_or_default();
        assert!(
            !EMPTY_NAMES.contains(&stem),
            "{}: this name says nothing",
            path.display()
        );
    }
}

#[test]
fn the_domain_reads_no_clock_and_makes_no_ids() {
    for (path, text) in rust(&sources()).filter(|(path, _)| path.starts_with("crates/domain/src")) {
        for ambient in ["::now(", "new_v4(", "now_v7(", "thread_rng", "std::env"] {
            assert!(
                !text.contains(ambient),
                "{}: {ambient} reaches outside; take it as a value",
                path.display()
            );
        }
    }
}

#[test]
fn nothing_names_a_machine_or_a_registry() {
    // Written in two halves, so that this file does not hold what it looks for.
    let told: Vec<String> = [
        ("/wo", "rk/"),
        ("/ro", "ot/"),
        (".cargo/", "registry"),
        ("index.", "crates.io"),
        ("registry.", "npmjs.org"),
    ]
    .iter()
    .map(|(a, b)| format!("{a}{b}"))
    .collect();
    for (path, text) in sources() {
        if path.ends_with("Cargo.lock") {
            continue;
        }
        for line in text.lines() {
            for name in &told {
                assert!(!line.contains(name.as_str()), "{} names {name}", path.display());
            }
        }
    }
}

#[test]
fn the_architecture_names_every_crate() {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    for package in std::fs::read_dir(root().join("crates"))
        .expect("crates")
        .flatten()
    {
        let name = package.file_name().to_string_lossy().into_owned();
        assert!(
            text.contains(&format!("`{name}`")),
            "ARCHITECTURE.md does not say what `{name}` is for"
        );
    }
}
