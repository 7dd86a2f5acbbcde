//! A sender follows what became of its referral, and learns nothing clinical.
//!
//! Source: issue 6, "Status of what a client sent".

use crate::harness::{Client, County, ago, somebody};
use serde_json::{Value, json};

/// The stages, and the entity tag, as the sender sees them.
fn told(sender: &Client, referral: &str) -> (Value, Vec<String>, String) {
    let answer = sender.get(&format!("/v1/referrals/{referral}")).expect(200);
    let shown = answer.json();
    let stages = shown["stages"].as_array().into_iter().flatten();
    let stages = stages
        .map(|stage| stage["stage"].as_str().unwrap().to_owned())
        .collect();
    (shown, stages, answer.header("etag").unwrap().to_owned())
}

#[test]
fn given_a_referral_from_custody_then_the_sender_is_told_each_stage_and_nothing_clinical() {
    let county = County::new();
    let (sender, worker) = (county.custody_system(), county.worker());
    let referred = json!({
        "person": somebody().described(), "source": "arrest_referral", "toService": county.community,
        "substances": ["1011"], "occurred": ago(30),
    });
    let referral = sender.record("/v1/referrals", &referred).id("referral");
    let (shown, stages, first) = told(&sender, &referral);
    assert_eq!((&shown["status"], stages.len()), (&json!("received"), 0));

    // Accepted, and offered an appointment to which nobody comes.
    let accepted = worker.record(
        &format!("/v1/referrals/{referral}/acceptance"),
        &json!({ "occurred": ago(28) }),
    );
    let person = accepted.person();
    let offer = |day: i32, offered: i32| {
        let body = json!({ "kind": "triage", "startsAt": format!("{}T09:30:00Z", ago(day)), "occurred": ago(offered) });
        worker
            .record(&format!("/v1/referrals/{referral}/appointments"), &body)
            .id("appointment")
    };
    let missed = offer(20, 27);
    let (_, stages, second) = told(&sender, &referral);
    assert_eq!(stages, ["appointment_offered"]);
    assert_ne!(first, second, "a new stage is a new version");
    worker.record(
        &format!("/v1/appointments/{missed}/absence"),
        &json!({ "reason": "forgot", "occurred": ago(20) }),
    );
    assert_eq!(
        told(&sender, &referral).1,
        ["appointment_offered", "appointment_missed"]
    );

    // Offered again, come, triaged, treated.
    let kept = offer(15, 19);
    worker.record(
        &format!("/v1/appointments/{kept}/attendance"),
        &json!({ "occurred": ago(15) }),
    );
    assert_eq!(
        told(&sender, &referral).1,
        ["appointment_offered", "appointment_attended"]
    );
    let triage = json!({ "outcome": "treatment_needed", "substances": ["1011"], "occurred": ago(15) });
    let episode = worker
        .record(&format!("/v1/referrals/{referral}/triage"), &triage)
        .id("episode");
    let before = told(&sender, &referral).2;
    let start = json!({ "intervention": "94", "setting": "community", "occurred": ago(12) });
    worker.record(&format!("/v1/episodes/{episode}/interventions"), &start);
    let (shown, stages, after) = told(&sender, &referral);
    assert_eq!(
        stages,
        ["appointment_offered", "appointment_attended", "picked_up"]
    );
    assert_eq!(shown["stages"][2]["occurred"], ago(12).to_string());
    assert_ne!(before, after);
    assert_eq!(shown["status"], "triaged");
    for hidden in ["personId", "clinical", "identity"] {
        assert!(shown.get(hidden).is_none(), "{hidden}: {shown}");
    }
    for clinical in ["treatment_needed", "1011", "\"94\"", &episode, &person] {
        assert!(!shown.to_string().contains(clinical), "{clinical}: {shown}");
    }
    // What happens otherwise in the record is no stage of this referral.
    worker.record(
        &format!("/v1/episodes/{episode}/contacts"),
        &json!({ "occurred": ago(3) }),
    );
    assert_eq!(told(&sender, &referral).2, after);

    // The person objects to sharing with the sender: it sees what it sent and what was decided, no more.
    let objection = json!({ "organisation": county.police_organisation(), "occurred": ago(2) });
    worker.record(&format!("/v1/people/{person}/objections"), &objection);
    let (shown, stages, _) = told(&sender, &referral);
    assert_eq!((&shown["status"], stages), (&json!("triaged"), Vec::new()));
    let (_, asked, _) = told(&worker, &referral);
    assert_eq!(
        asked.len(),
        3,
        "negative control: the service asked goes on seeing them"
    );
}
