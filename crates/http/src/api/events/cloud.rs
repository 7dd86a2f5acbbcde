//! The feed as a batch of CloudEvents 1.0, in the JSON form.

use super::event::EventWire;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// The media type.
pub const CLOUDEVENTS_BATCH: &str = "application/cloudevents-batch+json";
/// Version of CloudEvents.
const VERSION: &str = "1.0";
/// What every event comes from: this service's log, whatever address it is reached by.
const SOURCE: &str = "urn:throughcare:log";

/// An event, as CloudEvents has it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CloudEventWire {
    /// `1.0`.
    pub specversion: &'static str,
    /// The event's id.
    pub id: Uuid,
    /// The log.
    pub source: &'static str,
    /// The event's type, such as `custody.released`.
    #[serde(rename = "type")]
    pub event_type: String,
    /// When this system knew.
    #[schema(value_type = String, format = DateTime)]
    pub time: Timestamp,
    /// `application/json`.
    pub datacontenttype: &'static str,
    /// Its place in the log, padded so that it sorts as text; the feed is in this order.
    #[schema(example = "00000000000000004711")]
    pub sequence: String,
    /// The person, when it is about one whom you see in full.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<Uuid>,
    /// The whole event, as the feed shows it in JSON.
    pub data: EventWire,
}

impl From<EventWire> for CloudEventWire {
    fn from(event: EventWire) -> Self {
        Self {
            specversion: VERSION,
            id: event.id,
            source: SOURCE,
            event_type: event.event_type.clone(),
            time: event.recorded_at,
            datacontenttype: "application/json",
            sequence: format!("{:020}", event.position),
            subject: event.person_id,
            data: event,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::events::event::tests::registered;
    use crate::api::events::event::wire;
    use throughcare_domain::code::OrganisationCode;

    #[test]
    fn an_event_has_what_cloudevents_asks_for_and_names_nobody_whom_the_caller_does_not_see() {
        let north = OrganisationCode::parse("north").unwrap();
        let json = |known| {
            let event = CloudEventWire::from(wire(&registered(4), &north, false, known));
            serde_json::to_value(event).unwrap()
        };
        let shown = json(true);
        for (name, value) in [
            ("specversion", "1.0"),
            ("source", SOURCE),
            ("sequence", "00000000000000000004"),
        ] {
            assert_eq!(shown[name], value);
        }
        assert_eq!(shown["id"], shown["data"]["id"]);
        assert_eq!(shown["type"], shown["data"]["type"]);
        assert_eq!(shown["subject"], shown["data"]["personId"]);
        assert!(json(false).get("subject").is_none());
        // Names of attributes are lower-case letters and digits.
        for name in shown.as_object().unwrap().keys() {
            assert!(
                name.chars()
                    .all(|one| one.is_ascii_lowercase() || one.is_ascii_digit()),
                "{name}"
            );
        }
    }
}
