//! The pictures that boards look at: the same answer as JSON, as a picture and as a page.
//!
//! Sources: `domain.md` sections 2 and 7; issue 8, "Spine chart".

use crate::harness::{Answer, Client, County, ago, somebody};
use jiff::civil::Date;
use reqwest::Method;
use throughcare_http::token::Role;

fn asked_as(by: &Client, path: &str, accept: &str) -> Answer {
    by.send(by.request(Method::GET, path).header("accept", accept))
}

fn quarter(day: Date) -> String {
    format!("{}Q{}", day.year(), (day.month() - 1) / 3 + 1)
}

#[test]
fn given_a_quarter_of_care_when_a_board_asks_then_table_picture_and_json_say_the_same() {
    let county = County::new();
    let worker = county.worker();
    let began = ago(200);
    for _ in 0..6 {
        let person = county.registered(&worker, &somebody());
        county.in_community_treatment(&person, began);
    }
    let began: Date = began.to_string().parse().unwrap();
    let query = format!("period={}&service={}", quarter(began), county.community);
    let path = format!("/v1/spine?area={}&{query}", county.area);

    let spine = worker.read(&path);
    let rows = spine["rows"].as_array().unwrap();
    let listed = worker.read("/v1/indicators");
    // Every indicator of which a service has a part; the others are left out, not told as nothing.
    let days = format!("from={began}&to={began}&service={}", county.community);
    for one in listed["data"].as_array().unwrap() {
        let id = one["id"].as_str().unwrap();
        let answer = worker.get(&format!("/v1/indicators/{id}?{days}"));
        let drawn = rows.iter().any(|row| row["definition"]["id"] == id);
        assert_eq!(drawn, answer.status == 200, "{id}: {}", answer.text);
    }
    assert!(rows.len() > 40);
    let nobodys = worker.get(&format!("/v1/indicators/tests_on_arrest/trend?{query}"));
    assert_eq!(nobodys.faults()[0].1, "not_of_a_provider");
    let of = |id: &str| rows.iter().find(|row| row["definition"]["id"] == id).unwrap();
    assert_eq!(of("in_treatment")["figure"]["numerator"], 6);
    assert_eq!(
        of("in_treatment")["direction"],
        "up",
        "nobody in the quarter before"
    );
    assert_eq!(of("in_treatment")["compared"], "not_compared");

    // As a page, which loads and runs nothing.
    let page = asked_as(&worker, &path, "text/html").expect(200);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.contains("default-src 'none'") && !policy.contains("unsafe"),
        "{policy}"
    );
    assert!(page.text.contains("<svg") && page.text.contains("<table") && !page.text.contains("<script"));
    assert!(page.header("x-log-position").is_some());

    // As a picture alone; what is neither is refused.
    let picture = asked_as(&worker, &path, "image/svg+xml").expect(200);
    assert_eq!(
        picture.header("content-type"),
        Some("image/svg+xml; charset=utf-8")
    );
    assert!(picture.text.starts_with("<svg") && picture.text.contains("role=\"img\""));
    assert_eq!(
        asked_as(&worker, &path, "application/pdf").problem(406),
        "not_acceptable"
    );

    // The others, and the same as was known then: the picture is the same to the byte.
    let position = picture.header("x-log-position").unwrap();
    let then = format!("{path}&knownAt={position}");
    let before = asked_as(&worker, &then, "image/svg+xml").expect(200).text;
    let person = county.registered(&worker, &somebody());
    county.in_community_treatment(&person, ago(200));
    assert_eq!(worker.read(&path)["rows"][0]["figure"]["numerator"], 7);
    assert_eq!(asked_as(&worker, &then, "image/svg+xml").expect(200).text, before);

    let trend = worker.read(&format!("/v1/indicators/in_treatment/trend?{query}"));
    let points = trend["points"].as_array().unwrap();
    assert_eq!((points.len(), &points[7]["numerator"]), (8, &7.into()));
    assert_eq!(points[0]["numerator"], 0);
    let funnel = worker.read(&format!("/v1/indicators/triaged_in_six_weeks/funnel?{query}"));
    assert_eq!(funnel["parts"][0]["part"], county.community);
    assert_eq!(funnel["parts"][0]["denominator"], 7);
    let count = worker.get(&format!("/v1/indicators/in_treatment/funnel?{query}"));
    assert_eq!(count.problem(400), "validation_failed");
    let by_day = worker.read(&format!("/v1/prisons/MDI/continuity-chart?{query}"));
    assert_eq!(by_day["byDay"].as_array().unwrap().len(), 22);

    // A pathway, with no name in it.
    let pathway = format!("/v1/people/{person}/pathway-chart");
    let told = worker.read(&pathway);
    assert_eq!(told["tracks"].as_array().unwrap().len(), 3);
    assert!(told["tracks"][1].to_string().contains("In treatment"), "{told}");
    let drawn = asked_as(&worker, &pathway, "text/html").expect(200);
    assert!(drawn.text.contains("In treatment"));
    county.stranger().get(&pathway).expect(404);
}

#[test]
fn given_few_people_when_somebody_asks_who_sees_none_then_no_picture_tells_of_them() {
    let county = County::new();
    let worker = county.worker();
    let began = ago(100);
    for _ in 0..3 {
        let person = county.registered(&worker, &somebody());
        county.in_community_treatment(&person, began);
    }
    let began: Date = began.to_string().parse().unwrap();
    let query = format!(
        "area={}&period={}&service={}",
        county.area,
        quarter(began),
        county.community
    );
    let commissioner = county.named("c.payer", &county.community_organisation(), Role::Commissioner);
    worker.read(&format!("/v1/spine?{query}"));
    let spine = commissioner.read(&format!("/v1/spine?{query}"));
    assert_eq!(spine["smallNumbersWithheld"], true);
    let row = &spine["rows"][0];
    assert_eq!(row["definition"]["id"], "in_treatment");
    assert!(row["figure"]["numerator"].is_null(), "{row}");
    assert!(row["direction"].is_null() && row["rank"].is_null(), "{row}");
    let page = asked_as(&commissioner, &format!("/v1/spine?{query}"), "text/html").expect(200);
    assert!(page.text.contains("withheld"));
    let trend = commissioner.read(&format!("/v1/indicators/in_treatment/trend?{query}"));
    assert!(trend["points"][7]["numerator"].is_null(), "{trend}");

    // Whoever has no right to a figure has none to its picture.
    county.stranger().get(&format!("/v1/spine?{query}")).expect(404);
    let faults = worker.get("/v1/spine?period=2026Q1").faults();
    assert!(
        faults.iter().any(|(pointer, _)| pointer == "/query/service"),
        "{faults:?}"
    );
    worker
        .get(&format!("/v1/spine?{query}&period=2026Q9"))
        .expect(400);
}
