//! What one organisation was given is nothing to another: ids, links, cursors, entity tags and keys, swapped into every
//! place in which they can stand.
//!
//! Source: `trust.md`, P10. Ids in paths and bodies of what is recorded are tried by `tests/events/`.

use super::access_log::{Known, SHOWS};
use super::referral;
use crate::harness::{Client, County, ago, new_id, somebody};
use reqwest::Method;
use serde_json::{Value, json};
use throughcare_http::token::Role;

/// Entity tags of what others see are no answer to whether it is there.
#[test]
fn given_the_tags_of_others_when_sent_along_then_a_stranger_is_told_that_there_is_nothing() {
    let known = Known::new();
    let (worker, stranger) = (known.county.worker(), known.county.stranger());
    let mut tried = 0;
    for (route, path) in SHOWS.iter().filter(|(route, _)| route.contains("{id}")) {
        let path = known.at(path);
        let own = worker.get(&path);
        let Some(tag) = own.header("etag") else { continue };
        tried += 1;
        for header in ["if-none-match", "if-match"] {
            let ask = |client: &Client| {
                let request = client.request(Method::GET, &path);
                client.send(request.header(header, tag))
            };
            assert_eq!(ask(&stranger).problem(404), "not_found", "{route} with {header}");
            // Negative control: it is a tag that counts for those who were given it.
            if header == "if-none-match" {
                assert_eq!(ask(&worker).status, 304, "{route}");
            }
        }
    }
    assert!(tried >= 10, "only {tried} routes have tags");
}

/// A command that carries the right tag is refused as one about nobody.
#[test]
fn given_the_right_tag_when_a_stranger_records_then_it_is_as_if_there_were_nobody() {
    let known = Known::new();
    let (worker, stranger) = (known.county.worker(), known.county.stranger());
    let tag = worker
        .get(&known.at("/v1/people/{person}"))
        .header("etag")
        .unwrap()
        .to_owned();
    let residence = json!({ "area": known.county.area, "occurred": ago(1) });
    let send = |client: &Client, person: &str| {
        let request = client
            .request(Method::POST, &format!("/v1/people/{person}/residences"))
            .header("idempotency-key", new_id().to_string())
            .header("if-match", &tag)
            .json(&residence);
        client.send(request)
    };
    let hidden = send(&stranger, &known.at("{person}"));
    let missing = send(&stranger, &new_id().to_string());
    assert_eq!(hidden.problem(404), missing.problem(404));
    assert_eq!(
        send(&worker, &known.at("{person}")).status,
        201,
        "the tag was right"
    );
}

/// A cursor is for who was given it: with another organisation's it is refused, or shows the asker's own.
#[test]
fn given_the_cursors_of_others_when_used_then_nothing_of_theirs_is_shown() {
    let known = Known::new();
    let county = &known.county;
    let worker = county.worker();
    for _ in 0..3 {
        worker.record("/v1/referrals", &referral(county, somebody().described()));
    }
    let (own, elsewhere) = (county.community_organisation(), county.stranger_organisation());
    let paged = [
        format!("/v1/services/{}/worklists/referrals?perPage=1", county.community),
        known.at("/v1/people/{person}/timeline?perPage=1"),
        known.at("/v1/people/{person}/access-log?perPage=1"),
        format!("/v1/services/{}/overdue?perPage=1", county.community),
        format!("/v1/naloxone-batches/{}?perPage=1", known.at("{batch}")),
    ];
    let mut tried = 0;
    for path in paged {
        let page = worker.get(&path).expect(200).json();
        let Some(cursor) = page["pagination"]["nextCursor"].as_str() else {
            continue;
        };
        tried += 1;
        for role in [
            Role::Worker,
            Role::Clinician,
            Role::Liaison,
            Role::PrivacyOfficer,
            Role::Administrator,
        ] {
            let stranger = county.named("s.wapper", &elsewhere, role);
            let (with, without) = (
                stranger.get(&format!("{path}&cursor={cursor}")),
                stranger.get(&path),
            );
            let refused = with.status == 400 && with.problem(400) == "cursor_invalid";
            assert!(
                refused || with.status == without.status,
                "{path} as {role:?}: {} instead of {}",
                with.status,
                without.status
            );
            shows_nobody_of(&known, &with.text, &path);
        }
        // Negative control: it is a cursor that counts for those who were given it.
        let colleague = county.named("c.olleague", &own, Role::Worker);
        colleague.get(&format!("{path}&cursor={cursor}")).expect(200);
    }
    assert!(tried >= 3, "only {tried} lists had a second page");
}

/// The key under which somebody was answered brings nobody else that answer.
#[test]
fn given_the_key_of_others_when_the_same_is_sent_then_it_is_judged_anew() {
    let county = County::new();
    let (worker, who) = (county.worker(), somebody());
    let person = county.registered(&worker, &who);
    let (key, path) = (new_id().to_string(), format!("/v1/people/{person}/residences"));
    let body = json!({ "area": county.area, "occurred": ago(3) });
    let first = worker.post_keyed(&path, &key, &body).expect(201);
    // A stranger, by the same client and by another.
    let elsewhere = county.stranger_organisation();
    for client in [
        county.stranger(),
        county.named("community-worker", &elsewhere, Role::Worker),
    ] {
        let answer = client.post_keyed(&path, &key, &body);
        assert_eq!(answer.problem(404), "not_found");
        let tells: Vec<&str> = ["events", "created"]
            .into_iter()
            .filter(|field| !answer.json()[*field].is_null())
            .collect();
        assert_eq!(tells, Vec::<&str>::new());
    }
    // Those of the organisation who may not, by their role, are not answered with it either.
    let officer = county.named(
        "community-worker",
        &county.community_organisation(),
        Role::PrivacyOfficer,
    );
    assert_ne!(officer.post_keyed(&path, &key, &body).status, 201);
    // Negative control: for who sent it, it is an answer.
    let again = worker.post_keyed(&path, &key, &body).expect(201);
    assert_eq!(again.text, first.text);
}

/// Every link that an answer holds is judged anew for whoever follows it.
#[test]
fn given_links_of_others_when_followed_then_a_stranger_is_told_that_there_is_nothing() {
    let known = Known::new();
    let (county, worker) = (&known.county, known.county.worker());
    let stranger = county.stranger();
    let mut body = referral(county, somebody().described());
    body["externalReference"] = json!({ "system": "swapped", "value": new_id().to_string() });
    let sent = worker.post("/v1/referrals", &body).expect(201);
    let again = worker.post("/v1/referrals", &body);
    assert_eq!(again.problem(409), "duplicate_reference");
    let mut links = vec![
        sent.header("location").unwrap().to_owned(),
        again.json()["moreInfo"].as_str().unwrap().to_owned(),
    ];
    // A proof is text, and has no links.
    let shows = SHOWS
        .iter()
        .filter(|(route, _)| route.contains("{id}") && !route.ends_with("/proof"));
    for (_, path) in shows {
        found(&worker.get(&known.at(path)).json(), &mut links);
    }
    links.sort();
    links.dedup();
    // What is nobody's: code lists and services.
    links.retain(|link| !link.starts_with("/v1/reference-data") && !link.starts_with("/v1/services"));
    for link in &links {
        let answer = stranger.get(link);
        let list = link.starts_with("/v1/events");
        assert!(
            list || matches!(answer.status, 404 | 405),
            "{link}: {} {}",
            answer.status,
            answer.text
        );
        shows_nobody_of(&known, &answer.text, link);
    }
    assert!(links.len() >= 2, "{links:?}");
}

/// Links of this API in an answer.
fn found(value: &Value, links: &mut Vec<String>) {
    match value {
        Value::String(text) if text.starts_with("/v1/") => links.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| found(value, links)),
        Value::Object(fields) => fields.values().for_each(|value| found(value, links)),
        _ => {}
    }
}

fn shows_nobody_of(known: &Known, text: &str, asked: &str) {
    for id in ["{person}", "{referral}", "{episode}"].map(|place| known.at(place)) {
        // What was asked stands in the problem's own address.
        let told = text
            .replace(asked, "")
            .replace(asked.split('?').next().unwrap_or(asked), "");
        assert!(!told.contains(&id), "{asked} shows {id}: {text}");
    }
}
