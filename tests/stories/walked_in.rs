//! Somebody walks in whom others know already.
//!
//! Source: `trust.md`, "Who may see what": posting a referral must not let the sender read a stranger's record.

use super::worklist_on;
use crate::harness::{Client, County, ago, somebody, today};
use serde_json::{Value, json};

fn sees(by: &Client, person: &str) -> String {
    let read = by.read(&format!("/v1/people/{person}"));
    read["visibility"].as_str().unwrap().to_owned()
}

#[test]
fn given_somebody_whom_others_treat_when_a_service_takes_them_on_by_itself_then_it_sees_its_own_entries_until_they_are_there()
 {
    // Given: the prison's team registered the person, and the community service treats them now.
    let county = County::new();
    let (nurse, worker) = (county.prison_worker(), county.worker());
    let person = county.registered(&nurse, &somebody());
    let refer = |to: &str, source: &str, on: i32| json!({ "person": { "personId": person }, "source": source, "toService": to, "occurred": ago(on) });
    let asked = nurse
        .record("/v1/referrals", &refer(&county.community, "prison", 30))
        .id("referral");
    worker.record(
        &format!("/v1/referrals/{asked}/acceptance"),
        &json!({ "occurred": ago(29) }),
    );
    let triage = json!({ "outcome": "treatment_needed", "substances": ["1011"], "occurred": ago(28) });
    worker.record(&format!("/v1/referrals/{asked}/triage"), &triage);
    assert_eq!(sees(&nurse, &person), "sent");

    // When: the prison's team takes them on by a referral of its own, triages them and treats them.
    let own = nurse.record("/v1/referrals", &refer(&county.prison_treatment, "self", 10));
    assert_eq!(
        own.json()["eventIds"].as_array().unwrap().len(),
        1,
        "the answer tells of the referral alone"
    );
    let own = own.id("referral");
    nurse.record(
        &format!("/v1/referrals/{own}/acceptance"),
        &json!({ "occurred": ago(9) }),
    );
    let triage = json!({ "outcome": "treatment_needed", "substances": ["1011"], "occurred": ago(8) });
    let episode = nurse
        .record(&format!("/v1/referrals/{own}/triage"), &triage)
        .id("episode");
    let start = json!({ "intervention": "94", "setting": "prison", "occurred": ago(7) });
    nurse.record(&format!("/v1/episodes/{episode}/interventions"), &start);

    // Then: nothing was refused, and it sees what it recorded, as before.
    assert_eq!(sees(&nurse, &person), "sent");
    let sentences = |by: &Client| -> Vec<String> {
        let lines = by.list(&format!("/v1/people/{person}/timeline"));
        lines
            .iter()
            .map(|line| line["sentence"].as_str().unwrap().to_owned())
            .collect()
    };
    let seen = sentences(&nurse);
    let others = format!("to {} was", county.community);
    assert!(
        seen.iter()
            .all(|line| !line.contains("no sight") && !line.contains(&others)),
        "{seen:?}"
    );
    assert!(sentences(&worker).iter().any(|line| line.contains(&others)));
    assert!(sentences(&worker).iter().any(|line| line.contains("no sight")));
    nurse.get(&format!("/v1/people/{person}/access-log")).problem(404);
    assert!(worklist_on(&worker, &county, "sight-widened", today()).is_empty());

    // When: a named worker attests that the person is there. Then: it sees the record, and the others are told.
    let attest = format!("/v1/referrals/{own}/presence");
    county
        .stranger()
        .post(&attest, &json!({ "attested": "document_seen" }))
        .problem(404);
    worker
        .post(&attest, &json!({ "attested": "document_seen" }))
        .problem(404);
    nurse.record(&attest, &json!({ "attested": "document_seen" }));
    assert_eq!(sees(&nurse, &person), "full");
    assert_eq!(sentences(&nurse), sentences(&worker));
    let alert = &worklist_on(&worker, &county, "sight-widened", today())[0];
    assert_eq!(
        (&alert["id"], &alert["attested"], &alert["byOrganisation"]),
        (
            &json!(own),
            &json!("document_seen"),
            &json!(county.prison_organisation())
        )
    );
}

#[test]
fn given_somebody_whom_nobody_else_knows_when_they_walk_in_then_the_service_sees_the_record_at_once() {
    let county = County::new();
    let worker = county.worker();
    let person = county.registered(&worker, &somebody());
    let refer = json!({
        "person": { "personId": person }, "source": "self", "toService": county.community, "occurred": ago(3),
    });
    let referral = worker.record("/v1/referrals", &refer).id("referral");
    worker.record(
        &format!("/v1/referrals/{referral}/acceptance"),
        &json!({ "occurred": ago(2) }),
    );
    assert_eq!(sees(&worker, &person), "full");
    // A system cannot attest that somebody is there.
    let by_system: Value = json!({ "attested": "document_seen" });
    let refused = county
        .case_system()
        .post(&format!("/v1/referrals/{referral}/presence"), &by_system);
    assert_eq!(refused.expect(422).faults()[0].1, "named_person_needed");
}
