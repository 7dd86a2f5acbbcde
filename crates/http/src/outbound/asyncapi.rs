//! The AsyncAPI 3 file: what leaves this program by itself, made from the code that sends it.

use super::envelope::EnvelopeWire;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use throughcare_app::webhooks::{About, Parcel};
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::id::{PersonId, ReferralId};
use throughcare_domain::notice::Notice;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema as _, ToSchema as _};
use uuid::Uuid;

/// An id in examples.
const EXAMPLE: Uuid = Uuid::from_u128(0x0198_c5a0_7d1e_7a3b_9c41_5f2e_8d6b_1a70);
/// Where the service of the examples is reached.
const PUBLIC: &str = "https://throughcare.example";

/// The file.
pub fn file() -> Value {
    let messages: Map<String, Value> = Notice::ALL
        .into_iter()
        .map(|notice| (key(notice), message(notice)))
        .collect();
    let named: Map<String, Value> = Notice::ALL
        .into_iter()
        .map(|notice| {
            (
                key(notice),
                json!({ "$ref": format!("#/components/messages/{}", key(notice)) }),
            )
        })
        .collect();
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Throughcare: what leaves by itself",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Notices that Throughcare posts to webhooks. Each says that there is something new and where \
                to look; whoever looks is judged then. Signed as Standard Webhooks has it; of one record in order of the \
                log; at least once, under the same webhook-id.",
        },
        "defaultContentType": "application/json",
        "channels": {
            "webhook": {
                "address": null,
                "title": "A webhook",
                "description": "The URL that an organisation's administrators gave with POST /v1/webhooks.",
                "messages": named,
                "bindings": { "http": { "bindingVersion": "0.3.0" } },
            },
        },
        "operations": {
            "tell": {
                "action": "send",
                "title": "Tell a receiver",
                "description": "A status from 200 to 299 is taken as received. 410 disables the webhook. Everything else \
                    is sent again, ten times over about 75 hours; Retry-After counts, up to a day.",
                "channel": { "$ref": "#/channels/webhook" },
                "bindings": { "http": { "method": "POST", "bindingVersion": "0.3.0" } },
            },
        },
        "components": { "messages": messages, "schemas": schemas(), "messageTraits": { "signed": signed() } },
    })
}

/// A name that may stand in the file's addresses.
fn key(notice: Notice) -> String {
    notice.name().replace('.', "_")
}

fn message(notice: Notice) -> Value {
    let example = serde_json::to_value(EnvelopeWire::of(&parcel(notice), PUBLIC)).unwrap_or_default();
    json!({
        "name": notice.name(),
        "title": notice.sentence(),
        "contentType": "application/json",
        "traits": [{ "$ref": "#/components/messageTraits/signed" }],
        "payload": {
            "allOf": [
                { "$ref": "#/components/schemas/EnvelopeWire" },
                { "type": "object", "properties": { "eventType": { "const": notice.name() } } },
            ],
        },
        "examples": [{ "name": "example", "payload": example }],
    })
}

/// What an example tells of.
fn parcel(notice: Notice) -> Parcel {
    let (person, about) = match notice {
        Notice::ReferralUpdated => (None, About::Referral(ReferralId(EXAMPLE))),
        Notice::ServiceUpdated => (None, About::Event),
        Notice::OrganisationUpdated => (
            None,
            OrganisationCode::parse("northshire-recovery").map_or(About::Event, About::Organisation),
        ),
        Notice::WebhookTested => (None, About::Webhook(EXAMPLE)),
        Notice::PersonUpdated
        | Notice::PersonMerged
        | Notice::PersonParted
        | Notice::AppointmentUpdated
        | Notice::MovementRecorded
        | Notice::ReleasePlanUpdated => (Some(PersonId(EXAMPLE)), About::Person(PersonId(EXAMPLE))),
    };
    let at = Timestamp::constant(1_772_366_400, 0);
    Parcel {
        url: String::new(),
        id: EXAMPLE,
        secrets: Vec::new(),
        sent_at: at,
        notice,
        occurred_at: at,
        position: 4_711,
        person,
        about,
    }
}

fn schemas() -> Value {
    let mut found: Vec<(String, RefOr<Schema>)> =
        vec![(EnvelopeWire::name().into_owned(), EnvelopeWire::schema())];
    EnvelopeWire::schemas(&mut found);
    let schemas: Map<String, Value> = found
        .into_iter()
        .map(|(name, schema)| (name, serde_json::to_value(schema).unwrap_or_default()))
        .collect();
    Value::Object(schemas)
}

fn signed() -> Value {
    json!({
        "headers": {
            "type": "object",
            "required": ["webhook-id", "webhook-timestamp", "webhook-signature"],
            "properties": {
                "webhook-id": {
                    "type": "string",
                    "description": "The same however often this is sent: what you have had under it, you have had.",
                    "examples": [format!("msg_{}", EXAMPLE.simple())],
                },
                "webhook-timestamp": {
                    "type": "string",
                    "description": "Seconds since 1970. Refuse what is more than five minutes off.",
                    "examples": ["1772366400"],
                },
                "webhook-signature": {
                    "type": "string",
                    "description": "HMAC-SHA256 over webhook-id, webhook-timestamp and the exact body, with full stops \
                        between them, in base64 after `v1,`; two with a space between them while a secret is changed.",
                    "examples": ["v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="],
                },
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_notice_is_in_the_file_with_an_example_that_fits_its_schema() {
        let file = file();
        for notice in Notice::ALL {
            let message = &file["components"]["messages"][key(notice)];
            let example = &message["examples"][0]["payload"];
            assert_eq!(example["eventType"], notice.name());
            let mut schema = message["payload"].clone();
            schema["components"] = file["components"].clone();
            let validator = jsonschema::validator_for(&schema).unwrap();
            assert!(validator.is_valid(example), "{example}");
            // The control: a field that is missing is found.
            let mut less = example.clone();
            less.as_object_mut().unwrap().remove("detailUrl");
            assert!(!validator.is_valid(&less), "{less}");
        }
    }

    #[test]
    fn every_name_that_is_referred_to_is_there() {
        fn refers(value: &Value, found: &mut Vec<String>) {
            match value {
                Value::Object(fields) => {
                    found.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
                    fields.values().for_each(|field| refers(field, found));
                }
                Value::Array(items) => items.iter().for_each(|item| refers(item, found)),
                _ => {}
            }
        }
        let (file, mut found) = (file(), Vec::new());
        refers(&file, &mut found);
        assert!(found.len() > Notice::ALL.len());
        for name in found {
            assert!(file.pointer(name.trim_start_matches('#')).is_some(), "{name}");
        }
    }
}
