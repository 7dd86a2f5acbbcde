//! Somebody is brought in unconscious, to people who do not know them.
//!
//! Source: `trust.md`, "Who may see what" and hazard H11.

use super::worklist_on;
use crate::harness::{Answer, Client, County, Somebody, ago, days_from, new_id, somebody, today};
use serde_json::{Value, json};
use throughcare_http::token::Role;

/// Somebody in treatment, with a kit in hand.
fn treated_with_a_kit(county: &County, worker: &Client, who: &Somebody) -> String {
    let person = county.registered(worker, who);
    let episode = county.in_community_treatment(&person, ago(40));
    let start = json!({ "intervention": "94", "setting": "community", "occurred": ago(38) });
    worker.record(&format!("/v1/episodes/{episode}/interventions"), &start);
    let kit = json!({ "product": "nyxoid", "batch": "LOT-1", "expiresOn": "2029-01-31" });
    let issue = json!({ "service": county.community, "kits": [kit], "occurred": ago(20) });
    worker.record(&format!("/v1/people/{person}/naloxone-issues"), &issue);
    person
}

fn look(by: &Client, body: &Value) -> Answer {
    by.post("/v1/break-glass", body)
}

#[test]
fn given_somebody_unknown_to_a_hospital_when_a_clinician_breaks_the_glass_then_they_see_what_matters_and_everybody_is_told()
 {
    // Given: somebody in treatment with a kit, whom the hospital has never seen.
    let county = County::new();
    let (worker, elsewhere) = (county.worker(), county.stranger_organisation());
    let who = somebody();
    let person = treated_with_a_kit(&county, &worker, &who);
    let doctor = county.named("dr.lee", &elsewhere, Role::Clinician);
    let colleague = county.named("dr.more", &elsewhere, Role::Clinician);
    let record = format!("/v1/people/{person}");
    let emergency = format!("{record}/emergency");
    doctor.get(&record).problem(404);
    doctor.get(&emergency).problem(404);

    // When: the doctor says why, by the NHS number on a bracelet.
    let body = json!({
        "identifier": who.nhs(), "reason": "unconscious", "note": "Brought in unresponsive, pinpoint pupils.", "hours": 2,
    });
    let looked = look(&doctor, &body).expect(201);
    assert_eq!(looked.person(), person);
    assert_eq!(looked.header("location"), Some(emergency.as_str()));
    let glass = looked.id("break_glass");

    // Then: medicines, naloxone and whom to ring are there, for this doctor alone, and the record is not.
    let shown = doctor.read(&emergency);
    assert_eq!(shown["personId"], person.as_str());
    assert_eq!(shown["names"]["family"], who.demographics()["names"]["family"]);
    assert_eq!(shown["medicines"][0]["service"], county.community.as_str());
    assert_eq!(shown["naloxone"].as_array().unwrap().len(), 1);
    assert_eq!(shown["contacts"][0]["service"], county.community.as_str());
    let fields: Vec<&String> = shown.as_object().unwrap().keys().collect();
    for withheld in ["residence", "identifiers", "timeline", "needs", "note"] {
        assert!(!fields.iter().any(|field| *field == withheld), "{withheld}");
    }
    // To have looked is to have recorded nothing about the person.
    doctor.get(&record).problem(404);
    doctor.get(&format!("{record}/timeline")).problem(404);
    let addresses = format!("{record}/residences");
    doctor
        .post(&addresses, &json!({ "noFixedAbode": true }))
        .problem(404);
    colleague.get(&emergency).problem(404);
    county.worker().get(&emergency).expect(200);
    county.prison_worker().get(&emergency).problem(404);

    // Then: those who treat the person are told at once, and the person can be.
    let alert = &worklist_on(&worker, &county, "sight-widened", today())[0];
    assert_eq!(
        (&alert["id"], &alert["emergency"], &alert["byOrganisation"]),
        (&json!(glass), &json!("unconscious"), &json!(elsewhere))
    );
    let log = worker.list(&format!("{record}/access-log"));
    let look_at = log
        .iter()
        .find(|one| one["shown"] == "emergency" && one["organisation"] == json!(elsewhere));
    assert_eq!(look_at.unwrap()["grounds"][0]["id"], "broke_glass");
    let timeline = worker.list(&format!("{record}/timeline"));
    let told = |line: &&Value| {
        line["sentence"]
            .as_str()
            .unwrap()
            .contains("looked in an emergency")
    };
    assert_eq!(timeline.iter().filter(told).count(), 1);

    // Then: a privacy officer of the hospital reviews it; nobody else, and not the doctor.
    let officer = county.named("p.officer", &elsewhere, Role::PrivacyOfficer);
    let other = county.named(
        "q.officer",
        &county.community_organisation(),
        Role::PrivacyOfficer,
    );
    let due = &officer.list("/v1/break-glass")[0];
    assert_eq!(
        (&due["breakGlassId"], &due["user"], &due["review"]),
        (&json!(glass), &json!("dr.lee"), &Value::Null)
    );
    assert!(other.list("/v1/break-glass").is_empty());
    other
        .get(&format!("/v1/break-glass?organisation={elsewhere}"))
        .problem(404);
    worker.get("/v1/break-glass").problem(403);
    let why = officer.read(&format!("/v1/break-glass/{glass}"));
    assert_eq!(why["note"], "Brought in unresponsive, pinpoint pupils.");
    let audited = county.auditor().read(&format!("/v1/break-glass/{glass}"));
    assert!(audited.get("note").is_none());
    other.get(&format!("/v1/break-glass/{glass}")).problem(404);
    let review = format!("/v1/break-glass/{glass}/review");
    let outcome = json!({ "outcome": "justified" });
    doctor.post(&review, &outcome).problem(403);
    other.post(&review, &outcome).problem(404);
    let same_person = county.named("dr.lee", &elsewhere, Role::PrivacyOfficer);
    let refused = same_person.post(&review, &outcome).expect(422).faults();
    assert_eq!(refused[0].1, "reviews_own_look");
    officer.record(&review, &outcome);
    assert_eq!(officer.list("/v1/break-glass")[0]["review"]["by"], "p.officer");
    assert_eq!(
        officer.post(&review, &outcome).expect(422).faults()[0].1,
        "already_reviewed"
    );
}

#[test]
fn given_a_look_in_an_emergency_when_anybody_else_or_any_other_way_asks_then_it_is_refused_with_the_reason() {
    let county = County::new();
    let (worker, elsewhere) = (county.worker(), county.stranger_organisation());
    let who = somebody();
    let person = treated_with_a_kit(&county, &worker, &who);
    let doctor = county.named("dr.lee", &elsewhere, Role::Clinician);
    let body = |by: Value| {
        let mut body = json!({ "reason": "overdose", "note": "Naloxone given, not waking." });
        body.as_object_mut()
            .unwrap()
            .extend(by.as_object().unwrap().clone());
        body
    };
    let by_number = body(json!({ "identifier": who.nhs() }));
    for role in [
        Role::Worker,
        Role::Liaison,
        Role::Auditor,
        Role::Commissioner,
        Role::PrivacyOfficer,
    ] {
        let by = county.named("somebody.else", &elsewhere, role);
        look(&by, &by_number).problem(403);
        // Whether there is somebody is not told either.
        look(&by, &body(json!({ "identifier": somebody().nhs() }))).problem(403);
    }
    look(&doctor, &body(json!({ "identifier": somebody().nhs() }))).problem(404);
    look(&doctor, &body(json!({ "personId": new_id() }))).problem(404);
    let faults = |body: Value| look(&doctor, &body).expect(422).faults();
    let both = faults(body(json!({ "identifier": who.nhs(), "personId": person })));
    assert_eq!(both, [("/personId".to_owned(), "ambiguous".to_owned())]);
    let neither = faults(body(json!({})));
    assert_eq!(neither, [("/identifier".to_owned(), "missing".to_owned())]);
    let long = look(&doctor, &body(json!({ "personId": person, "hours": 9 })));
    assert_eq!(long.expect(400).faults()[0].0, "/hours");
    let unsaid = look(&doctor, &json!({ "personId": person, "reason": "overdose" }));
    assert_eq!(unsaid.expect(400).faults()[0].0, "/note");
    let unknown = faults(json!({ "personId": person, "reason": "curiosity", "note": "I wanted to know." }));
    assert_eq!(unknown[0].0, "/reason");
    doctor.get(&format!("/v1/people/{person}/emergency")).problem(404);
    // What was looked at stays on record: it is voided by nobody.
    let looked = look(&doctor, &body(json!({ "personId": person }))).expect(201);
    let event = looked.json()["eventIds"][0].clone();
    let void = json!({ "events": [event], "reason": "entered_in_error" });
    let refused = doctor.post(&format!("/v1/people/{person}/corrections"), &void);
    refused.problem(404);
    let refused = worker.post(&format!("/v1/people/{person}/corrections"), &void);
    refused.problem(403);
    let soon = days_from(today(), 1);
    assert!(worklist_on(&worker, &county, "sight-widened", soon).len() == 1);
}
