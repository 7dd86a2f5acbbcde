//! `GET /v1/people/{id}/emergency`: the smallest useful set.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::people::{KitShown, PrescriptionShown};
use crate::api::refusal::problem;
use crate::api::shown::{ReadRefused, shown};
use crate::api::wire::{DateWire, NamesWire};
use crate::path::IdPath;
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use throughcare_domain::id::PersonId;
use throughcare_domain::view::emergency::Contact;
use throughcare_domain::when::days_between;
use utoipa::ToSchema;
use uuid::Uuid;

/// Somebody to ring.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContactShown {
    /// The service that has the person in care.
    pub service: String,
    /// Its organisation.
    pub organisation: String,
    /// Since when.
    pub since: Date,
    /// The key worker.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_worker: Option<String>,
}

/// An overdose, as far as it matters now.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EmergencyOverdose {
    /// The day.
    pub on: Date,
    /// A code of `overdose-outcomes`.
    pub outcome: String,
    /// Codes of `substances` suspected.
    pub substances: Vec<String>,
    /// Whether naloxone was given; absent when nobody knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub naloxone_given: Option<bool>,
}

/// What matters in an emergency. What is not here may still be known elsewhere: no record is no sign of no risk.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EmergencyShown {
    /// The record.
    pub person_id: Uuid,
    /// Current names: is this the person?
    pub names: NamesWire,
    /// Date of birth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_of_birth: Option<DateWire>,
    /// The day of the recorded death.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub died_on: Option<Date>,
    /// Until when you see this; absent for those who see the whole record.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    /// What is prescribed today.
    pub medicines: Vec<PrescriptionShown>,
    /// Codes of `substances`, most important first.
    pub substances: Vec<String>,
    /// Overdoses, the last first; at most 5.
    pub overdoses: Vec<EmergencyOverdose>,
    /// The prison in which the person is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_prison: Option<String>,
    /// Days since the last release to the community: in the first fortnight tolerance is low and the risk of death high.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_since_release: Option<i32>,
    /// Naloxone in hand.
    pub naloxone: Vec<KitShown>,
    /// Who has the person in care.
    pub contacts: Vec<ContactShown>,
}

impl From<Contact> for ContactShown {
    fn from(contact: Contact) -> Self {
        Self {
            service: contact.service.to_string(),
            organisation: contact.organisation.to_string(),
            since: contact.since,
            key_worker: contact.key_worker.map(|worker| worker.to_string()),
        }
    }
}

/// What matters in an emergency
///
/// Medicines, overdose risk, naloxone, and whom to ring: for the clinician who looks in an emergency
/// (`POST /v1/break-glass`), until that look is over, and for whoever sees the whole record.
#[utoipa::path(
    get, path = "/v1/people/{id}/emergency", tag = "Emergency", params(("id" = Uuid, Path)),
    responses(
        (status = 200, description = "The smallest useful set", body = EmergencyShown,
            headers(("X-Log-Position" = u64, description = "Log position up to which it is true"))),
        ReadRefused,
    )
)]
pub async fn emergency(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
) -> Result<Response, Problem> {
    let read = state
        .app
        .emergency(&asking.caller, PersonId(id))
        .await
        .map_err(problem)?;
    let day = read.day;
    let codes = |codes: Vec<throughcare_domain::code::Code>| codes.iter().map(ToString::to_string).collect();
    let known = read.shown;
    let names = known.names;
    let body = EmergencyShown {
        person_id: read.person.0,
        names: NamesWire {
            given: names.as_ref().and_then(|names| names.given.clone()),
            family: names.as_ref().and_then(|names| names.family.clone()),
        },
        date_of_birth: known.date_of_birth.map(DateWire),
        died_on: known.died_on,
        until: read.until,
        medicines: known.medicines.into_iter().map(PrescriptionShown::from).collect(),
        substances: codes(known.substances),
        overdoses: known
            .overdoses
            .into_iter()
            .map(|one| EmergencyOverdose {
                on: one.at.date(),
                outcome: one.outcome.to_string(),
                substances: codes(one.substances),
                naloxone_given: one.naloxone_given,
            })
            .collect(),
        days_since_release: known
            .released_on
            .filter(|_| known.in_prison.is_none())
            .map(|released| days_between(released, day)),
        in_prison: known.in_prison.map(|prison| prison.to_string()),
        naloxone: known.naloxone.iter().map(KitShown::from).collect(),
        contacts: known.contacts.into_iter().map(ContactShown::from).collect(),
    };
    Ok(shown(body, read.position))
}
