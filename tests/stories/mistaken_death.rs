//! A death that was none: what was due stops at once, and goes on when the person turns up.
//!
//! Source: `cases.md` D1; `domain.md` section 7.

use crate::harness::{Client, County, ago, somebody};
use serde_json::{Value, json};

/// The people on a worklist of the community service.
fn on_list(by: &Client, county: &County, list: &str) -> Vec<String> {
    let path = format!("/v1/services/{}/worklists/{list}", county.community);
    let lines = by.list(&path);
    lines
        .iter()
        .map(|line| line["personId"].as_str().unwrap().to_owned())
        .collect()
}

fn due(by: &Client, person: &str) -> Vec<String> {
    let shown = by.read(&format!("/v1/people/{person}/duties"));
    let duties = shown["data"].as_array().unwrap();
    let mut kinds: Vec<String> = duties
        .iter()
        .map(|duty| duty["kind"].as_str().unwrap().to_owned())
        .collect();
    // Every partnership has a death on its list, those of other stories too.
    kinds.dedup();
    kinds
}

fn tracks(by: &Client, person: &str) -> [Value; 2] {
    let shown = by.read(&format!("/v1/people/{person}"));
    [
        shown["pathway"]["setting"]["status"].clone(),
        shown["pathway"]["treatment"]["status"].clone(),
    ]
}

#[test]
fn given_a_death_reported_by_mistake_when_the_person_is_seen_alive_then_everything_is_open_again() {
    let county = County::new();
    let worker = county.worker();

    // Given: somebody triaged and waiting, whom nobody has started to treat.
    let person = county.registered(&worker, &somebody());
    let refer = json!({
        "person": { "personId": person }, "source": "self", "toService": county.community, "occurred": ago(20),
    });
    let referral = worker.post("/v1/referrals", &refer).expect(201).id("referral");
    worker.record(
        &format!("/v1/referrals/{referral}/acceptance"),
        &json!({ "occurred": ago(19) }),
    );
    assert_eq!(
        on_list(&worker, &county, "triage-due"),
        std::slice::from_ref(&person)
    );
    let before = (tracks(&worker, &person), due(&worker, &person));
    assert_eq!(before.1, ["offer_appointment", "triage"]);

    // When: the family says that they died.
    let report = json!({ "source": "family", "suspected": "drugs", "occurred": ago(3) });
    let path = format!("/v1/people/{person}/deaths");
    let death = worker.post(&path, &report).expect(201).id("death");

    // Then: nothing is to be done for them any more, but to find out.
    assert!(on_list(&worker, &county, "triage-due").is_empty());
    assert_eq!(due(&worker, &person), ["confirm_death"]);
    assert_eq!(
        tracks(&worker, &person),
        [json!("deceased"), json!("exited_died")]
    );
    assert_eq!(
        worker.post(&path, &report).expect(422).faults()[0].1,
        "death_already_reported"
    );

    let said = worker.read(&format!("/v1/people/{person}/harm"))["deaths"][0].clone();
    assert_eq!(
        (&said["status"], &said["knownThen"]["treatment"]),
        (&json!("suspected"), &json!("never"))
    );

    // When: they come to the door.
    let rejected = json!({ "reason": "seen_alive" });
    worker.record(&format!("/v1/deaths/{death}/rejection"), &rejected);

    let said = worker.read(&format!("/v1/people/{person}/harm"))["deaths"][0].clone();
    assert_eq!(said["status"], "rejected");

    // Then: everything is as it was, and nothing of what was recorded is lost.
    assert_eq!(
        on_list(&worker, &county, "triage-due"),
        std::slice::from_ref(&person)
    );
    assert_eq!((tracks(&worker, &person), due(&worker, &person)), before);
    let told = worker.list(&format!("/v1/people/{person}/timeline"));
    let types: Vec<_> = told.iter().map(|line| line["type"].as_str().unwrap()).collect();
    assert!(
        types.contains(&"harm.death-reported") && types.contains(&"harm.death-rejected"),
        "{types:?}"
    );
}

#[test]
fn given_an_overdose_when_it_is_reported_then_it_is_on_the_list_of_who_treats_the_person_until_reviewed() {
    let county = County::new();
    let worker = county.worker();
    let person = county.registered(&worker, &somebody());
    county.in_community_treatment(&person, ago(60));

    let report = json!({
        "outcome": "hospital", "substances": ["1011"], "naloxoneGiven": true, "occurred": ago(2),
    });
    let path = format!("/v1/people/{person}/overdoses");
    let overdose = worker.post(&path, &report).expect(201).id("overdose");
    let lines = worker.list(&format!(
        "/v1/services/{}/worklists/overdoses-to-review",
        county.community
    ));
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["overdose"]["overdoseId"], overdose);
    assert_eq!(lines[0]["overdue"], false);
    assert!(due(&worker, &person).contains(&"review_overdose".to_owned()));

    worker.record(
        &format!("/v1/overdoses/{overdose}/review"),
        &json!({ "outcome": "seen" }),
    );
    assert!(on_list(&worker, &county, "overdoses-to-review").is_empty());
    assert!(!due(&worker, &person).contains(&"review_overdose".to_owned()));
}
