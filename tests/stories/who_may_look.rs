//! Somebody decides who looks at their record, and what is told of them in the national statistics.
//!
//! A community service treats the person. They agree that the team of the prison, whom they will meet again, sees the
//! record; they object, think better of it, and in the end withdraw their consent. They withdraw another consent, to
//! the national statistics. They contest what stands in the record, which is restricted until it is settled. Each time
//! the answer to others changes with the next request, and the care that they get goes on.
//!
//! Source: `cases.md` S1; `trust.md`, "Who may see what"; UK GDPR art. 18 and 21.

use crate::harness::{Client, County, ago, somebody, today};
use serde_json::{Value, json};

fn status(by: &Client, person: &str) -> u16 {
    by.get(&format!("/v1/people/{person}")).status
}

#[test]
fn given_somebody_who_decides_who_looks_then_each_answer_changes_at_the_next_request_and_care_goes_on() {
    let county = County::new();
    let (service, prison, police) = (
        county.worker(),
        county.prison_worker(),
        county.arrest_referral_worker(),
    );
    let (of_prison, of_service) = (county.prison_organisation(), county.community_organisation());
    let person = county.registered(&police, &somebody());
    let refer = json!({
        "person": { "personId": person }, "source": "arrest_referral", "toService": county.community, "occurred": ago(60),
    });
    let referral = police.record("/v1/referrals", &refer).id("referral");
    service.record(
        &format!("/v1/referrals/{referral}/acceptance"),
        &json!({ "occurred": ago(59) }),
    );
    let triaged = json!({ "outcome": "treatment_needed", "occurred": ago(58) });
    let episode = service
        .record(&format!("/v1/referrals/{referral}/triage"), &triaged)
        .id("episode");
    let says = |what: &str, body: Value| service.record(&format!("/v1/people/{person}/{what}"), &body);
    let sharing = |query: &str| service.read(&format!("/v1/people/{person}/sharing{query}"));

    // Given: nobody was asked; nobody is told of.
    let unasked = sharing("");
    assert_eq!(unasked["nationalStatistics"]["included"], false);
    assert_eq!(
        unasked["nationalStatistics"]["grounds"][0],
        json!({ "reason": "never_asked" })
    );
    assert_eq!(unasked["seenBecause"]["rule"], "treats");
    assert_eq!(status(&prison, &person), 404);

    // When: they agree to the national statistics, with the leaflet they were given.
    let agreed = json!({
        "scope": "national_statistics", "wording": "national_leaflet", "wordingVersion": "2023-11", "occurred": ago(50),
    });
    let agreed = says("consents", agreed);
    let position = agreed.json()["logPosition"].as_u64().unwrap();
    let event = agreed.json()["eventIds"][0].clone();
    let shown = sharing("");
    assert_eq!(shown["nationalStatistics"]["included"], true);
    let consent = &shown["consents"][0];
    assert_eq!(
        (&consent["scope"], &consent["answer"]),
        (&json!("national_statistics"), &json!("given"))
    );
    assert_eq!(
        (&consent["wordingVersion"], &consent["event"]),
        (&json!("2023-11"), &event)
    );
    assert_eq!(consent["toldTo"], of_service.as_str());

    // When: the service would share with the prison's team without asking. Then: it is told all that is wrong.
    let path = format!("/v1/people/{person}/sharing-agreements");
    let hasty = json!({ "organisation": of_prison, "basis": "consent", "until": ago(3), "occurred": ago(2) });
    let refused = service.post(&path, &hasty).expect(422);
    let codes: Vec<_> = refused.faults().into_iter().map(|(_, code)| code).collect();
    assert_eq!(codes, ["no_consent", "ends_before_start"]);
    // And: the prison's team cannot give itself sight of a record that it does not see.
    let itself = json!({ "organisation": of_prison, "basis": "sharing_protocol" });
    prison.post(&path, &itself).problem(404);

    // When: they agree, and the service applies the agreement. Then: the prison's team sees the record at once.
    let with_prison = json!({
        "scope": "share_with_organisation", "organisation": of_prison, "wording": "local_form", "occurred": ago(40),
    });
    says("consents", with_prison);
    let by_consent = json!({ "organisation": of_prison, "basis": "consent", "occurred": ago(40) });
    let agreement = says("sharing-agreements", by_consent).id("sharing_agreement");
    let seen = prison.read(&format!("/v1/people/{person}"));
    assert_eq!(seen["visibility"], "full");
    let of_theirs = prison.read(&format!("/v1/people/{person}/sharing"));
    assert_eq!(of_theirs["seenBecause"]["rule"], "sharing_agreement");
    assert_eq!(of_theirs["agreements"][0]["agreementId"], agreement.as_str());
    assert_eq!(of_theirs["agreements"][0]["lasts"], true);

    // But: it gives sight to nobody else, and does not tie itself to the person by asking itself.
    let onward = json!({ "organisation": county.police_organisation(), "basis": "joint_working" });
    prison.post(&path, &onward).problem(403);
    let to_itself = json!({
        "person": { "personId": person }, "source": "prison", "toService": county.prison_treatment,
    });
    prison.post("/v1/referrals", &to_itself).problem(403);

    // When: they object to it. Then: there is no such person for the prison's team.
    let against = json!({ "organisation": of_prison });
    let objection = says("objections", against).id("objection");
    assert_eq!(status(&prison, &person), 404);
    prison
        .post(&format!("/v1/objections/{objection}/withdrawal"), &json!({}))
        .problem(404);
    let shown = sharing("");
    assert_eq!(shown["agreements"][0]["keptOutBy"], "person_objected");
    assert_eq!(shown["objections"][0]["stands"], true);
    // An objection to the service that treats them is heard, and ends nothing: it has to treat them.
    says("objections", json!({ "organisation": of_service }));
    assert_eq!(status(&service, &person), 200);

    // When: they think better of it. Then: the prison's team sees the record again.
    service.record(&format!("/v1/objections/{objection}/withdrawal"), &json!({}));
    assert_eq!(status(&prison, &person), 200);

    // When: they contest what the record says. Then: it is there for those who treat them, and their senders keep what
    // they sent.
    let restriction = says("restrictions", json!({ "ground": "accuracy_contested" })).id("restriction");
    assert_eq!(status(&prison, &person), 404);
    assert_eq!(status(&service, &person), 200);
    let own = police.read(&format!("/v1/people/{person}"));
    assert_eq!(own["visibility"], "sent");
    assert_eq!(
        sharing("")["nationalStatistics"]["grounds"][0]["reason"],
        "restricted"
    );
    let lifted = json!({ "reason": "accuracy_settled" });
    service.record(&format!("/v1/restrictions/{restriction}/lift"), &lifted);
    assert_eq!(status(&prison, &person), 200);
    assert_eq!(sharing("")["nationalStatistics"]["included"], true);

    // When: they withdraw their consent to share. Then: the agreement is over, for good.
    let no_longer = json!({ "scope": "share_with_organisation", "organisation": of_prison });
    says("consent-withdrawals", no_longer);
    assert_eq!(status(&prison, &person), 404);
    let shown = sharing("");
    assert_eq!(shown["agreements"][0]["endReason"], "consent_gone");

    // When: they withdraw their consent to the national statistics, ten days ago.
    let withdrawn = says(
        "consent-withdrawals",
        json!({ "scope": "national_statistics", "occurred": ago(10) }),
    );
    let event = withdrawn.json()["eventIds"][0].clone();
    let now = sharing("")["nationalStatistics"].clone();
    let gone = json!({ "reason": "withdrawn", "since": ago(10), "event": event });
    assert_eq!(now, json!({ "included": false, "grounds": [gone] }));
    assert_eq!(sharing(&format!("?asOf={}", ago(10)))["nationalStatistics"], now);
    let before = sharing(&format!("?asOf={}", ago(11)));
    assert_eq!(before["nationalStatistics"]["included"], true);
    let known_then = sharing(&format!("?asOf={}&knownAt={position}", today()));
    assert_eq!(
        known_then["nationalStatistics"]["included"], true,
        "as it was known then"
    );

    // Then: care goes on, and the service's lists are what they were.
    let start = json!({ "intervention": "94", "setting": "community", "occurred": ago(5) });
    service.record(&format!("/v1/episodes/{episode}/interventions"), &start);
    let caseload = service.list(&format!("/v1/services/{}/worklists/caseload", county.community));
    assert!(caseload.iter().any(|line| line["personId"] == person.as_str()));
    let timeline = service.list(&format!("/v1/people/{person}/timeline"));
    let told = |sentence: &str| timeline.iter().any(|line| line["sentence"] == sentence);
    assert!(told(
        "Consent was withdrawn: National statistics on drug and alcohol treatment (NDTMS)."
    ));
}
