//! Code lists loaded, listed and superseded: by administrators, with who and when, and without losing a code.

use crate::harness::{Client, County, new_id};
use serde_json::{Value, json};

const LIST: &str = "/v1/reference-data/day-lists-of-tests";

fn set(name: &str) -> String {
    format!("/v1/reference-data/{name}")
}

/// The codes of a list as a body has them.
fn codes(by: &Client, name: &str) -> Vec<Value> {
    by.list(&set(name))
}

fn version(name: &str) -> String {
    format!("{name}-{}", new_id())
}

#[test]
fn given_a_list_when_an_administrator_loads_a_version_then_it_is_in_use_and_says_who() {
    let county = County::new();
    let (administrator, worker) = (county.administrator(), county.worker());
    let name = "recall-end-reasons";
    let path = format!("{}/versions", set(name));
    let mut list = codes(&administrator, name);
    list.push(json!({
        "code": format!("of_{}", new_id().simple()), "label": "Made for a test", "status": "current",
        "origin": "local", "attributes": {},
    }));
    let body = json!({ "version": version("test"), "codes": list });
    assert_eq!(worker.post(&path, &body).problem(403), "forbidden_scope");

    let loaded = administrator.post(&path, &body).expect(201).json();
    assert_eq!(loaded["version"], body["version"]);
    assert_eq!(worker.read(&set(name))["version"], body["version"]);
    // The same again changes nothing; another list under that version is refused.
    let again = administrator.post(&path, &body).expect(200).json();
    assert!(again["superseded"].is_null());
    let mut other = body.clone();
    other["codes"][0]["label"] = "Another label".into();
    assert_eq!(
        administrator.post(&path, &other).expect(422).faults()[0].1,
        "version_taken"
    );

    let versions = worker.read(&path);
    let in_use: Vec<_> = versions["data"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["inUse"] == true)
        .collect();
    assert_eq!(in_use.len(), 1);
    assert_eq!(in_use[0]["loadedBy"], "administrator (partnership)");
    assert_eq!(in_use[0]["uses"][0]["by"], "administrator (partnership)");
    // An earlier version lacks the new code: it is not taken into use again.
    let first = versions["data"][0]["version"].as_str().unwrap();
    let back = administrator.post(&format!("{path}/{first}/use"), &json!({}));
    assert_eq!(back.expect(422).faults()[0].1, "code_lost");
}

#[test]
fn given_a_version_that_loses_or_changes_codes_then_every_fault_is_told_at_once_and_nothing_is_loaded() {
    let county = County::new();
    let administrator = county.administrator();
    let name = "recall-reasons";
    let path = format!("{}/versions", set(name));
    let before = administrator.read(&set(name))["version"].clone();
    let mut list = codes(&administrator, name);
    list.remove(3);
    list[0]["label"] = "Means something else".into();
    let body = json!({ "version": version("bad"), "codes": list });
    let refused = administrator.post(&path, &body).expect(422);
    let mut faults = refused.faults();
    faults.sort();
    let fault = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
    assert_eq!(
        faults,
        [fault("/codes", "code_lost"), fault("/codes/0", "past_changed")]
    );
    assert_eq!(administrator.read(&set(name))["version"], before);

    // What is no list at all is told code by code, too.
    let one = |code: &str, from: &str, to: &str| json!({ "code": code, "label": "L", "status": "current", "origin": "local", "validFrom": from, "validTo": to });
    let codes = json!([
        one("a", "2026-01-02", "2026-01-01"),
        one("b", "2026-01-01", "2026-02-01"),
        one("b", "2026-02-01", "2026-03-01"),
        one("not a code", "2026-01-01", "2026-02-01"),
    ]);
    let refused = administrator
        .post(&path, &json!({ "version": "x", "codes": codes }))
        .expect(422);
    assert_eq!(refused.faults(), [fault("/codes/3/code", "bad_code")]);
    let codes = json!([codes[0], codes[1], codes[2]]);
    let refused = administrator
        .post(&path, &json!({ "version": "x", "codes": codes }))
        .expect(422);
    assert_eq!(
        refused.faults(),
        [fault("/codes/0", "bad_list"), fault("/codes/2", "bad_list")]
    );
    let nothing = administrator.post(
        &format!("{LIST}/versions"),
        &json!({ "version": "x", "codes": [codes[1]] }),
    );
    assert_eq!(nothing.expect(422).faults()[0].1, "unknown_list");
    assert_eq!(
        administrator.get(&format!("{LIST}/versions")).problem(404),
        "not_found"
    );
}
