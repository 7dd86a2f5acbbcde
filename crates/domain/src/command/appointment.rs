//! What is asked about appointments.

use crate::code::Code;
use crate::fact::AppointmentFor;
use crate::id::{AppointmentId, InterventionId};
use jiff::Timestamp;

/// An appointment as it is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAppointment {
    /// What it is about; the service is that of the referral or episode.
    pub about: AppointmentFor,
    /// The intervention for which it is.
    pub intervention: Option<InterventionId>,
    /// When it begins.
    pub starts_at: Timestamp,
    /// Code of `appointment-kinds`.
    pub kind: Code,
}

/// Something about an appointment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AppointmentCommand {
    /// Offer one.
    Offer(NewAppointment),
    /// Give it another time.
    Move {
        /// Which.
        appointment: AppointmentId,
        /// When it begins now.
        starts_at: Timestamp,
    },
    /// Say that the person came.
    Attend(AppointmentId),
    /// Say that the person did not come.
    Miss {
        /// Which.
        appointment: AppointmentId,
        /// Code of `appointment-miss-reasons`.
        reason: Code,
    },
    /// Call it off.
    Cancel {
        /// Which.
        appointment: AppointmentId,
        /// By whom: code of `appointment-cancellers`.
        by: Code,
    },
}

impl AppointmentCommand {
    /// The appointment; `None` for one that is offered now.
    pub fn appointment(&self) -> Option<AppointmentId> {
        match self {
            Self::Offer(_) => None,
            Self::Move { appointment, .. }
            | Self::Attend(appointment)
            | Self::Miss { appointment, .. }
            | Self::Cancel { appointment, .. } => Some(*appointment),
        }
    }
}
