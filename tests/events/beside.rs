//! Outcome profiles, follow-up, exits taken back, needs, tags, placements and outreach.

use super::observer::{At, Observer};
use crate::harness::{ago, somebody};
use serde_json::{Value, json};

pub fn told(observer: &mut Observer<'_>) {
    let county = observer.county;
    let organisation = county.community_organisation();
    let worker = county.worker();
    let person = county.registered(&worker, &somebody());
    let episode = county.in_community_treatment(&person, ago(200));
    let step = |observer: &mut Observer<'_>, template: &str, id: &str, body: Value| {
        observer.tell(&organisation, &person, At { template, ids: &[id] }, body)
    };

    let told = json!({ "stage": "start", "items": { "opiateDays": 12 }, "occurred": ago(198) });
    step(observer, "/v1/episodes/{id}/outcome-profiles", &episode, told);
    let told = json!({ "need": "housing", "occurred": ago(60) });
    let need = step(observer, "/v1/people/{id}/needs", &person, told).id("need");
    let told = json!({ "reason": "met", "occurred": ago(50) });
    step(observer, "/v1/needs/{id}/clearing", &need, told);
    let told = json!({ "tag": "rough_sleeper_grant", "occurred": ago(60) });
    let tag = step(observer, "/v1/people/{id}/tags", &person, told).id("tag");
    step(
        observer,
        "/v1/tags/{id}/removal",
        &tag,
        json!({ "occurred": ago(50) }),
    );
    let told = json!({
        "kind": "detox", "service": county.community, "provider": "nhs_inpatient_unit",
        "commissionerArea": county.area, "occurred": ago(49),
    });
    let placement = step(observer, "/v1/people/{id}/placements", &person, told).id("placement");
    let told = json!({ "reason": "completed", "occurred": ago(35) });
    step(observer, "/v1/placements/{id}/end", &placement, told);
    let told = json!({
        "service": county.community, "place": "street", "outcome": "talked", "occurred": ago(30),
    });
    step(observer, "/v1/people/{id}/outreach-contacts", &person, told);
    let exit = json!({ "reason": "85", "interventionExit": "B", "occurred": ago(20) });
    worker.record(&format!("/v1/episodes/{episode}/exit"), &exit);
    let told = json!({ "outcome": "not_reached", "occurred": ago(15) });
    step(observer, "/v1/episodes/{id}/follow-ups", &episode, told);
    let told = json!({ "reason": "person_returned", "occurred": ago(10) });
    step(observer, "/v1/episodes/{id}/exit-rescission", &episode, told);
}
