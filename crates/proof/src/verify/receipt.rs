//! Receipts: what was promised to a sender must be in the log.

use super::{Asked, Fault, Outcome, Seen};
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use uuid::Uuid;

/// The keys by which receipts are signed, as `GET /v1/receipt-keys` gives them. An auditor keeps this file, too.
#[derive(Clone, Debug, Deserialize)]
pub struct ReceiptKeys {
    keys: Vec<Key>,
}

#[derive(Clone, Debug, Deserialize)]
struct Key {
    kid: String,
    x: String,
}

/// A receipt whose signature holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    events: Vec<Uuid>,
    position: Option<u64>,
    by: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Signed {
    signed: String,
    key_id: String,
    signature: String,
}

impl Receipt {
    /// Reads a receipt: the JSON object that came with an answer, or the answer with it as `receipt`.
    ///
    /// # Errors
    /// A sentence: it is none, or none of the keys signed it.
    pub fn open(json: &str, keys: &ReceiptKeys) -> Result<Self, &'static str> {
        let value: serde_json::Value = serde_json::from_str(json).map_err(|_| "the receipt is no JSON")?;
        let value = value.get("receipt").cloned().unwrap_or(value);
        let signed: Signed = serde_json::from_value(value).map_err(|_| "the receipt lacks a part")?;
        let key = keys.keys.iter().find(|key| key.kid == signed.key_id);
        let key = key.and_then(|key| URL_SAFE_NO_PAD.decode(&key.x).ok());
        let signature = URL_SAFE_NO_PAD.decode(&signed.signature).ok();
        let (Some(key), Some(signature)) = (key, signature) else {
            return Err("the receipt is by a key that is not in the file of keys");
        };
        UnparsedPublicKey::new(&ED25519, key)
            .verify(signed.signed.as_bytes(), &signature)
            .map_err(|_| "the signature of the receipt does not hold")?;
        let mut receipt = Self {
            events: Vec::new(),
            position: None,
            by: None,
        };
        for line in signed.signed.lines() {
            match line.split_once(' ') {
                Some(("event", id)) => receipt
                    .events
                    .push(Uuid::try_parse(id).map_err(|_| "the receipt names an event that is none")?),
                Some(("position", position)) => receipt.position = position.parse().ok(),
                Some(("by", time)) => receipt.by = Some(time.to_owned()),
                _ => {}
            }
        }
        Ok(receipt)
    }
}

/// Looks for what was promised.
pub(super) fn check(asked: &Asked<'_>, seen: &Seen, outcome: &mut Outcome, faults: &mut Vec<Fault>) {
    for receipt in &asked.receipts {
        let lacking = receipt
            .events
            .iter()
            .find(|event| !seen.places.contains_key(&event.as_u128()));
        let beyond = receipt.position.is_some_and(|position| position > outcome.size);
        if lacking.is_none() && !beyond {
            outcome.receipts += 1;
            continue;
        }
        // Not before the log is later than the time that was promised is anything missing.
        let reached = seen.recorded.and_then(|at| String::from_utf8(at.to_vec()).ok());
        let due = match (&receipt.by, reached) {
            (Some(by), Some(reached)) => *by < reached,
            (Some(_), None) => false,
            (None, _) => !beyond,
        };
        match lacking {
            Some(event) if due => {
                faults.push(Fault::new(
                    "omitted",
                    format!("A receipt promises the event {event}, and the log does not have it."),
                ));
                return;
            }
            _ => outcome.receipts_later += 1,
        }
    }
}
