//! Who sees what: an organisation sees people it took on, and otherwise only what it sent itself.
//!
//! Source: `api.md`, Adopt 5: out of scope is 404, as if it did not exist.

use super::{events_after, log_head, referral};
use crate::harness::{Answer, Client, County, ago, new_id, somebody};
use serde_json::{Value, json};

/// What every 404 says, without what differs from request to request.
fn said(answer: &Answer) -> Value {
    assert_eq!(answer.problem(404), "not_found");
    let mut body = answer.json();
    for field in ["instance", "requestId"] {
        body.as_object_mut().unwrap().remove(field);
    }
    body
}

#[test]
fn given_what_belongs_to_others_then_it_is_as_if_it_did_not_exist() {
    let county = County::new();
    let (worker, stranger) = (county.worker(), county.stranger());
    let person = county.registered(&worker, &somebody());
    let episode = county.in_community_treatment(&person, ago(30));
    let body = json!({ "person": { "personId": person }, "source": "self", "toService": county.community });
    let sent = worker.record("/v1/referrals", &body).id("referral");

    let nothing = new_id();
    for (theirs, none) in [
        (format!("/v1/people/{person}"), format!("/v1/people/{nothing}")),
        (
            format!("/v1/people/{person}/timeline"),
            format!("/v1/people/{nothing}/timeline"),
        ),
        (
            format!("/v1/people/{person}/status-history"),
            format!("/v1/people/{nothing}/status-history"),
        ),
        (
            format!("/v1/people/{person}/duties"),
            format!("/v1/people/{nothing}/duties"),
        ),
        (
            format!("/v1/people/{person}/naloxone"),
            format!("/v1/people/{nothing}/naloxone"),
        ),
        (
            format!("/v1/people/{person}/harm"),
            format!("/v1/people/{nothing}/harm"),
        ),
        (
            format!("/v1/people/{person}/appointments"),
            format!("/v1/people/{nothing}/appointments"),
        ),
        (
            format!("/v1/people/{person}/prescriptions"),
            format!("/v1/people/{nothing}/prescriptions"),
        ),
        (
            format!("/v1/referrals/{sent}"),
            format!("/v1/referrals/{nothing}"),
        ),
        (
            format!("/v1/referrals/{sent}/status-transitions"),
            format!("/v1/referrals/{nothing}/status-transitions"),
        ),
        (
            format!("/v1/episodes/{episode}"),
            format!("/v1/episodes/{nothing}"),
        ),
        (
            format!("/v1/references/{sent}"),
            format!("/v1/references/{nothing}"),
        ),
        (
            format!("/v1/services/{}/worklists", county.community),
            "/v1/services/no-such-one/worklists".to_owned(),
        ),
        (
            format!("/v1/services/{}/worklists/caseload", county.community),
            "/v1/services/no-such-one/worklists/caseload".to_owned(),
        ),
        (
            format!("/v1/continuity/releases?service={}", county.community),
            "/v1/continuity/releases?service=no-such-one".to_owned(),
        ),
        (
            format!("/v1/continuity/summary?service={}", county.community),
            "/v1/continuity/summary?service=no-such-one".to_owned(),
        ),
    ] {
        worker.get(&theirs).expect(200);
        assert_eq!(
            said(&stranger.get(&theirs)),
            said(&stranger.get(&none)),
            "{theirs}"
        );
    }
    let before = log_head(&county);
    for (theirs, none, body) in [
        (
            format!("/v1/people/{person}/residences"),
            format!("/v1/people/{nothing}/residences"),
            json!({ "noFixedAbode": true }),
        ),
        (
            format!("/v1/referrals/{sent}/acceptance"),
            format!("/v1/referrals/{nothing}/acceptance"),
            json!({}),
        ),
        (
            format!("/v1/referrals/{sent}/withdrawal"),
            format!("/v1/referrals/{nothing}/withdrawal"),
            json!({ "reason": "other" }),
        ),
        (
            format!("/v1/episodes/{episode}/exit"),
            format!("/v1/episodes/{nothing}/exit"),
            json!({ "reason": "80" }),
        ),
        (
            format!("/v1/episodes/{episode}/contacts"),
            format!("/v1/episodes/{nothing}/contacts"),
            json!({}),
        ),
    ] {
        assert_eq!(
            said(&stranger.post(&theirs, &body)),
            said(&stranger.post(&none, &body)),
            "{theirs}"
        );
    }
    let refer =
        |person: &str| stranger.post("/v1/referrals", &referral(&county, json!({ "personId": person })));
    assert_eq!(said(&refer(&person)), said(&refer(&nothing.to_string())));
    let events = events_after(&stranger, 0);
    assert!(
        events.iter().all(|event| event["about"] != "person"),
        "{events:?}"
    );
    assert!(events_after(&worker, before).is_empty(), "nothing was written");
}

#[test]
fn given_a_sender_then_it_sees_what_it_sent_and_nothing_that_came_after() {
    let county = County::new();
    let (sender, service) = (county.arrest_referral_worker(), county.worker());
    let who = somebody();
    let person = county.registered(&sender, &who);
    let body = json!({
        "person": { "personId": person }, "source": "arrest_referral", "toService": county.community, "occurred": ago(9),
    });
    let sent = sender.record("/v1/referrals", &body).id("referral");
    service.record(
        &format!("/v1/referrals/{sent}/acceptance"),
        &json!({ "occurred": ago(8) }),
    );
    let triage = json!({ "outcome": "treatment_needed", "substances": ["1011"], "occurred": ago(7) });
    let episode = service
        .record(&format!("/v1/referrals/{sent}/triage"), &triage)
        .id("episode");

    // It sees how its referral fares, and its own entries.
    let seen = sender.read(&format!("/v1/referrals/{sent}"));
    assert_eq!(seen["status"], "triaged");
    assert_eq!(seen["clinical"], Value::Null, "{seen}");
    let record = sender.read(&format!("/v1/people/{person}"));
    assert_eq!(record["visibility"], "sent");
    assert_eq!(
        record["pathway"]["treatment"]["status"], "referred",
        "as far as it told: {record}"
    );
    let own = sender.list(&format!("/v1/people/{person}/timeline"));
    assert!(
        own.iter()
            .all(|line| line["type"] != "treatment.episode-opened" && line["type"] != "referral.triaged")
    );
    let whole = service.list(&format!("/v1/people/{person}/timeline"));
    assert!(whole.len() > own.len());
    assert_eq!(
        service.read(&format!("/v1/people/{person}"))["visibility"],
        "full"
    );

    // It sees no episode, and decides nothing.
    sender.get(&format!("/v1/episodes/{episode}")).problem(404);
    assert_eq!(
        sender
            .post(&format!("/v1/referrals/{sent}/acceptance"), &json!({}))
            .problem(403),
        "forbidden_scope"
    );
    let events = events_after(&sender, 0);
    assert!(
        events
            .iter()
            .all(|event| event["organisation"] == whole[0]["organisation"]),
        "{events:?}"
    );
}

#[test]
fn given_an_auditor_then_all_is_seen_but_names_and_nothing_is_recorded() {
    let county = County::new();
    let (worker, auditor) = (county.worker(), county.auditor());
    let who = somebody();
    let person = county.registered(&worker, &who);
    let episode = county.in_community_treatment(&person, ago(30));
    let note = "a note that names nobody";
    let contact = json!({ "note": note });
    worker.record(&format!("/v1/episodes/{episode}/contacts"), &contact);

    for path in [
        format!("/v1/people/{person}"),
        format!("/v1/people/{person}/timeline"),
        format!("/v1/people/{person}/status-history"),
        format!("/v1/people/{person}/naloxone"),
        format!("/v1/episodes/{episode}"),
        format!("/v1/services/{}/worklists/caseload", county.community),
        "/v1/continuity/releases".to_owned(),
    ] {
        let shown = auditor.get(&path).expect(200).text;
        for secret in [
            who.given.as_str(),
            &who.family,
            &who.nhs_number,
            &who.prisoner_number,
            note,
        ] {
            assert!(
                !shown.contains(secret),
                "{path} shows {secret} to an auditor: {shown}"
            );
        }
    }
    let feed: String = events_after(&auditor, 0).iter().map(Value::to_string).collect();
    assert!(feed.contains(&person) && !feed.contains(&who.family) && !feed.contains(&who.nhs_number));
    let whole = worker.get(&format!("/v1/people/{person}")).text;
    assert!(whole.contains(&who.family), "staff see the name: {whole}");

    let refused = auditor.post(
        &format!("/v1/people/{person}/residences"),
        &json!({ "noFixedAbode": true }),
    );
    assert_eq!(refused.problem(403), "forbidden_scope");
}

#[test]
fn given_a_search_then_nobody_found_and_nobody_to_be_seen_are_the_same_answer() {
    let county = County::new();
    let (worker, stranger) = (county.worker(), county.stranger());
    let who = somebody();
    let person = county.registered(&worker, &who);
    let search = |client: &Client, identifier: Value| {
        client
            .post("/v1/people/search", &json!({ "identifier": identifier }))
            .expect(200)
    };

    let found = search(&worker, who.nhs()).json();
    assert_eq!(found["data"][0]["personId"], person);
    assert_eq!(found["data"][0]["names"]["family"], who.family);
    // Spaces are put right.
    let spaced = format!(
        "{} {} {}",
        &who.nhs_number[..3],
        &who.nhs_number[3..6],
        &who.nhs_number[6..]
    );
    assert_eq!(
        search(&worker, json!({ "kind": "nhs_number", "value": spaced })).json(),
        found
    );

    let hidden = search(&stranger, who.nhs());
    let missed = search(&stranger, somebody().nhs());
    assert_eq!(hidden.text, missed.text);
    assert_eq!(hidden.json()["data"], json!([]));
    // Nor in any header, but for those that differ between any two answers.
    let headers = |answer: &Answer| {
        let mut headers = answer.headers.clone();
        for always in ["date", "x-request-id", "x-correlation-id"] {
            headers.remove(always);
        }
        headers
    };
    assert_eq!(headers(&hidden), headers(&missed));
    let seen = search(&worker, who.nhs());
    assert_ne!(
        headers(&seen),
        headers(&missed),
        "the control: a longer body has another length"
    );
    assert_ne!(seen.text, missed.text);
}

#[test]
fn given_scopes_and_tokens_that_do_not_suffice_then_401_or_403() {
    let county = County::new();
    let path = format!("/v1/services/{}/worklists", county.community);
    let read_only = county.worker_with(&["read"]);
    read_only.get(&path).expect(200);
    let body = referral(&county, somebody().described());
    assert_eq!(
        read_only.post("/v1/referrals", &body).problem(403),
        "forbidden_scope"
    );
    assert_eq!(
        county.worker_with(&["write"]).get(&path).problem(403),
        "forbidden_scope"
    );

    let worker = county.worker();
    let (head, signature) = worker.token().rsplit_once('.').unwrap();
    let (_, claims) = head.split_once('.').unwrap();
    let first = if signature.starts_with('A') { "B" } else { "A" };
    let forged = format!("{head}.{first}{}", &signature[1..]);
    let none = format!("eyJhbGciOiJub25lIn0.{claims}.");
    for token in [forged.as_str(), none.as_str(), "x", "a.b.c", ""] {
        let answer = worker.send(
            reqwest::blocking::Client::new()
                .get(format!("http://{}{path}", worker.authority()))
                .bearer_auth(token),
        );
        assert_eq!(answer.problem(401), "unauthenticated", "{token}");
        assert!(answer.header("www-authenticate").is_some());
    }
}
