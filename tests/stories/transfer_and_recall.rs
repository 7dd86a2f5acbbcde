//! From prison to prison, out, and recalled: one release, and what each reading makes of it.
//!
//! Sources: `cases.md` C2, C6.

use super::release_on;
use crate::harness::{County, ago, days_from, somebody};
use serde_json::json;

#[test]
fn given_a_transfer_and_a_recall_then_there_is_one_release_and_the_local_reading_leaves_it_out() {
    let county = County::new();
    let (prison, community) = (county.prison_worker(), county.worker());
    let person = county.registered(&prison, &somebody());
    let released_on = ago(30);

    // Given: in one prison, moved to another.
    county.moved(
        &prison,
        &person,
        ago(90),
        json!({ "movementType": "ADM", "reasonCode": "I", "prison": county.prison }),
    );
    let episode = county.in_prison_treatment(&person, ago(80));
    county.moved(
        &prison,
        &person,
        ago(45),
        json!({ "movementType": "TRN", "reasonCode": "PROD", "prison": county.prison, "toPrison": county.other_prison }),
    );

    // Then: still in prison, in the other one; nobody was released.
    let setting = prison.read(&format!("/v1/people/{person}?asOf={}", ago(40)))["pathway"]["setting"].clone();
    assert_eq!(
        (&setting["status"], &setting["prison"]),
        (&json!("prison"), &json!(county.other_prison))
    );
    let path = format!(
        "/v1/continuity/releases?service={}&asOf={}",
        county.community,
        ago(40)
    );
    assert!(community.list(&path).is_empty());

    // When: released from the second prison, with the need handed over.
    prison.record(
        &format!("/v1/episodes/{episode}/exit"),
        &json!({ "reason": "83", "interventionExit": "A", "occurred": released_on }),
    );
    county.moved(
        &prison,
        &person,
        released_on,
        json!({ "movementType": "REL", "reasonCode": "CR", "prison": county.other_prison, "area": county.area }),
    );

    // Then: one release, from the second prison, with a window of 21 days.
    let line = release_on(&community, &county, days_from(released_on, 1));
    assert_eq!(line["prison"], county.other_prison);
    assert_eq!(line["releasedOn"], released_on.to_string());
    assert_eq!(line["dueUntil"], days_from(released_on, 21).to_string());

    // When: recalled on day 7, before anybody picked them up.
    county.moved(
        &prison,
        &person,
        days_from(released_on, 7),
        json!({ "movementType": "ADM", "reasonCode": "L", "prison": county.prison }),
    );

    // Then: returned to custody on day 7; nobody has to look for them any more.
    assert_eq!(
        release_on(&community, &county, days_from(released_on, 6))["state"],
        "due"
    );
    let line = release_on(&community, &county, days_from(released_on, 25));
    assert_eq!(
        (&line["state"], &line["day"]),
        (&json!("returned_to_custody"), &json!(7))
    );
    assert_eq!(line["missing"], json!([]));

    // And: the national figure keeps the release and counts it as failed; the local one leaves it out and says why.
    assert_eq!(
        (
            &line["national"]["inDenominator"],
            &line["national"]["inNumerator"]
        ),
        (&json!("yes"), &json!("no"))
    );
    assert_eq!(line["local"]["inDenominator"], "no");
    let why = line["local"]["why"].as_str().unwrap();
    assert!(why.contains("custody"), "{why}");
    let summary = community.read(&format!("/v1/continuity/summary?service={}", county.community));
    assert_eq!(
        (
            &summary["national"]["numerator"],
            &summary["national"]["denominator"]
        ),
        (&json!(0), &json!(1))
    );
    assert_eq!(
        (&summary["local"]["denominator"], &summary["local"]["leftOut"]),
        (&json!(0), &json!(1))
    );

    // And: the person is in prison again, in treatment nowhere.
    let now = prison.read(&format!("/v1/people/{person}"));
    assert_eq!(now["pathway"]["setting"]["status"], "prison");
    assert_eq!(now["pathway"]["continuity"]["status"], "returned_to_custody");
}
