//! A request sent twice is recorded once.
//!
//! Source: `api.md`, Adopt 1.

use super::{events_after, log_head, referral};
use crate::harness::{County, new_id, somebody};
use serde_json::json;

#[test]
fn given_a_lost_answer_when_sent_again_then_the_same_answer_comes_and_nothing_is_recorded() {
    let county = County::new();
    let system = county.case_system();
    let key = new_id().to_string();
    let body = referral(&county, somebody().described());

    let first = system.post_keyed("/v1/referrals", &key, &body).expect(201);
    let before = log_head(&county);
    let again = system.post_keyed("/v1/referrals", &key, &body).expect(201);

    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(first.header("idempotency-replayed"), None);
    assert_eq!(again.text, first.text);
    for header in ["location", "etag", "x-log-position"] {
        assert_eq!(again.header(header), first.header(header), "{header}");
    }
    // A quoted key is the same key.
    assert_eq!(
        system
            .post_keyed("/v1/referrals", &format!("\"{key}\""), &body)
            .expect(201)
            .text,
        first.text
    );
    assert!(events_after(&county.worker(), before).is_empty());
}

#[test]
fn given_a_key_when_sent_with_another_body_then_it_is_refused() {
    let county = County::new();
    let system = county.case_system();
    let key = new_id().to_string();
    system
        .post_keyed("/v1/referrals", &key, &referral(&county, somebody().described()))
        .expect(201);
    let before = log_head(&county);
    let other = system.post_keyed("/v1/referrals", &key, &referral(&county, somebody().described()));
    assert_eq!(other.problem(422), "idempotency_key_reused");
    assert!(events_after(&county.worker(), before).is_empty());
}

#[test]
fn given_the_same_key_of_another_client_then_it_is_another_key() {
    let county = County::new();
    let key = new_id().to_string();
    let body = referral(&county, somebody().described());
    let first = county
        .case_system()
        .post_keyed("/v1/referrals", &key, &body)
        .expect(201);
    let other = county
        .prison_worker()
        .post_keyed("/v1/referrals", &key, &body)
        .expect(201);
    assert_ne!(first.id("referral"), other.id("referral"));
}

#[test]
fn given_no_key_then_a_machine_is_refused_and_a_person_is_not() {
    let county = County::new();
    let body = referral(&county, somebody().described());
    let bare = |client: &crate::harness::Client| {
        client.send(client.request(reqwest::Method::POST, "/v1/referrals").json(&body))
    };
    assert_eq!(
        bare(&county.case_system()).problem(400),
        "idempotency_key_missing"
    );
    bare(&county.worker()).expect(201);
    for odd in ["1", "not-a-uuid", "00000000-0000-0000-0000-000000000000"] {
        let answer = county.case_system().post_keyed("/v1/referrals", odd, &body);
        assert_eq!(answer.problem(400), "idempotency_key_invalid", "{odd}");
        assert_eq!(answer.faults()[0].0, "/headers/Idempotency-Key");
    }
}

#[test]
fn given_twenty_parallel_posts_of_one_key_then_there_is_one_referral() {
    let county = County::new();
    let before = log_head(&county);
    let key = new_id().to_string();
    let body = referral(&county, somebody().described());
    let answers: Vec<_> = std::thread::scope(|scope| {
        let posts: Vec<_> = (0..20)
            .map(|_| scope.spawn(|| county.case_system().post_keyed("/v1/referrals", &key, &body)))
            .collect();
        posts.into_iter().map(|post| post.join().unwrap()).collect()
    });

    // Each is answered with the one referral, or told to ask again while the first still runs.
    let (done, busy): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert!(!done.is_empty());
    assert!(done.iter().all(|answer| answer.text == done[0].text), "{done:?}");
    // Where the machine is busy the node may also say that it has no room at the moment.
    assert!(
        busy.iter().all(|answer| match answer.status {
            503 => answer.problem(503) == "unavailable",
            _ => answer.problem(409) == "idempotency_in_progress",
        }),
        "{busy:?}"
    );
    assert!(busy.iter().all(|answer| answer.header("retry-after").is_some()));
    let made = events_after(&county.worker(), before);
    assert_eq!(
        made.iter()
            .filter(|event| event["type"] == "referral.received")
            .count(),
        1,
        "{made:?}"
    );
    county
        .case_system()
        .post_keyed("/v1/referrals", &key, &body)
        .expect(201);
}

#[test]
fn given_a_reference_that_was_used_then_the_refusal_leads_to_the_first_referral() {
    let county = County::new();
    let system = county.case_system();
    let mut body = referral(&county, somebody().described());
    body["externalReference"] = json!({ "system": "case-system", "value": "REF-1" });
    let first = system.post("/v1/referrals", &body).expect(201).id("referral");

    let again = system.post("/v1/referrals", &body);
    assert_eq!(again.problem(409), "duplicate_reference");
    let link = again.json()["moreInfo"].as_str().unwrap().to_owned();
    let place = system.read(&link);
    assert_eq!(place["href"], format!("/v1/referrals/{first}"));
    assert_eq!(system.read(place["href"].as_str().unwrap())["referralId"], first);

    // The same reference of another client is another reference.
    county
        .arrest_referral_worker()
        .post("/v1/referrals", &body)
        .expect(201);
}
