//! A week of a treatment service in prison, from a reception to a release, and what its lists and those of the
//! community say every morning.
//!
//! Source: `design.md`, "Continuity" (releases planned and made, each with what is missing; and the reverse).

use super::{missing, worklist_on};
use crate::harness::{Client, County, days_from, somebody, today};
use jiff::civil::Date;
use serde_json::{Value, json};

fn planned(by: &Client, service: &str, day: Date) -> Vec<Value> {
    by.list(&format!(
        "/v1/continuity/planned-releases?service={service}&asOf={day}"
    ))
}

#[test]
fn given_a_week_of_a_prison_service_then_every_morning_says_who_came_who_leaves_and_what_is_missing() {
    let county = County::new();
    let (prison, community) = (county.prison_worker(), county.worker());
    let day = |nth: i32| days_from(today(), nth - 7);
    let in_prison = |list: &str, nth: i32| {
        let service = &county.prison_treatment;
        let on = day(nth - 1); // in the morning, before anything of the day
        prison.list(&format!("/v1/services/{service}/worklists/{list}?asOf={on}"))
    };

    // Given: Dan, in treatment in the community, with a prescription.
    let dan = county.registered(&community, &somebody());
    let outside = county.in_community_treatment(&dan, days_from(today(), -200));

    // Monday: he is received. The community says so to the prison service by a transfer, and holds his treatment.
    let received = json!({ "movementType": "ADM", "reasonCode": "N", "prison": county.prison });
    county.moved(&community, &dan, day(0), received);
    let hold = json!({ "reason": "in_custody", "occurred": day(0) });
    community.record(&format!("/v1/episodes/{outside}/hold"), &hold);
    let refer = json!({
        "person": { "personId": dan }, "source": "prison", "toService": county.prison_treatment,
        "transferOf": outside, "occurred": day(0),
    });
    let referral = community.record("/v1/referrals", &refer).id("referral");

    // Tuesday: he is on the prison's list; what he was prescribed is told at reception. He is taken on and triaged.
    assert_eq!(in_prison("referrals", 1)[0]["personId"], json!(dan));
    assert_eq!(in_prison("transfers", 1)[0]["episodeId"], json!(outside));
    prison.record(
        &format!("/v1/referrals/{referral}/acceptance"),
        &json!({ "occurred": day(1) }),
    );
    let prescribed = prison.read(&format!("/v1/people/{dan}/prescriptions"));
    assert_ne!(prescribed["atReception"], json!([]), "{prescribed}");
    let triage = json!({ "outcome": "treatment_needed", "substances": ["1011"], "occurred": day(1) });
    let inside = prison
        .record(&format!("/v1/referrals/{referral}/triage"), &triage)
        .id("episode");

    // Wednesday: he waits. Treatment starts.
    assert_eq!(in_prison("waiting-list", 2).len(), 1);
    assert!(in_prison("referrals", 2).is_empty() && in_prison("transfers", 2).is_empty());
    let start = json!({ "intervention": "94", "setting": "prison", "occurred": day(2) });
    prison.record(&format!("/v1/episodes/{inside}/interventions"), &start);

    // Thursday: he waits no longer. The court will let him out on Sunday: the release is planned.
    assert!(in_prison("waiting-list", 3).is_empty());
    assert_eq!(in_prison("caseload", 3)[0]["episodeId"], json!(inside));
    let plan =
        json!({ "prison": county.prison, "plannedOn": day(6), "area": county.area, "occurred": day(3) });
    prison.record(&format!("/v1/people/{dan}/release-plans"), &plan);

    // Friday: the community sees it coming; he is still in its treatment, but nothing is arranged. The prison asks it to
    // take him back, and makes the prescription out until Tuesday.
    let coming = planned(&community, &county.community, day(4)).remove(0);
    assert_eq!(
        (&coming["personId"], &coming["daysUntil"]),
        (&json!(dan), &json!(2))
    );
    assert!(missing(&coming).contains(&"naloxone"), "{coming}");
    let back = json!({
        "person": { "personId": dan }, "source": "prison", "fromService": county.prison_treatment,
        "toService": county.community, "transferOf": inside, "occurred": day(4),
    });
    let back = prison.record("/v1/referrals", &back).id("referral");
    let bridge = json!({
        "medicine": "methadone", "toService": county.community, "from": day(6), "until": days_from(day(6), 3),
        "occurred": day(4),
    });
    prison.record(&format!("/v1/episodes/{inside}/bridging-prescriptions"), &bridge);

    // Saturday: it is a transfer to accept. It is accepted, with a time on Monday; a kit lies with his property.
    assert_eq!(
        worklist_on(&community, &county, "transfers", day(4))[0]["episodeId"],
        json!(inside)
    );
    community.record(
        &format!("/v1/referrals/{back}/acceptance"),
        &json!({ "occurred": day(5) }),
    );
    let offer = json!({ "kind": "triage", "startsAt": format!("{}T14:00:00Z", day(7)), "occurred": day(5) });
    community.record(&format!("/v1/referrals/{back}/appointments"), &offer);
    let kit = json!({ "product": "nyxoid", "batch": "LOT-D", "expiresOn": days_from(today(), 600) });
    let placed = json!({
        "service": county.prison_treatment, "prison": county.prison, "kits": [kit], "occurred": day(5),
    });
    prison.record(&format!("/v1/people/{dan}/naloxone-placements"), &placed);

    // Sunday: nothing is missing any more. He leaves.
    let ready = planned(&prison, &county.prison_treatment, day(5));
    let ready = ready
        .first()
        .cloned()
        .unwrap_or_else(|| planned(&community, &county.community, day(5)).remove(0));
    assert!(missing(&ready).is_empty(), "{ready}");
    let exit = json!({ "reason": "83", "interventionExit": "A", "occurred": day(6) });
    prison.record(&format!("/v1/episodes/{inside}/exit"), &exit);
    let left =
        json!({ "movementType": "REL", "reasonCode": "CR", "prison": county.prison, "area": county.area });
    county.moved(&prison, &dan, day(6), left);

    // Monday: the prison has nobody; the community sees day 1, with all that can be there, and his prescription to take over.
    assert!(in_prison("caseload", 7).is_empty());
    let path = format!(
        "/v1/continuity/releases?service={}&asOf={}",
        county.community,
        day(7)
    );
    let line = community.list(&path).remove(0);
    assert_eq!((&line["personId"], &line["day"]), (&json!(dan), &json!(1)));
    assert_eq!(missing(&line), ["structured_start"], "what begins tomorrow");
    let to_take_over = worklist_on(&community, &county, "prescriptions-to-take-over", day(7));
    assert_eq!(
        to_take_over[0]["prescription"]["until"],
        days_from(day(6), 3).to_string()
    );
}
