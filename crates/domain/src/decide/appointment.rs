//! Appointments.

use super::Making;
use crate::command::{AppointmentCommand, NewAppointment};
use crate::fact::{
    AppointmentAttended, AppointmentCancelled, AppointmentFor, AppointmentMissed, AppointmentMoved,
    AppointmentOffered,
};
use crate::id::AppointmentId;

impl Making<'_, '_> {
    pub(super) fn appointment(&mut self, command: &AppointmentCommand) {
        match command {
            AppointmentCommand::Offer(told) => self.offer_appointment(told),
            AppointmentCommand::Move {
                appointment,
                starts_at,
            } => self.record(AppointmentMoved {
                appointment: *appointment,
                starts_at: *starts_at,
            }),
            AppointmentCommand::Attend(appointment) => self.record(AppointmentAttended {
                appointment: *appointment,
            }),
            AppointmentCommand::Miss { appointment, reason } => {
                self.code("appointment-miss-reasons", reason, "/reason");
                self.record(AppointmentMissed {
                    appointment: *appointment,
                    reason: reason.clone(),
                });
            }
            AppointmentCommand::Cancel { appointment, by } => {
                self.code("appointment-cancellers", by, "/by");
                self.record(AppointmentCancelled {
                    appointment: *appointment,
                    by: by.clone(),
                });
            }
        }
    }

    fn offer_appointment(&mut self, told: &NewAppointment) {
        self.code("appointment-kinds", &told.kind, "/kind");
        let service = match told.about {
            AppointmentFor::Referral(id) => self.state.referral(id).map(|one| one.to_service.clone()),
            AppointmentFor::Episode(id) => self.state.episode(id).map(|one| one.service.clone()),
        };
        let Some(service) = service else {
            return self.fault(
                "",
                "unknown_subject",
                "This record has no such referral or episode. Name one of its own.",
            );
        };
        let appointment: AppointmentId = self.created();
        self.record(AppointmentOffered {
            appointment,
            about: told.about,
            intervention: told.intervention,
            service,
            starts_at: told.starts_at,
            kind: told.kind.clone(),
        });
    }
}
