//! Arrests, drug tests, required assessments, liaison and diversion, bail, courts, resolutions, cohorts.

use super::observer::{At, Observer};
use crate::harness::{ago, somebody};
use serde_json::{Value, json};

pub fn told(observer: &mut Observer<'_>) {
    let county = observer.county;
    let (police, community) = (county.police_organisation(), county.community_organisation());
    let person = county.registered(&county.arrest_referral_worker(), &somebody());
    // The service carries the assessments out, and treats the person.
    treated(observer, &person);
    let step = |observer: &mut Observer<'_>, by: &str, template: &str, id: &str, body: Value| {
        observer.tell(by, &person, At { template, ids: &[id] }, body)
    };
    let told = json!({ "offence": "shoplifting", "force": "46", "occurred": ago(90) });
    let arrest = step(observer, &police, "/v1/people/{id}/arrests", &person, told).id("arrest");
    let told = json!({
        "arrestId": arrest, "trigger": "trigger_offence_arrest", "occurred": ago(90),
        "results": [{ "drug": "cocaine", "result": "positive" }, { "drug": "opiates", "result": "negative" }],
    });
    let test = step(observer, &police, "/v1/people/{id}/drug-tests", &person, told).id("drug_test");
    let require = || json!({ "service": county.community, "testId": test, "occurred": ago(90) });
    let template = "/v1/people/{id}/required-assessments";
    let first = step(observer, &police, template, &person, require()).id("assessment");
    let second = step(observer, &police, template, &person, require()).id("assessment");
    let told = json!({ "reason": "did_not_attend", "occurred": ago(85) });
    step(
        observer,
        &community,
        "/v1/required-assessments/{id}/absence",
        &first,
        told,
    );
    let told = json!({ "followUpNeeded": false, "occurred": ago(84) });
    step(
        observer,
        &community,
        "/v1/required-assessments/{id}/attendance",
        &first,
        told,
    );
    let told = json!({ "reason": "no_further_action", "occurred": ago(84) });
    step(
        observer,
        &police,
        "/v1/required-assessments/{id}/lapse",
        &second,
        told,
    );
    let told = json!({ "place": "police_custody", "outcome": "referred", "occurred": ago(90) });
    step(
        observer,
        &police,
        "/v1/people/{id}/liaison-contacts",
        &person,
        told,
    );
    let told = json!({
        "arrestId": arrest, "kind": "pre_charge", "conditions": ["drug_assessment"], "until": ago(10), "occurred": ago(89),
    });
    step(observer, &police, "/v1/people/{id}/bail", &person, told);
    let told = json!({
        "outcome": "community_order", "occurred": ago(60),
        "requirements": [{ "kind": "drug_rehabilitation", "months": 6 }],
    });
    let requirement =
        step(observer, &police, "/v1/people/{id}/court-outcomes", &person, told).id("requirement");
    let told = json!({ "reason": "revoked", "occurred": ago(20) });
    step(observer, &police, "/v1/requirements/{id}/end", &requirement, told);
    let told = json!({
        "kind": "conditional_caution", "conditions": ["drug_awareness"], "until": ago(5), "occurred": ago(50),
    });
    let template = "/v1/people/{id}/out-of-court-resolutions";
    let resolution = step(observer, &police, template, &person, told).id("resolution");
    let told = json!({ "outcome": "met", "occurred": ago(6) });
    step(
        observer,
        &police,
        "/v1/out-of-court-resolutions/{id}/outcome",
        &resolution,
        told,
    );
    let told = json!({ "cohort": "integrated_offender_management", "occurred": ago(50) });
    let cohort = step(observer, &police, "/v1/people/{id}/cohorts", &person, told).id("cohort_membership");
    let told = json!({ "reason": "moved_area", "occurred": ago(4) });
    step(
        observer,
        &police,
        "/v1/cohort-memberships/{id}/end",
        &cohort,
        told,
    );
}

/// The police ask the community service, which takes the person on.
fn treated(observer: &Observer<'_>, person: &str) {
    let county = observer.county;
    let refer = json!({
        "person": { "personId": person }, "source": "arrest_referral", "toService": county.community,
        "occurred": ago(101),
    });
    let referral = county
        .arrest_referral_worker()
        .record("/v1/referrals", &refer)
        .id("referral");
    let worker = county.worker();
    let accepted = json!({ "occurred": ago(101) });
    worker.record(&format!("/v1/referrals/{referral}/acceptance"), &accepted);
    let triaged = json!({ "outcome": "treatment_needed", "occurred": ago(100) });
    worker.record(&format!("/v1/referrals/{referral}/triage"), &triaged);
}
