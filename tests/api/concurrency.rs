//! Two people change one record: entity tags, and reads that wait for what was written.
//!
//! Source: `api.md`, Adopt 4.

use crate::harness::{County, somebody};
use reqwest::Method;
use serde_json::json;

#[test]
fn given_a_record_that_changed_when_written_with_the_old_tag_then_it_is_refused() {
    let county = County::new();
    let worker = county.worker();
    let person = county.registered(&worker, &somebody());
    let path = format!("/v1/people/{person}/residences");
    let tag = worker
        .get(&format!("/v1/people/{person}"))
        .expect(200)
        .header("etag")
        .unwrap()
        .to_owned();
    let write = |tag: &str| {
        let body = json!({ "area": county.area, "occurred": "2022-02-02" });
        worker.send(
            worker
                .request(Method::POST, &path)
                .header("if-match", tag)
                .json(&body),
        )
    };

    let written = write(&tag).expect(201);
    assert_eq!(write(&tag).problem(412), "stale");
    // The answer to a change brings the next tag, so that nobody need read in between.
    write(written.header("etag").unwrap()).expect(201);
    for odd in ["7", "W/\"7\"", "\"\""] {
        assert_eq!(write(odd).problem(400), "precondition_invalid", "{odd}");
    }
    write("*").expect(201);
}

#[test]
fn given_a_copy_that_is_current_then_304_and_after_a_change_the_whole_again() {
    let county = County::new();
    let worker = county.worker();
    let person = county.registered(&worker, &somebody());
    for view in [
        "",
        "/timeline",
        "/status-history",
        "/duties",
        "/naloxone",
        "/harm",
    ] {
        let path = format!("/v1/people/{person}{view}");
        let tag = worker.get(&path).expect(200).header("etag").unwrap().to_owned();
        let ask = || worker.send(worker.request(Method::GET, &path).header("if-none-match", &tag));
        let unchanged = ask().expect(304);
        assert_eq!(
            (unchanged.text.as_str(), unchanged.header("etag")),
            ("", Some(tag.as_str()))
        );
        worker.record(
            &format!("/v1/people/{person}/residences"),
            &json!({ "noFixedAbode": true }),
        );
        ask().expect(200);
    }
}

#[test]
fn given_a_position_then_a_list_waits_until_it_holds_what_was_written() {
    let county = County::new();
    let worker = county.worker();
    let list = format!("/v1/services/{}/worklists/referrals", county.community);
    for turn in 1..=10 {
        let sent = worker.record("/v1/referrals", &super::referral(&county, somebody().described()));
        let position = sent.header("x-log-position").unwrap().to_owned();
        let answer = worker
            .send(
                worker
                    .request(Method::GET, &list)
                    .header("x-log-position", &position),
            )
            .expect(200);
        assert_eq!(answer.json()["data"].as_array().unwrap().len(), turn);
        let reached: u64 = answer.header("x-log-position").unwrap().parse().unwrap();
        assert!(reached >= position.parse().unwrap());
    }
    for odd in ["x", "-1", ""] {
        let answer = worker.send(worker.request(Method::GET, &list).header("x-log-position", odd));
        assert_eq!(answer.problem(400), "validation_failed", "{odd}");
        assert_eq!(answer.faults()[0].0, "/headers/X-Log-Position");
    }
}
