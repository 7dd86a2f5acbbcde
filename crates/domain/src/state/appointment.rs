//! Appointments: offered, moved, attended, missed, cancelled.
//!
//! Source: `design.md`, family Referral. An appointment attended says that the person came, and nothing else: triage,
//! a contact or a start are entries of their own.

use super::{Dated, PersonState};
use crate::code::{Code, OrganisationCode, ServiceCode};
use crate::fact::{AppointmentFor, AppointmentOffered, Fact};
use crate::id::{AppointmentId, InterventionId, ReferralId};
use crate::when::london_date;
use jiff::{SignedDuration, Timestamp, civil::Date};

/// How long before its time somebody may be said to have come. Own reading: people come early, and whoever opens the
/// door should not have to wait before saying so.
pub const EARLY_ARRIVAL: SignedDuration = SignedDuration::from_hours(1);

/// One appointment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appointment {
    /// Its id.
    pub id: AppointmentId,
    /// What it is about.
    pub about: AppointmentFor,
    /// The intervention for which it is.
    pub intervention: Option<InterventionId>,
    /// The service at which it is.
    pub service: ServiceCode,
    /// Who offered it: the service's organisation, or the sender of the referral before triage.
    pub offered_by: OrganisationCode,
    /// Code of `appointment-kinds`.
    pub kind: Code,
    /// The day of the offer.
    pub offered: Dated,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it was moved, and from which time.
    pub moves: Vec<(Dated, Timestamp)>,
    /// The person came.
    pub attended: Option<Dated>,
    /// The person did not come, and why.
    pub missed: Option<(Dated, Code)>,
    /// It was called off, and by whom.
    pub cancelled: Option<(Dated, Code)>,
}

impl Appointment {
    /// The civil date in London on which it begins.
    pub fn starts_on(&self) -> Date {
        london_date(self.starts_at)
    }

    /// When it came to an end, and how: `attended`, `missed` or `cancelled`.
    pub fn outcome(&self) -> Option<(&'static str, Dated)> {
        let missed = self.missed.as_ref().map(|(at, _)| ("missed", *at));
        let cancelled = self.cancelled.as_ref().map(|(at, _)| ("cancelled", *at));
        self.attended.map(|at| ("attended", at)).or(missed).or(cancelled)
    }

    /// Its status on the wire: `offered`, or how it ended.
    pub fn status(&self) -> &'static str {
        self.outcome().map_or("offered", |(status, _)| status)
    }

    /// True when it starts later than that, by more than `grace` when both are known to the minute.
    fn starts_after(&self, at: Dated, grace: SignedDuration) -> bool {
        match at.occurred.instant() {
            Some(instant) => self.starts_at.duration_since(instant) > grace,
            None => at.date() < self.starts_on(),
        }
    }
}

impl PersonState {
    pub(super) fn evolve_appointment(&mut self, at: Dated, fact: &Fact, by: &OrganisationCode) {
        let id = match fact {
            Fact::AppointmentOffered(f) => return self.offer(at, f, by),
            Fact::AppointmentMoved(f) => f.appointment,
            Fact::AppointmentAttended(f) => f.appointment,
            Fact::AppointmentMissed(f) => f.appointment,
            Fact::AppointmentCancelled(f) => f.appointment,
            _ => return,
        };
        let Some(one) = self.appointments.iter_mut().find(|one| one.id == id) else {
            return self.conflict(
                at,
                "before_appointment",
                "/occurred",
                "This is dated before the appointment was offered.",
            );
        };
        if let Some((how, ended)) = one.outcome() {
            let detail = format!("The appointment was already {how} on {}.", ended.date());
            return self.conflict(at, "appointment_over", "/occurred", detail);
        }
        let misfit = match fact {
            Fact::AppointmentMoved(f) => {
                let early = london_date(f.starts_at) < at.date();
                one.moves.push((at, one.starts_at));
                one.starts_at = f.starts_at;
                early.then_some((
                    "appointment_in_the_past",
                    "/startsAt",
                    "The new time lies before the day on which the appointment was moved. Check both.",
                ))
            }
            Fact::AppointmentAttended(_) => {
                let early = one.starts_after(at, EARLY_ARRIVAL);
                one.attended = Some(at);
                early.then_some((
                    "before_it_starts",
                    "/occurred",
                    "The appointment starts later. Give the time at which the person came, or move it first.",
                ))
            }
            Fact::AppointmentMissed(f) => {
                let early = one.starts_after(at, SignedDuration::ZERO);
                one.missed = Some((at, f.reason.clone()));
                early.then_some((
                    "before_it_starts",
                    "/occurred",
                    "The appointment starts later: nobody has missed it yet. Cancel it, or move it.",
                ))
            }
            Fact::AppointmentCancelled(f) => {
                one.cancelled = Some((at, f.by.clone()));
                None
            }
            _ => None,
        };
        if let Some((code, pointer, detail)) = misfit {
            self.conflict(at, code, pointer, detail);
        }
    }

    fn offer(&mut self, at: Dated, f: &AppointmentOffered, by: &OrganisationCode) {
        let missing = match f.about {
            AppointmentFor::Referral(id) => self
                .referral(id)
                .is_none()
                .then_some(("before_referral", "This is dated before the referral was made.")),
            AppointmentFor::Episode(id) => self.episode(id).is_none().then_some((
                "before_episode",
                "This is dated before the episode was opened (the triage date).",
            )),
        };
        if let Some((code, detail)) = missing {
            self.conflict(at, code, "/occurred", detail);
        } else if let Some(ended) = self.care_ended(f.about).filter(|ended| *ended < at.date()) {
            let detail = format!("The referral or episode came to its end on {ended}.");
            self.conflict(at, "care_ended", "/occurred", detail);
        }
        let starts_on = london_date(f.starts_at);
        if starts_on < at.date() {
            self.conflict(
                at,
                "appointment_in_the_past",
                "/startsAt",
                "The appointment starts before the day on which it was offered. Check both.",
            );
        }
        if let Some(intervention) = f.intervention {
            self.offer_for(at, f.about, intervention, starts_on);
        }
        self.appointments.push(Appointment {
            id: f.appointment,
            about: f.about,
            intervention: f.intervention,
            service: f.service.clone(),
            offered_by: by.clone(),
            kind: f.kind.clone(),
            offered: at,
            starts_at: f.starts_at,
            moves: Vec::new(),
            attended: None,
            missed: None,
            cancelled: None,
        });
    }

    /// The first appointment that is offered for an intervention ends the wait for it (`cases.md` W1).
    fn offer_for(&mut self, at: Dated, about: AppointmentFor, intervention: InterventionId, on: Date) {
        let episode = self.episodes.iter_mut().find(|episode| match about {
            AppointmentFor::Episode(id) => episode.id == id,
            AppointmentFor::Referral(id) => episode.referral == Some(id),
        });
        let Some(episode) = episode.filter(|episode| episode.has_intervention(intervention)) else {
            return self.conflict(
                at,
                "unknown_intervention",
                "/interventionId",
                "The episode had no such intervention by that day. Refer to it or start it first.",
            );
        };
        if let Some(referred) = episode.referred.iter_mut().find(|one| one.id == intervention)
            && referred.first_offered.is_none()
        {
            referred.first_offered = Some((at, on));
        }
    }

    /// What an appointment is about at bottom: the referral from which an episode came, so that what was offered
    /// before triage and after it belong together.
    pub fn root_of(&self, about: AppointmentFor) -> AppointmentFor {
        match about {
            AppointmentFor::Episode(id) => self
                .episode(id)
                .and_then(|episode| episode.referral)
                .map_or(about, AppointmentFor::Referral),
            AppointmentFor::Referral(_) => about,
        }
    }

    /// The appointments about a referral that an organisation offered.
    pub fn booked_by<'s>(
        &'s self,
        organisation: &'s OrganisationCode,
        referral: ReferralId,
    ) -> impl Iterator<Item = &'s Appointment> {
        let about = AppointmentFor::Referral(referral);
        let all = self.appointments.iter();
        all.filter(move |one| one.about == about && one.offered_by == *organisation)
    }

    /// The day on which the care that an appointment is about came to its end: the referral was declined, taken
    /// back or passed on, triage found no need of treatment, or the episode ended.
    pub fn care_ended(&self, about: AppointmentFor) -> Option<Date> {
        let exit = |episode: &super::Episode| episode.exit.as_ref().map(|exit| exit.at.date());
        match about {
            AppointmentFor::Episode(id) => self.episode(id).and_then(exit),
            AppointmentFor::Referral(id) => {
                let referral = self.referral(id)?;
                if let Some(closed) = referral.closed() {
                    return Some(closed.date());
                }
                match self.episodes.iter().find(|episode| episode.referral == Some(id)) {
                    Some(episode) => exit(episode),
                    None => referral.triaged.as_ref().map(|(at, _)| at.date()),
                }
            }
        }
    }
}
