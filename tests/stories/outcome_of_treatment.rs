//! How treatment is judged by what people say of it, an exit that was none, and not giving up after one that was.
//!
//! Sources: `domain.md` section 3 (TOP); `cases.md` E8; `domain.md` section 8 ("not giving up").

use super::worklist_on;
use crate::harness::{Client, County, ago, days_from, somebody};
use serde_json::{Value, json};

fn due(by: &Client, person: &str) -> Vec<String> {
    let shown = by.read(&format!("/v1/people/{person}/duties"));
    let duties = shown["data"].as_array().unwrap();
    duties
        .iter()
        .map(|duty| duty["kind"].as_str().unwrap().to_owned())
        .collect()
}

fn profiles(by: &Client, episode: &str) -> Vec<Value> {
    by.read(&format!("/v1/episodes/{episode}"))["outcomeProfiles"]
        .as_array()
        .unwrap()
        .clone()
}

#[test]
fn given_treatment_for_half_a_year_when_profiles_are_taken_then_each_says_whether_it_counts() {
    let county = County::new();
    let worker = county.worker();
    let person = county.registered(&worker, &somebody());
    let started = ago(200);
    let episode = county.in_community_treatment(&person, started);
    let path = format!("/v1/episodes/{episode}/outcome-profiles");
    let take = |stage: &str, on, items: Value| {
        worker.post(&path, &json!({ "stage": stage, "items": items, "occurred": on }))
    };

    // Given: nobody took a profile at the start.
    assert_eq!(due(&worker, &person), ["take_start_profile", "review_outcome"]);
    let lines = worklist_on(&worker, &county, "outcome-reviews-due", days_from(started, 150));
    assert_eq!(lines[0]["dueOn"], days_from(started, 182).to_string());
    assert!(worklist_on(&worker, &county, "outcome-reviews-due", days_from(started, 100)).is_empty());

    // When: a review is taken, it does not count without a start; entered late, the start counts and so does the review.
    take("review", ago(60), json!({ "opiateDays": 4 })).expect(201);
    assert_eq!(profiles(&worker, &episode)[0]["whyNot"], "no_start");
    let start = json!({
        "opiateDays": 20, "crackDays": 6, "injectingDays": 12, "sharing": true, "psychologicalHealth": 7,
        "paidWorkDays": 0, "acuteHousingProblem": true,
    });
    take("start", days_from(started, 3), start).expect(201);
    let shown = profiles(&worker, &episode);
    assert_eq!(
        (&shown[0]["counts"], &shown[1]["counts"], &shown[1]["halfYear"]),
        (&json!(true), &json!(true), &json!(1))
    );
    assert_eq!(shown[0]["items"]["injectingDays"], 12);
    assert!(due(&worker, &person).is_empty());

    // Then: numbers that cannot be are refused, and nothing is known of what was not said.
    take("review", ago(10), json!({ "opiateDays": 29 })).expect(400);
    take("review", ago(10), json!({})).expect(422);
    assert_eq!(shown[0]["items"]["alcoholDays"], Value::Null);

    // When: the exit's profile shows heroin, reason 82 cannot stand; another can (E8).
    take("exit", ago(2), json!({ "opiateDays": 3 })).expect(201);
    let exit = |reason: &str| {
        let body = json!({ "reason": reason, "interventionExit": "A", "occurred": ago(1) });
        worker.post(&format!("/v1/episodes/{episode}/exit"), &body)
    };
    assert_eq!(
        exit("82").expect(422).faults(),
        [(
            "/reason".to_owned(),
            "occasional_user_with_heroin_or_crack".to_owned()
        )]
    );
    exit("85").expect(201);
    assert_eq!(profiles(&worker, &episode)[2]["counts"], true);
}

#[test]
fn given_somebody_who_dropped_out_then_they_are_followed_up_and_the_exit_is_taken_back_when_they_return() {
    let county = County::new();
    let worker = county.worker();
    let person = county.registered(&worker, &somebody());
    let episode = county.in_community_treatment(&person, ago(90));
    let left = json!({ "reason": "85", "interventionExit": "B", "occurred": ago(12) });
    worker.record(&format!("/v1/episodes/{episode}/exit"), &left);
    let status =
        |on| worker.read(&format!("/v1/people/{person}?asOf={on}"))["pathway"]["treatment"]["status"].clone();
    let on_list = |list: &str, on| worklist_on(&worker, &county, list, on).len();

    // Then: somebody looks for them within a week, and again within four.
    let line = &worklist_on(&worker, &county, "follow-ups-due", ago(11))[0];
    assert_eq!(
        (&line["left"]["reason"], &line["dueOn"]),
        (&json!("85"), &json!(ago(5)))
    );
    let not_reached = json!({ "outcome": "not_reached", "occurred": ago(6) });
    worker.record(&format!("/v1/episodes/{episode}/follow-ups"), &not_reached);
    let line = &worklist_on(&worker, &county, "follow-ups-due", ago(5))[0];
    assert_eq!(
        (&line["left"]["attempts"], &line["dueOn"]),
        (&json!(1), &json!(days_from(ago(12), 28)))
    );
    let lines = worklist_on(&worker, &county, "to-re-engage", ago(5));
    assert_eq!(lines[0]["left"]["lastOutcome"], "not_reached");

    // When: they come back, and the service takes the exit back.
    let steps = worker.read(&format!("/v1/episodes/{episode}/status-transitions"))["data"].clone();
    assert!(
        steps
            .as_array()
            .unwrap()
            .iter()
            .any(|step| step["href"].as_str().unwrap().ends_with("/exit-rescission"))
    );
    let back = json!({ "reason": "person_returned", "occurred": ago(3) });
    worker.record(&format!("/v1/episodes/{episode}/exit-rescission"), &back);

    // Then: care goes on as if it had not ended, and the record says what was thought meanwhile.
    let shown = worker.read(&format!("/v1/episodes/{episode}"));
    assert_eq!(
        (&shown["status"], &shown["interventions"][0]["ended"]),
        (&json!("in_treatment"), &Value::Null)
    );
    assert_eq!(shown["rescindedExits"][0]["exit"]["reason"], "85");
    assert_eq!(
        [ago(13), ago(5), ago(3)].map(status),
        [
            json!("in_treatment"),
            json!("exited_unplanned"),
            json!("in_treatment")
        ]
    );
    assert_eq!(
        (on_list("to-re-engage", ago(5)), on_list("caseload", ago(5))),
        (0, 1)
    );
    let history = worker.read(&format!("/v1/people/{person}/status-history"));
    let spans: Vec<_> = history["episodes"][0]["statuses"]
        .as_array()
        .or_else(|| history["episodes"][0]["spans"].as_array())
        .map(|spans| spans.iter().map(|span| span["status"].clone()).collect())
        .unwrap_or_default();
    assert!(spans.contains(&json!("exited")), "{history}");
    worker.record(
        &format!("/v1/episodes/{episode}/contacts"),
        &json!({ "occurred": ago(2) }),
    );

    // And: it is not taken back twice.
    assert_eq!(
        worker
            .post(&format!("/v1/episodes/{episode}/exit-rescission"), &back)
            .expect(422)
            .faults()[0]
            .1,
        "episode_open"
    );
}
