//! Appointments and the course of treatment in words.

use super::{Teller, day};
use crate::fact::Fact;
use crate::id::{AppointmentId, EpisodeId, InterventionId};
use crate::when::london_date;
use jiff::Timestamp;

impl Teller<'_> {
    pub(super) fn appointment(&self, fact: &Fact) -> String {
        let words = self.words;
        match fact {
            Fact::AppointmentOffered(f) => format!(
                "An appointment was offered by {} for {}: {}.",
                words.service(&f.service),
                on(f.starts_at),
                words.label("appointment-kinds", &f.kind)
            ),
            Fact::AppointmentMoved(f) => {
                format!(
                    "{} was moved to {}.",
                    self.the_appointment(f.appointment),
                    on(f.starts_at)
                )
            }
            Fact::AppointmentAttended(f) => {
                format!(
                    "The person came to {}.",
                    lower(&self.the_appointment(f.appointment))
                )
            }
            Fact::AppointmentMissed(f) => format!(
                "The person missed {}: {}.",
                lower(&self.the_appointment(f.appointment)),
                words.label("appointment-miss-reasons", &f.reason)
            ),
            Fact::AppointmentCancelled(f) => format!(
                "{} was cancelled, by: {}.",
                self.the_appointment(f.appointment),
                words.label("appointment-cancellers", &f.by)
            ),
            _ => String::new(),
        }
    }

    /// Names an appointment by its service.
    fn the_appointment(&self, id: AppointmentId) -> String {
        match self.state.appointment(id) {
            Some(one) => format!("The appointment with {}", self.words.service(&one.service)),
            None => "An appointment that is not on this record".to_owned(),
        }
    }

    pub(super) fn course(&self, fact: &Fact) -> String {
        let words = self.words;
        match fact {
            Fact::InterventionReferred(f) => format!(
                "Referred to an intervention{}: {}. Setting: {}.",
                self.at(f.episode),
                words.label("interventions", &f.code),
                words.label("intervention-settings", &f.setting)
            ),
            Fact::FirstAppointmentOffered(f) => format!(
                "The first appointment of {} was offered{} for {}.",
                self.the_intervention(f.episode, f.intervention),
                self.at(f.episode),
                day(f.offered_for)
            ),
            Fact::InterventionReviewed(f) => {
                let components = match f.components.as_slice() {
                    [] => "nothing named".to_owned(),
                    some => words.labels("intervention-components", some),
                };
                format!(
                    "Treatment was reviewed{}: {}. It consists of: {components}.",
                    self.at(f.episode),
                    self.the_intervention(f.episode, f.intervention)
                )
            }
            Fact::PutOnHold(f) => format!(
                "Treatment was put on hold{}: {}.",
                self.at(f.episode),
                words.label("hold-reasons", &f.reason)
            ),
            Fact::Resumed(f) => format!("Treatment goes on after a hold{}.", self.at(f.episode)),
            Fact::PrescriptionBridged(f) => {
                let to = f
                    .to_service
                    .as_ref()
                    .map(|to| format!(" {} is to take over.", words.service(to)));
                format!(
                    "A prescription was made out{} from {} until {}: {}.{}",
                    self.at(f.episode),
                    day(f.from),
                    day(f.until),
                    words.label("bridging-medicines", &f.medicine),
                    to.unwrap_or_default()
                )
            }
            Fact::CarePlanAgreed(f) => format!(
                "A care plan was agreed{}: {}. It is to be reviewed by {}.",
                self.at(f.episode),
                words.labels("care-plan-goals", &f.goals),
                day(f.review_on)
            ),
            Fact::CarePlanRevised(f) => format!(
                "The care plan{} was revised: {}. It is to be reviewed by {}.",
                self.at(f.episode),
                words.labels("care-plan-goals", &f.goals),
                day(f.review_on)
            ),
            Fact::KeyWorkerAssigned(f) => {
                format!("{} became key worker{}.", f.key_worker, self.at(f.episode))
            }
            _ => String::new(),
        }
    }

    /// What an intervention is, referred to or started.
    fn the_intervention(&self, episode: EpisodeId, id: InterventionId) -> String {
        let episode = self.state.episode(episode);
        let referred = episode.and_then(|e| e.referred.iter().find(|one| one.id == id).map(|one| &one.code));
        let started = episode.and_then(|e| {
            e.interventions
                .iter()
                .find(|one| one.id == id)
                .map(|one| &one.code)
        });
        match referred.or(started) {
            Some(code) => self.words.label("interventions", code),
            None => "an intervention that is not on this record".to_owned(),
        }
    }
}

/// The day and minute in London.
fn on(at: Timestamp) -> String {
    let time = crate::when::london_time(at);
    format!("{} at {time}", day(london_date(at)))
}

/// A name of something within a sentence.
fn lower(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}
