//! Overdoses and deaths.

use super::observer::{At, Observer};
use crate::harness::{ago, somebody};
use serde_json::{Value, json};

pub fn told(observer: &mut Observer<'_>) {
    let county = observer.county;
    let organisation = county.community_organisation();
    let worker = county.worker();
    let person = county.registered(&worker, &somebody());
    county.in_community_treatment(&person, ago(90));
    let step = |observer: &mut Observer<'_>, template: &str, id: &str, body: Value| {
        observer.tell(&organisation, &person, At { template, ids: &[id] }, body)
    };

    let told = json!({ "outcome": "hospital", "substances": ["1011"], "occurred": ago(12) });
    let overdose = step(observer, "/v1/people/{id}/overdoses", &person, told).id("overdose");
    let told = json!({ "outcome": "seen", "occurred": ago(10) });
    step(observer, "/v1/overdoses/{id}/review", &overdose, told);
    let told = json!({ "source": "family", "suspected": "drugs", "occurred": ago(9) });
    let mistaken = step(observer, "/v1/people/{id}/deaths", &person, told).id("death");
    let told = json!({ "reason": "seen_alive", "occurred": ago(8) });
    step(observer, "/v1/deaths/{id}/rejection", &mistaken, told);
    let told = json!({ "source": "police", "suspected": "drugs", "occurred": ago(6) });
    let death = step(observer, "/v1/people/{id}/deaths", &person, told).id("death");
    let told = json!({ "source": "coroner", "occurred": ago(5) });
    step(observer, "/v1/deaths/{id}/confirmation", &death, told);
    let told = json!({ "conclusion": "drug_related", "occurred": ago(1) });
    step(observer, "/v1/deaths/{id}/conclusion", &death, told);
}
