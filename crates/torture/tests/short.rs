//! The short form of every drill. Each must hold, and each must see what was planted.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use torture::{Progress, Scale, Trial, drills};

/// Where chance begins in the tests.
const SEED: u64 = 1;

fn short(name: &str) {
    let drill = drills::ALL.iter().find(|drill| drill.name == name).unwrap();
    let trial = Trial {
        scale: Scale::Short,
        seed: SEED,
        progress: Progress::hidden(),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let report = runtime.block_on(drill.run(trial)).unwrap();
    println!("{report}");
    assert!(report.passed(), "{report}");
}

#[test]
fn order() {
    short("order");
}

#[test]
fn history() {
    short("history");
}

#[test]
fn crash() {
    short("crash");
}

#[test]
fn cuts() {
    short("cuts");
}

#[test]
fn workers() {
    short("workers");
}

#[test]
fn poison() {
    short("poison");
}

#[test]
fn restore() {
    short("restore");
}

#[test]
fn tamper() {
    short("tamper");
}

#[test]
fn tamper_database() {
    short("tamper-database");
}

/// A drill that is in no test would never run here.
#[test]
fn every_drill_has_a_test() {
    let this = include_str!("short.rs");
    for drill in drills::ALL {
        assert!(
            this.contains(&format!("short(\"{}\")", drill.name)),
            "{}",
            drill.name
        );
    }
}
