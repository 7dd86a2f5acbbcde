//! Open endpoints: health and documentation, without a token and without internet.
//!
//! Source: `api.md`, Adopt 6.

use crate::harness::{Answer, County};
use serde_json::Value;

fn open(path: &str) -> Answer {
    let county_free = crate::harness::shared(0);
    let response = reqwest::blocking::get(format!("{}{path}", county_free.address)).unwrap();
    Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        text: response.text().unwrap(),
    }
}

#[test]
fn given_no_token_then_health_and_documentation_answer_and_nothing_else_does() {
    for path in ["/health", "/health/liveness", "/health/readiness", "/health/ping"] {
        assert_eq!(open(path).expect(200).json()["status"], "UP", "{path}");
    }
    assert_eq!(open("/info").expect(200).json()["name"], "throughcare");
    let api = open("/v3/api-docs").expect(200).json();
    // Every path of the documentation but the open ones wants a token.
    let paths = api["paths"].as_object().unwrap();
    assert!(paths.len() > 40, "{}", paths.len());
    for (path, item) in paths.iter().filter(|(path, _)| path.starts_with("/v1/")) {
        let path = path.replace("{id}", &crate::harness::new_id().to_string());
        if item.get("get").is_some() {
            assert_eq!(open(&path).problem(401), "unauthenticated", "{path}");
        }
    }
}

#[test]
fn given_the_documentation_page_then_it_names_no_other_host() {
    let page = open("/swagger-ui/").expect(200).text;
    for attribute in ["src=\"", "href=\""] {
        for part in page.split(attribute).skip(1) {
            let target = part.split('"').next().unwrap();
            assert!(!target.contains("//"), "{target}");
            open(&format!("/swagger-ui/{}", target.trim_start_matches("./"))).expect(200);
        }
    }
    let start = open("/swagger-ui/swagger-initializer.js").expect(200).text;
    assert!(
        start.contains("/v3/api-docs") && !start.contains("https://"),
        "{start}"
    );
}

/// The committed file is what the code says. When this fails: `cargo run -- openapi > openapi/throughcare.json`.
#[test]
fn given_the_committed_openapi_file_then_it_is_what_the_program_prints() {
    let printed = crate::harness::throughcare().arg("openapi").output().unwrap();
    assert!(printed.status.success());
    let committed = std::fs::read(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../openapi/throughcare.json"
    ))
    .unwrap_or_default();
    let same = printed.stdout == committed;
    assert!(
        same,
        "openapi/throughcare.json is out of date: cargo run -- openapi > openapi/throughcare.json"
    );
    let printed: Value = serde_json::from_slice(&printed.stdout).unwrap();
    assert_eq!(printed, open("/v3/api-docs").json(), "the served file");
}

#[test]
fn given_any_answer_then_it_is_not_stored_on_the_way() {
    let county = County::new();
    let answer = county
        .worker()
        .get(&format!("/v1/services/{}/worklists", county.community))
        .expect(200);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
}

/// The same for what is told over webhooks: `cargo run -- asyncapi > openapi/asyncapi.json`.
#[test]
fn given_the_committed_asyncapi_file_then_it_is_what_the_program_prints() {
    let printed = crate::harness::throughcare().arg("asyncapi").output().unwrap();
    assert!(printed.status.success());
    let committed = std::fs::read(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../openapi/asyncapi.json"
    ));
    assert!(
        committed.is_ok_and(|committed| committed == printed.stdout),
        "openapi/asyncapi.json is out of date: cargo run -- asyncapi > openapi/asyncapi.json"
    );
}
