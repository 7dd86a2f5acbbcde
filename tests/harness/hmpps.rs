//! Messages in the exact outer form of HMPPS and SNS (`tests/hmpps/`), written for this project about made-up people.

use super::{Answer, Client, County, Somebody, ago, new_id, somebody, until};
use serde_json::Value;

/// Where events of HMPPS come in.
pub const HMPPS_EVENTS: &str = "/v1/inbound/hmpps-events";

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        /// Every message, by the name of its file.
        pub const HMPPS_FILES: &[(&str, &str)] = &[$(($name, include_str!(concat!("../hmpps/", $name, ".json")))),*];
    };
}

files! {
    "received.sns",
    "released.sns",
    "released.bare",
    "merged.sns",
    "case-merged.sns",
    "case-unmerged.sns",
    "cell-move.sns",
    "subscription-confirmation",
}

/// A message of a file, with its places filled; its id is a new one unless it is said.
#[track_caller]
pub fn hmpps_message(name: &str, places: &[(&str, &str)]) -> Value {
    let (_, text) = HMPPS_FILES.iter().find(|(file, _)| *file == name).unwrap();
    let filled = places.iter().fold((*text).to_owned(), |text, (place, value)| {
        text.replace(&format!("{{{place}}}"), value)
    });
    let filled = filled.replace("{messageId}", &new_id().to_string());
    for left in [
        "{occurredAt}",
        "{prisonerNumber}",
        "{reason}",
        "{code}",
        "{prison}",
    ] {
        assert!(!filled.contains(left), "{name} needs {left}");
    }
    serde_json::from_str(&filled).unwrap()
}

/// Sends a message as those systems do: without a key.
pub fn send_message(by: &Client, message: &Value) -> Answer {
    by.send(by.request(reqwest::Method::POST, HMPPS_EVENTS).json(message))
}

/// Somebody else whom the community service treats, and whose prisoner number the prison says is the same person's.
pub fn known_as_two(county: &County, who: &Somebody) {
    let worker = county.worker();
    let other = somebody();
    let person = county.registered(&worker, &other);
    county.in_community_treatment(&person, ago(40));
    let merged = hmpps_message(
        "merged.sns",
        &[
            ("prisonerNumber", &who.prisoner_number),
            ("removedNumber", &other.prisoner_number),
            ("occurredAt", &format!("{}T10:00:00Z", ago(1))),
        ],
    );
    send_message(&county.prison_system(), &merged).expect(202);
    until("somebody is asked whether these are one person", || {
        (!worker.list("/v1/suggested-merges").is_empty()).then_some(())
    });
    // Two records with one number are alike, too.
    let alike = format!("/v1/services/{}/possible-matches", county.community);
    until("they are found alike", || {
        (!worker.list(&alike).is_empty()).then_some(())
    });
}
