//! What a system told and does not fit is kept, and is somebody's work: on the list of who has the person, then overdue,
//! then the partnership's, until it is settled.
//!
//! Source: `design.md`, "Streams" (kept, flagged as in conflict, and become a work item).

use crate::harness::{Client, County, ago, days_from, somebody, today, until};
use serde_json::{Value, json};

fn to_settle(by: &Client, service: &str, query: &str) -> Vec<Value> {
    by.list(&format!(
        "/v1/services/{service}/worklists/conflicts-to-settle{query}"
    ))
}

fn overdue(by: &Client, service: &str, in_days: i32) -> Vec<Value> {
    let day = days_from(today(), in_days);
    let lines = by.list(&format!("/v1/services/{service}/overdue?asOf={day}"));
    lines
        .into_iter()
        .filter(|line| line["duty"] == "resolve_conflict")
        .collect()
}

#[test]
fn given_a_release_that_a_system_told_and_that_cannot_be_when_nobody_settles_it_then_it_climbs_until_somebody_does()
 {
    let county = County::new();
    let (worker, prison) = (county.worker(), county.prison_worker());
    let (partnership, board) = county.partnership();
    let who = somebody();
    let person = county.registered(&worker, &who);
    county.in_community_treatment(&person, ago(40));

    // Given: the prison's system tells of two releases, and of no stay between them.
    let release = |on| {
        json!({
            "prisonerNumber": who.prisoner_number, "occurred": on,
            "movement": { "movementType": "REL", "reasonCode": "CR", "prison": county.prison, "area": county.area },
        })
    };
    for on in [ago(30), ago(3)] {
        county
            .prison_system()
            .post("/v1/custody-movements", &release(on))
            .expect(202);
    }

    // Then: whoever treats the person has to see to it within a fortnight, and sees what it is and whom to ask.
    // What is told by prisoner number is answered alike whoever holds it, without a position to wait for.
    let line = until("what does not fit is on the list", || {
        to_settle(&worker, &county.community, "?sort=due").pop()
    });
    assert_eq!(
        (&line["personId"], &line["onListSince"]),
        (&json!(person), &json!(ago(3)))
    );
    let event = line["id"].as_str().unwrap().to_owned();
    let timeline = worker.list(&format!("/v1/people/{person}/timeline"));
    let told = timeline
        .iter()
        .find(|one| one["eventId"] == json!(event))
        .unwrap();
    assert_eq!(told["type"], "custody.released", "{told}");
    assert_eq!(
        line["conflict"],
        json!({
            "codes": ["release_without_reception"], "eventType": "custody.released",
            "happenedOn": ago(3), "recordedOn": today(),
        })
    );
    assert_eq!(
        (&line["duty"], &line["dueOn"], &line["byOrganisation"]),
        (
            &json!("resolve_conflict"),
            &json!(days_from(today(), 14)),
            &json!(county.police_organisation())
        )
    );
    assert!(line["names"]["family"].is_string());
    let count = |by: &Client| {
        let counts = by.read(&format!("/v1/services/{}/worklists", county.community));
        let lists = counts["data"].as_array().unwrap().clone();
        let found = lists.into_iter().find(|one| one["list"] == "conflicts-to-settle");
        found.unwrap()["lines"].clone()
    };
    assert_eq!(count(&worker), 1);
    assert!(to_settle(&prison, &county.prison_treatment, "").is_empty());
    assert_eq!(
        to_settle(&worker, &county.community, &format!("?asOf={}", ago(4))),
        [] as [Value; 0]
    );

    // When: nobody does, it is overdue, and the partnership sees whose it is, for whom, and no names.
    assert!(overdue(&worker, &county.community, 14).is_empty());
    assert_eq!(overdue(&worker, &county.community, 15)[0]["about"], json!(event));
    let of_county = |in_days| -> Vec<Value> {
        let lines = overdue(&board, &partnership, in_days).into_iter();
        lines.filter(|line| line["area"] == json!(county.area)).collect()
    };
    assert!(of_county(17).is_empty());
    let climbed = of_county(18);
    assert_eq!((climbed.len(), &climbed[0]["about"]), (1, &json!(event)));
    assert_eq!(
        (&climbed[0]["service"], climbed[0].get("names")),
        (&json!(county.community), None)
    );

    // When: the system tells late of the reception, it fits, and is on no list any more.
    let known = worker
        .get(&format!(
            "/v1/services/{}/worklists/conflicts-to-settle",
            county.community
        ))
        .header("x-log-position")
        .unwrap()
        .to_owned();
    let reception = json!({
        "prisonerNumber": who.prisoner_number, "occurred": ago(20),
        "movement": { "movementType": "ADM", "reasonCode": "N", "prison": county.prison },
    });
    county
        .prison_system()
        .post("/v1/custody-movements", &reception)
        .expect(202);
    until("it is off the list", || {
        to_settle(&worker, &county.community, "").is_empty().then_some(())
    });
    assert!(overdue(&worker, &county.community, 15).is_empty());
    assert!(of_county(18).is_empty());
    // What was shown until then can be asked for.
    let then = to_settle(&worker, &county.community, &format!("?knownAt={known}"));
    assert_eq!((then.len(), &then[0]["id"]), (1, &json!(event)));
}

#[test]
fn given_an_exit_for_a_reason_no_list_has_when_its_recorder_corrects_it_then_it_is_settled() {
    let county = County::new();
    let (worker, system) = (county.worker(), county.case_system());
    let person = county.registered(&worker, &somebody());
    let episode = county.in_community_treatment(&person, ago(40));
    let exit = json!({ "reason": "77", "interventionExit": "B", "occurred": ago(2) });
    let told = system
        .record(&format!("/v1/episodes/{episode}/exit"), &exit)
        .json();
    assert_eq!(
        told["flags"],
        json!(["unknown_code", "exit_reason_not_understood"])
    );
    // Who recorded it has it on its list, though the episode is over.
    let lines = to_settle(&worker, &county.community, "");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(
        lines[0]["conflict"]["codes"],
        json!(["exit_reason_not_understood"])
    );
    let events: Vec<&Value> = told["eventIds"].as_array().unwrap().iter().collect();
    let correction = json!({ "events": events, "reason": "entered_in_error" });
    worker.record(&format!("/v1/people/{person}/corrections"), &correction);
    assert!(to_settle(&worker, &county.community, "").is_empty());
}

#[test]
fn given_a_drug_test_that_cannot_be_when_lists_are_read_then_no_line_tells_of_it() {
    let county = County::new();
    let (worker, police) = (county.worker(), county.arrest_referral_worker());
    let person = county.registered(&police, &somebody());
    let referred = json!({
        "person": { "personId": person }, "source": "arrest_referral", "fromService": county.arrest_referral,
        "toService": county.community, "occurred": ago(20),
    });
    let referral = police.record("/v1/referrals", &referred).id("referral");
    let on = json!({ "occurred": ago(20) });
    worker.record(&format!("/v1/referrals/{referral}/acceptance"), &on);
    let triaged = json!({ "outcome": "treatment_needed", "occurred": ago(20) });
    worker.record(&format!("/v1/referrals/{referral}/triage"), &triaged);
    // Given: the system in police custody tests somebody who died.
    let death = json!({ "source": "family", "suspected": "drugs", "occurred": ago(5) });
    worker.record(&format!("/v1/people/{person}/deaths"), &death);
    let tested = json!({
        "trigger": "trigger_offence_arrest", "occurred": ago(3),
        "results": [{ "drug": "cocaine", "result": "positive" }],
    });
    let told = county
        .custody_system()
        .record(&format!("/v1/people/{person}/drug-tests"), &tested)
        .json();
    assert_eq!(told["flags"], json!(["after_death"]));
    assert!(to_settle(&worker, &county.community, "").is_empty());
    assert!(to_settle(&police, &county.arrest_referral, "").is_empty());
    // Control: of what everybody may know there is one.
    let contact = json!({ "place": "police_custody", "outcome": "referred", "occurred": ago(3) });
    let told = county
        .custody_system()
        .record(&format!("/v1/people/{person}/liaison-contacts"), &contact)
        .json();
    assert_eq!(told["flags"], json!(["after_death"]));
    assert_eq!(to_settle(&worker, &county.community, "").len(), 1);
}
