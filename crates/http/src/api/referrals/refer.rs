//! `POST /v1/referrals`: refer somebody to a service.

use crate::api::ApiState;
use crate::api::answered::{created, location};
use crate::api::asking::Asking;
use crate::api::people::DemographicsWire;
use crate::api::recording::{CommandAnswers, CommandBody, Told, command_body};
use crate::api::refusal::problem_under;
use crate::api::wire::{IdentifierWire, Reading, ResidenceWire, occurred};
use crate::json::ValidJson;
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;
use throughcare_app::{IntakePerson, ReferralIntake};
use throughcare_domain::command::NewReferral;
use throughcare_domain::id::{EpisodeId, PersonId};
use utoipa::ToSchema;
use uuid::Uuid;

/// Whom a referral is about: a record that you may see, or a description.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReferredPerson {
    /// A record that you may see. Leave the other fields out then.
    pub person_id: Option<Uuid>,
    /// Who they are, as far as you know.
    pub demographics: Option<DemographicsWire>,
    /// Identifiers, as far as you know.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub identifiers: Vec<IdentifierWire>,
    /// Where they live.
    pub residence: Option<ResidenceWire>,
}

command_body! {
    /// A referral.
    pub struct ReferralRequest {
        /// Whom it is about.
        pub person: ReferredPerson,
        /// A code of `referral-sources`.
        #[schema(min_length = 1, max_length = 40, example = "arrest_referral")]
        pub source: String,
        /// The service asked.
        #[schema(min_length = 2, max_length = 64, example = "northshire-community")]
        pub to_service: String,
        /// The service that asks, when it is one of yours.
        #[schema(min_length = 2, max_length = 64)]
        pub from_service: Option<String>,
        /// The episode whose care is handed over: makes the referral a transfer to accept.
        pub transfer_of: Option<Uuid>,
        /// Codes of `substances`, most important first.
        #[serde(default)]
        #[schema(max_items = 3)]
        pub substances: Vec<String>,
    }
}

/// Refer somebody to a service
///
/// With `personId` for a record that you may see; otherwise with what you know of the person. A record is found by
/// a strong identifier whose date of birth does not contradict; else a new one is opened. The answer is the same
/// either way and does not say which. It holds a signed receipt: that this arrived, and where in the log it stands
/// (`GET /v1/receipt-keys`).
#[utoipa::path(
    post, path = "/v1/referrals", tag = "Referrals", request_body = ReferralRequest, responses(CommandAnswers)
)]
pub async fn refer(
    State(state): State<ApiState>,
    asking: Asking,
    ValidJson {
        mut body,
        fingerprint,
    }: ValidJson<ReferralRequest>,
) -> Result<Response, Problem> {
    let Told {
        occurred: when,
        note,
        external_reference,
    } = body.told();
    let request = asking.request(fingerprint, external_reference.map(Into::into))?;
    let now = request.received_at;
    let mut reading = Reading::default();
    let read = intake(body, &mut reading, now);
    let (person, referral) = reading.whole(read)?;
    let intake = ReferralIntake {
        person,
        occurred: occurred(when, now),
        note,
        referral,
    };
    let answer = state
        .app
        .receive_referral(intake, request)
        .await
        .map_err(|error| problem_under("/person", &["/demographics", "/identifiers", "/residence"], error))?;
    let location = location(&answer, "referral", "/v1/referrals");
    created(&state, &fingerprint, answer, location).await
}

/// The person and the referral; notes what is wrong.
pub fn intake(
    body: ReferralRequest,
    reading: &mut Reading,
    now: Timestamp,
) -> Option<(IntakePerson, NewReferral)> {
    let person = person(body.person, reading, now);
    let source = reading.code(&body.source, "/source");
    let to_service = reading.service(&body.to_service, "/toService");
    let from_service = body
        .from_service
        .and_then(|code| reading.service(&code, "/fromService"));
    let substances = reading.codes(&body.substances, "/substances");
    let transfer_of = body.transfer_of.map(EpisodeId);
    let referral = NewReferral {
        source: source?,
        to_service: to_service?,
        from_service,
        transfer_of,
        substances,
    };
    Some((person?, referral))
}

/// Whom it is about; notes what is wrong.
fn person(told: ReferredPerson, reading: &mut Reading, now: Timestamp) -> Option<IntakePerson> {
    let described = told.demographics.is_some() || !told.identifiers.is_empty() || told.residence.is_some();
    match (told.person_id, described) {
        (Some(person), false) => Some(IntakePerson::Known(PersonId(person))),
        (Some(_), true) => {
            let detail = "Give either personId or a description of the person, not both.";
            reading.faults.add("/person", "ambiguous", detail);
            None
        }
        (None, false) => {
            let detail = "Say whom the referral is about: personId, or demographics and identifiers.";
            reading.faults.add("/person", "missing", detail);
            None
        }
        (None, true) => Some(IntakePerson::Described {
            demographics: told
                .demographics
                .unwrap_or_default()
                .read(reading, "/person/demographics"),
            identifiers: reading.identifiers(&told.identifiers, "/person/identifiers", now),
            residence: told
                .residence
                .map(|residence| reading.residence(residence, "/person/residence")),
        }),
    }
}
