//! `GET /v1/people/{id}/appointments`: what was offered, and whether the person came.

use super::view::{ViewQuery, view};
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::shown::ReadRefused;
use crate::api::wire::{InstantWire, when};
use crate::path::IdPath;
use crate::preconditions::IfNoneMatch;
use crate::problem::Problem;
use crate::query::ValidQuery;
use crate::time::WhenWire;
use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use serde::Serialize;
use throughcare_domain::fact::AppointmentFor;
use throughcare_domain::state::{Appointment, PersonState};
use utoipa::ToSchema;
use uuid::Uuid;

/// Most appointments shown, the last by their beginning.
pub const MOST_SHOWN: usize = 200;

/// An appointment.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AppointmentShown {
    /// The appointment.
    pub appointment_id: Uuid,
    /// `offered`, `attended`, `missed` or `cancelled`.
    pub status: String,
    /// The service at which it is.
    pub service: String,
    /// The organisation that offered it: the service's own, or the sender of the referral, who booked it ahead.
    pub offered_by: String,
    /// A code of `appointment-kinds`.
    pub kind: String,
    /// The referral that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referral_id: Option<Uuid>,
    /// The episode that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub episode_id: Option<Uuid>,
    /// The intervention for which it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intervention_id: Option<Uuid>,
    /// When it was offered.
    pub offered: WhenWire,
    /// When it begins.
    pub starts_at: InstantWire,
    /// On which day in London.
    pub starts_on: Date,
    /// Earlier times from which it was moved, in order.
    pub moved_from: Vec<InstantWire>,
    /// When it was attended, missed or cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed: Option<WhenWire>,
    /// A code of `appointment-miss-reasons`; of a cancelled one, of `appointment-cancellers`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The appointments of a person.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AppointmentsShown {
    /// The appointments, in order of their beginning; the last 200.
    pub data: Vec<AppointmentShown>,
    /// How many there are.
    pub total: usize,
}

pub fn shown(one: &Appointment) -> AppointmentShown {
    let why = one.missed.as_ref().or(one.cancelled.as_ref());
    AppointmentShown {
        appointment_id: one.id.0,
        status: one.status().to_owned(),
        service: one.service.to_string(),
        offered_by: one.offered_by.to_string(),
        kind: one.kind.to_string(),
        referral_id: match one.about {
            AppointmentFor::Referral(id) => Some(id.0),
            AppointmentFor::Episode(_) => None,
        },
        episode_id: match one.about {
            AppointmentFor::Episode(id) => Some(id.0),
            AppointmentFor::Referral(_) => None,
        },
        intervention_id: one.intervention.map(|id| id.0),
        offered: when(one.offered.occurred),
        starts_at: InstantWire(one.starts_at),
        starts_on: one.starts_on(),
        moved_from: one.moves.iter().map(|(_, from)| InstantWire(*from)).collect(),
        closed: one.outcome().map(|(_, at)| when(at.occurred)),
        reason: why.map(|(_, code)| code.to_string()),
    }
}

fn all(state: &PersonState) -> AppointmentsShown {
    let mut appointments: Vec<&Appointment> = state.appointments.iter().collect();
    appointments.sort_by_key(|one| (one.starts_at, one.id));
    let total = appointments.len();
    AppointmentsShown {
        data: appointments
            .into_iter()
            .skip(total.saturating_sub(MOST_SHOWN))
            .map(shown)
            .collect(),
        total,
    }
}

/// What was offered, and whether the person came
#[utoipa::path(
    get, path = "/v1/people/{id}/appointments", tag = "Appointments",
    params(("id" = Uuid, Path, description = "The person"), ("If-None-Match" = Option<String>, Header), ViewQuery),
    responses(
        (status = 200, description = "The appointments", body = AppointmentsShown, headers(
            ("ETag" = String, description = "Send it as If-None-Match"),
            ("X-Log-Position" = u64, description = "Log position up to which it is true"),
        )),
        (status = 304, description = "You have it already"),
        ReadRefused,
    )
)]
pub async fn person_appointments(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    has: IfNoneMatch,
    ValidQuery(query): ValidQuery<ViewQuery>,
) -> Result<Response, Problem> {
    view(&state, &asking, id, query, &has, |read| Ok(all(read.state()))).await
}
