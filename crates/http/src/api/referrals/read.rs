//! What becomes of a referral: for the service asked, and for its sender.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::people::{AppointmentShown, MOST_SHOWN, NeedShown, appointment_shown};
use crate::api::refusal::problem;
use crate::api::shown::{ReadRefused, shown_tagged, who};
use crate::api::transitions::{StatusTransitions, transitions};
use crate::api::wire::{DateWire, IdentifierKindWire, IdentifierWire, NamesWire, when};
use crate::path::IdPath;
use crate::preconditions::{IfNoneMatch, not_modified};
use crate::problem::Problem;
use crate::time::WhenWire;
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use throughcare_app::query::ReferralRead;
use throughcare_domain::id::ReferralId;
use throughcare_domain::state::{Dated, IdentityState};
use throughcare_domain::view::transitions::for_referral;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(referral))
        .routes(routes!(status_transitions))
}

/// A referral.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReferralShown {
    /// The referral.
    pub referral_id: Uuid,
    /// `received`, `accepted`, `rejected`, `withdrawn`, `sent_on` or `triaged`.
    pub status: String,
    /// Since when.
    pub since: WhenWire,
    /// The organisation that sent it.
    pub from_organisation: String,
    /// The service that sent it, when one of this system did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_service: Option<String>,
    /// The service asked; when its contract has moved, the one that took over.
    pub to_service: String,
    /// A code of `referral-sources`.
    pub source: String,
    /// The referral date.
    pub received: WhenWire,
    /// When it was accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<WhenWire>,
    /// When it was declined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejected: Option<WhenWire>,
    /// When it was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<WhenWire>,
    /// When the person was triaged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub triaged: Option<WhenWire>,
    /// When it was sent on, and what has become of it since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent_on: Option<SentOnShown>,
    /// The date of the first referral, when this one was sent on from another service: the six weeks to triage count
    /// from there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_received: Option<WhenWire>,
    /// The code of the reason for which it was declined or taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The person's record, for those who may see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person_id: Option<Uuid>,
    /// What only those see who may see the person's record: nothing clinical goes back to a sender.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clinical: Option<ReferralClinical>,
    /// Who it is about, for the service asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<ReferredIdentity>,
    /// Open needs and risks: of the record, for those who see it; before that, those that the sender raised.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<NeedShown>,
    /// How far the person has come since: nothing clinical, so that the sender is told as well.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<StageShown>,
    /// Appointments about it, the last 200: for the service asked and those who may see the person's record all of
    /// them, for the sender what it booked itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub appointments: Vec<AppointmentShown>,
    /// The sender's note, for the service asked and the sender.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A stage that was reached after a referral.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StageShown {
    /// `appointment_offered`, `appointment_attended`, `appointment_missed` (to none since) or `picked_up`: structured
    /// treatment began.
    pub stage: String,
    /// When.
    pub occurred: WhenWire,
}

/// What has become of a referral that was sent on.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SentOnShown {
    /// When it was sent on.
    pub occurred: WhenWire,
    /// The service that has it now.
    pub to_service: String,
    /// Its status there.
    pub status: String,
    /// Since when.
    pub since: WhenWire,
    /// The referral there, for those who may see the person's record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referral_id: Option<Uuid>,
}

fn sent_on(read: &ReferralRead) -> Option<SentOnShown> {
    let (occurred, _) = read.referral.sent_on?;
    let onward = read.onward.as_ref()?;
    Some(SentOnShown {
        occurred: when(occurred.occurred),
        to_service: onward.to_service.to_string(),
        status: onward.status().as_str().to_owned(),
        since: when(onward.status_since().occurred),
        referral_id: read.person.map(|_| onward.id.0),
    })
}

/// What a sender does not see.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReferralClinical {
    /// Codes of `substances`, most important first.
    pub substances: Vec<String>,
    /// A code of `triage-outcomes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub triage_outcome: Option<String>,
    /// The episode whose care is handed over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transfer_of: Option<Uuid>,
}

/// Who a referral is about.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReferredIdentity {
    /// Current names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub names: Option<NamesWire>,
    /// Date of birth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_of_birth: Option<DateWire>,
    /// Identifiers that are not withdrawn.
    pub identifiers: Vec<IdentifierWire>,
}

impl From<&IdentityState> for ReferredIdentity {
    fn from(identity: &IdentityState) -> Self {
        let (names, date_of_birth) = who(Some(identity));
        let identifiers = identity.current_identifiers().filter_map(|one| {
            let kind: IdentifierKindWire = one.kind.into();
            Some(IdentifierWire {
                kind,
                value: one.value.clone()?,
            })
        });
        Self {
            names,
            date_of_birth,
            identifiers: identifiers.collect(),
        }
    }
}

fn referral_shown(read: &ReferralRead) -> ReferralShown {
    let one = &read.referral;
    let at = |at: Dated| when(at.occurred);
    let declined = one.withdrawn.as_ref().or(one.rejected.as_ref());
    ReferralShown {
        referral_id: one.id.0,
        status: one.status().as_str().to_owned(),
        since: at(one.status_since()),
        from_organisation: one.from_organisation.to_string(),
        from_service: one.from_service.as_ref().map(ToString::to_string),
        to_service: read.with.to_string(),
        source: one.source.to_string(),
        received: at(one.received),
        accepted: one.accepted.map(at),
        rejected: one.rejected.as_ref().map(|(rejected, _)| at(*rejected)),
        withdrawn: one.withdrawn.as_ref().map(|(withdrawn, _)| at(*withdrawn)),
        triaged: one.triaged.as_ref().map(|(triaged, _)| at(*triaged)),
        sent_on: sent_on(read),
        first_received: (one.first_received != one.received).then(|| at(one.first_received)),
        reason: declined.map(|(_, reason)| reason.to_string()),
        person_id: read.person.map(|person| person.0),
        clinical: read.person.map(|_| ReferralClinical {
            substances: one.substances.iter().map(ToString::to_string).collect(),
            triage_outcome: one.triaged.as_ref().map(|(_, outcome)| outcome.to_string()),
            transfer_of: one.transfer_of.map(|episode| episode.0),
        }),
        identity: read.identity.as_ref().map(Into::into),
        stages: read
            .stages
            .iter()
            .map(|stage| StageShown {
                stage: stage.kind.as_str().to_owned(),
                occurred: at(stage.at),
            })
            .collect(),
        needs: read.needs.iter().map(Into::into).collect(),
        appointments: read
            .appointments
            .iter()
            .rev()
            .take(MOST_SHOWN)
            .rev()
            .map(appointment_shown)
            .collect(),
        note: read.note.clone(),
    }
}

/// A referral
///
/// For the service asked, with who it is about; for its sender, who sees how far it has come and nothing clinical.
#[utoipa::path(
    get, path = "/v1/referrals/{id}", tag = "Referrals",
    params(("id" = Uuid, Path, description = "The referral"), ("If-None-Match" = Option<String>, Header)),
    responses(
        (status = 200, description = "The referral", body = ReferralShown, headers(
            ("ETag" = String, description = "Send it as If-None-Match, or as If-Match with a change"),
            ("X-Log-Position" = u64, description = "Log position up to which it is true"),
        )),
        (status = 304, description = "You have it already"),
        ReadRefused,
    )
)]
pub async fn referral(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    has: IfNoneMatch,
) -> Result<Response, Problem> {
    let read = state
        .app
        .referral(&asking.caller, ReferralId(id))
        .await
        .map_err(problem)?;
    if has.has(&read.etag) {
        return Ok(not_modified(&read.etag));
    }
    Ok(shown_tagged(referral_shown(&read), read.position, &read.etag))
}

/// What may come next for a referral
#[utoipa::path(
    get, path = "/v1/referrals/{id}/status-transitions", tag = "Referrals",
    params(("id" = Uuid, Path, description = "The referral"), ("If-None-Match" = Option<String>, Header)),
    responses(
        (status = 200, description = "Each step that may be taken, by whoever may take it", body = StatusTransitions),
        (status = 304, description = "You have it already"),
        ReadRefused,
    )
)]
pub async fn status_transitions(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    has: IfNoneMatch,
) -> Result<Response, Problem> {
    let read = state
        .app
        .referral(&asking.caller, ReferralId(id))
        .await
        .map_err(problem)?;
    if has.has(&read.etag) {
        return Ok(not_modified(&read.etag));
    }
    let under = format!("/v1/referrals/{id}");
    let body = transitions(
        read.referral.status().as_str(),
        &under,
        for_referral(&read.referral),
    );
    Ok(shown_tagged(body, read.position, &read.etag))
}

#[cfg(test)]
mod tests;
