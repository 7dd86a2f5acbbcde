//! The body of what is told: the envelope of HMPPS domain events, thin. What is new stands under `detailUrl`, for those
//! who may see it.

use jiff::Timestamp;
use serde::Serialize;
use throughcare_app::webhooks::{About, Parcel};
use utoipa::ToSchema;

/// Version of the envelope.
const VERSION: u8 = 1;

/// What a receiver is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EnvelopeWire {
    /// What has happened, by a name that tells nothing of anybody's health.
    #[schema(example = "throughcare.referral.updated")]
    pub event_type: String,
    /// Version of this form.
    pub version: u8,
    /// What it says, for people.
    pub description: String,
    /// Where to look, with a token of your own: whoever looks is judged then.
    #[schema(example = "https://throughcare.example/v1/referrals/0198c5a0-7d1e-7a3b-9c41-5f2e8d6b1a70")]
    pub detail_url: String,
    /// When this system knew.
    #[schema(value_type = String, format = DateTime)]
    pub occurred_at: Timestamp,
    /// By which id you know whom it is about; absent where you may not know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person_reference: Option<PersonReferenceWire>,
}

/// By which ids a receiver knows whom it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonReferenceWire {
    /// The ids.
    pub identifiers: Vec<ReferenceIdentifier>,
}

/// An id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReferenceIdentifier {
    /// What it is an id of.
    #[serde(rename = "type")]
    pub identifier_type: IdentifierType,
    /// The id.
    #[schema(example = "0198c5a0-7d1e-7a3b-9c41-5f2e8d6b1a70")]
    pub value: String,
}

/// What an id is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum IdentifierType {
    /// A person, for those who see the record.
    ThroughcarePerson,
    /// A referral, for those who sent it or have it.
    ThroughcareReferral,
}

impl EnvelopeWire {
    /// What is told of a parcel by a service that is reached under this address.
    pub fn of(parcel: &Parcel, public: &str) -> Self {
        let path = match &parcel.about {
            About::Person(person) => format!("/v1/people/{}", person.0),
            About::Referral(referral) => format!("/v1/referrals/{}", referral.0),
            About::Organisation(code) => format!("/v1/organisations/{code}"),
            About::Webhook(id) => format!("/v1/webhooks/{id}"),
            About::Event => format!("/v1/events?after={}&limit=1", parcel.position.saturating_sub(1)),
        };
        let mut identifiers = Vec::new();
        if let Some(person) = parcel.person {
            identifiers.push(ReferenceIdentifier {
                identifier_type: IdentifierType::ThroughcarePerson,
                value: person.0.to_string(),
            });
        }
        if let About::Referral(referral) = &parcel.about {
            identifiers.push(ReferenceIdentifier {
                identifier_type: IdentifierType::ThroughcareReferral,
                value: referral.0.to_string(),
            });
        }
        Self {
            event_type: parcel.notice.name().to_owned(),
            version: VERSION,
            description: parcel.notice.sentence().to_owned(),
            detail_url: format!("{}{path}", public.trim_end_matches('/')),
            occurred_at: parcel.occurred_at,
            person_reference: (!identifiers.is_empty()).then_some(PersonReferenceWire { identifiers }),
        }
    }
}
