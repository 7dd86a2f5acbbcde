//! What every client may rely on.

mod access_log;
mod bad_input;
mod concurrency;
mod corrections;
mod discretion;
mod documentation;
mod drug_tests;
mod envelope;
mod held_movements;
mod hmpps_events;
mod idempotency;
mod imports;
mod matrix;
mod membership;
mod narrowed;
mod paging;
mod proof;
mod receipts;
mod reference_versions;
mod referring_to_oneself;
mod refusal;
mod restricted_needs;
mod sharing;
mod smuggling;
mod swapped;
mod sweeping;
mod times;
mod visibility;

use crate::harness::{Client, County};
use serde_json::{Value, json};

/// A referral for somebody.
fn referral(county: &County, person: Value) -> Value {
    json!({ "person": person, "source": "self", "toService": county.community })
}

/// The last position of the log.
fn log_head(county: &County) -> u64 {
    county.auditor().read("/v1/events?limit=1")["headPosition"]
        .as_u64()
        .unwrap()
}

/// Every event that a client may see after a log position.
fn events_after(client: &Client, mut after: u64) -> Vec<Value> {
    let mut events = Vec::new();
    loop {
        let page = client.read(&format!("/v1/events?after={after}"));
        events.extend(page["data"].as_array().unwrap().iter().cloned());
        after = page["nextAfter"].as_u64().unwrap();
        if page["hasMore"] == false {
            return events;
        }
    }
}
