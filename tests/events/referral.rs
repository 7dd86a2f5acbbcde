//! Referrals, from being received to triage.

use super::observer::{At, Observer};
use crate::harness::{ago, somebody};
use serde_json::{Value, json};
use throughcare_http::token::Role;

/// A referral that was received.
fn received(observer: &mut Observer<'_>, person: &str, days: i32) -> String {
    let county = observer.county;
    let body = json!({
        "person": { "personId": person }, "source": "gp", "toService": county.community, "substances": ["1011"],
        "occurred": ago(days),
    });
    let at = At {
        template: "/v1/referrals",
        ids: &[],
    };
    let both = [Role::Worker, Role::Clinician, Role::Liaison];
    observer
        .tell_by(&county.community_organisation(), &both, Some(person), at, body)
        .id("referral")
}

pub fn told(observer: &mut Observer<'_>) {
    let county = observer.county;
    let organisation = county.community_organisation();
    let person = county.registered(&county.worker(), &somebody());
    let step = |observer: &mut Observer<'_>, template: &str, referral: &str, body: Value| {
        observer.tell(
            &organisation,
            &person,
            At {
                template,
                ids: &[referral],
            },
            body,
        )
    };

    let first = received(observer, &person, 30);
    step(
        observer,
        "/v1/referrals/{id}/rejection",
        &first,
        json!({ "reason": "other", "occurred": ago(29) }),
    );
    let second = received(observer, &person, 28);
    step(
        observer,
        "/v1/referrals/{id}/withdrawal",
        &second,
        json!({ "reason": "other", "occurred": ago(27) }),
    );
    let third = received(observer, &person, 26);
    step(
        observer,
        "/v1/referrals/{id}/acceptance",
        &third,
        json!({ "occurred": ago(25) }),
    );
    step(
        observer,
        "/v1/referrals/{id}/triage",
        &third,
        json!({ "outcome": "treatment_needed", "substances": ["1011"], "occurred": ago(24) }),
    );
}
