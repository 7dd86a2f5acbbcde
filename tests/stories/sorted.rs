//! Lists in the order in which somebody works through them.
//!
//! Source: `api.md`, Adopt 10 (cursors, never offsets).

use crate::harness::{Client, County, ago, somebody};
use serde_json::{Value, json};

fn listed(by: &Client, path: &str, field: &str) -> Vec<Value> {
    by.list(path).iter().map(|line| line[field].clone()).collect()
}

#[test]
fn given_a_list_when_it_is_sorted_then_its_pages_its_cursor_and_its_csv_keep_that_order() {
    let county = County::new();
    let worker = county.worker();
    let path = format!("/v1/services/{}/worklists/referrals", county.community);
    let referred = |days: i32| {
        let person = county.registered(&worker, &somebody());
        let body = json!({
            "person": { "personId": person }, "source": "gp", "toService": county.community, "occurred": ago(days),
        });
        json!(worker.record("/v1/referrals", &body).id("referral"))
    };
    // Given: three referrals of three days.
    let (middle, oldest, newest) = (referred(5), referred(9), referred(1));
    let by_age = [oldest.clone(), middle.clone(), newest.clone()];
    let turned = [newest.clone(), middle.clone(), oldest.clone()];

    // When and then: a line a page, every order holds from page to page.
    let pages = |sort: &str| listed(&worker, &format!("{path}?perPage=1{sort}"), "referralId");
    assert_eq!(pages(""), by_age);
    assert_eq!(pages("&sort=opened"), by_age);
    assert_eq!(pages("&sort=-opened"), turned);
    assert_eq!(pages("&sort=due"), by_age);
    assert_eq!(pages("&sort=-due"), turned);
    // Other days and what was known then are sorted alike.
    assert_eq!(pages(&format!("&sort=-opened&asOf={}", ago(3))), [middle, oldest]);
    assert_eq!(pages(&format!("&sort=-opened&knownAt={}", ago(0))), turned);

    // A cursor belongs to its order.
    let first = worker.get(&format!("{path}?perPage=1&sort=-opened")).expect(200);
    let cursor = first.json()["pagination"]["nextCursor"]
        .as_str()
        .unwrap()
        .to_owned();
    for other in ["", "&sort=opened", "&sort=due", "&sort=-due"] {
        let refused = worker.get(&format!("{path}?perPage=1&cursor={cursor}{other}"));
        assert_eq!(refused.status, 400, "{other}");
        assert_eq!(refused.json()["errorCode"], "cursor_invalid", "{other}");
    }
    worker
        .get(&format!("{path}?perPage=1&sort=-opened&cursor={cursor}"))
        .expect(200);

    // The spreadsheet has the same order.
    let request = worker
        .request(reqwest::Method::GET, &format!("{path}?sort=-opened"))
        .header("accept", "text/csv");
    let answer = worker.send(request).expect(200);
    let ids: Vec<Value> = answer
        .text
        .lines()
        .skip(1)
        .map(|line| json!(line.split(',').nth(5).unwrap()))
        .collect();
    assert_eq!(ids, turned, "{}", answer.text);
}

#[test]
fn given_a_list_on_which_nothing_is_due_when_it_is_sorted_by_due_days_then_it_is_refused() {
    let county = County::new();
    let worker = county.worker();
    let path =
        |list: &str, sort: &str| format!("/v1/services/{}/worklists/{list}?sort={sort}", county.community);
    let refused = worker.get(&path("tags", "-due"));
    assert_eq!(refused.status, 400, "{}", refused.text);
    assert_eq!(refused.json()["errors"][0]["code"], "not_for_this_list");
    assert_eq!(refused.json()["errors"][0]["pointer"], "/query/sort");
    worker.get(&path("tags", "-opened")).expect(200);
    worker.get(&path("naloxone-called-back", "-opened")).expect(200);
    assert_eq!(worker.get(&path("tags", "age")).status, 400);
}

#[test]
fn given_releases_when_the_newest_are_asked_for_then_they_come_first_page_after_page() {
    let county = County::new();
    let prison = county.prison_worker();
    let worker = county.worker();
    for days in [20, 4, 11] {
        let person = county.registered(&prison, &somebody());
        let received = json!({ "movementType": "ADM", "reasonCode": "N", "prison": county.prison });
        county.moved(&prison, &person, ago(60), received);
        let left = json!({
            "movementType": "REL", "reasonCode": "CR", "prison": county.prison, "area": county.area,
        });
        county.moved(&prison, &person, ago(days), left);
    }
    let path = format!("/v1/continuity/releases?service={}&perPage=1", county.community);
    let days = |of: &str| listed(&worker, &format!("{path}{of}"), "releasedOn");
    assert_eq!(days(""), [json!(ago(20)), json!(ago(11)), json!(ago(4))]);
    assert_eq!(
        days("&sort=-released"),
        [json!(ago(4)), json!(ago(11)), json!(ago(20))]
    );
    assert_eq!(
        days("&sort=-released&state=due").len() + days("&state=not_found").len(),
        3
    );
}
