//! The appointment that is waiting for somebody on the other side of the gate.

use crate::code::{Code, ServiceCode};
use crate::fact::{AppointmentFor, ServiceKind};
use crate::id::AppointmentId;
use crate::state::{Appointment, PersonState};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// Most appointments kept with one release, the first by their beginning.
pub const MOST_APPOINTMENTS: usize = 8;

/// An appointment with a community service on the day of release or after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppointmentMade {
    /// Which.
    pub appointment: AppointmentId,
    /// With which service.
    pub service: ServiceCode,
    /// Code of `appointment-kinds`.
    pub kind: Code,
    /// The day of the offer.
    pub offered_on: Date,
    /// When it begins.
    pub starts_at: Timestamp,
    /// On which day in London.
    pub starts_on: Date,
    /// When the person came.
    pub attended_on: Option<Date>,
    /// When it was missed or called off, or the care that it is about ended.
    pub closed_on: Option<Date>,
}

impl AppointmentMade {
    /// The appointments that serve a release on a day, as far as `until`.
    pub(super) fn serving(state: &PersonState, released_on: Date, until: Option<Date>) -> Vec<Self> {
        let mut made: Vec<Self> = state
            .appointments
            .iter()
            .filter(|one| in_the_community(state, one))
            .filter(|one| {
                one.starts_on() >= released_on && until.is_none_or(|until| one.starts_on() <= until)
            })
            .map(|one| Self::of(state, one))
            .collect();
        made.sort_by_key(|one| (one.starts_at, one.appointment));
        made.truncate(MOST_APPOINTMENTS);
        made
    }

    fn of(state: &PersonState, one: &Appointment) -> Self {
        let missed = one.missed.as_ref().or(one.cancelled.as_ref());
        let closed = missed.map(|(at, _)| at.date());
        Self {
            appointment: one.id,
            service: one.service.clone(),
            kind: one.kind.clone(),
            offered_on: one.offered.date(),
            starts_at: one.starts_at,
            starts_on: one.starts_on(),
            attended_on: one.attended.map(|at| at.date()),
            closed_on: closed.into_iter().chain(state.care_ended(one.about)).min(),
        }
    }

    /// True when it had been offered by that day, and neither missed nor called off.
    pub fn stands_on(&self, day: Date) -> bool {
        self.offered_on <= day && self.closed_on.is_none_or(|closed| closed > day)
    }
}

fn in_the_community(state: &PersonState, one: &Appointment) -> bool {
    let kind = match one.about {
        AppointmentFor::Referral(id) => state.referral(id).map(|found| found.to_kind),
        AppointmentFor::Episode(id) => state.episode(id).map(|found| found.kind),
    };
    kind.is_some_and(ServiceKind::treats_in_community)
}
