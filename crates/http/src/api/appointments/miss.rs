//! `POST /v1/appointments/{id}/absence`: say that the person did not come.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::{AppointmentCommand, Command};
use throughcare_domain::id::AppointmentId;

entry! {
    /// The person did not come.
    pub struct Absence {
        /// A code of `appointment-miss-reasons`.
        #[schema(min_length = 1, max_length = 40)]
        pub reason: String,
    }

    /// Say that the person did not come
    ///
    /// Not before the appointment begins. It stands on the list of missed ones until another time is offered or the
    /// person is seen.
    post "/v1/appointments/{id}/absence" in "Appointments" as miss_appointment;
    at id => Address::Entity(id);
    |body, reading, _now| {
        Some(Command::Appointment(AppointmentCommand::Miss {
            appointment: AppointmentId(id),
            reason: reading.code(&body.reason, "/reason")?,
        }))
    }
}
