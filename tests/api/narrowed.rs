//! A system that was registered for some services of its organisation reaches nothing of the others.
//!
//! Source: issue 5, "Access" (clients and their roles; ids swapped into every place an id can stand).

use crate::harness::{Client, County, ago, new_id, somebody};
use serde_json::{Value, json};
use std::path::Path;
use throughcare_http::token::Role;

/// Routes that show nobody, whoever asks, and an emergency, which is recorded for itself.
const OPEN: &[&str] = &[
    "/v1/services",
    "/v1/services/{service}",
    "/v1/organisations/{organisation}",
    "/v1/log/checkpoint",
    "/v1/log/consistency",
    "/v1/log/keys",
    "/v1/indicators",
    "/v1/receipt-keys",
    "/v1/reference-data",
    "/v1/reference-data/{set}",
    "/v1/reference-data/{set}/versions",
    "/v1/naloxone-recalls",
    "/v1/naloxone-recalls/{id}",
    "/v1/people/{id}/emergency",
];

/// An organisation with two services, and a system of the second alone.
struct Narrow {
    county: County,
    other: String,
    registration: String,
    narrow: Client,
}

fn register(county: &County, system: &str, services: Option<&[&str]>) -> String {
    let mut told = json!({ "client": system, "sector": "treatment", "roles": ["worker"] });
    if let Some(services) = services {
        told["services"] = json!(services);
    }
    let path = format!("/v1/organisations/{}/clients", county.community_organisation());
    county.administrator().record(&path, &told).id("client")
}

fn narrow() -> Narrow {
    let county = County::new();
    let (organisation, other) = (
        county.community_organisation(),
        format!("{}-young", county.community),
    );
    county.service(&organisation, &other, "young_people", json!([]), json!([]));
    county.worker(); // whose membership the system's user has
    let system = format!("{other}-records");
    let registration = register(&county, &system, Some(&[&other]));
    let narrow = county.claims(&system, Some("community-worker"), &organisation, Role::Worker);
    Narrow {
        county,
        other,
        registration,
        narrow,
    }
}

/// Somebody whom the prison refers to a service: the person and the referral.
fn referred(county: &County, who: &crate::harness::Somebody, to: &str) -> (String, String) {
    let nurse = county.prison_worker();
    let person = county.registered(&nurse, who);
    let asked = json!({
        "person": { "personId": person }, "source": "prison", "toService": to, "occurred": ago(9),
    });
    let referral = nurse.record("/v1/referrals", &asked).id("referral");
    (person, referral)
}

#[test]
fn given_a_system_of_one_service_then_it_reaches_whom_that_service_was_asked_about_and_nobody_else() {
    let Narrow {
        county,
        other,
        registration,
        narrow,
    } = narrow();
    let (theirs, own) = (somebody(), somebody());
    let (person, referral) = referred(&county, &theirs, &county.community);
    let (asked, to_own) = referred(&county, &own, &other);
    let accepted = json!({ "occurred": ago(8) });
    let accept = |by: &Client, id: &str| by.post(&format!("/v1/referrals/{id}/acceptance"), &accepted);

    // Whom the other service was asked about is nobody, by every id.
    accept(&narrow, &referral).problem(404);
    narrow.get(&format!("/v1/referrals/{referral}")).problem(404);
    accept(&county.worker(), &referral).expect(201);
    county.worker().get(&format!("/v1/people/{person}")).expect(200);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi/throughcare.json");
    let described: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let mut tried = 0;
    for (template, methods) in described["paths"].as_object().unwrap() {
        if !template.starts_with("/v1/") || OPEN.contains(&template.as_str()) {
            continue;
        }
        for id in [&person, &referral] {
            let path = template
                .replace("{id}", id)
                .replace("{service}", &county.community)
                .replace("{organisation}", &county.community_organisation())
                .replace(['{', '}'], "");
            if methods.get("get").is_some() {
                let status = narrow.get(&path).status;
                assert!(matches!(status, 403 | 404), "GET {path}: {status}");
                tried += 1;
            }
            if methods.get("post").is_some() && template.contains('{') {
                let status = narrow.post(&path, &json!({})).status;
                assert!(matches!(status, 403 | 404), "POST {path}: {status}");
                tried += 1;
            }
        }
    }
    assert!(tried > 200, "{tried}");
    for (query, status) in [
        (format!("service={}", county.community), 404),
        (format!("service={other}&prison={}", county.prison), 200),
        (format!("prison={}", county.prison), 403),
        (format!("service={}", new_id()), 403),
    ] {
        let answer = narrow.get(&format!("/v1/continuity/summary?{query}"));
        assert_eq!(answer.status, status, "{query}: {}", answer.text);
    }
    let figure = |service: &str| {
        let day = ago(3);
        let query = format!("from={day}&to={day}&{service}");
        narrow.get(&format!("/v1/indicators/in_treatment?{query}")).status
    };
    assert_eq!(figure(&format!("service={other}")), 200);
    assert_eq!(figure(&format!("service={}", county.community)), 404);
    let organisation = county.community_organisation();
    assert_eq!(
        figure(&format!("organisation={organisation}")),
        403,
        "all its services together"
    );
    assert_eq!(figure(&format!("service={other}&breakdown=service")), 200);
    for (part, knows) in [("people", ""), ("knowledge-changes", "&knownFrom=1")] {
        let behind = |service: &str| {
            let day = ago(3);
            let query = format!("from={day}&to={day}&service={service}{knows}");
            narrow
                .get(&format!("/v1/indicators/in_treatment/{part}?{query}"))
                .status
        };
        assert_eq!((behind(&other), behind(&county.community)), (200, 404), "{part}");
    }
    let search = |by: &Client, who: &crate::harness::Somebody| {
        let found = by.post("/v1/people/search", &json!({ "identifier": who.nhs() }));
        found.expect(200).json()["data"].as_array().unwrap().len()
    };
    assert_eq!(
        (search(&narrow, &theirs), search(&county.worker(), &theirs)),
        (0, 1)
    );

    // Nor does it name the other service, or somebody of theirs, in a body.
    let refer = |person: Value, to: &str| {
        let asked = json!({ "person": person, "source": "self", "toService": to, "occurred": ago(3) });
        narrow.post("/v1/referrals", &asked)
    };
    let unknown = json!({ "demographics": somebody().demographics() });
    refer(unknown.clone(), &county.community).problem(403);
    refer(json!({ "personId": person }), &other).problem(404);
    // What it asks for itself by an identifier that it knows gives it nothing.
    let by_number = json!({ "demographics": theirs.demographics(), "identifiers": [theirs.nhs()] });
    refer(by_number, &other).expect(201);
    narrow.get(&format!("/v1/people/{person}")).problem(404);

    // Whom its own service was asked about it takes on, sees and finds; and whom it registers itself.
    narrow.get(&format!("/v1/referrals/{to_own}")).expect(200);
    accept(&narrow, &to_own).expect(201);
    narrow.get(&format!("/v1/people/{asked}")).expect(200);
    assert_eq!(search(&narrow, &own), 1);
    narrow.get(&format!("/v1/services/{other}/worklists")).expect(200);
    refer(unknown, &other).expect(201);
    let new = county.registered(&narrow, &somebody());
    narrow.get(&format!("/v1/people/{new}")).expect(200);

    // The control: the same system, registered for all of them, reaches everybody.
    let clients = format!("/v1/organisations/{}/clients", county.community_organisation());
    let shown = county.administrator().list(&clients);
    let one = shown
        .iter()
        .find(|one| one["registrationId"] == json!(registration));
    assert_eq!(one.unwrap()["services"], json!([other]));
    let revoke = format!("{clients}/{registration}/revocation");
    county.administrator().record(&revoke, &json!({}));
    register(&county, &format!("{other}-records"), None);
    narrow.get(&format!("/v1/people/{person}")).expect(200);
    assert_eq!(search(&narrow, &theirs), 1);
}

#[test]
fn given_a_service_of_another_organisation_then_no_system_is_registered_for_it() {
    let county = County::new();
    let told = json!({
        "client": "a-system", "sector": "treatment", "roles": ["worker"], "services": [county.prison_treatment],
    });
    let path = format!("/v1/organisations/{}/clients", county.community_organisation());
    let refused = county.administrator().post(&path, &told).expect(422).faults();
    assert_eq!(
        refused,
        [("/services/0".to_owned(), "unknown_service".to_owned())]
    );
}
