//! What stands around every answer: ids, problems, statuses of the protocol.
//!
//! Source: `api.md`, Adopt 2 and 3.

use super::referral;
use crate::harness::{County, somebody};
use reqwest::Method;
use serde_json::json;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

#[test]
fn given_ids_of_the_client_then_they_come_back_with_answers_and_with_errors() {
    let county = County::new();
    let worker = county.worker();
    let (own, ties) = (
        crate::harness::new_id().to_string(),
        crate::harness::new_id().to_string(),
    );
    for path in ["/v1/reference-data", "/v1/no-such-thing", "/v1/people/not-an-id"] {
        let request = worker
            .request(Method::GET, path)
            .header("x-request-id", &own)
            .header("x-correlation-id", &ties);
        let answer = worker.send(request);
        assert_eq!(
            (answer.header("x-request-id"), answer.header("x-correlation-id")),
            (Some(own.as_str()), Some(ties.as_str())),
            "{path}"
        );
        if answer.status >= 400 {
            assert_eq!(answer.json()["requestId"], own.as_str());
        }
        // Without ids the service makes its own, other ones each time; odd ones are replaced.
        let (one, other) = (worker.get(path), worker.get(path));
        assert_ne!(
            one.header("x-request-id").unwrap(),
            other.header("x-request-id").unwrap()
        );
        // They stand in the log: what may be somebody's number is not taken over.
        let odd = worker.send(
            worker
                .request(Method::GET, path)
                .header("x-request-id", "9990000018"),
        );
        assert_ne!(odd.header("x-request-id"), Some("9990000018"));
    }
}

#[test]
fn given_one_correlation_then_its_events_carry_it() {
    let county = County::new();
    let worker = county.worker();
    let id = crate::harness::new_id().to_string();
    let before = super::log_head(&county);
    let request = worker
        .request(Method::POST, "/v1/referrals")
        .header("x-correlation-id", &id);
    worker
        .send(request.json(&referral(&county, somebody().described())))
        .expect(201);
    let events = super::events_after(&worker, before);
    assert!(
        !events.is_empty() && events.iter().all(|event| event["correlationId"] == id.as_str()),
        "{events:?}"
    );
}

#[test]
fn given_requests_that_the_protocol_forbids_then_each_gets_its_status() {
    let county = County::new();
    let worker = county.worker();
    let post = |kind: &str, body: String| {
        worker.send(
            worker
                .request(Method::POST, "/v1/referrals")
                .header("content-type", kind)
                .body(body),
        )
    };
    assert_eq!(worker.get("/v1/no-such-thing").problem(404), "not_found");
    assert_eq!(worker.get("/").problem(404), "not_found");
    let wrong = worker.send(worker.request(Method::DELETE, "/v1/referrals"));
    assert_eq!(wrong.problem(405), "method_not_allowed");
    assert!(wrong.header("allow").is_some_and(|allow| allow.contains("POST")));
    assert_eq!(
        worker
            .send(worker.request(Method::PUT, "/v1/events"))
            .problem(405),
        "method_not_allowed"
    );
    assert_eq!(
        post("text/plain", "{}".to_owned()).problem(415),
        "unsupported_media_type"
    );
    assert_eq!(
        post("application/x-www-form-urlencoded", "a=b".to_owned()).problem(415),
        "unsupported_media_type"
    );
    assert_eq!(
        post("application/json", "x".repeat(300 * 1024)).problem(413),
        "payload_too_large"
    );
    let long = format!("/v1/events?types={}", "a".repeat(3_000));
    assert_eq!(worker.get(&long).problem(414), "uri_too_long");
    assert_eq!(county_anonymous(&county).problem(401), "unauthenticated");
}

fn county_anonymous(county: &County) -> crate::harness::Answer {
    let worker = county.worker();
    let http = reqwest::blocking::Client::new();
    worker.send(http.get(format!("http://{}/v1/events", worker.authority())))
}

#[test]
fn given_requests_that_no_library_sends_then_they_are_refused_and_the_program_goes_on() {
    let county = County::new();
    let worker = county.worker();
    let (host, token) = (worker.authority().to_owned(), worker.token().to_owned());
    let auth = format!("Host: {host}\r\nAuthorization: Bearer {token}\r\n");
    let many = "X-A: b\r\n".repeat(200);
    for (what, request) in [
        (
            "two hosts",
            format!("GET /v1/events HTTP/1.1\r\nHost: other\r\n{auth}\r\n"),
        ),
        (
            "no host",
            format!("GET /v1/events HTTP/1.1\r\nAuthorization: Bearer {token}\r\n\r\n"),
        ),
        (
            "NUL in the path",
            format!("GET /v1/people/%00 HTTP/1.1\r\n{auth}\r\n"),
        ),
        (
            "broken escape",
            format!("GET /v1/people/%zz HTTP/1.1\r\n{auth}\r\n"),
        ),
        (
            "broken UTF-8",
            format!("GET /v1/people/%ff%fe HTTP/1.1\r\n{auth}\r\n"),
        ),
        (
            "two framings",
            format!(
                "POST /v1/referrals HTTP/1.1\r\n{auth}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            ),
        ),
        (
            "many headers",
            format!("GET /v1/events HTTP/1.1\r\n{auth}{many}\r\n"),
        ),
        ("no HTTP", "hello\r\n\r\n".to_owned()),
        (
            "compressed",
            format!(
                "POST /v1/referrals HTTP/1.1\r\n{auth}Content-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{{}}"
            ),
        ),
    ] {
        let mut stream = TcpStream::connect(&host).unwrap();
        stream
            .set_read_timeout(Some(std::time::Duration::from_secs(20)))
            .unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = [0; 12];
        stream
            .read_exact(&mut answer)
            .unwrap_or_else(|error| panic!("{what}: {error}"));
        let answer = String::from_utf8_lossy(&answer).into_owned();
        assert!(answer.starts_with("HTTP/1.1 4"), "{what}: {answer}");
    }
    worker.get("/v1/reference-data").expect(200);
}

#[test]
fn given_a_list_of_codes_then_versions_dates_and_transitions_are_data() {
    let county = County::new();
    let worker = county.worker();
    let sets = worker.read("/v1/reference-data");
    let sources = sets["data"]
        .as_array()
        .unwrap()
        .iter()
        .find(|set| set["set"] == "referral-sources")
        .unwrap();
    assert!(sources["version"].is_string());
    let codes = worker.list("/v1/reference-data/referral-sources?perPage=7");
    assert_eq!(sources["codes"], codes.len());
    let old = worker.list("/v1/reference-data/areas?onDate=2018-01-01&perPage=100");
    let new = worker.list("/v1/reference-data/areas?onDate=2026-01-01&perPage=100");
    let has = |list: &[serde_json::Value], code: &str| list.iter().any(|entry| entry["code"] == code);
    assert!(
        has(&old, "E06000028") && !has(&new, "E06000028"),
        "Bournemouth ended on 31 March 2019"
    );
    assert_eq!(
        worker.get("/v1/reference-data/no-such-list").problem(404),
        "not_found"
    );

    let referral = worker
        .record("/v1/referrals", &referral(&county, somebody().described()))
        .id("referral");
    let next = worker.read(&format!("/v1/referrals/{referral}/status-transitions"));
    assert_eq!(next["status"], "received");
    for step in ["acceptance", "rejection", "withdrawal"] {
        assert!(
            next.to_string()
                .contains(&format!("/v1/referrals/{referral}/{step}")),
            "{next}"
        );
    }
    worker.record(
        &format!("/v1/referrals/{referral}/rejection"),
        &json!({ "reason": "out_of_area" }),
    );
    let next = worker.read(&format!("/v1/referrals/{referral}/status-transitions"));
    assert!(!next.to_string().contains("/acceptance"), "{next}");
}
