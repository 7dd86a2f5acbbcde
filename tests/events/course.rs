//! Appointments, referrals sent on, and the course of treatment within an episode.

use super::observer::{At, Observer};
use crate::harness::{ago, days_from, somebody, today};
use serde_json::{Value, json};

pub fn told(observer: &mut Observer<'_>) {
    let county = observer.county;
    let organisation = county.community_organisation();
    let worker = county.worker();
    let person = county.registered(&worker, &somebody());
    let step = |observer: &mut Observer<'_>, template: &str, ids: &[&str], body: Value| {
        observer.tell(&organisation, &person, At { template, ids }, body)
    };
    let refer = |days: i32| {
        let body = json!({
            "person": { "personId": person }, "source": "self", "toService": county.community, "occurred": ago(days),
        });
        worker.record("/v1/referrals", &body).id("referral")
    };

    let onward = refer(80);
    let told = json!({ "toService": county.prison_treatment, "occurred": ago(79) });
    step(observer, "/v1/referrals/{id}/onward-referral", &[&onward], told);

    let referral = refer(60);
    worker.record(
        &format!("/v1/referrals/{referral}/acceptance"),
        &json!({ "occurred": ago(59) }),
    );
    let offer = |days: i32| json!({ "kind": "triage", "startsAt": format!("{}T09:30:00Z", ago(days)), "occurred": ago(58) });
    let offered = "/v1/referrals/{id}/appointments";
    let missed = step(observer, offered, &[&referral], offer(55)).id("appointment");
    let told = json!({ "startsAt": format!("{}T10:00:00Z", ago(54)), "occurred": ago(57) });
    step(observer, "/v1/appointments/{id}/rescheduling", &[&missed], told);
    let told = json!({ "reason": "forgot", "occurred": ago(54) });
    step(observer, "/v1/appointments/{id}/absence", &[&missed], told);
    let cancelled = step(observer, offered, &[&referral], offer(53)).id("appointment");
    let told = json!({ "by": "service", "occurred": ago(54) });
    step(
        observer,
        "/v1/appointments/{id}/cancellation",
        &[&cancelled],
        told,
    );
    let kept = step(observer, offered, &[&referral], offer(50)).id("appointment");
    step(
        observer,
        "/v1/appointments/{id}/attendance",
        &[&kept],
        json!({ "occurred": ago(50) }),
    );
    let told = json!({ "outcome": "treatment_needed", "substances": ["1011"], "occurred": ago(50) });
    let episode = worker
        .record(&format!("/v1/referrals/{referral}/triage"), &told)
        .id("episode");

    let told = json!({ "keyWorker": "j.smith", "occurred": ago(49) });
    step(observer, "/v1/episodes/{id}/key-worker", &[&episode], told);
    let told = json!({ "goals": ["stabilisation"], "reviewOn": days_from(today(), 60), "occurred": ago(48) });
    step(observer, "/v1/episodes/{id}/care-plan", &[&episode], told);
    let told = json!({ "goals": ["reduction"], "reviewOn": days_from(today(), 90), "occurred": ago(47) });
    step(
        observer,
        "/v1/episodes/{id}/care-plan-revisions",
        &[&episode],
        told,
    );
    let told = json!({ "intervention": "94", "setting": "community", "occurred": ago(46) });
    let referred = step(
        observer,
        "/v1/episodes/{id}/intervention-referrals",
        &[&episode],
        told,
    );
    let intervention = referred.id("intervention");
    let of = [episode.as_str(), intervention.as_str()];
    let told = json!({ "offeredFor": ago(40), "occurred": ago(45) });
    step(
        observer,
        "/v1/episodes/{id}/interventions/{interventionId}/first-appointment",
        &of,
        told,
    );
    let told = json!({ "occurred": ago(40) });
    step(
        observer,
        "/v1/episodes/{id}/interventions/{interventionId}/start",
        &of,
        told,
    );
    let told = json!({ "components": ["PHSTBL"], "occurred": ago(20) });
    step(
        observer,
        "/v1/episodes/{id}/interventions/{interventionId}/reviews",
        &of,
        told,
    );
    let told = json!({ "reason": "in_hospital", "occurred": ago(15) });
    step(observer, "/v1/episodes/{id}/hold", &[&episode], told);
    step(
        observer,
        "/v1/episodes/{id}/resumption",
        &[&episode],
        json!({ "occurred": ago(10) }),
    );
    let told = json!({
        "medicine": "methadone", "toService": county.prison_treatment, "from": ago(5), "until": days_from(today(), 9),
        "occurred": ago(5),
    });
    step(
        observer,
        "/v1/episodes/{id}/bridging-prescriptions",
        &[&episode],
        told,
    );
}
