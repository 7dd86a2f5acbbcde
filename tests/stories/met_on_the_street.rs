//! Met by outreach, taken on, paid by a grant, placed in rehabilitation.
//!
//! Source: `domain.md` section 8 (treatment-naïve rough sleepers, outreach; funding tags; placements).

use super::worklist_on;
use crate::harness::{County, ago, somebody, today};
use serde_json::{Value, json};

#[test]
fn given_somebody_met_on_the_street_then_outreach_sees_what_it_told_and_treatment_sees_all() {
    let county = County::new();
    let (outreach, worker) = (county.arrest_referral_worker(), county.worker());
    let person = county.registered(&outreach, &somebody());
    let contact = json!({
        "service": county.arrest_referral, "place": "street", "outcome": "referral_agreed", "occurred": ago(40),
    });
    outreach.record(&format!("/v1/people/{person}/outreach-contacts"), &contact);
    let theirs = json!({ "service": county.community, "place": "street", "outcome": "talked" });
    assert_eq!(
        outreach
            .post(&format!("/v1/people/{person}/outreach-contacts"), &theirs)
            .expect(422)
            .faults()[0]
            .1,
        "not_your_service"
    );
    let housing = json!({ "need": "no_fixed_abode", "occurred": ago(40) });
    outreach.record(&format!("/v1/people/{person}/needs"), &housing);
    let refer = json!({
        "person": { "personId": person }, "source": "outreach", "toService": county.community, "occurred": ago(39),
    });
    let referral = outreach.record("/v1/referrals", &refer).id("referral");

    // The service asked is told what the sender saw, before it decides.
    let asked = worker.read(&format!("/v1/referrals/{referral}"));
    assert_eq!(asked["needs"][0]["need"], "no_fixed_abode");
    worker.get(&format!("/v1/people/{person}")).problem(404);

    // When: it takes the person on and starts treatment.
    let on = json!({ "occurred": ago(38) });
    worker.record(&format!("/v1/referrals/{referral}/acceptance"), &on);
    let triage = json!({ "outcome": "treatment_needed", "substances": ["1011"], "occurred": ago(37) });
    let episode = worker
        .record(&format!("/v1/referrals/{referral}/triage"), &triage)
        .id("episode");
    let start = json!({ "intervention": "94", "setting": "community", "occurred": ago(36) });
    worker.record(&format!("/v1/episodes/{episode}/interventions"), &start);

    // Then: outreach sees its own contact on its list, and not that treatment has started.
    let lines = outreach.list(&format!(
        "/v1/services/{}/worklists/outreach-contacts",
        county.arrest_referral
    ));
    assert_eq!(lines[0]["outreach"]["place"], "street");
    assert_eq!(lines[0]["outreach"]["treatmentNaive"], Value::Null);
    let seen = outreach.read(&format!("/v1/people/{person}"));
    assert_eq!(
        (&seen["visibility"], &seen["pathway"]["treatment"]["status"]),
        (&json!("sent"), &json!("referred"))
    );

    // The treating service's own outreach is told: nobody had treated the person when they were met.
    let met = json!({
        "service": county.community, "place": "street", "outcome": "talked", "occurred": ago(37),
    });
    worker.record(&format!("/v1/people/{person}/outreach-contacts"), &met);
    let own = worklist_on(&worker, &county, "outreach-contacts", today());
    assert_eq!(own[0]["outreach"]["treatmentNaive"], true);

    // When: a grant pays, lists can be filtered by it and by what people need.
    let tag = json!({ "tag": "rough_sleeper_grant", "occurred": ago(36) });
    let tag = worker
        .record(&format!("/v1/people/{person}/tags"), &tag)
        .id("tag");
    let other = county.registered(&worker, &somebody());
    county.in_community_treatment(&other, ago(30));
    let caseload = |filter: &str| {
        let path = format!("/v1/services/{}/worklists/caseload{filter}", county.community);
        let lines = worker.list(&path);
        let mut people: Vec<_> = lines
            .iter()
            .map(|line| line["personId"].as_str().unwrap().to_owned())
            .collect();
        people.sort();
        people
    };
    assert_eq!(caseload("").len(), 2);
    assert_eq!(
        caseload("?tag=rough_sleeper_grant"),
        std::slice::from_ref(&person)
    );
    assert_eq!(caseload("?need=no_fixed_abode"), std::slice::from_ref(&person));
    assert_eq!(
        caseload("?need=no_fixed_abode&tag=rough_sleeper_grant"),
        std::slice::from_ref(&person)
    );
    assert!(caseload("?need=housing").is_empty());
    assert!(caseload(&format!("?tag=rough_sleeper_grant&asOf={}", ago(37))).is_empty());
    let known = worker
        .get("/v1/events?limit=1")
        .expect(200)
        .header("x-log-position")
        .unwrap()
        .to_owned();
    assert_eq!(
        caseload(&format!("?tag=rough_sleeper_grant&knownAt={known}")),
        std::slice::from_ref(&person)
    );
    worker
        .get(&format!(
            "/v1/services/{}/worklists/caseload?tag=no-such-grant",
            county.community
        ))
        .problem(400);
    worker.record(&format!("/v1/tags/{tag}/removal"), &json!({ "occurred": ago(1) }));
    assert!(caseload("?tag=rough_sleeper_grant").is_empty());
    assert_eq!(worker.read(&format!("/v1/people/{person}"))["tags"], json!([]));

    // When: they move into rehabilitation, that is where they are.
    let placement = json!({
        "kind": "residential", "service": county.community, "provider": "voluntary_rehabilitation",
        "commissionerArea": county.area, "plannedUntil": ago(2), "occurred": ago(30),
    });
    let path = format!("/v1/people/{person}/placements");
    let placement = worker.post(&path, &placement).expect(201).id("placement");
    let shown = worker.read(&format!("/v1/people/{person}"));
    assert_eq!(shown["pathway"]["setting"]["status"], "residential");
    assert_eq!(shown["placement"]["provider"], "voluntary_rehabilitation");
    let line = &worklist_on(&worker, &county, "placements", today())[0];
    assert_eq!((&line["overdue"], &line["dueOn"]), (&json!(true), &json!(ago(2))));
    let end = json!({ "reason": "completed", "occurred": ago(1) });
    worker.record(&format!("/v1/placements/{placement}/end"), &end);
    assert!(worklist_on(&worker, &county, "placements", today()).is_empty());
    let shown = worker.read(&format!("/v1/people/{person}"));
    assert_eq!(
        (&shown["pathway"]["setting"]["status"], &shown["placement"]),
        (&json!("community"), &Value::Null)
    );
}
