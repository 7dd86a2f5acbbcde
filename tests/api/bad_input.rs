//! Bad input: a 4xx that a clerk could act on, and nothing written.

use super::{events_after, log_head};
use crate::harness::{Answer, Client, County, ago, new_id, somebody};
use reqwest::Method;
use serde_json::{Value, json};

/// A request body, what is wrong with it, and where the answer must point.
struct Bad {
    what: &'static str,
    body: String,
    status: u16,
    pointer: &'static str,
}

fn bad(what: &'static str, body: impl ToString, status: u16, pointer: &'static str) -> Bad {
    Bad {
        what,
        body: body.to_string(),
        status,
        pointer,
    }
}

#[track_caller]
fn sent(client: &Client, path: &str, body: &str) -> Answer {
    let request = client
        .request(Method::POST, path)
        .header("content-type", "application/json");
    client.send(
        request
            .header("idempotency-key", new_id().to_string())
            .body(body.to_owned()),
    )
}

#[test]
fn given_bodies_that_are_wrong_then_each_is_refused_with_its_place_and_nothing_is_written() {
    let county = County::new();
    let staff = county.worker();
    let before = log_head(&county);
    let good = json!({
        "person": { "demographics": somebody().demographics(), "identifiers": [somebody().nhs()] },
        "source": "self", "toService": county.community,
    });
    let with = |pointer: &str, value: Value| {
        let mut body = good.clone();
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        match body.pointer_mut(parent).unwrap() {
            Value::Array(items) => items.push(value),
            other => other[field] = value,
        }
        body
    };
    let mut repeated = good.to_string();
    repeated.insert_str(1, "\"source\":\"gp\",");
    let table = [
        bad("nothing", "", 400, ""),
        bad("half a body", "{\"person\":", 400, ""),
        bad("two bodies", format!("{good}{good}"), 400, ""),
        bad("a byte order mark", format!("\u{feff}{good}"), 400, ""),
        bad("single quotes", "{'source': 'self'}", 400, ""),
        bad("not a number", "{\"source\": NaN}", 400, ""),
        bad("a list", "[]", 400, ""),
        bad("a number", "5", 400, ""),
        bad("null", "null", 400, ""),
        bad("an empty object", "{}", 400, "/person"),
        bad("a field twice", repeated, 400, "/source"),
        bad("an unknown field", with("/sauce", json!("self")), 400, "/sauce"),
        bad(
            "somebody's name for a field",
            with("/Robin Ashdown", json!(1)),
            400,
            "",
        ),
        bad(
            "an unknown field inside",
            with("/person/demographics/dateofbirth", json!("1988-04-17")),
            400,
            "/person/demographics/dateofbirth",
        ),
        bad("a number for a text", with("/source", json!(5)), 400, "/source"),
        bad(
            "a text for a list",
            with("/substances", json!("1011")),
            400,
            "/substances",
        ),
        bad("a list for an object", with("/person", json!([])), 400, "/person"),
        bad("an empty text", with("/source", json!("")), 400, "/source"),
        bad(
            "a long text",
            with("/source", json!("x".repeat(41))),
            400,
            "/source",
        ),
        bad(
            "too many substances",
            with("/substances", json!(["1011", "3201", "7000", "5000"])),
            400,
            "/substances",
        ),
        bad(
            "a long note",
            with("/note", json!("x".repeat(2_001))),
            400,
            "/note",
        ),
        bad("NUL in a note", with("/note", json!("a\u{0}b")), 400, "/note"),
        bad(
            "text that runs backwards",
            with("/note", json!("a\u{202e}b")),
            400,
            "/note",
        ),
        bad(
            "NUL in a name",
            with("/person/demographics/names/family", json!("A\u{0}")),
            400,
            "/person/demographics/names/family",
        ),
        bad(
            "half a surrogate pair",
            good.to_string().replace("\"self\"", "\"\\ud800\""),
            400,
            "",
        ),
        bad(
            "a date that is none",
            with("/person/demographics/dateOfBirth", json!("2026-02-30")),
            400,
            "/person/demographics/dateOfBirth",
        ),
        bad(
            "a date in words",
            with("/occurred", json!("yesterday")),
            400,
            "/occurred",
        ),
        bad(
            "a time without offset",
            with("/occurred", json!("2026-03-01T09:00:00")),
            400,
            "/occurred",
        ),
        bad(
            "a date of another age",
            with("/occurred", json!("0001-01-01")),
            400,
            "/occurred",
        ),
        bad(
            "an id that is none",
            with("/person/personId", json!("1")),
            400,
            "/person/personId",
        ),
        bad(
            "a kind of identifier nobody knows",
            with(
                "/person/identifiers/-",
                json!({ "kind": "passport", "value": "1" }),
            ),
            400,
            "/person/identifiers/1/kind",
        ),
        bad(
            "an NHS number with a wrong check digit",
            with(
                "/person/identifiers/-",
                json!({ "kind": "nhs_number", "value": "9990000010" }),
            ),
            422,
            "/person/identifiers/1/value",
        ),
        bad(
            "a source nobody knows",
            with("/source", json!("nobody_knows")),
            422,
            "/source",
        ),
        bad(
            "a code with spaces",
            with("/source", json!("a b")),
            422,
            "/source",
        ),
        bad(
            "a service nobody knows",
            with("/toService", json!("no-such-service")),
            422,
            "/toService",
        ),
        bad(
            "SQL for a service",
            with("/toService", json!("x'; DROP TABLE events;--")),
            422,
            "/toService",
        ),
        bad(
            "a substance nobody knows",
            with("/substances", json!(["1011", "9999"])),
            422,
            "/substances/1",
        ),
        bad(
            "a sex nobody knows",
            with("/person/demographics/sex", json!("x")),
            422,
            "/sex",
        ),
        bad(
            "an area nobody knows",
            with("/person/residence", json!({ "area": "E99999999" })),
            422,
            "/residence/area",
        ),
        bad(
            "a date in the future",
            with("/occurred", json!("2098-01-01")),
            422,
            "/occurred",
        ),
        bad("nobody", with("/person", json!({})), 422, "/person"),
        bad(
            "a long reference",
            with(
                "/externalReference",
                json!({ "system": "x", "value": "y".repeat(101) }),
            ),
            400,
            "/externalReference/value",
        ),
    ];
    for Bad {
        what,
        body,
        status,
        pointer,
    } in &table
    {
        let answer = sent(&staff, "/v1/referrals", body);
        assert_eq!(answer.status, *status, "{what}: {}", answer.text);
        answer.problem(*status);
        let faults = answer.faults();
        if !pointer.is_empty() {
            assert!(
                faults.iter().any(|fault| fault.0.ends_with(pointer)),
                "{what}: {}",
                answer.text
            );
        }
        let echoed = body.len() > 20 && answer.text.contains(body.as_str());
        assert!(!echoed, "{what}: the answer repeats what was sent");
    }
    assert!(
        events_after(&county.worker(), before).is_empty(),
        "nothing was written"
    );
    // The control: the good body is good.
    sent(&staff, "/v1/referrals", &good.to_string()).expect(201);
}

#[test]
fn given_several_faults_then_all_come_at_once() {
    let county = County::new();
    let body = json!({
        "person": { "demographics": { "dateOfBirth": "1988-13-01", "names": { "given": "" } } },
        "source": 7, "toService": "x", "substances": [1], "extra": true,
    });
    let answer = county.worker().post("/v1/referrals", &body);
    assert_eq!(answer.problem(400), "validation_failed");
    let mut places: Vec<_> = answer.faults().into_iter().map(|fault| fault.0).collect();
    places.sort();
    let expected = [
        "",
        "/person/demographics/dateOfBirth",
        "/person/demographics/names/given",
        "/source",
        "/substances/0",
        "/toService",
    ];
    assert_eq!(places, expected);

    // Codes are looked up all at once, too.
    let body = json!({ "person": somebody().described(), "source": "nope", "toService": "nope", "substances": ["nope"] });
    let answer = county.worker().post("/v1/referrals", &body);
    assert_eq!(answer.problem(422), "refused");
    assert!(answer.faults().len() >= 3, "{}", answer.text);
}

#[test]
fn given_bodies_made_to_hurt_then_they_are_refused() {
    let county = County::new();
    let worker = county.worker();
    let before = log_head(&county);
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let deep_object = format!("{}1{}", "{\"a\":".repeat(5_000), "}".repeat(5_000));
    let many = format!(
        "{{{}}}",
        (0..8_000)
            .map(|n| format!("\"f{n}\":{n}"))
            .collect::<Vec<_>>()
            .join(",")
    );
    let digits = format!("{{\"source\":{}}}", "9".repeat(100_000));
    let exponent = "{\"source\":1e999999999}".to_owned();
    for (what, body) in [
        ("deep lists", deep),
        ("deep objects", deep_object),
        ("many fields", many),
        ("many digits", digits),
        ("a large exponent", exponent),
    ] {
        let answer = sent(&worker, "/v1/referrals", &body);
        let code = answer.problem(400);
        assert!(
            code == "validation_failed" || code == "malformed_json",
            "{what}: {code}"
        );
        assert!(answer.text.len() < 64 * 1024, "{what}: the answer is bounded");
    }
    assert_eq!(
        sent(&worker, "/v1/referrals", &" ".repeat(256 * 1024 + 1)).problem(413),
        "payload_too_large"
    );
    let bytes = worker
        .request(Method::POST, "/v1/referrals")
        .header("content-type", "application/json");
    worker
        .send(bytes.body(vec![b'{', b'"', 0xff, 0xfe, b'"', b':', b'1', b'}']))
        .problem(400);
    assert!(events_after(&worker, before).is_empty());
}

#[test]
fn given_addresses_and_queries_that_are_wrong_then_400_or_404_with_the_place() {
    let county = County::new();
    let worker = county.worker();
    let person = county.registered(&worker, &somebody());
    for (path, status) in [
        ("/v1/people/1".to_owned(), 404),
        ("/v1/people/00000000-0000-0000-0000-000000000000".to_owned(), 404),
        (format!("/v1/people/{person}x"), 404),
        (format!("/v1/people/{person}?asOf=2026-02-30"), 400),
        (format!("/v1/people/{person}?asOf=yesterday"), 400),
        (format!("/v1/people/{person}?knownAt=-1"), 400),
        (format!("/v1/people/{person}?as_of=2026-01-01"), 400),
        (
            format!("/v1/people/{person}?asOf=2026-01-01&asOf=2026-01-02"),
            400,
        ),
        (format!("/v1/people/{person}?explain=maybe"), 400),
        ("/v1/events?after=-1".to_owned(), 400),
        ("/v1/events?after=99999999999999999999".to_owned(), 400),
        ("/v1/events?limit=0".to_owned(), 400),
        ("/v1/events?limit=1000".to_owned(), 400),
        ("/v1/events?types=no.such.type".to_owned(), 400),
        ("/v1/continuity/releases".to_owned(), 400),
        (
            format!("/v1/continuity/releases?service={}&state=lost", county.community),
            400,
        ),
        (
            format!(
                "/v1/continuity/releases?service={}&from=2026-02-01&to=2026-01-01",
                county.community
            ),
            400,
        ),
        (
            format!("/v1/continuity/releases?service={}&prison=mdi", county.community),
            400,
        ),
        (
            format!("/v1/services/{}/worklists/no-such-list", county.community),
            404,
        ),
        ("/v1/services/NO%20SERVICE/worklists".to_owned(), 404),
        ("/v1/reference-data/areas?onDate=never".to_owned(), 400),
    ] {
        let answer = worker.get(&path);
        answer.problem(status);
        if status == 400 {
            assert!(
                answer.faults().iter().all(|fault| fault.0.starts_with("/query/")),
                "{path}: {}",
                answer.text
            );
            assert!(!answer.faults().is_empty(), "{path}");
        }
    }
}

/// Every command, with a body that has one unknown field and nothing else: none is recorded, none is a 5xx.
#[test]
fn given_any_command_when_the_body_is_wrong_then_it_is_refused() {
    let county = County::new();
    let worker = county.worker();
    let person = county.registered(&worker, &somebody());
    let episode = county.in_community_treatment(&person, ago(30));
    let before = log_head(&county);
    let none = new_id();
    let mut paths: Vec<String> = [
        "demographics",
        "identifiers",
        "residences",
        "custody-movements",
        "custody-stays",
        "release-plans",
        "naloxone-issues",
        "naloxone-placements",
    ]
    .map(|what| format!("/v1/people/{person}/{what}"))
    .into();
    paths.extend(
        [
            "contacts",
            "exit",
            "interventions",
            "waiting-list-entry",
            "waiting-list-removal",
        ]
        .map(|what| format!("/v1/episodes/{episode}/{what}")),
    );
    paths.extend(
        ["acceptance", "rejection", "withdrawal", "triage"]
            .map(|what| format!("/v1/referrals/{none}/{what}")),
    );
    paths.extend(["use", "handover"].map(|what| format!("/v1/naloxone-kits/{none}/{what}")));
    paths.extend(["cancellation", "revision"].map(|what| format!("/v1/release-plans/{none}/{what}")));
    paths.extend(
        [
            "/v1/people",
            "/v1/people/search",
            "/v1/referrals",
            "/v1/custody-movements",
            "/v1/organisations",
        ]
        .map(str::to_owned),
    );
    paths.push(format!("/v1/releases/{none}/details"));
    paths.extend(
        [
            "naloxone-stock",
            "naloxone-stock-counts",
            "naloxone-stock-removals",
            "naloxone-stock-minimums",
            "naloxone-stock-corrections",
            "naloxone-supplies",
        ]
        .map(|what| format!("/v1/services/{}/{what}", county.community)),
    );
    paths.push(format!(
        "/v1/services/{}/naloxone-supplies/{none}/recall-notice",
        county.community
    ));
    paths.push("/v1/naloxone-recalls".to_owned());
    paths.push(format!("/v1/naloxone-recalls/{none}/end"));
    paths.push(format!("/v1/naloxone-kits/{none}/recall-notice"));
    paths.push(format!(
        "/v1/organisations/{}/worker-trainings",
        county.community_organisation()
    ));
    paths.push("/v1/reference-data/sexes/versions".to_owned());
    for path in &paths {
        let answer = worker.post(path, &json!({ "noSuchField": 1 }));
        assert_eq!(answer.problem(400), "validation_failed", "{path}");
        assert!(
            answer
                .faults()
                .contains(&(String::new(), "unknown_field".to_owned()))
                && !answer.text.contains("noSuchField"),
            "{path}: {}",
            answer.text
        );
    }
    assert!(events_after(&worker, before).is_empty(), "nothing was written");
}
