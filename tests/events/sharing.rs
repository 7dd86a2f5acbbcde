//! Consent, objections, restrictions, sharing agreements.

use super::observer::{At, Observer};
use crate::harness::{ago, somebody};
use serde_json::{Value, json};

pub fn told(observer: &mut Observer<'_>) {
    let county = observer.county;
    let (community, prison) = (county.community_organisation(), county.prison_organisation());
    let person = county.registered(&county.worker(), &somebody());
    county.in_community_treatment(&person, ago(80));
    let step = |observer: &mut Observer<'_>, template: &str, id: &str, body: Value| {
        observer.tell(&community, &person, At { template, ids: &[id] }, body)
    };
    let of_person =
        |observer: &mut Observer<'_>, template: &str, body: Value| step(observer, template, &person, body);
    let scope = "national_statistics";
    let told = json!({ "scope": scope, "wording": "spoken", "occurred": ago(70) });
    of_person(observer, "/v1/people/{id}/consent-refusals", told);
    let told = json!({ "scope": scope, "wording": "national_leaflet", "occurred": ago(60) });
    of_person(observer, "/v1/people/{id}/consents", told);
    let told = json!({ "scope": scope, "occurred": ago(50) });
    of_person(observer, "/v1/people/{id}/consent-withdrawals", told);
    let told = json!({ "organisation": prison, "basis": "sharing_protocol", "occurred": ago(60) });
    let agreement = of_person(observer, "/v1/people/{id}/sharing-agreements", told).id("sharing_agreement");
    let told = json!({ "reason": "no_longer_needed", "occurred": ago(20) });
    step(observer, "/v1/sharing-agreements/{id}/end", &agreement, told);
    let told = json!({ "purpose": "research", "occurred": ago(50) });
    let objection = of_person(observer, "/v1/people/{id}/objections", told).id("objection");
    let told = json!({ "outcome": "upheld", "occurred": ago(40) });
    step(observer, "/v1/objections/{id}/answer", &objection, told);
    let told = json!({ "occurred": ago(30) });
    step(observer, "/v1/objections/{id}/withdrawal", &objection, told);
    let told = json!({ "ground": "accuracy_contested", "occurred": ago(50) });
    let restriction = of_person(observer, "/v1/people/{id}/restrictions", told).id("restriction");
    let told = json!({ "reason": "accuracy_settled", "occurred": ago(40) });
    step(observer, "/v1/restrictions/{id}/lift", &restriction, told);
}
