//! A planned release with naloxone in property, and pick-up on day 4.
//!
//! Sources: `cases.md` C1, N3.

use super::{missing, release_on, worklist_on};
use crate::harness::{County, ago, days_from, somebody};
use serde_json::json;
use throughcare_http::token::Role;

#[test]
fn given_a_planned_release_when_care_is_handed_over_then_it_goes_on_from_day_4() {
    let county = County::new();
    let (prison, community) = (county.prison_worker(), county.worker());
    let who = somebody();
    let release_day = ago(10);
    let before = |days: i32| days_from(release_day, -days);

    // Given: somebody in prison, in treatment there, with a release planned.
    let person = county.registered(&prison, &who);
    county.moved(
        &prison,
        &person,
        before(120),
        json!({ "movementType": "ADM", "reasonCode": "I", "prison": county.prison }),
    );
    let episode = county.in_prison_treatment(&person, before(110));
    let plan = json!({ "prison": county.prison, "plannedOn": release_day, "area": county.area, "occurred": before(40) });
    prison.record(&format!("/v1/people/{person}/release-plans"), &plan);

    // When: the prison service refers them on, the community service accepts, and a kit goes into their property.
    let referral = prison
        .record(
            "/v1/referrals",
            &json!({
                "person": { "personId": person }, "source": "prison", "fromService": county.prison_treatment,
                "toService": county.community, "transferOf": episode, "occurred": before(20),
            }),
        )
        .id("referral");
    community.record(
        &format!("/v1/referrals/{referral}/acceptance"),
        &json!({ "occurred": before(15) }),
    );
    let placed = prison.record(
        &format!("/v1/people/{person}/naloxone-placements"),
        &json!({
            "service": county.prison_treatment, "prison": county.prison, "occurred": before(2),
            "kits": [{ "product": "nyxoid", "batch": "NX-2401", "expiresOn": days_from(release_day, 700) }],
        }),
    );
    let kit = placed.id("kit");

    // And: the community service offers a time on the day after release, and the prison service makes the prescription
    // out until then and some days more.
    let day_1 = days_from(release_day, 1);
    let appointment = community
        .record(
            &format!("/v1/referrals/{referral}/appointments"),
            &json!({ "kind": "triage", "startsAt": format!("{day_1}T10:00:00Z"), "occurred": before(14) }),
        )
        .id("appointment");
    let prescription = json!({
        "medicine": "methadone", "toService": county.community, "from": release_day, "until": days_from(release_day, 7),
        "occurred": before(3),
    });
    prison.record(
        &format!("/v1/episodes/{episode}/bridging-prescriptions"),
        &prescription,
    );

    // Then: what was missing three weeks before is there the day before.
    let planned = |day: jiff::civil::Date| {
        let path = format!(
            "/v1/continuity/planned-releases?service={}&asOf={day}",
            county.community
        );
        community.list(&path).remove(0)
    };
    assert_eq!(
        missing(&planned(before(21))),
        [
            "referral_sent",
            "referral_accepted",
            "appointment",
            "naloxone",
            "bridging_prescription"
        ]
    );
    assert_eq!(planned(before(21))["daysUntil"], 21);
    assert!(missing(&planned(before(1))).is_empty(), "{}", planned(before(1)));
    let ready = planned(before(1));
    assert_eq!(
        (
            &ready["appointment"]["appointmentId"],
            &ready["appointment"]["startsOn"]
        ),
        (&json!(appointment), &json!(day_1))
    );
    assert_eq!(ready["prescribedBy"], county.prison_treatment);
    assert_eq!(
        ready["bridgingPrescription"]["until"],
        days_from(release_day, 7).to_string()
    );
    let to_take_over = |day| worklist_on(&community, &county, "prescriptions-to-take-over", day);
    assert_eq!(
        to_take_over(before(1))[0]["prescription"]["medicine"],
        "methadone"
    );

    // And: the kit in property is not supplied yet.
    let naloxone = |day: jiff::civil::Date| prison.read(&format!("/v1/people/{person}/naloxone?asOf={day}"));
    assert_eq!(naloxone(before(1))["inProperty"][0]["kitId"], kit);
    assert_eq!(naloxone(before(1))["held"], json!([]));

    // When: they leave on the day planned, and prison treatment ends as a transfer.
    let transferred = json!({ "reason": "83", "interventionExit": "A", "occurred": release_day });
    prison.record(&format!("/v1/episodes/{episode}/exit"), &transferred);
    county.moved(
        &prison,
        &person,
        release_day,
        json!({ "movementType": "REL", "reasonCode": "CR", "prison": county.prison, "area": county.area }),
    );

    // Then: the kit is supplied on the day of release.
    assert_eq!(naloxone(release_day)["held"][0]["kitId"], kit);
    assert_eq!(
        naloxone(release_day)["held"][0]["supplied"],
        release_day.to_string()
    );
    let line = release_on(&community, &county, release_day);
    assert_eq!(line["plannedFor"], release_day.to_string());
    assert_eq!(line["naloxoneOn"], release_day.to_string());
    assert_eq!(missing(&line), ["structured_start"]);
    assert_eq!(line["appointment"]["startsOn"], day_1.to_string());

    // When: they come on the day after. Then: that says that they came, and is no triage.
    community.record(
        &format!("/v1/appointments/{appointment}/attendance"),
        &json!({ "occurred": day_1 }),
    );
    assert_eq!(
        missing(&release_on(&community, &county, day_1)),
        ["structured_start"]
    );
    assert_eq!(
        community.read(&format!("/v1/referrals/{referral}"))["status"],
        "accepted"
    );

    // When: the community service triages and starts treatment on day 4.
    let day_4 = days_from(release_day, 4);
    let triaged = community.record(
        &format!("/v1/referrals/{referral}/triage"),
        &json!({ "outcome": "treatment_needed", "occurred": day_4 }),
    );
    let new_episode = triaged.id("episode");
    community.record(
        &format!("/v1/episodes/{new_episode}/interventions"),
        &json!({ "intervention": "94", "setting": "community", "occurred": day_4 }),
    );

    // Then: picked up on day 4; on day 3 it was still due.
    assert_eq!(
        release_on(&community, &county, days_from(release_day, 3))["state"],
        "due"
    );
    let line = release_on(&community, &county, day_4);
    assert_eq!((&line["state"], &line["day"]), (&json!("picked_up"), &json!(4)));
    assert_eq!(line["pickedUpBy"], county.community);
    assert_eq!(to_take_over(days_from(release_day, 3)).len(), 1);
    assert!(
        to_take_over(day_4).is_empty(),
        "treatment goes on where the prescription ends"
    );
    let continuity = community.read(&format!("/v1/people/{person}"))["pathway"]["continuity"].clone();
    assert_eq!(
        (&continuity["status"], &continuity["day"]),
        (&json!("picked_up"), &json!(4))
    );

    // And: both readings of the figure count it.
    let summary = community.read(&format!("/v1/continuity/summary?service={}", county.community));
    for reading in ["national", "local"] {
        let figure = &summary[reading];
        assert_eq!(
            (&figure["numerator"], &figure["denominator"]),
            (&json!(1), &json!(1)),
            "{reading}: {summary}"
        );
        assert_eq!(figure["percentage"], 100.0);
    }
    assert_eq!(summary["smallNumbersWithheld"], false);
    assert!(summary["erasedPeople"].is_u64(), "{summary}");

    // And: whoever sees no people is told nothing of one person.
    let commissioner = county.named("c.payer", &county.community_organisation(), Role::Commissioner);
    let withheld = commissioner.read(&format!("/v1/continuity/summary?service={}", county.community));
    assert_eq!(withheld["smallNumbersWithheld"], true);
    assert_eq!(withheld["releases"].as_u64().unwrap_or(5).min(5), 5, "{withheld}");
    // One of another organisation pays for some services and compares them with all: the same, and not nothing.
    let elsewhere = county.named("c.other", &county.stranger_organisation(), Role::Commissioner);
    let compared = elsewhere.read(&format!("/v1/continuity/summary?service={}", county.community));
    assert_eq!(compared["releases"], withheld["releases"], "{compared}");
    for reading in ["national", "local"] {
        let figure = withheld[reading].as_object().unwrap();
        assert!(figure.contains_key("numerator") && figure["numerator"].is_null());
        assert!(figure["denominator"].is_null() && !figure.contains_key("percentage"));
    }
}

#[test]
fn given_a_cancelled_release_then_the_kit_in_property_was_never_supplied() {
    let county = County::new();
    let prison = county.prison_worker();
    let person = county.registered(&prison, &somebody());

    // Given: a plan and a kit in property.
    county.moved(
        &prison,
        &person,
        ago(100),
        json!({ "movementType": "ADM", "reasonCode": "I", "prison": county.prison }),
    );
    let plan =
        json!({ "prison": county.prison, "plannedOn": ago(10), "area": county.area, "occurred": ago(50) });
    let plan = prison
        .record(&format!("/v1/people/{person}/release-plans"), &plan)
        .id("plan");
    let kits = json!({
        "service": county.prison_treatment, "prison": county.prison, "occurred": ago(12),
        "kits": [{ "product": "prenoxad", "batch": "PX-77", "expiresOn": "2099-01-31" }],
    });
    prison.record(&format!("/v1/people/{person}/naloxone-placements"), &kits);

    // Then: it is to be handed over on the day planned, which is over.
    let to_hand_over = || {
        prison.list(&format!(
            "/v1/services/{}/worklists/naloxone-to-hand-over?sort=due&asOf={}",
            county.prison_treatment,
            ago(1)
        ))
    };
    let lines = to_hand_over();
    assert_eq!(
        (
            lines.len(),
            &lines[0]["duty"],
            &lines[0]["dueOn"],
            &lines[0]["prison"]
        ),
        (
            1,
            &json!("hand_over_naloxone"),
            &lines[0]["releasePlannedOn"],
            &json!(county.prison)
        )
    );
    assert_eq!(lines[0]["kit"]["batch"], "PX-77");
    let overdue = || {
        let lines = prison.list(&format!("/v1/services/{}/overdue", county.prison_treatment));
        let found = lines
            .into_iter()
            .filter(|line| line["duty"] == "hand_over_naloxone");
        found.count()
    };
    assert_eq!(overdue(), 1);

    // When: the release is cancelled.
    prison.record(
        &format!("/v1/release-plans/{plan}/cancellation"),
        &json!({ "occurred": ago(11) }),
    );

    // Then: nothing was supplied, and no release is planned; the kit lies there, due on no day.
    assert!(to_hand_over()[0].get("dueOn").is_none());
    assert_eq!(overdue(), 0);
    let naloxone = prison.read(&format!("/v1/people/{person}/naloxone"));
    assert_eq!(naloxone["held"], json!([]));
    let path = format!("/v1/continuity/planned-releases?service={}", county.community);
    assert!(county.worker().list(&path).is_empty());
}
