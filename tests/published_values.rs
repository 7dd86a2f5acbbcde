//! Published values by command: loaded with every fault and its line, and not twice.

use crate::harness::Place;
use std::fs;
use std::process::Output;

fn load(place: &Place, what: &str, text: &str) -> Output {
    let file = place.root().join(format!("{what}.csv"));
    fs::write(&file, text).unwrap();
    let mut command = crate::harness::throughcare();
    command
        .args(["benchmarks", what])
        .arg(&file)
        .args(["--by", "A. Clerk"]);
    command.arg("--data-dir").arg(place.data_dir());
    command.output().unwrap()
}

#[test]
fn given_a_file_when_it_is_loaded_twice_then_its_values_are_there_once_and_faults_are_told_by_line() {
    let place = Place::new();
    assert!(place.command("migrate").output().unwrap().status.success());
    let head = "indicator,whose,from,to,value,numerator,denominator,source,published_on\n";
    let good = "representations,england,2026-01-01,2026-03-31,7.9,,,NDTMS,2026-05-20\n";
    let refused = load(&place, "load", &format!("{head}{good}nothing,england,,,,,,,\n"));
    assert!(!refused.status.success());
    assert!(
        String::from_utf8(refused.stderr)
            .unwrap()
            .contains("line 3: no such indicator")
    );
    for added in ["1 of 1 values", "0 of 1 values"] {
        let told = load(&place, "load", &format!("{head}{good}"));
        let said = String::from_utf8(told.stdout).unwrap();
        assert!(
            said.starts_with(added),
            "{said}{}",
            String::from_utf8_lossy(&told.stderr)
        );
    }
    let near = "area,neighbour,source,published_on\nE06000035,E06000033,CIPFA,2025-04-01\n";
    let told = load(&place, "neighbours", near);
    assert!(String::from_utf8(told.stdout).unwrap().contains("1 of 1 areas"));
}
