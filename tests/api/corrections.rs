//! Correcting what was entered in error, as staff do it.
//!
//! Source: `design.md`, family Correction; `cases.md` N4.

use super::{events_after, log_head};
use crate::harness::{Client, County, ago, somebody};
use serde_json::{Value, json};

fn kit(batch: &str) -> Value {
    json!({ "product": "nyxoid", "batch": batch, "expiresOn": "2031-01-31" })
}

fn issued(county: &County, by: &Client, person: &str, batch: &str) -> Value {
    let body = json!({ "service": county.community, "kits": [kit(batch)], "occurred": ago(3) });
    by.post(&format!("/v1/people/{person}/naloxone-issues"), &body)
        .expect(201)
        .json()
}

fn event_of(answer: &Value) -> String {
    answer["eventIds"][0].as_str().unwrap().to_owned()
}

/// How many kits the person holds.
fn kits(by: &Client, person: &str) -> usize {
    let shown = by.read(&format!("/v1/people/{person}/naloxone"));
    shown["held"].as_array().unwrap().len()
}

/// The line of an event in the timeline.
fn line(by: &Client, person: &str, event: &str) -> Value {
    let lines = by.list(&format!("/v1/people/{person}/timeline"));
    lines
        .into_iter()
        .find(|line| line["eventId"] == event)
        .unwrap_or_else(|| panic!("{event} is not in the timeline"))
}

/// N4.
#[test]
fn given_a_kit_on_the_wrong_person_then_one_request_moves_it_and_both_histories_say_so() {
    let county = County::new();
    let worker = county.worker();
    let [wrong, right] = [(); 2].map(|()| county.registered(&worker, &somebody()));
    for person in [&wrong, &right] {
        county.in_community_treatment(person, ago(30));
    }
    let error = event_of(&issued(&county, &worker, &wrong, "LOT-A1"));
    assert_eq!((kits(&worker, &wrong), kits(&worker, &right)), (1, 0));

    let before = log_head(&county);
    let correction = json!({
        "events": [error], "reason": "wrong_person",
        "replacement": {
            "personId": right,
            "naloxoneIssue": { "service": county.community, "kits": [kit("LOT-A1")], "occurred": ago(3) },
        },
    });
    let path = format!("/v1/people/{wrong}/corrections");
    worker.post(&path, &correction).expect(201);
    assert_eq!((kits(&worker, &wrong), kits(&worker, &right)), (0, 1));

    let made = events_after(&worker, before);
    let types: Vec<_> = made.iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(
        types,
        [
            "correction.event-voided",
            "correction.replacement-entered",
            "naloxone.kit-issued"
        ]
    );
    let voided = line(&worker, &wrong, &error);
    assert_eq!(voided["voided"]["reason"], "wrong_person");
    assert_eq!(voided["voided"]["replaced"], "elsewhere");
    let told = worker.list(&format!("/v1/people/{right}/timeline"));
    assert!(
        told.iter()
            .any(|line| line["type"] == "correction.replacement-entered"),
        "{told:?}"
    );
}

#[test]
fn given_a_correction_that_cannot_be_entered_then_nothing_is_voided() {
    let county = County::new();
    let worker = county.worker();
    let person = county.registered(&worker, &somebody());
    county.in_community_treatment(&person, ago(30));
    let error = event_of(&issued(&county, &worker, &person, "LOT-A1"));
    let path = format!("/v1/people/{person}/corrections");
    let told = || worker.list(&format!("/v1/people/{person}/timeline")).len();
    let before = told();

    let wrong = json!({
        "events": [error], "reason": "no_such_reason",
        "replacement": { "naloxoneIssue": {
            "service": county.community, "occurred": ago(3),
            "kits": [{ "product": "no-such-product", "batch": "LOT-A1", "expiresOn": "2031-01-31" }],
        } },
    });
    let faults = worker.post(&path, &wrong).expect(422).faults();
    let pointers: Vec<_> = faults.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(pointers, ["/reason", "/replacement/naloxoneIssue/kits/0/product"]);

    for (replacement, code) in [
        (json!({}), "missing"),
        (
            json!({
                "referral": { "source": "self", "toService": county.community },
                "residence": { "noFixedAbode": true },
            }),
            "ambiguous",
        ),
    ] {
        let body = json!({ "events": [error], "reason": "wrong_detail", "replacement": replacement });
        let faults = worker.post(&path, &body).expect(422).faults();
        assert_eq!(faults, [("/replacement".to_owned(), code.to_owned())]);
    }
    let nobodys = json!({
        "events": [error], "reason": "wrong_person",
        "replacement": { "personId": crate::harness::new_id(), "residence": { "noFixedAbode": true } },
    });
    assert_eq!(worker.post(&path, &nobodys).problem(404), "not_found");
    assert_eq!(told(), before);
    assert_eq!(kits(&worker, &person), 1);
}

#[test]
fn given_a_wrong_date_then_the_new_entry_is_the_same_referral() {
    let county = County::new();
    let worker = county.worker();
    let person = county.registered(&worker, &somebody());
    county.in_community_treatment(&person, ago(30));
    let body = json!({
        "person": { "personId": person }, "source": "self", "toService": county.community, "occurred": ago(2),
    });
    let sent = worker.post("/v1/referrals", &body).expect(201);
    let (referral, error) = (sent.id("referral"), event_of(&sent.json()));
    worker.record(
        &format!("/v1/referrals/{referral}/acceptance"),
        &json!({ "occurred": ago(1) }),
    );

    let correction = json!({
        "events": [error], "reason": "wrong_date",
        "replacement": { "referral": { "source": "self", "toService": county.community, "occurred": ago(9) } },
    });
    let answer = worker
        .post(&format!("/v1/people/{person}/corrections"), &correction)
        .expect(201);
    assert_eq!(answer.id("referral"), referral);
    let shown = worker.read(&format!("/v1/referrals/{referral}"));
    assert_eq!(shown["status"], "accepted");
    assert_eq!(shown["received"], ago(9).to_string());
}

#[test]
fn given_an_entry_of_others_then_who_recorded_it_corrects_it() {
    let county = County::new();
    let (worker, police) = (county.worker(), county.arrest_referral_worker());
    let who = somebody();
    let person = county.registered(&worker, &who);
    county.in_community_treatment(&person, ago(30));
    let body = json!({
        "person": { "demographics": who.demographics(), "identifiers": [who.nhs()] },
        "source": "arrest_referral", "toService": county.community,
    });
    let sent = police.post("/v1/referrals", &body).expect(201);
    let (referral, error) = (sent.id("referral"), event_of(&sent.json()));
    let path = format!("/v1/people/{person}/corrections");
    let correction = json!({ "events": [error], "reason": "entered_in_error" });
    assert_eq!(worker.post(&path, &correction).problem(403), "forbidden_scope");
    assert_eq!(
        county.stranger().post(&path, &correction).problem(404),
        "not_found"
    );
    // Whoever sent it corrects it, without knowing whose record it is in.
    let corrected = police
        .post(&format!("/v1/referrals/{referral}/corrections"), &correction)
        .expect(201);
    assert!(corrected.json().get("personId").is_none());
    assert_eq!(
        police.get(&format!("/v1/referrals/{referral}")).problem(404),
        "not_found"
    );
}

#[test]
fn given_an_identifier_entered_in_error_then_nobody_is_found_by_it_any_more() {
    let county = County::new();
    let worker = county.worker();
    let (who, other) = (somebody(), somebody());
    let person = county.registered(&worker, &who);
    county.in_community_treatment(&person, ago(30));
    let identifier = other.prisoner();
    let told = worker
        .post(&format!("/v1/people/{person}/identifiers"), &identifier)
        .expect(201);
    let error = event_of(&told.json());
    let found = || {
        let search = json!({ "identifier": identifier });
        worker.post("/v1/people/search", &search).expect(200).json()["data"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(found(), 1);
    let path = format!("/v1/people/{person}/corrections");
    let void = |event: &str| json!({ "events": [event], "reason": "entered_in_error" });
    let voided = worker.post(&path, &void(&error)).expect(201);
    assert_eq!(found(), 0);
    // The correction was the error.
    worker.post(&path, &void(&event_of(&voided.json()))).expect(201);
    assert_eq!(found(), 1);
}

#[test]
fn given_a_name_entered_in_error_then_lists_show_the_one_before() {
    let county = County::new();
    let worker = county.worker();
    let who = somebody();
    let person = county.registered(&worker, &who);
    county.in_community_treatment(&person, ago(30));
    let path = format!("/v1/people/{person}/demographics");
    let told = worker
        .post(&path, &json!({ "names": { "family": "Wrongly" } }))
        .expect(201);
    let shown = || {
        let lines = worker.list(&format!("/v1/services/{}/worklists/caseload", county.community));
        lines[0]["names"]["family"].clone()
    };
    assert_eq!(shown(), "Wrongly");
    let correction = json!({ "events": [event_of(&told.json())], "reason": "wrong_detail" });
    worker
        .post(&format!("/v1/people/{person}/corrections"), &correction)
        .expect(201);
    assert_eq!(shown(), who.family);
}
