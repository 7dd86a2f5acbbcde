//! What could not have happened: staff are told why and nothing is recorded; what machines send is kept and flagged.
//!
//! Source: `design.md`, "Streams".

use super::{events_after, log_head};
use crate::harness::{Answer, County, ago, days_from, somebody, today};
use serde_json::json;

#[track_caller]
fn refused_at(answer: &Answer, pointer: &str) -> String {
    assert_eq!(answer.problem(422), "refused");
    let faults = answer.faults();
    let found = faults.iter().find(|fault| fault.0 == pointer);
    found
        .unwrap_or_else(|| panic!("no fault at {pointer}: {}", answer.text))
        .1
        .clone()
}

#[test]
fn given_two_stays_in_prison_at_once_then_staff_are_refused_and_a_machine_is_flagged() {
    let county = County::new();
    let (staff, machine) = (county.worker(), county.case_system());
    let person = county.registered(&staff, &somebody());
    let path = format!("/v1/people/{person}/custody-movements");
    let stay = |prison: &str, on| json!({ "movement": { "movementType": "ADM", "reasonCode": "I", "prison": prison }, "occurred": on });
    staff.record(&path, &stay(&county.prison, ago(50)));

    let before = log_head(&county);
    let second = stay(&county.other_prison, ago(40));
    let refused = staff.post(&path, &second);
    assert_eq!(refused.problem(422), "refused");
    assert!(
        refused.json()["errors"][0]["detail"].as_str().unwrap().len() > 20,
        "{}",
        refused.text
    );
    assert!(events_after(&staff, before).is_empty(), "nothing was written");

    let kept = machine.record(&path, &second).json();
    assert_eq!(kept["flags"].as_array().unwrap().len(), 1, "{kept}");
    assert_eq!(events_after(&staff, before).len(), 1);
    let timeline = staff.list(&format!("/v1/people/{person}/timeline"));
    assert!(
        timeline.iter().any(|line| line["conflicts"] != json!([])),
        "{timeline:?}"
    );
}

#[test]
fn given_an_exit_before_the_start_then_it_is_refused_with_the_place_and_the_reason() {
    let county = County::new();
    let worker = county.worker();
    let person = county.registered(&worker, &somebody());
    let episode = county.in_community_treatment(&person, ago(30));
    let exit = |on, reason: &str| {
        let body = json!({ "reason": reason, "interventionExit": "A", "occurred": on });
        worker.post(&format!("/v1/episodes/{episode}/exit"), &body)
    };
    assert_eq!(exit(ago(40), "85").problem(422), "refused");
    // Cases E8: an occasional user of heroin or crack has not completed.
    let used =
        json!({ "reason": "82", "interventionExit": "A", "profile": { "opiateDays": 3, "crackDays": 0 } });
    worker
        .post(&format!("/v1/episodes/{episode}/exit"), &used)
        .problem(422);
    // The same with no use is recorded: the rule refuses the contradiction, not the code.
    let clean =
        json!({ "reason": "82", "interventionExit": "A", "profile": { "opiateDays": 0, "crackDays": 0 } });
    worker.record(&format!("/v1/episodes/{episode}/exit"), &clean);
}

#[test]
fn given_a_code_nobody_knows_then_the_nearest_are_named() {
    let county = County::new();
    let worker = county.worker();
    let body = json!({ "person": somebody().described(), "source": "arrest_referal", "toService": county.community });
    let answer = worker.post("/v1/referrals", &body);
    assert_eq!(refused_at(&answer, "/source"), "unknown_code");
    assert!(answer.text.contains("arrest_referral"), "{}", answer.text);

    let body = json!({ "person": somebody().described(), "source": "self", "toService": format!("{}x", county.community) });
    let answer = worker.post("/v1/referrals", &body);
    assert_eq!(refused_at(&answer, "/toService"), "unknown_service");
    assert!(answer.text.contains(&county.community), "{}", answer.text);
}

#[test]
fn given_what_cannot_be_then_each_is_refused() {
    let county = County::new();
    let worker = county.worker();
    let person = county.registered(&worker, &somebody());
    let under = format!("/v1/people/{person}");

    // Birth in the future.
    let tomorrow = days_from(today(), 1);
    worker
        .post(
            "/v1/people",
            &json!({ "demographics": { "dateOfBirth": tomorrow } }),
        )
        .problem(422);
    worker
        .post(
            "/v1/people",
            &json!({ "demographics": { "dateOfBirth": today() } }),
        )
        .expect(201);
    // Something that is yet to happen.
    let movement = json!({ "movementType": "ADM", "reasonCode": "I", "prison": county.prison });
    worker
        .post(
            &format!("{under}/custody-movements"),
            &json!({ "movement": movement, "occurred": days_from(today(), 30) }),
        )
        .problem(422);
    // A kit that replaces one that was never issued.
    let kits = json!({
        "service": county.community, "replaces": crate::harness::new_id(),
        "kits": [{ "product": "nyxoid", "batch": "B1", "expiresOn": "2099-01-01" }],
    });
    let answer = worker.post(&format!("{under}/naloxone-issues"), &kits);
    assert_eq!(refused_at(&answer, "/replaces"), "kit_never_issued");
    // A kit of a service that is somebody else's.
    let kits = json!({
        "service": county.prison_treatment, "kits": [{ "product": "nyxoid", "batch": "B1", "expiresOn": "2099-01-01" }],
    });
    assert_eq!(
        refused_at(
            &worker.post(&format!("{under}/naloxone-issues"), &kits),
            "/service"
        ),
        "not_your_service"
    );
    // I1: 1111111111 passes modulus 11 and is no NHS number.
    let answer = worker.post(
        &format!("{under}/identifiers"),
        &json!({ "kind": "nhs_number", "value": "1111111111" }),
    );
    assert_eq!(refused_at(&answer, "/value"), "identifier_invalid");
}

#[test]
fn given_two_releases_with_no_stay_between_then_staff_are_refused_and_a_machines_is_kept_as_doubtful() {
    let county = County::new();
    let (staff, machine) = (county.worker(), county.case_system());
    let person = county.registered(&staff, &somebody());
    let path = format!("/v1/people/{person}/custody-movements");
    let release = |on| {
        let movement = json!({ "movementType": "REL", "reasonCode": "CR", "prison": county.prison, "area": county.area });
        json!({ "movement": movement, "occurred": on })
    };
    staff.record(&path, &release(ago(60)));
    assert_eq!(staff.post(&path, &release(ago(3))).problem(422), "refused");
    assert_eq!(
        machine.record(&path, &release(ago(3))).json()["flags"],
        json!(["release_without_reception"])
    );

    let list = format!(
        "/v1/continuity/releases?service={}&from={}",
        county.community,
        ago(10)
    );
    let line = &staff.list(&list)[0];
    assert_eq!((&line["doubtful"], &line["state"]), (&json!(true), &json!("due")));
    assert_eq!(line["local"]["inDenominator"], "uncertain");
}

#[test]
fn given_a_kit_used_on_somebody_unknown_then_a_replacement_is_due() {
    let county = County::new();
    let worker = county.worker();
    let person = county.registered(&worker, &somebody());
    county.in_community_treatment(&person, ago(30));
    let kit = |batch: &str| json!({ "product": "nyxoid", "batch": batch, "expiresOn": "2099-01-01" });

    // N1: two kits in one act, each traceable.
    let issue = json!({ "service": county.community, "kits": [kit("B1"), kit("B2")], "occurred": ago(20) });
    let issued = worker.record(&format!("/v1/people/{person}/naloxone-issues"), &issue);
    assert_eq!(issued.json()["created"].as_array().unwrap().len(), 2);

    // N2: one is used on somebody unknown.
    let used =
        json!({ "usedOn": "somebody_else", "outcome": "survived", "place": "street", "occurred": ago(5) });
    worker.record(&format!("/v1/naloxone-kits/{}/use", issued.id("kit")), &used);
    let naloxone = worker.read(&format!("/v1/people/{person}/naloxone"));
    assert_eq!(naloxone["held"].as_array().unwrap().len(), 1);
    let list = worker.list(&format!(
        "/v1/services/{}/worklists/naloxone-to-replace",
        county.community
    ));
    assert_eq!(list.len(), 1, "{list:?}");
    assert_eq!(
        (&list[0]["kitId"], &list[0]["ageDays"]),
        (&json!(issued.id("kit")), &json!(5))
    );
    worker
        .post(&format!("/v1/naloxone-kits/{}/use", issued.id("kit")), &used)
        .problem(422);
}
