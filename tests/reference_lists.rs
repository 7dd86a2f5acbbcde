//! Code lists by command: listed, shown, loaded with every fault and its line, superseded.

use crate::harness::Place;
use std::fs;
use std::path::Path;
use std::process::Output;

const LIST: &str = "recall-end-reasons";

fn run(place: &Place, arguments: &[&str]) -> Output {
    let mut command = crate::harness::throughcare();
    command.arg("reference").args(arguments);
    command.arg("--data-dir").arg(place.data_dir());
    command.output().unwrap()
}

#[track_caller]
fn says(place: &Place, arguments: &[&str]) -> String {
    let told = run(place, arguments);
    let errors = String::from_utf8_lossy(&told.stderr).into_owned();
    assert!(told.status.success(), "{arguments:?}: {errors}");
    String::from_utf8(told.stdout).unwrap()
}

/// What is said of a refused file; nothing was changed by it.
#[track_caller]
fn refused(place: &Place, file: &Path, version: &str) -> Vec<String> {
    let file = file.to_str().unwrap();
    let told = run(place, &["load", file, "--version", version, "--by", "A. Clerk"]);
    assert!(!told.status.success());
    String::from_utf8(told.stderr)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}

#[test]
fn given_a_file_when_it_is_loaded_then_it_is_in_use_and_says_who_and_what_is_wrong_is_told_by_line() {
    let place = Place::new();
    assert!(place.command("migrate").output().unwrap().status.success());
    let listed = says(&place, &["list"]);
    assert!(
        listed
            .lines()
            .any(|line| line.starts_with(&format!("{LIST} ")) && line.ends_with("(3 codes)")),
        "{listed}"
    );
    let shown = says(&place, &["show", LIST]);
    assert!(
        shown.starts_with("code,label,status,origin,valid_from,valid_to\ncompleted,"),
        "{shown}"
    );
    let first = says(&place, &["list", LIST]);
    let shipped = first.split_whitespace().nth(1).unwrap().to_owned();

    // What is no list: every fault at once, with its line, and no database is asked.
    let file = place.root().join(format!("{LIST}.csv"));
    fs::write(
        &file,
        "code,label,status,origin,valid_from,valid_to\ngood,Good,current,local,,\nbad code,Bad,current,local,,\n\
         good,Good,new,local,,\nlate,Late,current,local,2026-02-01,2026-01-01\n",
    )
    .unwrap();
    let told = refused(&place, &file, "next");
    let lines: Vec<_> = told.iter().map(|line| line.split(':').next().unwrap()).collect();
    let at = |line: u32| format!("code list {LIST}, line {line}");
    assert_eq!(lines, [at(3), at(4), at(5)], "{told:?}");

    // What would lose a code, or change what one meant.
    let changed = shown
        .replace("Entered in error", "Something else")
        .lines()
        .filter(|line| !line.starts_with("lifted"))
        .map(|line| format!("{line}\n"))
        .collect::<String>();
    fs::write(&file, changed).unwrap();
    let told = refused(&place, &file, "next");
    assert!(
        told.iter().any(|line| line.contains("lifted is missing")),
        "{told:?}"
    );
    assert!(
        told.iter()
            .any(|line| line.contains(", line 3: entered_in_error has another label")),
        "{told:?}"
    );
    assert_eq!(told.last().map(String::as_str), Some("Nothing was changed."));

    // What is right.
    fs::write(&file, format!("{shown}forgotten,Forgotten,current,local,,\n")).unwrap();
    let path = file.to_str().unwrap();
    let load = ["load", path, "--version", "next", "--by", "A. Clerk"];
    assert_eq!(
        says(&place, &load),
        format!("{LIST} next is in use; it supersedes {shipped}.\n")
    );
    assert!(
        says(&place, &load).starts_with("Nothing changed"),
        "once is enough"
    );
    assert!(says(&place, &["show", LIST]).contains("forgotten,Forgotten"));
    assert_eq!(says(&place, &["show", LIST, "--version", &shipped]), shown);
    let versions = says(&place, &["list", LIST]);
    assert!(versions.contains("by A. Clerk, in use"), "{versions}");

    // Superseded by another, and that again; never by one that lacks a code.
    let back = run(&place, &["supersede", LIST, &shipped, "--by", "A. Clerk"]);
    assert!(!back.status.success());
    assert!(String::from_utf8_lossy(&back.stderr).contains("forgotten is missing"));
    fs::write(&file, format!("{shown}forgotten,Forgotten,legacy,local,,\n")).unwrap();
    says(&place, &["load", path, "--version", "third", "--by", "B. Clerk"]);
    let again = says(&place, &["supersede", LIST, "next", "--by", "C. Clerk"]);
    assert_eq!(again, format!("{LIST} next is in use; it supersedes third.\n"));
    assert!(says(&place, &["list", LIST]).contains("by C. Clerk"));
}
