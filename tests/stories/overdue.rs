//! What nobody does in time climbs: from the list to the team, and three days later to the partnership.
//!
//! Source: `design.md`, "Continuity" (what nobody acknowledges escalates).

use crate::harness::{Client, County, ago, somebody};
use serde_json::{Value, json};

/// What is overdue, a line a page.
fn overdue(by: &Client, service: &str) -> Vec<Value> {
    by.list(&format!("/v1/services/{service}/overdue?perPage=1"))
}

/// Every partnership is shown people of no known residence whom other counties' prisons let go.
fn of_county(county: &County, lines: Vec<Value>) -> Vec<Value> {
    let area = json!(county.area);
    lines.into_iter().filter(|line| line["area"] == area).collect()
}

#[test]
fn given_referrals_that_nobody_decides_on_when_days_pass_then_the_team_sees_them_and_then_the_partnership() {
    let county = County::new();
    let worker = county.worker();
    let (partnership, board) = county.partnership();
    let referred = |days: i32| {
        let person = county.registered(&worker, &somebody());
        let body = json!({
            "person": { "personId": person }, "source": "gp", "toService": county.community, "occurred": ago(days),
        });
        (person, worker.record("/v1/referrals", &body).id("referral"))
    };
    // Given: five days to decide are over since ten days, since one day, and not yet.
    let (longest, long_undecided) = referred(15);
    let (_, late) = referred(6);
    referred(5);

    // Then: the team sees what is overdue, the longest first, page after page.
    let lines = overdue(&worker, &county.community);
    let seen: Vec<_> = lines
        .iter()
        .map(|line| {
            (
                line["about"].clone(),
                line["dueOn"].clone(),
                line["daysOverdue"].clone(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            (json!(long_undecided), json!(ago(10)), json!(10)),
            (json!(late), json!(ago(1)), json!(1)),
        ]
    );
    assert_eq!(
        (&lines[0]["duty"], &lines[0]["personId"]),
        (&json!("decide_on_referral"), &json!(longest))
    );
    assert!(lines[0]["names"]["family"].is_string());
    // The partnership sees what has been overdue for longer than three days: whose it is, and no names.
    let climbed = of_county(&county, overdue(&board, &partnership));
    assert_eq!(climbed.len(), 1, "{climbed:?}");
    assert_eq!(
        (
            &climbed[0]["about"],
            &climbed[0]["service"],
            climbed[0].get("names")
        ),
        (&json!(long_undecided), &json!(county.community), None)
    );
    // On the day before, one day less; and nobody else sees any of it.
    let before = worker.list(&format!(
        "/v1/services/{}/overdue?asOf={}",
        county.community,
        ago(1)
    ));
    assert_eq!((before.len(), &before[0]["daysOverdue"]), (1, &json!(9)));
    assert_eq!(
        county
            .stranger()
            .get(&format!("/v1/services/{}/overdue", county.community))
            .status,
        404
    );
    assert_eq!(
        worker.get(&format!("/v1/services/{partnership}/overdue")).status,
        404
    );

    // When: somebody decides.
    for referral in [&long_undecided, &late] {
        worker.record(
            &format!("/v1/referrals/{referral}/rejection"),
            &json!({ "reason": "no_capacity" }),
        );
    }
    // Then: it is off both lists.
    assert!(overdue(&worker, &county.community).is_empty());
    assert!(of_county(&county, overdue(&board, &partnership)).is_empty());
}

#[test]
fn given_a_partnership_of_two_areas_when_others_have_more_lines_than_a_page_then_it_sees_its_own_and_no_others()
 {
    let (county, others) = County::two();
    let worker = county.worker();
    let (area, other) = (county.area.clone(), county.other_area.clone());
    // Given: a line of each of its areas, and of somebody without a home, between lines of an area of others.
    let elsewhere = others.area;
    let (partnership, board) = county.partnership_of(&json!([area, other]));
    let waits = |residence: Value, days: i32| {
        let person = county.registered_in(&worker, &somebody(), &residence);
        let body = json!({
            "person": { "personId": person }, "source": "gp", "toService": county.community, "occurred": ago(days),
        });
        worker.record("/v1/referrals", &body).id("referral")
    };
    let mut strange = Vec::new();
    strange.push(waits(json!({ "area": elsewhere }), 40));
    let first = waits(json!({ "area": area }), 35);
    strange.extend((30..34).map(|days| waits(json!({ "area": elsewhere }), days)));
    let second = waits(json!({ "area": other }), 25);
    strange.push(waits(json!({ "area": elsewhere }), 24));
    let homeless = waits(json!({ "noFixedAbode": true }), 20);
    let done = waits(json!({ "area": area }), 19);
    worker.record(
        &format!("/v1/referrals/{done}/rejection"),
        &json!({ "reason": "no_capacity", "occurred": ago(2) }),
    );

    // When and then: page after page of one line each, every line once, and an end.
    let ids = |lines: Vec<Value>| -> Vec<String> {
        let ours = lines
            .iter()
            .filter(|line| line["service"] == json!(county.community));
        ours.map(|line| line["about"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        ids(overdue(&board, &partnership)),
        [first.clone(), second.clone(), homeless.clone()]
    );
    // The team, whose lines they all are, sees the others too.
    let team = ids(overdue(&worker, &county.community));
    assert_eq!(team.len(), 3 + strange.len());
    assert!(strange.iter().all(|line| team.contains(line)));
    // Of a past day it sees what was open then, though it is done by now.
    let then = board.list(&format!(
        "/v1/services/{partnership}/overdue?perPage=2&asOf={}",
        ago(3)
    ));
    assert_eq!(ids(then), [first, second, homeless, done]);
}

#[test]
fn given_a_release_that_nobody_acknowledges_when_three_days_are_over_then_it_is_overdue_until_somebody_is_found()
 {
    let county = County::new();
    let prison = county.prison_worker();
    let worker = county.worker();
    let (partnership, board) = county.partnership();
    let person = county.registered(&prison, &somebody());
    let received = json!({ "movementType": "ADM", "reasonCode": "N", "prison": county.prison });
    county.moved(&prison, &person, ago(60), received);
    let left =
        json!({ "movementType": "REL", "reasonCode": "CR", "prison": county.prison, "area": county.area });
    county.moved(&prison, &person, ago(8), left);

    let about = |lines: &[Value]| lines.iter().map(|line| line["duty"].clone()).collect::<Vec<_>>();
    let overdue_now = overdue(&worker, &county.community);
    assert_eq!(about(&overdue_now), ["contact_after_release"]);
    // Whether the person was referred is for the prison's service to say, and the partnership sees that nobody did.
    let treatment = overdue(&prison, &county.prison_treatment);
    assert_eq!(about(&treatment), ["complete_release"]);
    let incomplete = prison.list(&format!(
        "/v1/services/{}/worklists/releases-to-complete?sort=due",
        county.prison_treatment
    ));
    assert_eq!(incomplete.len(), 1);
    assert_eq!(
        (
            &incomplete[0]["missing"],
            &incomplete[0]["dueOn"],
            &incomplete[0]["overdue"]
        ),
        (&json!(["referral"]), &json!(ago(5)), &json!(true))
    );
    assert_eq!(overdue_now[0]["dueOn"], json!(ago(5)));
    let climbed = of_county(&county, overdue(&board, &partnership));
    let mut climbed = about(&climbed);
    climbed.sort_by_key(ToString::to_string);
    assert_eq!(climbed, ["complete_release", "contact_after_release"]);
    let release = incomplete[0]["id"].as_str().unwrap();
    let details = json!({ "referralOnRelease": "not_referred" });
    prison.record(&format!("/v1/releases/{release}/details"), &details);
    assert!(overdue(&prison, &county.prison_treatment).is_empty());
    let climbed = of_county(&county, overdue(&board, &partnership));
    assert_eq!(about(&climbed), ["contact_after_release"]);

    // When: the service takes the person on, the next mark is day 21.
    let body = json!({ "person": { "personId": person }, "source": "prison", "toService": county.community });
    let referral = prison.record("/v1/referrals", &body).id("referral");
    worker.record(&format!("/v1/referrals/{referral}/acceptance"), &json!({}));
    assert!(overdue(&worker, &county.community).is_empty());
    assert!(of_county(&county, overdue(&board, &partnership)).is_empty());
}

#[test]
fn given_a_list_when_a_spreadsheet_asks_for_it_then_it_is_the_same_lines_as_csv() {
    let county = County::new();
    let worker = county.worker();
    let who = somebody();
    let person = county.registered(&worker, &who);
    county.in_community_treatment(&person, ago(30));
    let path = format!("/v1/services/{}/worklists/caseload?perPage=1", county.community);
    let request = worker
        .request(reqwest::Method::GET, &path)
        .header("accept", "text/csv");
    // Lists wait for the last write of this county when they are told its position.
    assert_eq!(worker.list(&path).len(), 1);
    let answer = worker.send(request).expect(200);
    assert_eq!(
        answer.header("content-type"),
        Some("text/csv; charset=utf-8; header=present")
    );
    let lines: Vec<&str> = answer.text.lines().collect();
    assert_eq!(lines.len(), 2, "{}", answer.text);
    assert!(lines[0].starts_with("person_id,given_names,family_name,"));
    assert!(
        lines[1].starts_with(&format!("{person},{},{},", who.given, who.family)),
        "{}",
        lines[1]
    );
}
