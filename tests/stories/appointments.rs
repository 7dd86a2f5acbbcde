//! Appointments: offered, missed, offered again, attended; and what each worker's list says every morning.

use super::worklist_on;
use crate::harness::{Client, County, ago, days_from, somebody};
use jiff::civil::Date;
use serde_json::{Value, json};

fn duties_on(by: &Client, person: &str, day: Date) -> Vec<String> {
    let shown = by.read(&format!("/v1/people/{person}/duties?asOf={day}"));
    let duties = shown["data"].as_array().unwrap();
    duties
        .iter()
        .map(|duty| duty["kind"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn given_a_missed_appointment_when_another_is_offered_then_the_person_is_not_lost() {
    let county = County::new();
    let worker = county.worker();
    let person = county.registered(&worker, &somebody());

    // Given: a referral, accepted. Then: an appointment is due within a week.
    let refer = json!({
        "person": { "personId": person }, "source": "self", "toService": county.community, "occurred": ago(40),
    });
    let referral = worker.record("/v1/referrals", &refer).id("referral");
    let accepted = ago(38);
    worker.record(
        &format!("/v1/referrals/{referral}/acceptance"),
        &json!({ "occurred": accepted }),
    );
    assert_eq!(
        duties_on(&worker, &person, accepted),
        ["offer_appointment", "triage"]
    );

    // When: one is offered. Then: it is on the list of those to come, and on the line of who is to be triaged.
    let (first, second) = (days_from(accepted, 5), days_from(accepted, 9));
    let offer = |on: Date, offered: Date| {
        let body = json!({
            "kind": "triage", "startsAt": format!("{on}T09:30:00Z"), "occurred": offered,
            "note": "Room 2, by the back door",
        });
        let path = format!("/v1/referrals/{referral}/appointments");
        worker.record(&path, &body).id("appointment")
    };
    let missed = offer(first, accepted);
    let to_come = worklist_on(&worker, &county, "appointments", accepted);
    assert_eq!(to_come[0]["appointment"]["appointmentId"], missed);
    assert_eq!(to_come[0]["appointment"]["startsOn"], first.to_string());
    assert_eq!(to_come[0]["referralId"], referral);
    let triage_due = worklist_on(&worker, &county, "triage-due", accepted);
    assert_eq!(triage_due[0]["appointmentOn"], first.to_string());
    assert_eq!(duties_on(&worker, &person, accepted), ["triage"]);

    // Then: nobody can have come or stayed away the day before.
    let absence = format!("/v1/appointments/{missed}/absence");
    let early = json!({ "reason": "forgot", "occurred": days_from(first, -1) });
    assert_eq!(
        worker.post(&absence, &early).expect(422).faults()[0].1,
        "before_it_starts"
    );

    // When: they do not come. Then: that is on a list of its own, and another time is due within three days.
    worker.record(&absence, &json!({ "reason": "forgot", "occurred": first }));
    assert!(worklist_on(&worker, &county, "appointments", first).is_empty());
    let lost = worklist_on(&worker, &county, "appointments-missed", first);
    assert_eq!(lost[0]["appointment"]["reason"], "forgot");
    assert_eq!(lost[0]["dueOn"], days_from(first, 3).to_string());
    assert_eq!(
        duties_on(&worker, &person, first),
        ["offer_another_appointment", "triage"]
    );

    // When: another time is offered, moved, and they come. Then: they are still to be triaged.
    let again = offer(second, days_from(first, 1));
    assert!(worklist_on(&worker, &county, "appointments-missed", days_from(first, 1)).is_empty());
    let moved = days_from(second, 2);
    worker.record(
        &format!("/v1/appointments/{again}/rescheduling"),
        &json!({ "startsAt": format!("{moved}T14:00:00Z"), "occurred": days_from(first, 2) }),
    );
    worker.record(
        &format!("/v1/appointments/{again}/attendance"),
        &json!({ "occurred": moved }),
    );
    assert_eq!(duties_on(&worker, &person, moved), ["triage"]);
    let late = json!({ "by": "person", "occurred": moved });
    let over = worker.post(&format!("/v1/appointments/{again}/cancellation"), &late);
    assert_eq!(over.expect(422).faults()[0].1, "appointment_over");

    // And: the record shows both, and the note is in none of the coded facts.
    let shown = worker.read(&format!("/v1/people/{person}/appointments"));
    let told: Vec<_> = shown["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["status"].clone(), one["startsOn"].clone()))
        .collect();
    assert_eq!(
        told,
        [(json!("missed"), json!(first)), (json!("attended"), json!(moved))]
    );
    assert!(!shown.to_string().contains("back door"));

    // And: nobody else sees or moves an appointment.
    let stranger = county.stranger();
    stranger
        .post(
            &format!("/v1/appointments/{again}/attendance"),
            &json!({ "occurred": moved }),
        )
        .problem(404);
    assert_eq!(shown["total"], json!(2), "{}", Value::from(told.len()));
}

#[test]
fn given_a_referral_sent_on_then_its_first_sender_sees_what_became_of_it() {
    let county = County::new();
    let (police, community, prison) = (
        county.arrest_referral_worker(),
        county.worker(),
        county.prison_worker(),
    );

    // Given: the police refer somebody who is taken to prison before anybody has seen them.
    let refer = json!({
        "person": somebody().described(), "source": "arrest_referral", "toService": county.community, "occurred": ago(30),
    });
    let first = police.record("/v1/referrals", &refer).id("referral");

    // When: the community service sends the referral on to the service in prison.
    let path = format!("/v1/referrals/{first}/onward-referral");
    let told = json!({ "toService": county.prison_treatment, "occurred": ago(28) });
    police.post(&path, &told).problem(403);
    let onward = community.record(&path, &told).id("referral");

    // Then: it is theirs to act on, and no more the first one's.
    assert!(worklist_on(&community, &county, "referrals", ago(28)).is_empty());
    let theirs = format!(
        "/v1/services/{}/worklists/referrals?asOf={}",
        county.prison_treatment,
        ago(28)
    );
    assert_eq!(prison.list(&theirs)[0]["referralId"], onward);

    // And: the police see where it is, and not under which id.
    let seen = police.read(&format!("/v1/referrals/{first}"));
    assert_eq!(seen["status"], "sent_on");
    assert_eq!(
        (&seen["sentOn"]["toService"], &seen["sentOn"]["status"]),
        (&json!(county.prison_treatment), &json!("received"))
    );
    assert_eq!(seen["sentOn"]["referralId"], Value::Null);
    police.get(&format!("/v1/referrals/{onward}")).problem(404);

    // When: the service in prison accepts. Then: the police see that too, and the six weeks count from their referral.
    let tag = |by: &Client| {
        let answer = by.get(&format!("/v1/referrals/{first}"));
        answer.header("etag").unwrap().to_owned()
    };
    let before = tag(&police);
    prison.record(
        &format!("/v1/referrals/{onward}/acceptance"),
        &json!({ "occurred": ago(27) }),
    );
    let seen = police.read(&format!("/v1/referrals/{first}"));
    assert_eq!(seen["sentOn"]["status"], "accepted");
    assert_ne!(tag(&police), before, "what a sender has kept is out of date");
    let due = format!(
        "/v1/services/{}/worklists/triage-due?asOf={}",
        county.prison_treatment,
        ago(27)
    );
    let line = prison.list(&due).remove(0);
    assert_eq!(line["firstReferredOn"], ago(30).to_string());
    assert_eq!(line["triageDueOn"], days_from(ago(30), 42).to_string());
    let again = community.post(&path, &told).expect(422);
    assert_eq!(again.faults()[0].1, "referral_already_decided");
}
