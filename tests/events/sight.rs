//! Sight that is withheld, presence attested, looks in an emergency.

use super::observer::{At, Observer};
use crate::harness::{ago, somebody};
use serde_json::json;
use throughcare_http::token::Role;

pub fn told(observer: &mut Observer<'_>) {
    let county = observer.county;
    let (community, prison) = (county.community_organisation(), county.prison_organisation());
    let nurse = county.prison_worker();
    let person = county.registered(&nurse, &somebody());
    let to_community = json!({
        "person": { "personId": person }, "source": "prison", "toService": county.community, "occurred": ago(9),
    });
    let asked = nurse.record("/v1/referrals", &to_community).id("referral");
    let accepted = json!({ "occurred": ago(8) });
    county
        .worker()
        .record(&format!("/v1/referrals/{asked}/acceptance"), &accepted);

    // The answer tells of the referral alone.
    let mut own = String::new();
    let itself = json!({
        "person": { "personId": person }, "source": "self", "toService": county.prison_treatment, "occurred": ago(7),
    });
    let how = ("worker", "/v1/referrals");
    observer.around(&person, "sharing.sight-withheld", how, || {
        own = nurse.record("/v1/referrals", &itself).id("referral");
    });
    let at = At {
        template: "/v1/referrals/{id}/presence",
        ids: &[&own],
    };
    let told = json!({ "attested": "known_to_worker", "occurred": ago(6) });
    observer.tell(&prison, &person, at, told);

    let look = json!({ "personId": person, "reason": "overdose", "note": "Not waking after naloxone." });
    let at = At {
        template: "/v1/break-glass",
        ids: &[],
    };
    observer.tell(&community, &person, at, look.clone());
    // Reviewed by somebody else.
    let doctor = county.named("dr.lee", &community, Role::Clinician);
    let glass = doctor
        .post("/v1/break-glass", &look)
        .expect(201)
        .id("break_glass");
    let at = At {
        template: "/v1/break-glass/{id}/review",
        ids: &[&glass],
    };
    observer.tell(&community, &person, at, json!({ "outcome": "justified" }));
}
