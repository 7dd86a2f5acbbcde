//! What a sender may not learn: which record holds what it sent, and how much else stands there.
//!
//! An id tells when a record was opened, and with it whether the person was known before.

use super::{events_after, log_head, referral};
use crate::harness::{County, ago, somebody};
use serde_json::json;

#[test]
fn given_a_known_prisoner_when_a_system_sends_a_movement_then_no_answer_names_the_record() {
    let county = County::new();
    let who = somebody();
    let person = county.registered(&county.prison_worker(), &who);
    let system = county.prison_system();
    let before = log_head(&county);
    let body = json!({
        "prisonerNumber": who.prisoner_number, "occurred": ago(3),
        "movement": { "movementType": "ADM", "reasonCode": "N", "prison": county.prison },
        "externalReference": { "system": "movements", "value": format!("m-{person}") },
    });
    let first = system.post("/v1/custody-movements", &body).expect(202);
    let again = system.post("/v1/custody-movements", &body);
    assert_eq!(again.problem(409), "duplicate_reference");
    let link = again.json()["moreInfo"].as_str().unwrap().to_owned();
    let followed = system.get(&link);
    assert_eq!(followed.problem(404), "not_found");
    let feed = events_after(&system, before);
    assert!(!feed.is_empty(), "the system reads back what it sent");

    for told in [
        first.text,
        again.text,
        followed.text,
        serde_json::to_string(&feed).unwrap(),
    ] {
        // The reference that the sender made up itself holds the id here, to show that the search would find it.
        let told = told.replace(&format!("m-{person}"), "");
        assert!(!told.contains(&person), "{told}");
        assert!(!told.contains("streamVersion"), "{told}");
    }
}

#[test]
fn given_a_referral_when_others_add_to_the_record_then_the_senders_tag_stays_the_same() {
    let (county, elsewhere) = County::two();
    let (worker, sender, who) = (county.worker(), elsewhere.worker(), somebody());
    let sent = sender
        .record("/v1/referrals", &referral(&county, who.described()))
        .id("referral");
    let tag = |client: &crate::harness::Client| {
        client
            .get(&format!("/v1/referrals/{sent}"))
            .expect(200)
            .header("etag")
            .unwrap()
            .to_owned()
    };
    let (before, theirs) = (tag(&sender), tag(&worker));
    let accepted = worker.record(&format!("/v1/referrals/{sent}/acceptance"), &json!({}));
    let taken_on = tag(&sender);
    assert_ne!(before, taken_on, "the sender learns that it was accepted");
    let residence = json!({ "area": county.area });
    worker.record(
        &format!("/v1/people/{}/residences", accepted.person()),
        &residence,
    );
    assert_eq!(taken_on, tag(&sender), "and nothing else");
    assert_ne!(
        theirs,
        tag(&worker),
        "which the service that sees the record does"
    );
}

/// What is told by number gets the same answers whether a record holds the number or not.
#[test]
fn given_known_and_unknown_numbers_when_a_system_tells_movements_then_the_answers_are_alike() {
    let county = County::new();
    let (known, unknown) = (somebody(), somebody());
    county.registered(&county.prison_worker(), &known);
    let system = county.prison_system();
    let told = |who: &crate::harness::Somebody, reference: &str| {
        json!({
            "prisonerNumber": who.prisoner_number, "occurred": ago(3),
            "movement": { "movementType": "ADM", "reasonCode": "N", "prison": county.prison },
            "externalReference": { "system": "movements", "value": format!("{reference}-{}", county.area) },
        })
    };
    for (who, reference) in [(&known, "a"), (&unknown, "b")] {
        system
            .post("/v1/custody-movements", &told(who, reference))
            .expect(202);
    }
    // A reference used before is refused to both, whichever of them used it first.
    for (who, reference) in [(&known, "a"), (&known, "b"), (&unknown, "a"), (&unknown, "b")] {
        let again = system.post("/v1/custody-movements", &told(who, reference));
        assert_eq!(again.problem(409), "duplicate_reference");
    }
    // Staff are judged against the record, so they cannot tell movements by number at all.
    let staff = county.prison_worker();
    for who in [&known, &unknown] {
        assert_eq!(
            staff.post("/v1/custody-movements", &told(who, "c")).problem(403),
            "forbidden_scope"
        );
    }
}
