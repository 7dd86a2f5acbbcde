//! Nobody tries identifier after identifier to learn who is known.

use crate::harness::{County, ago, days_from, somebody, today};
use serde_json::{Value, json};
use throughcare_http::token::Role;

#[test]
fn given_a_user_who_sweeps_then_they_are_refused_and_auditors_see_it_while_colleagues_go_on() {
    let county = County::new();
    let organisation = county.community_organisation();
    let (sweeper, colleague) = (county.staff_of(&organisation, Role::Worker), county.worker());
    // Places come back while the test runs, so that a slow machine is let in a few times more.
    let mut passed = 0_u32;
    let refused = loop {
        let answer = sweeper.post("/v1/people/search", &json!({ "identifier": somebody().nhs() }));
        match answer.status {
            200 => passed += 1,
            _ => break answer,
        }
        assert!(passed < 300, "never refused");
    };
    assert!(passed >= 30, "the control: so many pass, and {passed} did");
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=3).contains(&wait), "{wait}");
    assert_eq!(refused.problem(429), "too_many_requests");
    colleague
        .post("/v1/people/search", &json!({ "identifier": somebody().nhs() }))
        .expect(200);

    let days = format!("from={}&to={}", ago(1), days_from(today(), 1));
    let users = county.auditor().read(&format!("/v1/access-log/users?{days}"));
    let users: Vec<&Value> = users["data"].as_array().unwrap().iter().collect();
    let own = users
        .iter()
        .find(|one| one["user"] == format!("staff-of-{organisation}"))
        .unwrap();
    assert_eq!(
        (&own["searches"], &own["people"]),
        (&json!(passed), &json!(0)),
        "{own}"
    );
}
