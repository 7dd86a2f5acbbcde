//! Cursors visit everything once.
//!
//! Source: `api.md`, Adopt 10 and complaint 5.

use super::{events_after, log_head, referral};
use crate::harness::{County, ago, somebody};
use serde_json::json;
use std::collections::HashSet;

#[test]
fn given_many_lines_of_one_day_when_paged_by_two_then_each_is_shown_once() {
    let county = County::new();
    let worker = county.worker();
    let mut sent = HashSet::new();
    for turn in 0..9 {
        let mut body = referral(&county, somebody().described());
        // Most on one day, so that the day alone does not order them.
        body["occurred"] = json!(ago(if turn == 0 { 3 } else { 2 }));
        sent.insert(worker.record("/v1/referrals", &body).id("referral"));
    }
    let lines = worker.list(&format!(
        "/v1/services/{}/worklists/referrals?perPage=2",
        county.community
    ));
    let shown: Vec<_> = lines
        .iter()
        .map(|line| line["referralId"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(shown.len(), sent.len());
    assert_eq!(shown.into_iter().collect::<HashSet<_>>(), sent);
}

#[test]
fn given_a_cursor_of_another_list_or_a_forged_one_then_it_is_refused() {
    let county = County::new();
    let worker = county.worker();
    for _ in 0..3 {
        worker.record("/v1/referrals", &referral(&county, somebody().described()));
    }
    let list = format!("/v1/services/{}/worklists/referrals", county.community);
    let cursor = worker.read(&format!("{list}?perPage=1"))["pagination"]["nextCursor"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        worker.read(&format!("{list}?perPage=1&cursor={cursor}"))["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );

    let changed = format!(
        "{}{}",
        if cursor.starts_with('A') { 'B' } else { 'A' },
        &cursor[1..]
    );
    let elsewhere = format!("/v1/services/{}/worklists/caseload", county.community);
    for path in [
        format!("{list}?cursor={changed}"),
        format!("{list}?cursor=AAAA"),
        format!("{list}?cursor={cursor}&asOf=2024-01-01"),
        format!("{elsewhere}?cursor={cursor}"),
        format!("/v1/reference-data/areas?cursor={cursor}"),
    ] {
        assert_eq!(worker.get(&path).problem(400), "cursor_invalid", "{path}");
    }
    for bad in [
        "perPage=0",
        "perPage=101",
        "perPage=x",
        "page=2",
        "perPage=1&perPage=2",
    ] {
        assert_eq!(
            worker.get(&format!("{list}?{bad}")).problem(400),
            "validation_failed",
            "{bad}"
        );
    }
}

#[test]
fn given_the_feed_when_read_by_three_then_every_event_comes_once_and_in_order() {
    let county = County::new();
    let before = log_head(&county);
    let worker = county.worker();
    for _ in 0..5 {
        county.registered(&worker, &somebody());
    }
    let whole = events_after(&worker, before);
    let (mut paged, mut after) = (Vec::new(), before);
    loop {
        let page = worker.read(&format!("/v1/events?after={after}&limit=3"));
        paged.extend(page["data"].as_array().unwrap().iter().cloned());
        after = page["nextAfter"].as_u64().unwrap();
        if page["hasMore"] == false {
            break;
        }
    }
    assert_eq!(paged, whole);
    let positions: Vec<_> = whole
        .iter()
        .map(|event| event["position"].as_u64().unwrap())
        .collect();
    assert!(positions.is_sorted_by(|one, next| one < next));
    assert!(whole.len() >= 5);
}
