//! Remand, court, and a same-day release that nobody planned, caught by the worklist.
//!
//! Source: `cases.md` C4.

use super::{missing, release_on};
use crate::harness::{County, ago, days_from, somebody, until};
use serde_json::{Value, json};

#[test]
fn given_remand_when_the_court_bails_the_same_day_then_the_release_is_on_the_community_worklist() {
    let county = County::new();
    let (prison, movements, community) = (county.prison_worker(), county.prison_system(), county.worker());
    let who = somebody();
    let court_on = ago(5);
    let tell = |on: Value, movement: Value| {
        let body = json!({ "prisonerNumber": who.prisoner_number, "movement": movement, "occurred": on });
        movements.post("/v1/custody-movements", &body).expect(202);
    };

    // Given: somebody on remand, whom the treatment service in prison knows.
    tell(
        json!(ago(20)),
        json!({ "movementType": "ADM", "reasonCode": "N", "prison": county.prison }),
    );
    let person = county.registered(&prison, &who);
    county.in_prison_treatment(&person, ago(18));
    // Whoever only opened the record is not shown what others told of it: the service that treats the person is.
    until("the movement that came first is on the record", || {
        let seen = prison.read(&format!("/v1/people/{person}"));
        (seen["pathway"]["setting"]["status"] == "prison").then_some(())
    });

    // When: the court has them brought in the morning and bails them in the afternoon.
    let hour = |hour: &str| json!(format!("{court_on}T{hour}:00:00Z"));
    tell(
        hour("08"),
        json!({ "movementType": "CRT", "reasonCode": "PR", "direction": "out", "prison": county.prison }),
    );
    tell(
        hour("14"),
        json!({ "movementType": "REL", "reasonCode": "BL", "prison": county.prison, "area": county.area }),
    );

    // Then: an unplanned release stands on the list of the community service, on day 5 of 21.
    let today = days_from(court_on, 5);
    let line = until("the release is on the list", || {
        let path = format!("/v1/continuity/releases?service={}&state=due", county.community);
        community.list(&path).into_iter().next()
    });
    assert_eq!(line["personId"], person);
    assert_eq!(line["releasedOn"], court_on.to_string());
    assert_eq!(line["fromCourt"], true);
    assert_eq!(line["plannedFor"], Value::Null, "unplanned: {line}");
    assert_eq!((&line["state"], &line["day"]), (&json!("due"), &json!(5)));
    assert_eq!(line["dueUntil"], days_from(court_on, 21).to_string());
    assert_eq!(line["owners"], json!([county.community]));

    // And: it says what is missing, and that day 3 has passed.
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
    let reached: Vec<_> = line["marks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|mark| (&mark["day"], &mark["reached"]))
        .collect();
    assert_eq!(
        json!(reached),
        json!([[3, true], [7, false], [14, false], [21, false]])
    );

    // And: the treatment service in prison sees that its patient is in the community, with pick-up due.
    let seen = prison.read(&format!("/v1/people/{person}"));
    assert_eq!(seen["pathway"]["setting"]["status"], "community");
    assert_eq!(seen["pathway"]["continuity"]["status"], "due");

    // And: on the morning before, nobody was on the list.
    let path = format!(
        "/v1/continuity/releases?service={}&asOf={}",
        county.community,
        days_from(court_on, -1)
    );
    assert!(community.list(&path).is_empty());
    assert_eq!(
        release_on(&community, &county, today)["releaseId"],
        line["releaseId"]
    );
}

#[test]
fn given_a_court_visit_and_a_return_then_there_is_no_release() {
    let county = County::new();
    let prison = county.prison_worker();
    let person = county.registered(&prison, &somebody());

    // Given: a day at court, and back in the evening.
    county.moved(
        &prison,
        &person,
        ago(20),
        json!({ "movementType": "ADM", "reasonCode": "N", "prison": county.prison }),
    );
    county.moved(
        &prison,
        &person,
        ago(6),
        json!({ "movementType": "CRT", "direction": "out", "prison": county.prison }),
    );
    county.moved(
        &prison,
        &person,
        ago(6),
        json!({ "movementType": "CRT", "direction": "in", "prison": county.prison }),
    );

    // Then: in prison, and on nobody's list.
    let seen = prison.read(&format!("/v1/people/{person}"));
    assert_eq!(seen["pathway"]["setting"]["status"], "prison");
    assert!(
        county
            .worker()
            .list(&format!("/v1/continuity/releases?service={}", county.community))
            .is_empty()
    );
}
