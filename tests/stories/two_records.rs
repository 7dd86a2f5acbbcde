//! One person with two records, found to be one, and parted again.
//!
//! Source: `cases.md` I3; `design.md`, "Streams" (merge); `trust.md`, "Who may see what".

use super::worklist_on;
use crate::harness::{Answer, Client, County, ago, new_id, somebody, today};
use serde_json::{Value, json};

fn person(answer: &Value) -> &str {
    answer["personId"].as_str().unwrap()
}

fn join(by: &Client, one: &str, other: &str) -> Answer {
    let body = json!({
        "otherPersonId": other, "attested": "photo_compared", "note": "Both say Robin, same scar, same sister."
    });
    by.post(&format!("/v1/people/{one}/merges"), &body)
}

/// Somebody walked in at the community service, who is known to the prison's under another name; the prison refers them.
/// Answers the walk-in's record, the prison's, and the referral, which nobody has decided on.
fn known_twice(county: &County) -> (String, String, String) {
    let (worker, nurse) = (county.worker(), county.prison_worker());
    let walk_in = county.registered(&worker, &somebody());
    county.in_community_treatment(&walk_in, ago(40));
    let in_prison = county.registered(&nurse, &somebody());
    county.in_prison_treatment(&in_prison, ago(60));
    let refer = json!({
        "person": { "personId": in_prison }, "source": "prison", "toService": county.community, "occurred": ago(10),
    });
    let referral = nurse.record("/v1/referrals", &refer).id("referral");
    (walk_in, in_prison, referral)
}

#[test]
fn given_two_records_of_one_person_when_they_are_joined_then_both_ids_answer_until_they_part() {
    let county = County::new();
    let (worker, nurse) = (county.worker(), county.prison_worker());
    let (walk_in, in_prison, referral) = known_twice(&county);

    // Who does not see both cannot join them, and is not told more; nor can liaison, nor anybody without a name.
    let refused = join(&worker, &walk_in, &in_prison).expect(422);
    assert_eq!(
        refused.faults(),
        [("/otherPersonId".to_owned(), "unknown_person".to_owned())]
    );
    let nobody = join(&worker, &walk_in, &new_id().to_string()).expect(422);
    assert_eq!(nobody.faults(), refused.faults());
    join(&county.stranger(), &walk_in, &in_prison).problem(404);
    let accepted = json!({ "occurred": ago(9) });
    worker.record(&format!("/v1/referrals/{referral}/acceptance"), &accepted);
    join(&county.community_liaison(), &walk_in, &in_prison).problem(403);
    let unnamed = join(&county.case_system(), &walk_in, &in_prison).expect(422);
    assert_eq!(unnamed.faults()[0].1, "named_worker_needed");

    // When: the worker compares photographs and joins them.
    let before = worker
        .get(&format!("/v1/people/{walk_in}"))
        .expect(200)
        .header("etag")
        .unwrap()
        .to_owned();
    let key = new_id().to_string();
    let body = json!({ "otherPersonId": in_prison, "attested": "photo_compared" });
    let path = format!("/v1/people/{walk_in}/merges");
    let joined = worker.post_keyed(&path, &key, &body).expect(201);
    let merge = joined.id("merge");
    let again = worker.post_keyed(&path, &key, &body).expect(201);
    assert_eq!(
        (again.id("merge"), again.header("idempotency-replayed")),
        (merge.clone(), Some("true"))
    );

    // Then: both ids answer the same, under the surviving one; a tag of before is stale.
    let (one, other) = (
        worker.get(&format!("/v1/people/{walk_in}")),
        worker.get(&format!("/v1/people/{in_prison}")),
    );
    assert_eq!(
        (one.json(), one.header("etag")),
        (other.json(), other.header("etag"))
    );
    let shown = one.json();
    assert_eq!(person(&shown), walk_in);
    let mut records = [walk_in.clone(), in_prison.clone()];
    records.sort();
    assert_eq!(shown["records"], json!(records));
    assert_eq!(shown["merges"][0]["mergeId"], json!(merge));
    let residence = |tag: &str| {
        let request = worker.request(
            reqwest::Method::POST,
            &format!("/v1/people/{in_prison}/residences"),
        );
        let request = request.header("if-match", tag);
        worker.send(request.json(&json!({ "noFixedAbode": true, "occurred": ago(1) })))
    };
    residence(&before).problem(412);
    // A change of one record is a change of both.
    residence(one.header("etag").unwrap()).expect(201);
    let changed = worker.get(&format!("/v1/people/{walk_in}"));
    assert_ne!(changed.header("etag"), one.header("etag"));

    // Lists have one person; everybody who has them in care is told that there were two.
    let caseload = worklist_on(&worker, &county, "caseload", today());
    assert_eq!(
        caseload.iter().map(person).collect::<Vec<_>>(),
        [walk_in.as_str()]
    );
    let lists = |by: &Client, service: &str, list: &str| {
        let lines = by.list(&format!("/v1/services/{service}/worklists/{list}"));
        let people = lines.iter().map(|line| person(line).to_owned());
        people.collect::<Vec<_>>()
    };
    let prison = &county.prison_treatment;
    assert_eq!(lists(&nurse, prison, "caseload"), std::slice::from_ref(&walk_in));
    assert_eq!(
        lists(&nurse, prison, "records-merged"),
        std::slice::from_ref(&walk_in)
    );
    let alert = &worklist_on(&worker, &county, "records-merged", today())[0];
    assert_eq!(
        (&alert["id"], &alert["attested"], &alert["byOrganisation"]),
        (
            &json!(merge),
            &json!("photo_compared"),
            &json!(county.community_organisation())
        )
    );
    // The nurse sees what the community did, by either id, and in the feed.
    let timeline = |by: &Client, whose: &str| {
        let lines = by.list(&format!("/v1/people/{whose}/timeline"));
        let said = lines
            .iter()
            .map(|line| line["sentence"].as_str().unwrap().to_owned());
        said.collect::<Vec<_>>()
    };
    let told = timeline(&nurse, &in_prison);
    assert_eq!(told, timeline(&nurse, &walk_in));
    assert!(
        told.iter().any(|line| line.contains("Two records were joined")),
        "{told:?}"
    );

    // A correction goes to the record in which the entry stands, whichever id it is asked under.
    let placed = worker.record(
        &format!("/v1/people/{in_prison}/needs"),
        &json!({ "need": "no_fixed_abode", "occurred": ago(2) }),
    );
    assert_eq!(
        worker.read(&format!("/v1/people/{walk_in}"))["needs"][0]["need"],
        "no_fixed_abode"
    );
    let wrong = json!({ "events": [placed.json()["eventIds"][0]], "reason": "wrong_person" });
    worker.record(&format!("/v1/people/{walk_in}/corrections"), &wrong);
    assert_eq!(worker.read(&format!("/v1/people/{walk_in}"))["needs"], json!([]));
    // The merge itself is not voided in one of two records.
    let merged = json!({ "events": [joined.json()["eventIds"][0]], "reason": "entered_in_error" });
    let refused = worker
        .post(&format!("/v1/people/{walk_in}/corrections"), &merged)
        .expect(422);
    assert_eq!(refused.faults()[0].1, "of_two_records");
    let known_joined = worker
        .get("/v1/events?limit=1")
        .expect(200)
        .header("x-log-position")
        .unwrap()
        .to_owned();

    // When: they turn out to be two people.
    let undo = json!({ "reason": "two_people" });
    let path = format!("/v1/merges/{merge}/undoing");
    county.stranger().post(&path, &undo).problem(404);
    worker.record(&path, &undo);
    assert_eq!(
        worker.post(&path, &undo).expect(422).faults()[0].1,
        "already_undone"
    );

    // Then: each has their own record again; the nurse no longer sees the other, nor what was read as one.
    let (one, other) = (
        worker.read(&format!("/v1/people/{walk_in}")),
        worker.read(&format!("/v1/people/{in_prison}")),
    );
    assert_eq!(
        (person(&one), person(&other)),
        (walk_in.as_str(), in_prison.as_str())
    );
    assert_eq!(one["records"], Value::Null);
    nurse.get(&format!("/v1/people/{walk_in}")).problem(404);
    let then = nurse.read(&format!("/v1/people/{in_prison}?knownAt={known_joined}"));
    assert_eq!(
        (person(&then), &then["records"]),
        (in_prison.as_str(), &Value::Null)
    );
    assert!(
        !timeline(&nurse, &in_prison)
            .iter()
            .any(|line| line.contains(&county.community) && line.contains("episode"))
    );
    assert_eq!(
        lists(&nurse, prison, "caseload"),
        std::slice::from_ref(&in_prison)
    );
    // An auditor sees what was known then.
    let auditor = county.auditor();
    let then = auditor.read(&format!("/v1/people/{in_prison}?knownAt={known_joined}"));
    assert_eq!(
        (person(&then), &then["records"]),
        (walk_in.as_str(), &json!(records))
    );
    // The residence that was told of the prison's record stayed there.
    let home = |record: &Value| record["identity"]["residence"]["noFixedAbode"].clone();
    assert_eq!((home(&one), home(&other)), (json!(false), json!(true)));

    // They are not joined again by mistake.
    let refused = join(&worker, &in_prison, &walk_in).expect(422);
    assert_eq!(refused.faults()[0].1, "marked_never_to_match");
    let expressly =
        json!({ "otherPersonId": walk_in, "attested": "confirmed_by_person", "despiteMark": true });
    worker.record(&format!("/v1/people/{in_prison}/merges"), &expressly);
    assert_eq!(person(&worker.read(&format!("/v1/people/{walk_in}"))), in_prison);
}

#[test]
fn given_joined_records_when_they_are_searched_for_then_they_are_found_once_under_either_identifier() {
    let county = County::new();
    let (worker, nurse) = (county.worker(), county.prison_worker());
    let (first, second) = (somebody(), somebody());
    let walk_in = county.registered(&worker, &first);
    county.in_community_treatment(&walk_in, ago(40));
    let in_prison = county.registered(&nurse, &second);
    county.in_prison_treatment(&in_prison, ago(60));
    let refer = json!({
        "person": { "personId": in_prison }, "source": "prison", "toService": county.community, "occurred": ago(20),
    });
    let referral = nurse.record("/v1/referrals", &refer).id("referral");
    worker.record(
        &format!("/v1/referrals/{referral}/acceptance"),
        &json!({ "occurred": ago(20) }),
    );
    join(&worker, &walk_in, &in_prison).expect(201);
    for who in [&first, &second] {
        let search = json!({ "identifier": who.nhs() });
        let found = worker.post("/v1/people/search", &search).expect(200).json();
        let people: Vec<&str> = found["data"].as_array().unwrap().iter().map(person).collect();
        assert_eq!(people, [walk_in.as_str()]);
    }

    // A system that tells by the prisoner number of the record that was given up moves the person.
    let told = json!({
        "prisonerNumber": second.prisoner_number, "occurred": ago(3),
        "movement": { "movementType": "ADM", "reasonCode": "N", "prison": county.prison },
    });
    county
        .prison_system()
        .post("/v1/custody-movements", &told)
        .expect(202);
    let shown = crate::harness::until("the movement is on record", || {
        let shown = worker.read(&format!("/v1/people/{walk_in}"));
        (shown["pathway"]["setting"]["status"] == "prison").then_some(shown)
    });
    assert_eq!(shown["pathway"]["setting"]["prison"], json!(county.prison));
}

#[test]
fn given_two_people_who_look_alike_when_it_is_said_then_they_are_not_joined() {
    let county = County::new();
    let worker = county.worker();
    let [one, other] = [ago(30), ago(20)].map(|since| {
        let person = county.registered(&worker, &somebody());
        county.in_community_treatment(&person, since);
        person
    });
    let twins = json!({ "otherPersonId": other, "reason": "twins" });
    worker.record(&format!("/v1/people/{one}/mismatches"), &twins);
    assert_eq!(
        join(&worker, &other, &one).expect(422).faults()[0].1,
        "marked_never_to_match"
    );
    assert_eq!(
        worker
            .post(&format!("/v1/people/{one}/mismatches"), &twins)
            .expect(422)
            .faults()[0]
            .1,
        "already_marked"
    );
    let two = worker.read(&format!("/v1/people/{one}"));
    assert_eq!((person(&two), &two["records"]), (one.as_str(), &Value::Null));
}
