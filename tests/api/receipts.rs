//! A sender can show that something arrived, what it was, and where in the log it stands.
//!
//! Source: issue 6, "In".

use super::{events_after, referral};
use crate::harness::{Client, County, ago, new_id, somebody};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use serde_json::{Value, json};

/// Checks a receipt as a sender would: by what it sent, and by the published key.
fn is_good(by: &Client, receipt: &Value, path: &str, body: &str) -> bool {
    let text = |field: &str| receipt[field].as_str().unwrap().to_owned();
    let sent = format!("POST\n{path}\n\n{body}");
    let hash: String = digest(&SHA256, sent.as_bytes())
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let keys = by.read("/v1/receipt-keys");
    let mut keys = keys["keys"].as_array().unwrap().iter();
    let key = keys.find(|key| key["kid"] == receipt["keyId"]).unwrap();
    let key = URL_SAFE_NO_PAD.decode(key["x"].as_str().unwrap()).unwrap();
    let signature = URL_SAFE_NO_PAD.decode(text("signature")).unwrap();
    let signed = UnparsedPublicKey::new(&ED25519, key).verify(text("signed").as_bytes(), &signature);
    text("contentHash") == hash && text("signed").contains(&format!("content {hash}\n")) && signed.is_ok()
}

#[test]
fn given_a_referral_then_its_receipt_proves_what_arrived_and_tells_nothing_of_the_person() {
    let county = County::new();
    let (known, unknown) = (somebody(), somebody());
    county.registered(&county.worker(), &known);
    let system = county.custody_system();
    let mut texts = Vec::new();
    for who in [&known, &unknown] {
        let (body, key) = (
            referral(&county, who.described()).to_string(),
            new_id().to_string(),
        );
        let send = || {
            let request = system.request(Method::POST, "/v1/referrals");
            let request = request
                .header("content-type", "application/json")
                .header("idempotency-key", &key);
            system.send(request.body(body.clone())).expect(201)
        };
        let answer = send();
        let receipt = answer.json()["receipt"].clone();
        assert!(is_good(&system, &receipt, "/v1/referrals", &body), "{receipt}");
        // Negative controls: of another body, and with another text.
        assert!(!is_good(
            &system,
            &receipt,
            "/v1/referrals",
            &body.replace("self", "selt")
        ));
        let mut forged = receipt.clone();
        forged["signed"] = json!(
            receipt["signed"]
                .as_str()
                .unwrap()
                .replace("position ", "position 1")
        );
        assert!(!is_good(&system, &forged, "/v1/referrals", &body));
        // It names what was made, and where it stands in the log.
        let signed = receipt["signed"].as_str().unwrap();
        assert!(signed.contains(&format!("referral {}\n", answer.id("referral"))));
        let position = answer.json()["logPosition"].as_u64().unwrap();
        assert!(signed.contains(&format!("position {position}\n")));
        let there = events_after(&county.auditor(), position - 1);
        assert!(signed.contains(&format!("event {}\n", there[0]["id"].as_str().unwrap())));
        assert_eq!(send().json()["receipt"], receipt, "sent again, it is the same");
        texts.push(
            signed
                .lines()
                .map(|line| line.split(' ').next().unwrap().to_owned())
                .collect::<Vec<_>>(),
        );
    }
    assert_eq!(texts[0], texts[1], "whether the person was known");
}

#[test]
fn given_a_movement_then_its_receipt_is_signed_whether_anybody_holds_the_number_or_not() {
    let county = County::new();
    let system = county.prison_system();
    let body = json!({
        "prisonerNumber": somebody().prisoner_number, "occurred": ago(3),
        "movement": { "movementType": "ADM", "reasonCode": "N", "prison": county.prison },
    });
    let body = body.to_string();
    let request = system.request(Method::POST, "/v1/custody-movements");
    let request = request
        .header("content-type", "application/json")
        .header("idempotency-key", new_id().to_string());
    let answer = system.send(request.body(body.clone())).expect(202).json();
    assert!(is_good(
        &system,
        &answer["receipt"],
        "/v1/custody-movements",
        &body
    ));
    let id = answer["receiptId"].as_str().unwrap();
    assert!(
        answer["receipt"]["signed"]
            .as_str()
            .unwrap()
            .contains(&format!("receipt {id}\n"))
    );
}
