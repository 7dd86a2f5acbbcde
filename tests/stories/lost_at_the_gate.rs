//! Lost at the gate, and found on day 19 by the worklist.
//!
//! A prison releases somebody with an ongoing need. Nobody refers them. The community service responsible for where
//! they live has never heard of them, and still has them on its list.

use super::{missing, release_on};
use crate::harness::{County, ago, days_from, somebody};
use serde_json::json;

#[test]
fn given_nobody_referred_them_when_the_service_looks_on_day_19_then_it_finds_them() {
    let county = County::new();
    let (prison, community) = (county.prison_worker(), county.worker());
    let released_on = ago(40);
    let who = somebody();

    // Given: in treatment in prison, released to where they live; no referral, no naloxone.
    let person = county.registered(&prison, &who);
    county.moved(
        &prison,
        &person,
        ago(200),
        json!({ "movementType": "ADM", "reasonCode": "I", "prison": county.prison }),
    );
    county.in_prison_treatment(&person, ago(190));
    county.moved(
        &prison,
        &person,
        released_on,
        json!({ "movementType": "REL", "reasonCode": "CR", "prison": county.prison, "area": county.area, "referralOnRelease": "not_referred" }),
    );

    // When: the community service looks at its list on day 19. Then: there they are, with all that is missing.
    let line = release_on(&community, &county, days_from(released_on, 19));
    assert_eq!(line["personId"], person);
    assert_eq!((&line["state"], &line["day"]), (&json!("due"), &json!(19)));
    assert_eq!(
        missing(&line),
        [
            "referral_sent",
            "referral_accepted",
            "appointment",
            "naloxone",
            "bridging_prescription",
            "structured_start"
        ]
    );
    assert_eq!(line["residence"], county.area);
    let marks: Vec<_> = line["marks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|mark| mark["reached"].clone())
        .collect();
    assert_eq!(marks, [true, true, true, false]);

    // And: the line gives the name, so that somebody can be sent to look.
    assert_eq!(line["names"]["family"], who.family);

    // And: the record itself stays closed to the community service until it takes the person on.
    assert_eq!(
        community.get(&format!("/v1/people/{person}")).problem(404),
        "not_found"
    );

    // Then: day 21 is the last day; on day 22 the person counts as not found.
    assert_eq!(
        release_on(&community, &county, days_from(released_on, 21))["state"],
        "due"
    );
    let line = release_on(&community, &county, days_from(released_on, 22));
    assert_eq!((&line["state"], &line["day"]), (&json!("not_found"), &json!(22)));
    let lost = community.list(&format!(
        "/v1/continuity/releases?service={}&state=not_found",
        county.community
    ));
    assert_eq!(lost.len(), 1);

    // When: an outreach worker found them on day 19 after all, and the service starts treatment on day 20.
    let body = json!({
        "person": { "demographics": who.demographics(), "identifiers": [who.nhs()] },
        "source": "outreach", "toService": county.community, "occurred": days_from(released_on, 19),
    });
    let referral = community.record("/v1/referrals", &body).id("referral");
    let accepted = json!({ "occurred": days_from(released_on, 19) });
    community.record(&format!("/v1/referrals/{referral}/acceptance"), &accepted);
    let day_20 = days_from(released_on, 20);
    let triage = json!({ "outcome": "treatment_needed", "occurred": day_20 });
    let episode = community
        .record(&format!("/v1/referrals/{referral}/triage"), &triage)
        .id("episode");
    let start = json!({ "intervention": "94", "setting": "community", "occurred": day_20 });
    community.record(&format!("/v1/episodes/{episode}/interventions"), &start);

    // Then: found, in time, on the same record as in prison.
    let line = release_on(&community, &county, day_20);
    assert_eq!((&line["state"], &line["day"]), (&json!("picked_up"), &json!(20)));
    assert_eq!(
        community.read(&format!("/v1/people/{person}"))["visibility"],
        "full"
    );
}
