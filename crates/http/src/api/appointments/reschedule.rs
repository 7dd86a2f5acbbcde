//! `POST /v1/appointments/{id}/rescheduling`: give an appointment another time.

use crate::api::recording::entry;
use crate::api::wire::InstantWire;
use throughcare_app::Address;
use throughcare_domain::command::{AppointmentCommand, Command};
use throughcare_domain::id::AppointmentId;

entry! {
    /// Another time.
    pub struct Rescheduling {
        /// When it begins now, with offset.
        pub starts_at: InstantWire,
    }

    /// Give an appointment another time
    ///
    /// As long as it was neither attended nor missed nor cancelled. After a missed one another is offered.
    post "/v1/appointments/{id}/rescheduling" in "Appointments" as reschedule_appointment;
    at id => Address::Entity(id);
    |body, _reading, _now| {
        Some(Command::Appointment(AppointmentCommand::Move {
            appointment: AppointmentId(id),
            starts_at: body.starts_at.0,
        }))
    }
}
