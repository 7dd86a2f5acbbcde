//! Erasures and legal holds.

use super::observer::{At, Observer};
use crate::harness::{ago, somebody};
use serde_json::{Value, json};
use throughcare_http::token::Role;

pub fn told(observer: &mut Observer<'_>) {
    let county = observer.county;
    let community = county.community_organisation();
    let person = county.registered(&county.worker(), &somebody());
    county.in_community_treatment(&person, ago(80));
    let step = |observer: &mut Observer<'_>, template: &str, id: &str, body: Value| {
        observer.tell(&community, &person, At { template, ids: &[id] }, body)
    };
    let held = step(
        observer,
        "/v1/people/{id}/legal-holds",
        &person,
        json!({ "ground": "inquest" }),
    );
    let told = json!({ "reason": "concluded" });
    step(
        observer,
        "/v1/legal-holds/{id}/lift",
        &held.id("legal_hold"),
        told,
    );
    let asks = json!({ "what": "everything", "basis": "unlawful" });
    step(observer, "/v1/people/{id}/erasures", &person, asks.clone());
    // Agreed to by somebody else.
    let officer = county.named("p.officer", &community, Role::PrivacyOfficer);
    let asks = json!({ "what": "identity", "basis": "unlawful" });
    let erasure = officer
        .record(&format!("/v1/people/{person}/erasures"), &asks)
        .id("erasure");
    step(observer, "/v1/erasures/{id}/confirmation", &erasure, json!({}));
    let told = json!({ "reason": "person_asked" });
    step(observer, "/v1/erasures/{id}/withdrawal", &erasure, told);
}
