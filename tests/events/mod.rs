//! Every event there is: recorded once over HTTP by everybody who may, refused to everybody who may not, and what moves
//! when it is. `EVENTS.md` is written from what is seen here, and the test fails when they differ.
//!
//! `UPDATE_EVENTS=1 cargo test -p throughcare --test integration -- every_event` writes it anew.

mod beside;
mod care;
mod course;
mod custody;
mod harm;
mod identity;
mod justice;
mod naloxone;
mod observer;
mod organisations;
mod page;
mod protection;
mod referral;
mod sharing;
mod sight;
mod stock;

use crate::harness::County;
use observer::Observer;
use std::path::Path;
use throughcare_domain::fact::EVENT_TYPES;

#[test]
fn every_event_is_recorded_by_those_who_may_and_its_page_says_what_moves() {
    let county = County::new();
    let mut observer = Observer::new(&county);
    identity::told(&mut observer);
    referral::told(&mut observer);
    care::told(&mut observer);
    course::told(&mut observer);
    beside::told(&mut observer);
    custody::told(&mut observer);
    naloxone::told(&mut observer);
    stock::told(&mut observer);
    harm::told(&mut observer);
    justice::told(&mut observer);
    sharing::told(&mut observer);
    protection::told(&mut observer);
    sight::told(&mut observer);
    organisations::told(&mut observer);

    let seen = observer.seen();
    let missing: Vec<_> = EVENT_TYPES
        .iter()
        // A week after two people agreed: `crates/app/tests/app/erased.rs`.
        .filter(|name| !seen.contains_key(**name) && **name != "organisation.person-erased")
        .collect();
    assert!(missing.is_empty(), "recorded by nobody: {missing:?}");

    every_route_was_tried(&county, seen.values().flat_map(|one| &one.endpoints));

    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let (file, written) = (root.join("EVENTS.md"), page::written(&root, seen));
    if std::env::var_os("UPDATE_EVENTS").is_some() {
        std::fs::write(&file, &written).unwrap();
    }
    let stands = std::fs::read_to_string(&file).unwrap_or_default();
    for (stands, is) in stands.lines().zip(written.lines()) {
        assert_eq!(
            stands, is,
            "EVENTS.md is not what is seen; see the head of tests/events/mod.rs"
        );
    }
    assert_eq!(
        stands.lines().count(),
        written.lines().count(),
        "EVENTS.md ends elsewhere"
    );
}

/// Routes that record something of no person, or the same as another route: each with where it is tried.
const TRIED_ELSEWHERE: &[(&str, &str)] = &[
    ("/v1/episodes/{id}/appointments", "tests/stories/appointments.rs"),
    ("/v1/imports", "tests/api/imports.rs"),
    ("/v1/inbound/hmpps-events", "tests/api/hmpps_events.rs"),
    ("/v1/people/search", "tests/api/visibility.rs"),
    ("/v1/people/{id}/custody-stays", "tests/api/visibility.rs"),
    (
        "/v1/reference-data/{set}/versions",
        "tests/api/reference_versions.rs",
    ),
    (
        "/v1/reference-data/{set}/versions/{version}/use",
        "tests/api/reference_versions.rs",
    ),
    ("/v1/referrals/{id}/corrections", "tests/api/corrections.rs"),
    (
        "/v1/services/{service}/naloxone-stock-corrections",
        "tests/stories/called_back.rs",
    ),
    ("/v1/webhooks", "tests/outbound/webhooks.rs"),
    ("/v1/webhooks/{id}/replays", "tests/outbound/webhooks.rs"),
    ("/v1/webhooks/{id}/secret-rotation", "tests/outbound/webhooks.rs"),
    ("/v1/webhooks/{id}/test", "tests/outbound/webhooks.rs"),
];

/// Whoever adds a route that records something says here, by recording it, who may: all others are refused.
fn every_route_was_tried<'a>(county: &County, tried: impl Iterator<Item = &'a String>) {
    let tried: Vec<&String> = tried.collect();
    let described = county.worker().get("/v3/api-docs").expect(200).json();
    let paths = described["paths"].as_object().unwrap().iter();
    let posted = paths.filter(|(_, item)| item.get("post").is_some());
    let missing: Vec<_> = posted
        .map(|(path, _)| path)
        .filter(|path| !tried.contains(path))
        .filter(|path| !TRIED_ELSEWHERE.iter().any(|(elsewhere, _)| elsewhere == path))
        .collect();
    assert!(missing.is_empty(), "tried by nobody: {missing:?}");
}
