//! Somebody asks to be forgotten; somebody else needs the record kept.
//!
//! Source: `trust.md`, "Confidentiality". That what was agreed is carried out after seven days:
//! `crates/app/tests/app/erased.rs`, with a clock that is put forward.

use crate::harness::{Answer, Client, County, ago, days_from, somebody, today};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use throughcare_http::token::Role;

#[test]
fn given_a_record_when_one_officer_asks_to_erase_it_then_another_agrees_and_either_takes_it_back_and_a_hold_refuses()
 {
    // Given: somebody whom two organisations know.
    let county = County::new();
    let (worker, nurse) = (county.worker(), county.prison_worker());
    let who = somebody();
    let person = county.registered(&nurse, &who);
    let asked = json!({
        "person": { "personId": person }, "source": "prison", "toService": county.community, "occurred": ago(9),
    });
    let referral = nurse.record("/v1/referrals", &asked).id("referral");
    worker.record(
        &format!("/v1/referrals/{referral}/acceptance"),
        &json!({ "occurred": ago(8) }),
    );
    let (own, prison) = (county.community_organisation(), county.prison_organisation());
    let officer = county.named("p.officer", &prison, Role::PrivacyOfficer);
    let other = county.named("q.officer", &own, Role::PrivacyOfficer);
    let colleague = county.named("r.officer", &prison, Role::PrivacyOfficer);
    let stranger = county.named("s.officer", &county.stranger_organisation(), Role::PrivacyOfficer);
    let (erasures, holds) = (
        format!("/v1/people/{person}/erasures"),
        format!("/v1/people/{person}/legal-holds"),
    );
    let stands = format!("/v1/people/{person}/data-protection");
    let erasure = json!({ "what": "everything", "basis": "retention_ended" });

    // Officers find whom they answer for, see who they are and who looked, and nothing of their care.
    let search = |by: &Client| -> Vec<Value> {
        let found = by
            .post("/v1/people/search", &json!({ "identifier": who.nhs() }))
            .expect(200);
        found.json()["data"].as_array().unwrap().clone()
    };
    assert_eq!(search(&officer)[0]["personId"], person.as_str());
    assert!(search(&stranger).is_empty());
    officer.get(&format!("/v1/people/{person}")).problem(404);
    officer.get(&format!("/v1/people/{person}/timeline")).problem(404);
    officer
        .get(&format!("/v1/people/{person}/access-log"))
        .expect(200);
    stranger
        .get(&format!("/v1/people/{person}/access-log"))
        .problem(404);
    // Who looks elsewhere would tell an organisation that only sent something who treats the person.
    worker.get(&format!("/v1/people/{person}")).expect(200);
    let lookers = |by: &Client| -> BTreeSet<String> {
        let looks = by.list(&format!("/v1/people/{person}/access-log"));
        let organisations = looks
            .iter()
            .map(|look| look["organisation"].as_str().unwrap().to_owned());
        organisations.collect()
    };
    assert_eq!(lookers(&officer), BTreeSet::from([prison.clone()]));
    assert!(lookers(&other).is_superset(&BTreeSet::from([own.clone(), prison.clone()])));
    stranger.get(&stands).problem(404);
    worker.get(&stands).problem(404);

    // When: the one asks. Then: it takes another to agree, and nobody else may do either.
    worker.post(&erasures, &erasure).problem(403);
    stranger.post(&erasures, &erasure).problem(404);
    let id = officer.record(&erasures, &erasure).id("erasure");
    let confirm = format!("/v1/erasures/{id}/confirmation");
    let refused = |answer: Answer| answer.expect(422).faults()[0].1.clone();
    officer.post(&confirm, &json!({})).problem(403);
    assert_eq!(refused(officer.post(&erasures, &erasure)), "already_asked");
    stranger.post(&confirm, &json!({})).problem(404);
    // Who only sent a referral does not erase what others answer for.
    colleague.post(&confirm, &json!({})).problem(403);
    worker.post(&confirm, &json!({})).problem(403);
    other.record(&confirm, &json!({}));
    let shown = officer.read(&stands);
    assert_eq!(
        (
            &shown["erasures"][0]["confirmedBy"],
            &shown["erasures"][0]["carriedOutOn"]
        ),
        (&json!("q.officer"), &json!(days_from(today(), 7)))
    );
    // It is on the record for those who treat the person, who can object in time.
    let told = |sentence: &str| {
        let lines = worker.list(&format!("/v1/people/{person}/timeline"));
        lines
            .iter()
            .any(|line| line["sentence"].as_str().unwrap().contains(sentence))
    };
    assert!(told("agreed to the erasure"));

    // When: an inquest needs it. Then: it is held, by whom it concerns, and lifted by them alone.
    let hold = other
        .record(&holds, &json!({ "ground": "inquest" }))
        .id("legal_hold");
    let names = json!({ "what": "identity", "basis": "retention_ended" });
    assert_eq!(refused(officer.post(&erasures, &names)), "legal_hold");
    let lift = format!("/v1/legal-holds/{hold}/lift");
    officer
        .post(&lift, &json!({ "reason": "concluded" }))
        .problem(403);
    other.record(&lift, &json!({ "reason": "concluded" }));

    // When: the person thinks again. Then: it is taken back, once, and nothing is gone.
    let back = format!("/v1/erasures/{id}/withdrawal");
    officer.record(&back, &json!({ "reason": "person_asked" }));
    assert_eq!(
        refused(other.post(&back, &json!({ "reason": "person_asked" }))),
        "already_taken_back"
    );
    let shown = officer.read(&stands);
    assert_eq!(shown["erasures"][0]["takenBackOn"], json!(today()));
    assert_eq!(shown["legalHolds"][0]["liftedOn"], json!(today()));
    worker.get(&format!("/v1/people/{person}")).expect(200);
    // What was decided about the record is no entry to be voided.
    let asked = officer.record(&erasures, &names);
    let event = asked.json()["eventIds"][0].clone();
    let void = json!({ "events": [event], "reason": "entered_in_error" });
    let voided = nurse.post(&format!("/v1/people/{person}/corrections"), &void);
    assert_eq!(refused(voided), "says_who_saw");
}
