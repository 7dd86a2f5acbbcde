//! Appointments. Where they take place stands in the sealed note.

use crate::code::{Code, ServiceCode};
use crate::id::{AppointmentId, EpisodeId, InterventionId, ReferralId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What an appointment is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AppointmentFor {
    /// A referral: mostly its triage.
    Referral(ReferralId),
    /// Care in an episode.
    Episode(EpisodeId),
}

/// A service offered the person a time. When it happened is the day of the offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppointmentOffered {
    /// The appointment.
    pub appointment: AppointmentId,
    /// What it is about.
    pub about: AppointmentFor,
    /// The intervention for which it is, when it is for one.
    pub intervention: Option<InterventionId>,
    /// The service that offers it.
    pub service: ServiceCode,
    /// When it begins.
    pub starts_at: Timestamp,
    /// Code of `appointment-kinds`.
    pub kind: Code,
}

/// An appointment got another time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppointmentMoved {
    /// Which.
    pub appointment: AppointmentId,
    /// When it begins now.
    pub starts_at: Timestamp,
}

/// The person came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppointmentAttended {
    /// Which.
    pub appointment: AppointmentId,
}

/// The person did not come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppointmentMissed {
    /// Which.
    pub appointment: AppointmentId,
    /// Code of `appointment-miss-reasons`.
    pub reason: Code,
}

/// An appointment was called off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppointmentCancelled {
    /// Which.
    pub appointment: AppointmentId,
    /// By whom: code of `appointment-cancellers`.
    pub by: Code,
}
