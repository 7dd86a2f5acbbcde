//! The envelope of HMPPS, bare or inside a message of SNS.
//!
//! This is the one place where unknown fields are no fault: what is read is read strictly, and HMPPS adds fields to its
//! events whenever somebody needs one. A refusal of what nobody here reads would lose what everybody needs.
//!
//! Sources: `ministryofjustice/prison-offender-events` (`HmppsDomainEvent`); the message format of Amazon SNS for HTTP.

use crate::api::wire::InstantWire;
use crate::json::{schema, strict};
use crate::problem::{Fault, Problem, ProblemKind};
use aws_lc_rs::digest;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use throughcare_app::{Arrived, Content};
use throughcare_domain::hmpps::{Event, MOST_FACTS, MOST_IDENTIFIERS};
use utoipa::ToSchema;
use uuid::Uuid;

/// An event of HMPPS, or a message of SNS that holds one.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(untagged)]
#[expect(
    dead_code,
    reason = "read by the OpenAPI generator only: each form is read by its own schema"
)]
pub enum HmppsMessage {
    /// As SNS delivers it.
    Sns(SnsMessage),
    /// As it was published.
    Bare(DomainEvent),
}

/// An event as HMPPS publishes it. Other fields are allowed, and not read.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DomainEvent {
    /// What happened.
    #[schema(
        min_length = 1,
        max_length = 100,
        pattern = "^[A-Za-z0-9][A-Za-z0-9._-]*$",
        example = "prison-offender-events.prisoner.released"
    )]
    pub event_type: String,
    /// The version of the type.
    #[schema(minimum = 0, maximum = 1000, example = 1)]
    pub version: u32,
    /// When it happened.
    pub occurred_at: InstantWire,
    /// When it was published, as an instant: of what is told of one event the last published counts. What is no instant
    /// counts as absent, so that no event is lost by it.
    #[schema(value_type = Option<String>, example = "2026-03-01T14:50:00.526762+00:00")]
    pub published_at: Option<Value>,
    /// What is told of it: `nomsNumber`, `reason`, `nomisMovementReasonCode`, `prisonId` and others.
    #[schema(value_type = Option<Object>)]
    pub additional_information: Option<Value>,
    /// Whom it is about: `identifiers`, each with `type` and `value`.
    #[schema(value_type = Option<Object>)]
    pub person_reference: Option<Value>,
}

/// What kind of message SNS sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum SnsType {
    /// An event.
    Notification,
    /// Asks to confirm a subscription: kept for people to see, and never followed.
    SubscriptionConfirmation,
    /// Says that a subscription has ended.
    UnsubscribeConfirmation,
}

/// A message as SNS delivers it. Other fields are allowed, and not read.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct SnsMessage {
    /// What kind of message.
    pub r#type: SnsType,
    /// The id of the message; the same for a repeated one.
    pub message_id: Uuid,
    /// The event, as JSON in a text.
    #[schema(min_length = 1, max_length = 10000)]
    pub message: String,
}

/// Reads a body, which is strict JSON already. Every fault of the envelope is told at once, of an event inside a message
/// under `/Message`.
///
/// # Errors
/// `validation_failed`, with pointers.
pub(super) fn read(value: Value, text: &str) -> Result<Arrived, Problem> {
    if value.get("Type").is_none() {
        let event = fitting::<DomainEvent>(value, "")?;
        return Ok(arrived(None, Content::Event(event.into()), text.to_owned()));
    }
    let sns = fitting::<SnsMessage>(value, "")?;
    let subscription = match sns.r#type {
        SnsType::Notification => None,
        SnsType::SubscriptionConfirmation => Some("SubscriptionConfirmation"),
        SnsType::UnsubscribeConfirmation => Some("UnsubscribeConfirmation"),
    };
    if let Some(what) = subscription {
        let content = Content::Subscription(what);
        return Ok(arrived(
            Some(sns.message_id.to_string()),
            content,
            text.to_owned(),
        ));
    }
    let inner = strict::parse(sns.message.as_bytes()).map_err(inside)?;
    let event = fitting::<DomainEvent>(inner, "/Message")?;
    Ok(arrived(
        Some(sns.message_id.to_string()),
        Content::Event(event.into()),
        sns.message,
    ))
}

fn arrived(message_id: Option<String>, content: Content, text: String) -> Arrived {
    let mut content_hash = [0; 32];
    content_hash.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
    Arrived {
        message_id,
        content,
        content_hash,
        text,
    }
}

fn fitting<T: DeserializeOwned + ToSchema + 'static>(value: Value, under: &str) -> Result<T, Problem> {
    let found = schema::of::<T>()?.faults(&value, under);
    if !found.is_empty() {
        return Err(Problem::new(ProblemKind::ValidationFailed).faults(found));
    }
    serde_json::from_value(value).map_err(|error| {
        let detail = "A value does not fit its field. Compare the message with the documentation.";
        Problem::new(ProblemKind::ValidationFailed)
            .internal(format!("{:?} after the schema passed", error.classify()))
            .fault(Fault::new(under, "does_not_fit", detail))
    })
}

/// What is wrong with the JSON inside a message, where it stands in the body.
fn inside(problem: Problem) -> Problem {
    let faults: Vec<Fault> = problem
        .errors()
        .iter()
        .map(|fault| Fault {
            pointer: format!("/Message{}", fault.pointer),
            ..fault.clone()
        })
        .collect();
    let whole = Problem::new(ProblemKind::ValidationFailed);
    match faults.is_empty() {
        true => whole.fault(Fault::new(
            "/Message",
            "malformed_json",
            "Expected an event of HMPPS as JSON in a text.",
        )),
        false => whole.faults(faults),
    }
}

impl From<DomainEvent> for Event {
    fn from(event: DomainEvent) -> Self {
        let facts = event.additional_information.as_ref().and_then(Value::as_object);
        let text = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let identifiers = event
            .person_reference
            .as_ref()
            .and_then(|person| person.get("identifiers")?.as_array());
        let identifier = |one: &Value| {
            let part = |name| Some(one.get(name)?.as_str()?.to_owned());
            Some((part("type")?, part("value")?))
        };
        Self {
            event_type: event.event_type,
            version: event.version,
            occurred_at: event.occurred_at.0,
            published_at: event
                .published_at
                .as_ref()
                .and_then(|at| at.as_str()?.parse().ok()),
            facts: facts
                .into_iter()
                .flatten()
                .take(MOST_FACTS)
                .filter_map(|(name, value)| Some((name.clone(), text(value)?)))
                .collect(),
            identifiers: identifiers
                .into_iter()
                .flatten()
                .take(MOST_IDENTIFIERS)
                .filter_map(identifier)
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn event() -> Value {
        json!({
            "eventType": "prison-offender-events.prisoner.released", "version": 1,
            "occurredAt": "2026-03-01T14:05:00+00:00", "description": "A prisoner has been released from prison",
            "publishedAt": "2026-03-01T14:50:00+00:00", "addedLater": { "a": [1] },
            "additionalInformation": { "nomsNumber": "A1234BC", "reason": "RELEASED", "bookingId": 7, "more": {} },
            "personReference": { "identifiers": [{ "type": "NOMS", "value": "A1234BC" }] },
        })
    }

    fn sns(message: &Value) -> Value {
        json!({
            "Type": "Notification", "MessageId": "3b1d4b3e-1111-5d0a-8f6e-cc1f2f9d2a10",
            "TopicArn": "arn:aws:sns:eu-west-2:000000000000:topic", "Message": message,
            "Timestamp": "2026-03-01T14:50:01.001Z", "SignatureVersion": "1",
            "MessageAttributes": { "eventType": { "Type": "String", "Value": "x" } },
        })
    }

    fn faults(value: &Value) -> Vec<(String, String)> {
        let problem = read(value.clone(), &value.to_string()).err().expect("a refusal");
        assert_eq!(problem.status(), 400);
        let errors = problem.errors().iter();
        errors
            .map(|fault| (fault.pointer.to_string(), fault.code.to_string()))
            .collect()
    }

    #[test]
    fn both_forms_come_to_the_same_event_and_keep_what_was_sent() {
        let inner = event().to_string();
        let bare = read(event(), &inner).unwrap();
        let wrapped = sns(&Value::from(inner.clone()));
        let inside = read(wrapped.clone(), &wrapped.to_string()).unwrap();
        let (Content::Event(one), Content::Event(other)) = (&bare.content, &inside.content) else {
            panic!("events")
        };
        assert_eq!(one, other);
        assert_eq!(one.facts["bookingId"], "7");
        assert_eq!(
            (&bare.text, bare.content_hash),
            (&inside.text, inside.content_hash)
        );
        assert_eq!(
            (bare.message_id.is_none(), inside.message_id.is_some()),
            (true, true)
        );
    }

    #[test]
    fn every_fault_of_an_envelope_is_told_where_it_stands() {
        let pair = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
        let mut wrong = event();
        wrong["occurredAt"] = json!("yesterday");
        wrong.as_object_mut().unwrap().remove("eventType");
        let found = faults(&wrong);
        assert!(
            found.iter().any(|(pointer, _)| pointer == "/eventType"),
            "{found:?}"
        );
        assert!(
            found.iter().any(|(pointer, _)| pointer == "/occurredAt"),
            "{found:?}"
        );
        let inside = faults(&sns(&Value::from(wrong.to_string())));
        let under: Vec<_> = found
            .iter()
            .map(|(pointer, code)| pair(&format!("/Message{pointer}"), code))
            .collect();
        assert_eq!(inside, under);
        assert_eq!(
            faults(&sns(&json!("not json"))),
            [pair("/Message", "malformed_json")]
        );
        assert!(faults(&sns(&json!({ "eventType": "x" })))[0].0 == "/Message");
        assert!(faults(&json!({ "Type": "Notification" })).len() >= 2);
        let both = faults(&json!({ "Type": "Other", "MessageId": "a", "Message": "b" }));
        let places: Vec<_> = both.iter().map(|(pointer, _)| pointer.as_str()).collect();
        assert_eq!(places, ["/MessageId", "/Type"]);
        assert!(!faults(&json!([1])).is_empty());
        // A name twice, inside too.
        let twice = r#"{"eventType":"a","eventType":"b","version":1,"occurredAt":"2026-03-01T14:05:00Z"}"#;
        assert_eq!(faults(&sns(&json!(twice)))[0].0, "/Message/eventType");
    }

    #[test]
    fn what_an_envelope_says_of_somebody_may_have_any_shape() {
        for (name, value) in [
            ("additionalInformation", json!({ "nomsNumber": ["A1234BC"] })),
            ("personReference", json!({ "identifiers": "A1234BC" })),
            ("personReference", json!({})),
            ("additionalInformation", Value::Null),
        ] {
            let mut odd = event();
            odd[name] = value;
            assert!(read(odd.clone(), &odd.to_string()).is_ok(), "{odd}");
        }
    }
}
