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
    assert_eq!(completed["isFinal"], true);
    let represented = figure(&worker, "representations", &own);
    assert_eq!(
        represented["isFinal"], false,
        "it trails by six months: {represented}"
    );
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

    // What is nobody's service's is not asked of one: nothing would be counted, and it would look like none.
    let tests = worker.get(&format!("/v1/indicators/tests_positive?{query}"));
    assert_eq!(tests.faults()[0].1, "not_of_a_provider");

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

#[test]
fn given_a_figure_when_its_service_asks_then_the_people_behind_it_are_listed_and_every_look_is_kept() {
    let county = County::new();
    let worker = county.worker();
    let began = ago(100);
    let three: Vec<(String, String)> = (0..3)
        .map(|_| {
            let person = county.registered(&worker, &somebody());
            let episode = county.in_community_treatment(&person, began);
            (person, episode)
        })
        .collect();
    let on = days_from(began, 60);
    worker.record(
        &format!("/v1/episodes/{}/exit", three[1].1),
        &json!({ "reason": "80", "interventionExit": "A", "occurred": on }),
    );
    let query = format!("from={began}&to={}&service={}", ago(1), county.community);
    let list = |by: &Client, more: &str| {
        by.read(&format!(
            "/v1/indicators/successful_completions/people?{query}{more}"
        ))
    };

    // Two pages of two and one, each person once.
    let first = list(&worker, "&perPage=2");
    assert_eq!(first["total"], 3, "{first}");
    assert_eq!(first["notShown"], 0, "{first}");
    let cursor = first["pagination"]["nextCursor"].as_str().unwrap();
    let second = list(&worker, &format!("&perPage=2&cursor={cursor}"));
    let ids = |page: &Value| -> Vec<String> {
        let data = page["data"].as_array().unwrap().iter();
        data.map(|one| one["personId"].as_str().unwrap().to_owned())
            .collect()
    };
    let mut all = [ids(&first), ids(&second)].concat();
    all.sort();
    let mut expected: Vec<String> = three.iter().map(|(person, _)| person.clone()).collect();
    expected.sort();
    assert_eq!(all, expected);
    assert!(
        first["data"][0]["names"].is_object(),
        "staff are told names: {first}"
    );
    // A cursor is good for its own figure only.
    worker
        .get(&format!(
            "/v1/indicators/in_treatment/people?{query}&perPage=2&cursor={cursor}"
        ))
        .problem(400);

    // The numerator alone, and who is left of the denominator.
    let completed = list(&worker, "&counted=numerator");
    assert_eq!(ids(&completed), [three[1].0.clone()]);
    assert_eq!(list(&worker, "&counted=not_numerator")["total"], 2);
    worker
        .get(&format!(
            "/v1/indicators/in_treatment/people?{query}&counted=some"
        ))
        .problem(400);

    // Auditors are told no names, commissioners and strangers nothing, and every look is on record.
    let auditor = county.auditor();
    let audited = list(&auditor, "&counted=numerator");
    assert!(audited["data"][0]["names"].is_null(), "{audited}");
    let path = format!("/v1/indicators/successful_completions/people?{query}");
    let commissioner = county.named("c.payer", &county.community_organisation(), Role::Commissioner);
    commissioner.get(&path).expect(404);
    county.stranger().get(&path).expect(404);
    let log = auditor.read(&format!("/v1/people/{}/access-log", three[1].0));
    let looked = log["data"].as_array().unwrap().iter();
    let routes: Vec<_> = looked
        .filter(|look| {
            look["asked"]
                .as_str()
                .is_some_and(|asked| asked.ends_with("/people"))
        })
        .collect();
    assert_eq!(
        routes.len(),
        3,
        "one of the two pages, the numerator, the auditor: {log}"
    );
}

#[test]
fn given_what_was_recorded_late_when_two_knowledge_dates_are_compared_then_the_difference_is_listed() {
    let county = County::new();
    let worker = county.worker();
    let began = ago(100);
    let (person, episode) = {
        let person = county.registered(&worker, &somebody());
        let episode = county.in_community_treatment(&person, began);
        (person, episode)
    };
    let query = format!("from={began}&to={}&service={}", ago(30), county.community);
    let then = worker
        .get(&format!("/v1/indicators/successful_completions?{query}"))
        .header("x-log-position")
        .unwrap()
        .to_owned();
    let on = days_from(began, 60);
    let exit = worker.record(
        &format!("/v1/episodes/{episode}/exit"),
        &json!({ "reason": "80", "interventionExit": "A", "occurred": on }),
    );
    let path = format!("/v1/indicators/successful_completions/knowledge-changes?{query}&knownFrom={then}");
    let told = worker.read(&path);
    assert_eq!(
        (&told["before"]["numerator"], &told["after"]["numerator"]),
        (&json!(0), &json!(1)),
        "{told}"
    );
    assert_eq!(
        (&told["came"], &told["went"], &told["changed"]),
        (&json!(0), &json!(0), &json!(1))
    );
    let one = &told["data"][0];
    assert_eq!(one["personId"], json!(person));
    assert_eq!(one["became"], "changed");
    assert_eq!(one["changes"][0]["value"], "/counted");
    assert_eq!(one["changes"][0]["after"], "in_numerator");
    let learnt = one["learnt"].as_array().unwrap();
    assert!(learnt.iter().any(|event| event["late"] == true), "{told}");
    assert_eq!(one["notAllShown"], false, "{told}");
    drop(exit);

    // Who sees no people is told how many, without small numbers.
    let commissioner = county.named("c.payer", &county.community_organisation(), Role::Commissioner);
    let counted = commissioner.read(&path);
    assert!(
        counted["changed"].is_null() && counted["data"].is_null(),
        "{counted}"
    );
    assert_eq!(counted["smallNumbersWithheld"], true);
    // And the other way round it is refused.
    worker
        .get(&format!(
            "/v1/indicators/in_treatment/knowledge-changes?{query}&knownFrom={then}&knownTo=1"
        ))
        .problem(400);
}

#[test]
fn given_a_figure_asked_for_as_csv_then_every_line_says_what_it_means_and_until_when_it_is_true() {
    let county = County::new();
    let worker = county.worker();
    let began = ago(100);
    let person = county.registered(&worker, &somebody());
    county.in_community_treatment(&person, began);
    let query = format!(
        "from={began}&to={began}&service={}&breakdown=substances",
        county.community
    );
    let path = format!("/v1/indicators/in_treatment?{query}");
    // Whoever asks by `read` waits until it is true.
    worker.read(&path);
    let request = worker.request(reqwest::Method::GET, &path);
    let answer = worker.send(request.header("accept", "text/csv")).expect(200);
    let mut lines = csv::Reader::from_reader(answer.text.as_bytes());
    let names = lines.headers().unwrap().clone();
    let rows: Vec<_> = lines.records().map(Result::unwrap).collect();
    let cell = |row: &csv::StringRecord, name: &str| {
        let at = names.iter().position(|one| one == name).unwrap();
        row[at].to_owned()
    };
    assert_eq!(rows.len(), 2, "the whole and one part");
    assert_eq!(
        (cell(&rows[0], "part"), cell(&rows[0], "numerator")),
        (String::new(), "1".to_owned())
    );
    assert_eq!(cell(&rows[1], "part"), "opiate");
    for row in &rows {
        assert_eq!(cell(row, "indicator"), "in_treatment");
        assert_eq!(cell(row, "from"), began.to_string());
        assert!(cell(row, "numerator_is").contains("structured treatment"));
        assert!(cell(row, "source").starts_with("domain.md"));
        assert!(cell(row, "log_position").parse::<u64>().unwrap() > 0);
    }
}

#[test]
fn given_a_loaded_population_and_an_estimate_when_a_partnership_asks_then_it_is_told_rates_and_unmet_need() {
    let county = County::new();
    let worker = county.worker();
    let began = ago(100);
    for _ in 0..6 {
        let person = county.registered(&worker, &somebody());
        county.in_community_treatment(&person, began);
    }
    let auditor = county.auditor();
    let area = county.area.clone();
    let year = (began.year() - 1).to_string();
    let load = |list: &str, attributes: &[(&str, &str)]| {
        let mut told = json!({ "area": area, "year": year, "source": "As published" });
        for (name, value) in attributes {
            told[*name] = json!(value);
        }
        let code = json!({
            "code": "here", "label": "Here", "status": "current", "origin": "national", "attributes": told,
        });
        let body = json!({ "version": year, "codes": [code] });
        let path = format!("/v1/reference-data/{list}/versions");
        county.administrator().post(&path, &body).expect(201);
    };
    load(
        "populations",
        &[("age", "all"), ("sex", "all"), ("people", "4000")],
    );
    let estimated = [
        ("substances", "all"),
        ("people", "40"),
        ("low", "30"),
        ("high", "50"),
    ];
    load("prevalence-estimates", &estimated);
    let query = format!("from={began}&to={}&area={area}", ago(1));
    let told = figure(&auditor, "in_treatment", &query);
    let counted = told["figure"]["numerator"].as_f64().unwrap();
    assert!(counted >= 6.0, "{told}");
    assert_eq!(told["figure"]["rate"]["per"], 1000, "{told}");
    assert_eq!(
        told["figure"]["rate"]["rate"].as_f64(),
        Some(counted / 4.0),
        "{told}"
    );
    assert_eq!(told["figure"]["rate"]["source"], "As published");
    let rings = auditor.read(&format!("/v1/bullseye?area={area}"));
    let treated = rings["inTreatment"].as_u64().unwrap();
    assert!(treated >= 6, "{rings}");
    assert_eq!(
        rings["unmetNeed"].as_u64(),
        Some(40u64.saturating_sub(treated)),
        "{rings}"
    );
    assert_eq!(rings["estimate"]["low"], 30);
    // Whose figures are their own services' have no area's.
    worker.get(&format!("/v1/bullseye?area={area}")).expect(404);
    auditor.get("/v1/bullseye?area=here").problem(400);
}
