//! What the person said about the use of their data is told to those who see the record, and to nobody else.
//!
//! Source: `trust.md`, "Who may see what"; `api.md` 5 (out of scope is 404).

use super::events_after;
use crate::harness::{County, ago, somebody};
use serde_json::json;

/// A sender wrote the record's first lines and was told nothing since; it may write down what the person says, and
/// learns nothing of what they said elsewhere.
#[test]
fn given_a_sender_then_nothing_that_the_person_said_elsewhere_is_told_to_it() {
    let county = County::new();
    let (service, sender) = (county.worker(), county.arrest_referral_worker());
    let person = county.registered(&sender, &somebody());
    let refer = json!({
        "person": { "personId": person }, "source": "arrest_referral", "toService": county.community, "occurred": ago(30),
    });
    let referral = sender.record("/v1/referrals", &refer).id("referral");
    service.record(
        &format!("/v1/referrals/{referral}/acceptance"),
        &json!({ "occurred": ago(29) }),
    );
    let withdrawal = json!({ "scope": "national_statistics", "occurred": ago(20) });
    let path = format!("/v1/people/{person}/consent-withdrawals");
    service.record(&path, &withdrawal);
    let objection = json!({ "purpose": "national_statistics", "occurred": ago(20) });
    let objection = service
        .record(&format!("/v1/people/{person}/objections"), &objection)
        .id("objection");

    // It is known to the sender, whose own lines are shown; what stands is not.
    let own = sender.get(&format!("/v1/people/{person}")).expect(200);
    let sharing = format!("/v1/people/{person}/sharing");
    let stranger = county.stranger().get(&sharing).expect(404);
    let refused = sender.get(&sharing).expect(404);
    assert_eq!(refused.problem(404), stranger.problem(404));
    // Nor does the tag of another view tell that there is something to have already.
    let tag = own.header("etag").unwrap();
    let again = sender
        .request(reqwest::Method::GET, &sharing)
        .header("if-none-match", tag);
    sender.send(again).expect(404);
    sender
        .post(&format!("/v1/objections/{objection}/withdrawal"), &json!({}))
        .problem(404);
    let told = sender
        .get(&format!("/v1/people/{person}/timeline"))
        .expect(200)
        .text;
    assert!(!told.contains("onsent") && !told.contains("object"), "{told}");
    let feed = events_after(&sender, 0);
    assert!(
        feed.iter()
            .all(|event| !event["type"].as_str().unwrap().starts_with("sharing."))
    );

    // The same withdrawn again, by the sender: accepted, as if it were the first time.
    let first = service.post(&path, &withdrawal).expect(201);
    let heard = sender.post(&path, &withdrawal).expect(201);
    assert_eq!(heard.json()["flags"], first.json()["flags"]);

    // The control: who sees the record is told.
    let shown = service.read(&sharing);
    assert_eq!(shown["consents"][0]["answer"], "withdrawn");
    assert_eq!(shown["objections"][0]["objectionId"], objection.as_str());
    assert_eq!(county.auditor().read(&sharing)["seenBecause"]["rule"], "audits");
}

#[test]
fn given_an_agreement_of_some_days_then_it_ends_by_itself_and_one_entered_in_error_was_never_there() {
    let county = County::new();
    let (service, other) = (county.worker(), county.prison_worker());
    let person = county.registered(&service, &somebody());
    county.in_community_treatment(&person, ago(30));
    let path = format!("/v1/people/{person}/sharing-agreements");
    let agreed = |until| {
        json!({
            "organisation": county.prison_organisation(), "basis": "sharing_protocol", "until": until, "occurred": ago(20),
        })
    };
    let record = format!("/v1/people/{person}");
    service.record(&path, &agreed(ago(1)));
    other.get(&record).problem(404);

    let later = json!({ "organisation": county.prison_organisation(), "basis": "sharing_protocol" });
    let applied = service.record(&path, &later);
    let (agreement, event) = (
        applied.id("sharing_agreement"),
        applied.json()["eventIds"][0].clone(),
    );
    other.get(&record).expect(200);
    // What takes its place keeps its id.
    let replaced = json!({
        "events": [event], "reason": "entered_in_error",
        "replacement": { "sharingAgreement": { "organisation": county.prison_organisation(), "basis": "joint_working" } },
    });
    let answer = service.post(&format!("/v1/people/{person}/corrections"), &replaced);
    assert_eq!(answer.expect(201).id("sharing_agreement"), agreement);
    other.get(&record).expect(200);
    let end = format!("/v1/sharing-agreements/{agreement}/end");
    other.record(&end, &json!({ "reason": "no_longer_needed" }));
    // What it recorded itself, the end, rests on what the service recorded.
    other.get(&record).problem(404);
}
