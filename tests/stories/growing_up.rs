//! A young person grows up, and no service loses them.
//!
//! Source: `domain.md` sections 3 and 8 (young people and adults as one system; transition without losing the person).

use crate::harness::{Client, County, ago, days_from, somebody, today};
use jiff::ToSpan as _;
use serde_json::{Value, json};

fn due(by: &Client, person: &str) -> Vec<(String, String)> {
    let shown = by.read(&format!("/v1/people/{person}/duties"));
    let duties = shown["data"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    duties
        .iter()
        .map(|duty| (text(&duty["kind"]), text(&duty["dueOn"])))
        .collect()
}

#[test]
fn given_a_young_person_who_turns_18_then_the_journey_goes_on_in_adult_care() {
    let county = County::new();
    let worker = county.worker();
    let young_people = format!("young-people-{}", county.community);
    county.service(
        &county.community_organisation(),
        &young_people,
        "young_people",
        json!([]),
        json!([]),
    );
    let birthday = days_from(today(), 20);
    let born = birthday.checked_sub(18.years()).unwrap();

    // Given: somebody who is eighteen in twenty days, treated by the young people's service.
    let who = somebody();
    let register = json!({
        "demographics": { "names": { "given": who.given, "family": who.family }, "dateOfBirth": born },
        "occurred": ago(200),
    });
    let person = worker.record("/v1/people", &register).person();
    let refer = |to: &str, on, transfer_of: Option<&str>| {
        let mut body = json!({
            "person": { "personId": person }, "source": "relative", "toService": to, "occurred": on,
        });
        if let Some(episode) = transfer_of {
            body["transferOf"] = json!(episode);
        }
        worker.record("/v1/referrals", &body).id("referral")
    };
    let accept = |referral: &str, on| {
        worker.record(
            &format!("/v1/referrals/{referral}/acceptance"),
            &json!({ "occurred": on }),
        );
    };
    let triage = |referral: &str, on| {
        let body = json!({ "outcome": "treatment_needed", "substances": ["5000"], "occurred": on });
        worker
            .record(&format!("/v1/referrals/{referral}/triage"), &body)
            .id("episode")
    };
    let first = refer(&young_people, ago(100), None);
    accept(&first, ago(99));
    let young = triage(&first, ago(98));
    let start = json!({ "intervention": "95", "setting": "community", "occurred": ago(97) });
    worker.record(&format!("/v1/episodes/{young}/interventions"), &start);
    let listed = |on| {
        worker.list(&format!(
            "/v1/services/{young_people}/worklists/transitions-due?asOf={on}"
        ))
    };

    // Then: the transition is due by the birthday, and says so since seventeen and a half or since they came.
    assert!(due(&worker, &person).contains(&("hand_over_to_adults".to_owned(), birthday.to_string())));
    assert_eq!(listed(today())[0]["turnsAdultOn"], birthday.to_string());
    assert!(listed(ago(99)).is_empty());

    // When: the transfer is offered, it is still due; when the adult service accepts it, it is not.
    let transfer = refer(&county.community, ago(15), Some(&young));
    assert_eq!(listed(ago(15))[0]["offeredTo"], county.community);
    accept(&transfer, ago(12));
    assert!(listed(ago(12)).is_empty());
    assert!(
        due(&worker, &person)
            .iter()
            .all(|(kind, _)| kind != "hand_over_to_adults")
    );

    // When: the young people's episode ends in transition (97), and adult care begins within 21 days.
    let exit = json!({ "reason": "97", "interventionExit": "A", "occurred": ago(10) });
    worker.record(&format!("/v1/episodes/{young}/exit"), &exit);
    let status =
        |on| worker.read(&format!("/v1/people/{person}?asOf={on}"))["pathway"]["treatment"]["status"].clone();
    assert_eq!(status(ago(9)), "transferred_awaiting_pick_up");
    let adult = triage(&transfer, ago(2));
    let start = json!({ "intervention": "95", "setting": "community", "occurred": ago(1) });
    worker.record(&format!("/v1/episodes/{adult}/interventions"), &start);

    // Then: nobody left unplanned, nobody is to be found, and treatment goes on.
    assert_eq!(status(today()), "in_treatment");
    for list in ["to-re-engage", "follow-ups-due"] {
        let lines = worker.list(&format!("/v1/services/{young_people}/worklists/{list}"));
        assert!(lines.is_empty(), "{list}: {lines:?}");
    }
    let history = worker.read(&format!("/v1/people/{person}/status-history"));
    let told = history["treatment"].to_string();
    assert!(!told.contains("exited"), "{told}");
}
