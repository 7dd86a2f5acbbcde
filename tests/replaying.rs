//! `replay`: a view as it was at any position, from the log alone, with a digest that is the same whenever it is made.
//!
//! The digests in `crates/county/golden/digests.txt` are those of a small county that is always the same: a program that
//! computes other rows of the same history fails here, and says so with `UPDATE_GOLDEN=1` (P20).

use crate::harness::{Place, throughcare};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use throughcare_http::token::Role;

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../county/golden/digests.txt");
/// A position in the middle of the county.
const EARLIER: u64 = 1_500;

fn county() -> Place {
    let place = Place::new();
    let mut command = place.command("simulate");
    let told = [
        "--people",
        "120",
        "--years",
        "2",
        "--seed",
        "20",
        "--until",
        "2026-01-01",
    ];
    let output = command.args(told).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    place
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// A replay of a view on this place's data directory.
fn replay(place: &Place, words: &[&str]) -> Command {
    let mut command = throughcare();
    command
        .arg("replay")
        .args(words)
        .arg("--data-dir")
        .arg(place.data_dir());
    command
}

fn replayed(place: &Place, words: &[&str]) -> String {
    let output = replay(place, words).output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", said(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// Rows, digest and position of what was printed.
fn digest(printed: &str) -> (u64, String, u64) {
    let line = printed.lines().find(|line| line.contains("SHA-256")).unwrap();
    let words: Vec<&str> = line.split_whitespace().collect();
    let after = |word: &str| words[words.iter().position(|one| *one == word).unwrap() + 1];
    let rows = words[words.iter().position(|one| *one == "rows,").unwrap() - 1];
    (
        rows.parse().unwrap(),
        after("SHA-256").trim_end_matches('.').to_owned(),
        after("position").trim_end_matches('.').parse().unwrap(),
    )
}

fn sha256(text: &str) -> String {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn file(place: &Place, name: &str) -> (PathBuf, String) {
    let path = place.root().join(name);
    let text = path.to_str().unwrap().to_owned();
    (path, text)
}

#[test]
fn given_a_log_when_views_are_replayed_then_they_are_what_was_and_what_the_code_of_before_made_of_it() {
    let place = county();

    // What `rebuild` proves equal to the live table, `replay` comes to as well.
    let rebuilt = place.command("rebuild").output().unwrap();
    assert!(rebuilt.status.success(), "{}", said(&rebuilt));
    let live = digest(&String::from_utf8_lossy(&rebuilt.stdout));
    let whole = digest(&replayed(&place, &["worklists"]));
    assert_eq!(whole, live);

    // An earlier position, and the later one again, and the earlier one again: by the position, and by nothing else.
    let earlier = EARLIER.to_string();
    let (path, out) = file(&place, "rows.ndjson");
    let printed = replayed(&place, &["worklists", "--at", &earlier, "--out", &out]);
    let then = digest(&printed);
    assert_ne!(then.1, whole.1);
    assert_eq!(digest(&replayed(&place, &["worklists"])), whole);
    assert_eq!(
        digest(&replayed(
            &place,
            &["worklists", "--at", &earlier, "--workers", "1"]
        )),
        then
    );

    // Nothing that is read live was touched, and no position is invented.
    let projections = place.command("projections").output().unwrap();
    assert!(
        said(&projections).contains(&format!("true up to {} of {}", live.2, live.2)),
        "{}",
        said(&projections)
    );
    let later = replay(&place, &["worklists", "--at", "99999999"])
        .output()
        .unwrap();
    assert!(
        !later.status.success() && said(&later).contains("is not there yet"),
        "{}",
        said(&later)
    );

    // The digest is that of the file: whoever has it needs no program of ours.
    let text = std::fs::read_to_string(&path).unwrap();
    let canonical: String = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|line| format!("{}\n", line["canonical"].as_str().unwrap()))
        .collect();
    assert_eq!(
        (text.lines().count() as u64, sha256(&canonical)),
        (then.0, then.1.clone())
    );
    assert!(!beside(&path).exists(), "nothing is left to do");
    let again = replay(&place, &["worklists", "--out", &out]).output().unwrap();
    assert!(
        !again.status.success(),
        "a file is not written over: {}",
        said(&again)
    );

    // In a schema of its own it is the same; once done nothing is done again, and nothing else is put there.
    let into = ["worklists", "--at", &earlier, "--schema", "then_earlier"];
    assert_eq!(digest(&replayed(&place, &into)), then);
    assert_eq!(digest(&replayed(&place, &into)), then);
    let other = ["worklists", "--at", "700", "--schema", "then_earlier"];
    let other = replay(&place, &other).output().unwrap();
    assert!(
        !other.status.success() && said(&other).contains("choose another"),
        "{}",
        said(&other)
    );

    // A figure, and somebody's pathway.
    let figure = [
        "continuity",
        "--as-of",
        "2025-09-01",
        "--from",
        "2025-01-01",
        "--at",
        "2025-12-01",
    ];
    let (path, statement) = file(&place, "statement.txt");
    let signed = [&figure[..], &["--statement", &statement]].concat();
    let printed = replayed(&place, &signed);
    assert!(printed.contains("\"national\""), "{printed}");
    let of_figure = digest(&printed);
    let figures = printed.lines().find(|line| line.starts_with('{')).unwrap();
    let figures: Value = serde_json::from_str(figures).unwrap();
    assert!(of_figure.0 > 5, "{printed}");
    let person = text
        .lines()
        .next()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .unwrap();
    let person = person["row"]["person"].as_str().unwrap().to_owned();
    let (pathway, out) = file(&place, "pathway.ndjson");
    let of_person = ["person", &person, "--as-of", "2025-12-31", "--out", &out];
    let of_person = digest(&replayed(&place, &of_person));
    assert!(of_person.0 > 3);

    // The statement is checked by replaying; one that says something else, or is signed by nobody, is found out.
    let printed = replayed(&place, &["check", &statement]);
    assert!(printed.contains("comes to the same"), "{printed}");
    let told = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, told.replace("from 2025-01-01", "from 2025-02-01")).unwrap();
    let changed = replay(&place, &["check", &statement]).output().unwrap();
    assert!(!changed.status.success(), "{}", said(&changed));

    // The API says the same of that position.
    let program = place.start();
    let token = place.token("audit-desk", Some("auditor"), "county-audit", Role::Auditor);
    let auditor = program.client(token, false);
    let told = "asOf=2025-09-01&from=2025-01-01&knownAt=";
    let summary = auditor.read(&format!("/v1/continuity/summary?{told}{}", of_figure.2));
    for name in ["releases", "windowOpen", "byState", "erasedPeople"] {
        assert_eq!(summary[name], figures[name], "{name}: {summary} {figures}");
    }
    for reading in ["national", "local"] {
        for name in ["numerator", "denominator", "percentage", "uncertain", "leftOut"] {
            assert_eq!(summary[reading][name], figures[reading][name], "{reading} {name}");
        }
    }
    let explained = format!(
        "/v1/people/{person}?explain=true&asOf=2025-12-31&knownAt={}",
        of_person.2
    );
    let explained = auditor.read(&explained)["explained"]["values"].clone();
    let of_pathway = |value: &Value| value["value"].as_str().unwrap().starts_with("/pathway/");
    let mut shown: Vec<Value> = explained.as_array().unwrap().clone();
    let mut made: Vec<Value> = std::fs::read_to_string(&pathway)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    shown.retain(of_pathway);
    made.retain(of_pathway);
    assert!(shown.len() > 3 && shown == made, "{shown:?} {made:?}");
    program.stop();

    // And all of it is what the code of before came to.
    let mut found = BTreeMap::new();
    for (name, (rows, sha256, position)) in [
        ("worklists", &whole),
        ("worklists earlier", &then),
        ("continuity", &of_figure),
        ("person", &of_person),
    ] {
        found.insert(name, format!("{name}: {rows} rows at {position}, {sha256}"));
    }
    let found = found.into_values().map(|line| line + "\n").collect::<String>();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(Path::new(GOLDEN).parent().unwrap()).unwrap();
        std::fs::write(GOLDEN, &found).unwrap();
    }
    assert_eq!(
        found,
        std::fs::read_to_string(GOLDEN).unwrap(),
        "UPDATE_GOLDEN=1 takes over what is meant to change"
    );
}

fn beside(path: &Path) -> PathBuf {
    PathBuf::from(format!("{}.replay.json", path.display()))
}
