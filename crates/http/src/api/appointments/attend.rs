//! `POST /v1/appointments/{id}/attendance`: say that the person came.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::{AppointmentCommand, Command};
use throughcare_domain::id::AppointmentId;

entry! {
    /// The person came.
    pub struct Attendance {
    }

    /// Say that the person came
    ///
    /// Not more than an hour before the appointment begins. What was done there (triage, a contact, a start) is
    /// recorded by itself.
    post "/v1/appointments/{id}/attendance" in "Appointments" as attend_appointment;
    at id => Address::Entity(id);
    |_told, _reading, _now| {
        Some(Command::Appointment(AppointmentCommand::Attend(AppointmentId(id))))
    }
}
