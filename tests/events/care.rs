//! Waiting, interventions and the exit.

use super::observer::{At, Observer};
use crate::harness::{ago, somebody};
use serde_json::{Value, json};

pub fn told(observer: &mut Observer<'_>) {
    let county = observer.county;
    let organisation = county.community_organisation();
    let worker = county.worker();
    let person = county.registered(&worker, &somebody());
    let refer = json!({
        "person": { "personId": person }, "source": "self", "toService": county.community, "occurred": ago(60),
    });
    let referral = worker.record("/v1/referrals", &refer).id("referral");
    let told = json!({ "occurred": ago(59) });
    worker.record(&format!("/v1/referrals/{referral}/acceptance"), &told);
    let told = json!({ "outcome": "treatment_needed", "occurred": ago(58) });
    let triage = worker.record(&format!("/v1/referrals/{referral}/triage"), &told);
    let episode = triage.id("episode");
    let step = |observer: &mut Observer<'_>, template: &str, body: Value| {
        observer.tell(
            &organisation,
            &person,
            At {
                template,
                ids: &[&episode],
            },
            body,
        )
    };

    let told = json!({ "intervention": "94", "occurred": ago(57) });
    step(observer, "/v1/episodes/{id}/waiting-list-entry", told);
    let told = json!({ "reason": "other", "occurred": ago(50) });
    step(observer, "/v1/episodes/{id}/waiting-list-removal", told);
    let told = json!({ "intervention": "94", "setting": "community", "occurred": ago(40) });
    let started = step(observer, "/v1/episodes/{id}/interventions", told);
    let intervention = started.id("intervention");
    step(
        observer,
        "/v1/episodes/{id}/contacts",
        json!({ "occurred": ago(30) }),
    );
    let at = At {
        template: "/v1/episodes/{id}/interventions/{interventionId}/end",
        ids: &[&episode, &intervention],
    };
    observer.tell(
        &organisation,
        &person,
        at,
        json!({ "exit": "A", "occurred": ago(20) }),
    );
    step(
        observer,
        "/v1/episodes/{id}/exit",
        json!({ "reason": "80", "occurred": ago(10) }),
    );
}
