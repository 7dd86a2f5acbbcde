//! A prison's system tells movements by prisoner number, late, twice, and before anybody knows the person.
//!
//! Sources: `api.md`, Adopt 13; `cases.md` C9.

use crate::harness::{County, ago, new_id, somebody, until};
use serde_json::{Value, json};

#[test]
fn given_a_movement_of_somebody_unknown_when_they_are_registered_then_it_is_on_their_record() {
    let county = County::new();
    let (system, worker) = (county.prison_system(), county.worker());
    let who = somebody();
    let admission = json!({
        "prisonerNumber": who.prisoner_number, "occurred": ago(12),
        "movement": { "movementType": "ADM", "reasonCode": "I", "prison": county.prison },
    });
    let receipt = system
        .post("/v1/custody-movements", &admission)
        .expect(202)
        .json();
    assert!(receipt["receiptId"].is_string());

    let person = county.registered(&worker, &who);
    county.in_community_treatment(&person, ago(200));
    until("the movement is on the record", || {
        let seen = worker.read(&format!("/v1/people/{person}"));
        (seen["pathway"]["setting"]["status"] == "prison").then_some(())
    });
    let setting = worker.read(&format!("/v1/people/{person}"))["pathway"]["setting"].clone();
    assert_eq!(
        (&setting["since"], &setting["prison"]),
        (&json!(ago(12)), &json!(county.prison))
    );
}

#[test]
fn given_a_number_that_is_known_and_one_that_is_not_then_the_sender_cannot_tell() {
    let county = County::new();
    let system = county.prison_system();
    let (known, unknown) = (somebody(), somebody());
    county.registered(&county.worker(), &known);
    let tell = |number: &str| {
        let body = json!({
            "prisonerNumber": number, "occurred": ago(2),
            "movement": { "movementType": "ADM", "reasonCode": "I", "prison": county.prison },
        });
        system.post("/v1/custody-movements", &body).expect(202)
    };
    let (one, other) = (tell(&known.prisoner_number), tell(&unknown.prisoner_number));
    let names = |answer: &crate::harness::Answer| {
        let mut names: Vec<_> = answer
            .headers
            .keys()
            .map(|name| name.as_str().to_owned())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names(&one), names(&other));
    let fields = |answer: &crate::harness::Answer| {
        answer
            .json()
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(fields(&one), fields(&other));
}

#[test]
fn given_a_release_told_late_and_twice_then_there_is_one_release_dated_when_it_happened() {
    let county = County::new();
    let (system, community) = (county.prison_system(), county.worker());
    let who = somebody();
    county.registered(&county.prison_worker(), &who);
    let tell = |key: &str, movement: &Value, on| {
        let body = json!({ "prisonerNumber": who.prisoner_number, "movement": movement, "occurred": on });
        system
            .post_keyed("/v1/custody-movements", key, &body)
            .expect(202)
            .text
    };
    tell(
        &new_id().to_string(),
        &json!({ "movementType": "ADM", "reasonCode": "I", "prison": county.prison }),
        ago(60),
    );
    let release =
        json!({ "movementType": "REL", "reasonCode": "CR", "prison": county.prison, "area": county.area });
    let key = new_id().to_string();
    let first = tell(&key, &release, ago(3));
    assert_eq!(tell(&key, &release, ago(3)), first, "the same receipt");

    let path = format!("/v1/continuity/releases?service={}", county.community);
    let lines = until("the release is on the list", || {
        Some(community.list(&path)).filter(|lines| !lines.is_empty())
    });
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["releasedOn"], ago(3).to_string());
    assert_eq!(
        (&lines[0]["knownLateDays"], &lines[0]["day"]),
        (&json!(3), &json!(3))
    );
    // What was shown on the days between can be asked for: nothing was known.
    assert!(
        community
            .list(&format!("{path}&asOf={}&knownAt={}", ago(1), ago(1)))
            .is_empty()
    );
    assert_eq!(community.list(&format!("{path}&asOf={}", ago(1))).len(), 1);
}
