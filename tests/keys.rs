//! `throughcare keys`: the key-encryption key is told and rotated by command, with the real program and its files.

use crate::harness::{Client, Place, Program, Somebody, somebody, throughcare};
use crate::lifecycle::{ORGANISATION, set_up};
use serde_json::json;
use std::fs;
use throughcare_http::token::Role;

fn says(place: &Place, words: &[&str]) -> String {
    let mut command = throughcare();
    command.arg("keys").args(words);
    let output = command.arg("--data-dir").arg(place.data_dir()).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words:?}: {said}{told}");
    said
}

/// By which key-encryption key new keys are wrapped, and how many are; none by another.
fn current(place: &Place) -> (String, u64) {
    let said = says(place, &["status"]);
    assert!(
        said.contains("The key store knows the keys of every record."),
        "{said}"
    );
    let lines: Vec<&str> = said
        .lines()
        .filter(|line| line.contains("key-encryption"))
        .collect();
    let [line] = lines[..] else {
        panic!("by two keys at once: {said}")
    };
    let (keys, rest) = line
        .split_once(" keys are wrapped by key-encryption key ")
        .unwrap();
    let id = rest.strip_suffix(", which wraps new ones").unwrap();
    (id.to_owned(), keys.parse().unwrap())
}

fn worker(place: &Place, program: &Program) -> Client {
    let token = place.token("desk", Some("r.okafor"), ORGANISATION, Role::Worker);
    program.client(token, false)
}

fn registered(by: &Client, who: &Somebody) -> String {
    let opened = json!({ "demographics": who.demographics(), "identifiers": [who.nhs()] });
    by.record("/v1/people", &opened).person()
}

fn is_readable(by: &Client, person: &str, who: &Somebody) {
    let read = by.read(&format!("/v1/people/{person}"));
    assert!(read.to_string().contains(&who.family), "{read}");
    let search = by.post("/v1/people/search", &json!({ "identifier": who.nhs() }));
    assert_eq!(search.expect(200).json()["data"][0]["personId"], person);
}

#[test]
fn given_records_when_the_key_encryption_key_is_rotated_by_command_then_they_open_and_the_old_key_opens_nothing()
 {
    // Given: somebody on record.
    let place = Place::new();
    let program = place.start();
    set_up(&place, &program);
    let (before, after) = (somebody(), somebody());
    let earlier = registered(&worker(&place, &program), &before);
    assert_eq!(program.stop().code(), Some(0));
    let file = place.data_dir().join("keys.txt");
    let old = fs::read_to_string(&file).unwrap();
    let (first, keys) = current(&place);
    assert!(keys > 0);

    // When: the new key is put beside the old one. Then: the old one wraps until it is rotated.
    let said = says(&place, &["rotate", "--add-only"]);
    assert!(said.contains("holds the old and a new key"), "{said}");
    let both = fs::read_to_string(&file).unwrap();
    assert_ne!(both, old);
    says(&place, &["rotate", "--add-only"]);
    assert_eq!(
        fs::read_to_string(&file).unwrap(),
        both,
        "a second one is not added"
    );
    assert_eq!(current(&place), (first.clone(), keys));

    // When: it is rotated. Then: every key is wrapped by the new one, and the old one is not in the file.
    let said = says(&place, &["rotate"]);
    assert!(
        said.contains(&format!("{keys} of {keys} keys are wrapped anew"))
            && said.contains("The old key-encryption key is gone"),
        "{said}"
    );
    let (second, wrapped) = current(&place);
    assert_ne!(second, first);
    assert_eq!(wrapped, keys);
    let new = fs::read_to_string(&file).unwrap();
    let secret = |text: &str| -> String {
        let line = text.lines().find(|line| line.starts_with("key-encryption-key "));
        line.unwrap_or_else(|| panic!("no key-encryption key in the file"))
            .to_owned()
    };
    assert_ne!(secret(&new), secret(&old));
    let hex = secret(&old)["key-encryption-key ".len()..].to_owned();
    assert!(!new.contains(&hex) && both.contains(&hex));

    // Then: what was recorded before opens, and so does what is recorded from now on.
    let program = place.start();
    let by = worker(&place, &program);
    is_readable(&by, &earlier, &before);
    let later = registered(&by, &after);
    is_readable(&by, &later, &after);
    assert_eq!(program.stop().code(), Some(0));

    // When: somebody has the old key file alone. Then: the program does not start on it.
    fs::write(&file, &old).unwrap();
    assert!(place.try_start().is_none(), "the old key opens the records");
    assert!(!place.log().contains(&hex), "a key is told");

    // The control: with the new one it does.
    fs::write(&file, &new).unwrap();
    let program = place.start();
    let by = worker(&place, &program);
    is_readable(&by, &earlier, &before);
    is_readable(&by, &later, &after);
}
