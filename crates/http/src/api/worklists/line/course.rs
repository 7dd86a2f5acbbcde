//! What lines tell of appointments, prescriptions, holds and the wait for an intervention.

use super::WorklistLine;
use crate::api::wire::InstantWire;
use jiff::civil::Date;
use serde::Serialize;
use throughcare_domain::rows::{
    AppointmentRow, BridgeRow, EpisodeRow, KeyWorkerRow, TriageRow, TwiceRow, WaitingRow,
};
use throughcare_domain::waiting::days_waited;
use utoipa::ToSchema;
use uuid::Uuid;

/// An appointment to come or missed.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AppointmentLine {
    /// The appointment.
    pub appointment_id: Uuid,
    /// A code of `appointment-kinds`.
    pub kind: String,
    /// When it begins.
    pub starts_at: InstantWire,
    /// On which day in London.
    pub starts_on: Date,
    /// How often it was moved.
    pub times_moved: u32,
    /// The intervention for which it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intervention_id: Option<Uuid>,
    /// When the person missed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missed_on: Option<Date>,
    /// Why, a code of `appointment-miss-reasons`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A prescription to take over.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BridgeLine {
    /// The service that made it out.
    pub from_service: String,
    /// A code of `bridging-medicines`.
    pub medicine: String,
    /// The first day that it covers.
    pub from: Date,
    /// The last day that it covers.
    pub until: Date,
}

/// One of two services that prescribe in place of opioids at once.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TwiceLine {
    /// Which service.
    pub service: String,
    /// In which episode.
    pub episode_id: Uuid,
    /// Since when.
    pub since: Date,
    /// A code of `interventions` or, of a bridging prescription, of `bridging-medicines`.
    pub code: String,
}

impl WorklistLine {
    pub(super) fn tell_appointment(&mut self, id: Uuid, it: AppointmentRow) {
        self.referral_id = it.referral.map(|referral| referral.0);
        self.episode_id = it.episode.map(|episode| episode.0);
        self.appointment = Some(AppointmentLine {
            appointment_id: id,
            kind: it.kind.to_string(),
            starts_at: InstantWire(it.starts_at),
            starts_on: it.starts_on,
            times_moved: it.times_moved,
            intervention_id: it.intervention.map(|intervention| intervention.0),
            missed_on: it.missed_on,
            reason: it.reason.map(|reason| reason.to_string()),
        });
    }

    pub(super) fn tell_bridge(&mut self, it: &BridgeRow) {
        self.episode_id = Some(it.episode.0);
        self.prescription = Some(BridgeLine {
            from_service: it.from_service.to_string(),
            medicine: it.medicine.to_string(),
            from: it.from,
            until: it.until,
        });
    }

    pub(super) fn tell_twice(&mut self, it: &TwiceRow) {
        self.prescribed_twice = [&it.first, &it.second]
            .map(|side| TwiceLine {
                service: side.service.to_string(),
                episode_id: side.episode.0,
                since: side.since,
                code: side.code.to_string(),
            })
            .into();
    }

    pub(super) fn tell_triage_course(&mut self, it: &TriageRow) {
        self.first_referred_on = it.first_referred_on;
        self.appointment_on = it.appointment_on;
    }

    pub(super) fn tell_wait(&mut self, it: &WaitingRow, day: Date) {
        self.referred_on = it.referred_on;
        let offered = it.first_appointment.filter(|one| one.offered_on <= day);
        self.first_appointment_for = offered.map(|one| one.offered_for);
        self.days_waited = it
            .referred_on
            .zip(offered)
            .and_then(|(referred, one)| days_waited(referred, one.offered_for));
    }

    pub(super) fn tell_episode_course(&mut self, it: &EpisodeRow) {
        self.key_worker = it.key_worker.as_ref().map(ToString::to_string);
        self.on_hold_since = it.on_hold_since;
        self.hold_reason = it.hold_reason.as_ref().map(ToString::to_string);
        self.care_plan_review_on = it.care_plan_review_on;
        self.appointment_on = it.appointment_on;
    }

    pub(super) fn tell_key_worker(&mut self, service: Option<&str>, named: &[KeyWorkerRow]) {
        let found = named.iter().find(|one| Some(one.service.as_str()) == service);
        self.key_worker = found.map(|one| one.key_worker.to_string());
    }
}
