//! The course of treatment over HTTP: the wait of case W1, holds, care plans, key workers, and two services that
//! prescribe at once.

use super::worklist_on;
use crate::harness::{Client, County, ago, days_from, somebody};
use jiff::civil::Date;
use serde_json::{Value, json};

fn treatment_on(by: &Client, person: &str, day: Date) -> Value {
    by.read(&format!("/v1/people/{person}?asOf={day}"))["pathway"]["treatment"].clone()
}

/// W1: referred 1 April, offered for 20 April, attended 10 May: waited 19 days. Here counted back from today.
#[test]
fn given_a_first_appointment_that_was_missed_then_the_wait_ends_with_its_offer() {
    let county = County::new();
    let worker = county.worker();
    let person = county.registered(&worker, &somebody());
    let referred_on = ago(60);
    let refer = json!({
        "person": { "personId": person }, "source": "self", "toService": county.community, "occurred": referred_on,
    });
    let referral = worker.record("/v1/referrals", &refer).id("referral");
    worker.record(
        &format!("/v1/referrals/{referral}/acceptance"),
        &json!({ "occurred": referred_on }),
    );
    let triaged = worker.record(
        &format!("/v1/referrals/{referral}/triage"),
        &json!({ "outcome": "treatment_needed", "substances": ["1011"], "occurred": referred_on }),
    );
    let episode = triaged.id("episode");
    let post = |noun: &str, body: &Value| worker.record(&format!("/v1/episodes/{episode}/{noun}"), body);

    // Given: referred to the intervention, and an appointment offered for day 19, which they miss.
    let told = json!({ "intervention": "94", "setting": "community", "occurred": referred_on });
    let intervention = post("intervention-referrals", &told).id("intervention");
    let day_19 = days_from(referred_on, 19);
    let offer = json!({
        "kind": "first_intervention", "interventionId": intervention, "startsAt": format!("{day_19}T09:00:00Z"),
        "occurred": days_from(referred_on, 2),
    });
    let missed = post("appointments", &offer).id("appointment");
    worker.record(
        &format!("/v1/appointments/{missed}/absence"),
        &json!({ "reason": "ill", "occurred": day_19 }),
    );

    // When: they start on day 39. Then: they waited 19 days, in one intervention of one id.
    let start = json!({ "occurred": days_from(referred_on, 39) });
    let path = format!("interventions/{intervention}/start");
    post(&path, &start);
    let shown = worker.read(&format!("/v1/episodes/{episode}"));
    let wait = &shown["referredInterventions"][0];
    assert_eq!(
        (&wait["daysWaited"], &wait["waitingBand"]),
        (&json!(19), &json!("up_to_3_weeks"))
    );
    assert_eq!(shown["interventions"][0]["interventionId"], intervention);
    let again = worker
        .post(&format!("/v1/episodes/{episode}/{path}"), &start)
        .expect(422);
    assert_eq!(again.faults()[0].1, "intervention_already_started");

    // And: the waiting list of a day between says the same.
    let line = worklist_on(&worker, &county, "waiting-list", days_from(referred_on, 20)).remove(0);
    assert_eq!(
        (&line["daysWaited"], &line["firstAppointmentFor"]),
        (&json!(19), &json!(day_19))
    );
    let before = worklist_on(&worker, &county, "waiting-list", days_from(referred_on, 1)).remove(0);
    assert_eq!(before["daysWaited"], Value::Null, "nothing was offered yet");

    // When: it is reviewed. Then: what it consists of is on record, and what cannot belong to it is refused.
    let reviews = format!("interventions/{intervention}/reviews");
    post(
        &reviews,
        &json!({ "components": ["PHSTBL", "PHMAIN"], "occurred": ago(5) }),
    );
    let odd = json!({ "components": ["PHMAIN", "PSYMOTI"], "occurred": ago(4) });
    let refused = worker
        .post(&format!("/v1/episodes/{episode}/{reviews}"), &odd)
        .expect(422);
    assert_eq!(
        refused.faults(),
        [(
            "/components/1".to_owned(),
            "component_of_another_intervention".to_owned()
        )]
    );
    let reviewed = worker.read(&format!("/v1/episodes/{episode}"))["interventions"][0]["reviews"].clone();
    assert_eq!(reviewed[0]["components"], json!(["PHSTBL", "PHMAIN"]));
}

#[test]
fn given_a_key_worker_and_a_care_plan_then_the_caseload_says_so_and_a_hold_remembers_where_it_returns() {
    let county = County::new();
    let worker = county.worker();
    let (person, other) = (
        county.registered(&worker, &somebody()),
        county.registered(&worker, &somebody()),
    );
    let since = ago(100);
    let episode = county.in_community_treatment(&person, since);
    let another = county.in_community_treatment(&other, since);
    let post = |episode: &str, noun: &str, body: Value| {
        worker.record(&format!("/v1/episodes/{episode}/{noun}"), &body)
    };

    // Given: each has a key worker, and one a care plan.
    post(
        &episode,
        "key-worker",
        json!({ "keyWorker": "j.smith", "occurred": since }),
    );
    post(
        &another,
        "key-worker",
        json!({ "keyWorker": "a.jones", "occurred": since }),
    );
    let review_on = days_from(since, 84);
    post(
        &episode,
        "care-plan",
        json!({ "goals": ["stabilisation", "housing"], "reviewOn": review_on, "occurred": since }),
    );

    // Then: the caseload can be asked for by key worker, and says when the plan is to be reviewed.
    let caseload = |query: &str| {
        worker.list(&format!(
            "/v1/services/{}/worklists/caseload{query}",
            county.community
        ))
    };
    assert_eq!(caseload("").len(), 2);
    let mine = caseload("?keyWorker=j.smith");
    assert_eq!(mine.len(), 1);
    assert_eq!(
        (&mine[0]["personId"], &mine[0]["carePlanReviewOn"]),
        (&json!(person), &json!(review_on))
    );
    assert!(caseload("?keyWorker=nobody").is_empty());
    worker
        .get(&format!(
            "/v1/services/{}/worklists/triage-due?keyWorker=j.smith",
            county.community
        ))
        .expect(400);
    post(
        &episode,
        "care-plan-revisions",
        json!({ "goals": ["housing"], "reviewOn": days_from(since, 170), "occurred": days_from(since, 84) }),
    );

    // When: they go to hospital. Then: treatment is on hold, and goes on where it was.
    let (held, back) = (ago(12), ago(4));
    post(
        &episode,
        "hold",
        json!({ "reason": "in_hospital", "occurred": held }),
    );
    let track = treatment_on(&worker, &person, held);
    assert_eq!(
        (&track["status"], &track["returnsTo"]),
        (&json!("on_hold"), &json!("in_treatment"))
    );
    let line = caseload("?keyWorker=j.smith").remove(0);
    assert_eq!(
        (&line["onHoldSince"], &line["holdReason"]),
        (&json!(held), &json!("in_hospital"))
    );
    let start = json!({ "intervention": "95", "setting": "community", "occurred": ago(8) });
    let refused = worker
        .post(&format!("/v1/episodes/{episode}/interventions"), &start)
        .expect(422);
    assert_eq!(refused.faults()[0].1, "on_hold");
    post(&episode, "resumption", json!({ "occurred": back }));
    assert_eq!(treatment_on(&worker, &person, ago(5))["status"], "on_hold");
    assert_eq!(treatment_on(&worker, &person, back)["status"], "in_treatment");
    let history = worker.read(&format!("/v1/people/{person}/status-history"));
    assert!(history.to_string().contains("on_hold"));

    // And: the duty after an overdose names the key worker.
    let overdose = json!({ "outcome": "hospital", "occurred": ago(12) });
    worker.record(&format!("/v1/people/{person}/overdoses"), &overdose);
    let duties = worker.read(&format!("/v1/people/{person}/duties"));
    assert!(duties.to_string().contains("Key worker: j.smith."), "{duties}");
}

#[test]
fn given_two_services_that_prescribe_at_once_then_both_are_alarmed_until_one_of_them_rests() {
    let county = County::new();
    let (community, prison) = (county.worker(), county.prison_worker());

    // Given: somebody prescribed for in the community is received into prison.
    let person = county.registered(&community, &somebody());
    let episode = county.in_community_treatment(&person, ago(60));
    let received_on = ago(20);
    county.moved(
        &community,
        &person,
        received_on,
        json!({ "movementType": "ADM", "reasonCode": "N", "prison": county.prison }),
    );

    // When: the service in prison takes them on, and prescribes too.
    let refer = json!({
        "person": { "personId": person }, "source": "prison", "toService": county.prison_treatment, "occurred": ago(19),
    });
    let referral = community.record("/v1/referrals", &refer).id("referral");
    prison.record(
        &format!("/v1/referrals/{referral}/acceptance"),
        &json!({ "occurred": ago(19) }),
    );

    // Then: they see what the person was prescribed at reception.
    let shown = prison.read(&format!("/v1/people/{person}/prescriptions"));
    assert_eq!(shown["atReception"]["receivedOn"], received_on.to_string());
    assert_eq!(shown["atReception"]["data"][0]["service"], county.community);
    assert_eq!(shown["atReception"]["data"][0]["code"], "94");
    let triaged = prison.record(
        &format!("/v1/referrals/{referral}/triage"),
        &json!({ "outcome": "treatment_needed", "occurred": ago(18) }),
    );
    prison.record(
        &format!("/v1/episodes/{}/interventions", triaged.id("episode")),
        &json!({ "intervention": "94", "setting": "prison", "occurred": ago(18) }),
    );

    // Then: an alarm on both lists, due on the same day, and in the pathway.
    let alarmed = |by: &Client, service: &str, day: Date| {
        by.list(&format!(
            "/v1/services/{service}/worklists/prescribed-twice?asOf={day}"
        ))
    };
    assert!(alarmed(&community, &county.community, ago(19)).is_empty());
    for (by, service) in [
        (&community, &county.community),
        (&prison, &county.prison_treatment),
    ] {
        let line = alarmed(by, service, ago(18)).remove(0);
        assert_eq!(line["dueOn"], ago(18).to_string());
        let services: Vec<_> = line["prescribedTwice"]
            .as_array()
            .unwrap()
            .iter()
            .map(|side| side["service"].clone())
            .collect();
        assert_eq!(
            services,
            [json!(county.community), json!(county.prison_treatment)]
        );
    }
    let pathway = prison.read(&format!("/v1/people/{person}"))["pathway"].clone();
    assert_eq!(pathway["prescribedTwice"][0]["since"], ago(18).to_string());
    let duties = prison.read(&format!("/v1/people/{person}/duties"));
    assert!(duties.to_string().contains("end_double_prescribing"));

    // When: the community service lets treatment rest. Then: the alarm is over.
    community.record(
        &format!("/v1/episodes/{episode}/hold"),
        &json!({ "reason": "in_custody", "occurred": ago(17) }),
    );
    assert!(alarmed(&prison, &county.prison_treatment, ago(17)).is_empty());
    assert_eq!(alarmed(&prison, &county.prison_treatment, ago(18)).len(), 1);
    let pathway = prison.read(&format!("/v1/people/{person}"))["pathway"].clone();
    assert_eq!(pathway["prescribedTwice"], Value::Null);
}
