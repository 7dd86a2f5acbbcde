//! `report`: the same words give the same bytes, whatever was recorded since.

use crate::harness::{Place, throughcare};
use crate::lifecycle::{case_system, referral};
use std::path::PathBuf;
use std::process::{Command, Output};

/// The county's area.
const AREA: &str = "X10000001";

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn report(place: &Place, known_at: &str, name: &str) -> (Command, PathBuf) {
    let path = place.root().join(name);
    let mut command = throughcare();
    let words = [
        "report",
        "--area",
        AREA,
        "--quarter",
        "2025Q2",
        "--known-at",
        known_at,
    ];
    command.args(words).arg("--out").arg(&path);
    command.arg("--data-dir").arg(place.data_dir());
    (command, path)
}

fn written(place: &Place, known_at: &str, name: &str) -> String {
    let (mut command, path) = report(place, known_at, name);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn given_a_report_when_more_is_known_later_then_the_same_day_of_knowledge_gives_the_same_bytes() {
    let place = Place::new();
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
    let output = place.command("simulate").args(told).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));

    let first = written(&place, "2025-08-01", "first.html");
    for part in [
        "<svg",
        "Spine chart",
        "throughcare.report/v1",
        "Definitions",
        "knownAt 2025-08-01",
    ] {
        assert!(first.contains(part), "{part}");
    }
    for loads in ["<script", "src=", "<link", "url(http"] {
        assert!(!first.contains(loads), "{loads}");
    }

    // A published value and a referral more, both recorded after that day.
    let values = place.root().join("values.csv");
    let text = "indicator,whose,from,to,value,numerator,denominator,source,published_on\n\
                representations,england,2025-04-01,2025-06-30,7.9,,,NDTMS,2025-07-20\n";
    std::fs::write(&values, text).unwrap();
    let mut load = throughcare();
    load.args(["benchmarks", "load"])
        .arg(&values)
        .args(["--by", "A. Clerk", "--data-dir"])
        .arg(place.data_dir());
    assert!(load.output().unwrap().status.success());
    let program = place.start();
    let writer = case_system(&place, &program, "writer");
    writer.record("/v1/referrals", &referral("after the report"));
    assert_eq!(program.stop().code(), Some(0));
    assert!(
        written(&place, "2025-08-01", "again.html") == first,
        "the same words, other bytes"
    );

    // What was learnt in between is in a later one.
    let later = written(&place, "2025-12-01", "later.html");
    assert!(later != first);
    let (mut open, _) = report(&place, "2999-01-01", "open.html");
    let refused = open.output().unwrap();
    assert!(
        !refused.status.success() && said(&refused).contains("is not over"),
        "{}",
        said(&refused)
    );
}
