//! A partnership's quarter: who was in treatment, who completed, who waited, and as it was known when the report went
//! out.
//!
//! Sources: `domain.md` section 3; `cases.md` T1, E5, W2.

use crate::harness::{Client, County, ago, days_from, somebody};
use serde_json::{Value, json};
use throughcare_http::token::Role;

fn figure(by: &Client, indicator: &str, query: &str) -> Value {
    by.read(&format!("/v1/indicators/{indicator}?{query}"))
}

#[test]
fn given_a_quarter_of_care_when_the_partnership_asks_then_each_figure_says_so_much_of_so_many() {
    let county = County::new();
    let worker = county.worker();
    let began = ago(200);
    let six: Vec<(String, String)> = (0..6)
        .map(|_| {
            let person = county.registered(&worker, &somebody());
            let episode = county.in_community_treatment(&person, began);
            (person, episode)
        })
        .collect();
    let quarter = format!("from={}&to={}", days_from(began, -10), days_from(began, 80));
    let own = format!("{quarter}&service={}", county.community);

    // Given: one of six completed within the quarter, one left after four weeks.
    let leave = |episode: &str, after: i32, reason: &str| {
        let on = days_from(began, after);
        let ended = if reason == "80" { "A" } else { "B" };
        worker.record(
            &format!("/v1/episodes/{episode}/exit"),
            &json!({ "reason": reason, "interventionExit": ended, "occurred": on }),
        )
    };
    leave(&six[0].1, 60, "80");
    leave(&six[1].1, 28, "85");

    // Then: each figure has its numerator and its denominator.
    let of = |indicator: &str| {
        let read = figure(&worker, indicator, &own);
        let figure = &read["figure"];
        (figure["numerator"].as_u64(), figure["denominator"].as_u64())
    };
    assert_eq!(of("in_treatment"), (Some(6), Some(6)));
    assert_eq!(of("new_presentations"), (Some(6), Some(6)));
    assert_eq!(of("successful_completions"), (Some(1), Some(6)));
    assert_eq!(
        of("effective_treatment"),
        (Some(5), Some(6)),
        "one left before twelve weeks"
    );
    assert_eq!(of("unplanned_exits"), (Some(1), Some(2)));
    assert_eq!(of("early_unplanned_exits"), (Some(1), Some(6)));
    assert_eq!(of("triaged_in_six_weeks"), (Some(6), Some(6)));
    assert_eq!(of("arrest_referrals_triaged_in_six_weeks"), (Some(0), Some(0)));
    let completed = figure(&worker, "successful_completions", &own);
    assert_eq!(completed["figure"]["percentage"], 16.7);
    assert_eq!(completed["figure"]["low"], 3.0);
    assert_eq!(completed["figure"]["high"], 56.4);
    assert!(
        completed["definition"]["denominator"]
            .as_str()
            .unwrap()
            .contains("in treatment")
    );
    let naive = figure(&worker, "treatment_naive", &format!("{own}&breakdown=substances"));
    assert_eq!(naive["parts"][0]["part"], "opiate");
    assert_eq!(naive["parts"][0]["numerator"], 6);

    // And: a commissioner of another organisation compares it with others, and is told what tells of nobody.
    let commissioner = county.named("c.other", &county.stranger_organisation(), Role::Commissioner);
    let compared = figure(&commissioner, "in_treatment", &own);
    assert_eq!(compared["figure"]["numerator"], 6, "{compared}");
    let compared = figure(&commissioner, "successful_completions", &own);
    assert_eq!(compared["figure"]["denominator"], 6, "{compared}");
    assert!(
        compared["figure"]["numerator"].is_null(),
        "one of six: {compared}"
    );

    // And: as it was true on an earlier day, nobody had left.
    let earlier = figure(
        &worker,
        "unplanned_exits",
        &format!("{own}&asOf={}", days_from(began, 27)),
    );
    assert_eq!(earlier["figure"]["denominator"], 0);

    // And: an exit that is recorded late changes what is known now, and nothing of what was known.
    let before = completed["figure"].clone();
    let position = worker
        .get(&format!("/v1/indicators/successful_completions?{own}"))
        .header("x-log-position")
        .unwrap()
        .to_owned();
    leave(&six[2].1, 50, "80");
    let then = figure(
        &worker,
        "successful_completions",
        &format!("{own}&knownAt={position}"),
    );
    assert_eq!(then["figure"], before, "T1: the report can be made again");
    assert_eq!(
        figure(&worker, "successful_completions", &own)["figure"]["numerator"],
        2
    );
}

#[test]
fn given_few_people_when_somebody_asks_who_sees_none_then_small_numbers_are_withheld() {
    let county = County::new();
    let worker = county.worker();
    let began = ago(100);
    for _ in 0..3 {
        let person = county.registered(&worker, &somebody());
        county.in_community_treatment(&person, began);
    }
    let query = format!("from={began}&to={began}&service={}", county.community);
    assert_eq!(figure(&worker, "in_treatment", &query)["figure"]["numerator"], 3);
    let commissioner = county.named("c.payer", &county.community_organisation(), Role::Commissioner);
    let withheld = figure(&commissioner, "in_treatment", &query);
    assert_eq!(withheld["smallNumbersWithheld"], true);
    assert!(withheld["figure"]["numerator"].is_null(), "{withheld}");

    // Everybody else names what is their own.
    let auditor = county.auditor();
    assert_eq!(figure(&auditor, "in_treatment", &query)["figure"]["numerator"], 3);
    let stranger = county.stranger();
    stranger
        .get(&format!("/v1/indicators/in_treatment?{query}"))
        .expect(404);
    let whole = worker.get(&format!("/v1/indicators/in_treatment?from={began}&to={began}"));
    assert_eq!(whole.problem(400), "validation_failed");
    worker
        .get(&format!("/v1/indicators/no_such_figure?{query}"))
        .expect(404);
    let listed = worker.read("/v1/indicators");
    assert!(listed["data"].as_array().unwrap().len() >= 19);
}
