//! What path, query and body of a system of some services come to, before anything is read.

use super::*;
use axum::http::StatusCode;
use throughcare_domain::code::ServiceCode;

const SOMEBODY: &str = "0192d3c4-0000-7000-8000-000000000001";
const SOMETHING: &str = "0192d3c4-0000-7000-8000-000000000002";

/// One of `own`, whose organisation has `sibling`, too.
fn only() -> OnlyServices {
    let codes = |text: &str| [ServiceCode::parse(text).unwrap()].into();
    OnlyServices {
        services: codes("own"),
        siblings: codes("sibling"),
    }
}

fn address(
    method: Method,
    template: &str,
    query: &str,
    named: &[(&str, &str)],
) -> Result<Vec<Uuid>, StatusCode> {
    of_address(&only(), &method, template, query, named.iter().copied()).map_err(|problem| problem.status())
}

fn get(template: &str, query: &str, named: &[(&str, &str)]) -> Result<Vec<Uuid>, StatusCode> {
    address(Method::GET, template, query, named)
}

fn body(template: &str, body: &str) -> Result<Vec<Uuid>, StatusCode> {
    of_body(&only(), template, body.as_bytes()).map_err(|problem| problem.status())
}

fn ids<const N: usize>(of: [&str; N]) -> Result<Vec<Uuid>, StatusCode> {
    Ok(of.iter().map(|text| parse_uuid(text).unwrap()).collect())
}

#[test]
fn given_nothing_of_its_own_when_asked_then_refused_unless_it_shows_nobody() {
    assert_eq!(get("/v1/audit", "", &[]), Err(StatusCode::FORBIDDEN));
    assert_eq!(get("/v1/services", "", &[]), ids([]));
    assert_eq!(
        get("/v1/reference-data/{set}", "", &[("set", "substances")]),
        ids([])
    );
    // The same path by another method is another thing.
    assert_eq!(
        address(Method::POST, "/v1/services", "", &[]),
        Err(StatusCode::FORBIDDEN)
    );
    assert_eq!(address(Method::POST, "/v1/referrals", "", &[]), ids([]));
    assert_eq!(get("/v1/referrals", "", &[]), Err(StatusCode::FORBIDDEN));
}

#[test]
fn given_a_service_in_the_path_when_it_is_its_own_then_passed_and_no_other_is_there() {
    let list = "/v1/services/{service}/worklists/referrals";
    assert_eq!(get(list, "", &[("service", "own")]), ids([]));
    assert_eq!(
        get(list, "", &[("service", "sibling")]),
        Err(StatusCode::NOT_FOUND)
    );
    assert_eq!(
        get(list, "", &[("service", "stranger")]),
        Err(StatusCode::NOT_FOUND)
    );
    assert_eq!(get(list, "", &[("prison", "own")]), Err(StatusCode::FORBIDDEN));
}

#[test]
fn given_an_id_in_the_path_then_it_must_be_reached_and_one_that_is_none_is_not_there() {
    let person = "/v1/people/{id}";
    assert_eq!(get(person, "", &[("id", SOMEBODY)]), ids([SOMEBODY]));
    assert_eq!(get(person, "", &[("id", "somebody")]), Err(StatusCode::NOT_FOUND));
    let both = [("service", "own"), ("id", SOMEBODY)];
    assert_eq!(get("/v1/services/{service}/{id}", "", &both), ids([SOMEBODY]));
    let both = [("id", SOMEBODY), ("service", "stranger")];
    assert_eq!(
        get("/v1/services/{service}/{id}", "", &both),
        Err(StatusCode::NOT_FOUND)
    );
}

#[test]
fn given_a_question_by_query_when_it_is_of_an_own_service_then_passed() {
    let figure = "/v1/continuity/summary";
    assert_eq!(get(figure, "service=own", &[]), ids([]));
    assert_eq!(get(figure, "from=2026-01-01&service=own", &[]), ids([]));
    assert_eq!(get(figure, "service=%6Fwn", &[]), ids([]), "as it is read");
    for other in ["", "service", "service=stranger", "area=own"] {
        assert_eq!(get(figure, other, &[]), Err(StatusCode::FORBIDDEN), "{other}");
    }
    // Elsewhere a service in the query says nothing of who is shown.
    assert_eq!(get("/v1/audit", "service=own", &[]), Err(StatusCode::FORBIDDEN));
}

#[test]
fn given_a_sibling_anywhere_in_the_query_then_it_is_not_there() {
    for query in ["service=sibling", "service=own&to=sibling", "any=s%69bling"] {
        for template in ["/v1/services", "/v1/continuity/summary", "/v1/audit"] {
            assert_eq!(
                get(template, query, &[]),
                Err(StatusCode::NOT_FOUND),
                "{template}?{query}"
            );
        }
    }
}

#[test]
fn given_a_body_then_every_id_in_it_must_be_within_reach_however_deep() {
    let told = format!(r#"{{"a": [1, null, true, {{"b": "{SOMEBODY}"}}], "c": "{SOMETHING}", "d": "own"}}"#);
    assert_eq!(body("/v1/referrals", &told), ids([SOMEBODY, SOMETHING]));
    assert_eq!(
        body("/v1/break-glass", &told),
        ids([]),
        "a look in an emergency asks no leave"
    );
    assert_eq!(
        body("/v1/referrals", "no JSON"),
        ids([]),
        "for the route to refuse"
    );
}

#[test]
fn given_a_sibling_anywhere_in_the_body_then_refused_even_in_an_emergency() {
    for told in [r#"{"toService": "sibling"}"#, r#"[{"a": ["sibling"]}]"#] {
        assert_eq!(body("/v1/referrals", told), Err(StatusCode::FORBIDDEN));
        assert_eq!(body("/v1/break-glass", told), Err(StatusCode::FORBIDDEN));
    }
    assert_eq!(body("/v1/referrals", r#"{"sibling": "stranger"}"#), ids([]));
}

#[test]
fn given_more_ids_than_are_judged_then_the_body_is_too_large() {
    let of = |many: usize| format!("[{}]", vec![format!("\"{SOMEBODY}\""); many].join(","));
    assert_eq!(
        body("/v1/referrals", &of(MOST_NAMED)).map(|ids| ids.len()),
        Ok(MOST_NAMED)
    );
    assert_eq!(
        body("/v1/referrals", &of(MOST_NAMED + 1)),
        Err(StatusCode::PAYLOAD_TOO_LARGE)
    );
}
