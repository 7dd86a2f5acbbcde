//! `POST /v1/appointments/{id}/cancellation`: call an appointment off.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::{AppointmentCommand, Command};
use throughcare_domain::id::AppointmentId;

entry! {
    /// An appointment that is called off.
    pub struct AppointmentCancellation {
        /// By whom: a code of `appointment-cancellers`.
        #[schema(min_length = 1, max_length = 40)]
        pub by: String,
    }

    /// Call an appointment off
    ///
    /// Before anybody has said whether the person came.
    post "/v1/appointments/{id}/cancellation" in "Appointments" as cancel_appointment;
    at id => Address::Entity(id);
    |body, reading, _now| {
        Some(Command::Appointment(AppointmentCommand::Cancel {
            appointment: AppointmentId(id),
            by: reading.code(&body.by, "/by")?,
        }))
    }
}
