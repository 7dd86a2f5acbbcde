//! `GET /v1/people/{id}/data-protection`: erasures and legal holds of a record.

use super::ask::ErasedWire;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::{ReadRefused, shown};
use crate::path::IdPath;
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use serde::Serialize;
use throughcare_domain::id::PersonId;
use throughcare_domain::state::{Erasure, LegalHold};
use utoipa::ToSchema;
use uuid::Uuid;

/// An erasure that was asked for.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErasureShown {
    /// Its id.
    pub erasure_id: Uuid,
    /// What is to go.
    pub what: ErasedWire,
    /// A code of `erasure-bases`.
    pub basis: String,
    /// For which organisation it was asked.
    pub organisation: String,
    /// Who asked.
    pub asked_by: String,
    /// When.
    pub asked_on: Date,
    /// Who agreed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed_by: Option<String>,
    /// The day on which it is carried out, unless it is taken back or a legal hold stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carried_out_on: Option<Date>,
    /// When it was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken_back_on: Option<Date>,
}

/// A legal hold.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LegalHoldShown {
    /// Its id.
    pub legal_hold_id: Uuid,
    /// A code of `legal-hold-grounds`.
    pub ground: String,
    /// Who placed it.
    pub organisation: String,
    /// When.
    pub placed_on: Date,
    /// When it was lifted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifted_on: Option<Date>,
}

/// What stands about erasing a record.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DataProtectionShown {
    /// The record.
    pub person_id: Uuid,
    /// Erasures asked for, in order.
    pub erasures: Vec<ErasureShown>,
    /// Legal holds, in order.
    pub legal_holds: Vec<LegalHoldShown>,
}

impl From<&Erasure> for ErasureShown {
    fn from(one: &Erasure) -> Self {
        let agreed = one.confirmed.as_ref();
        Self {
            erasure_id: one.id.0,
            what: one.what.into(),
            basis: one.basis.to_string(),
            organisation: one.organisation.to_string(),
            asked_by: one.user.to_string(),
            asked_on: one.asked.date(),
            confirmed_by: agreed.map(|agreed| agreed.user.to_string()),
            carried_out_on: agreed.map(|agreed| agreed.carried_out_on),
            taken_back_on: one.taken_back.as_ref().map(|(at, _)| at.date()),
        }
    }
}

impl From<&LegalHold> for LegalHoldShown {
    fn from(one: &LegalHold) -> Self {
        Self {
            legal_hold_id: one.id.0,
            ground: one.ground.to_string(),
            organisation: one.organisation.to_string(),
            placed_on: one.placed.date(),
            lifted_on: one.lifted.as_ref().map(|(at, _)| at.date()),
        }
    }
}

/// Erasures and legal holds of a record
///
/// For privacy officers of organisations that know the person.
#[utoipa::path(
    get, path = "/v1/people/{id}/data-protection", tag = "Data protection", params(("id" = Uuid, Path)),
    responses(
        (status = 200, description = "Erasures and legal holds", body = DataProtectionShown,
            headers(("X-Log-Position" = u64, description = "Log position up to which it is true"))),
        ReadRefused,
    )
)]
pub async fn data_protection(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
) -> Result<Response, Problem> {
    let read = state
        .app
        .protection(&asking.caller, PersonId(id))
        .await
        .map_err(problem)?;
    let body = DataProtectionShown {
        person_id: read.person.0,
        erasures: read.protection.erasures.iter().map(ErasureShown::from).collect(),
        legal_holds: read.protection.holds.iter().map(LegalHoldShown::from).collect(),
    };
    Ok(shown(body, read.position))
}
