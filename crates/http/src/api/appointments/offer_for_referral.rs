//! `POST /v1/referrals/{id}/appointments`: offer an appointment for a referral.

use crate::api::recording::entry;
use crate::api::wire::InstantWire;
use throughcare_app::Address;
use throughcare_domain::command::{AppointmentCommand, Command, NewAppointment};
use throughcare_domain::fact::AppointmentFor;
use throughcare_domain::id::ReferralId;

entry! {
    /// An appointment. Where it takes place goes into the note.
    pub struct ReferralAppointment {
        /// When it begins, with offset.
        pub starts_at: InstantWire,
        /// A code of `appointment-kinds`.
        #[schema(min_length = 1, max_length = 40, example = "triage")]
        pub kind: String,
    }

    /// Offer an appointment for a referral
    ///
    /// By the service asked; until triage by the sender too, such as a prison for somebody who is to be released. The
    /// service sees who booked, and may move or cancel it. `occurred` is the day of the offer. An appointment attended does not triage by itself.
    post "/v1/referrals/{id}/appointments" in "Appointments" as offer_appointment_for_referral;
    at id => Address::Entity(id);
    |body, reading, _now| {
        Some(Command::Appointment(AppointmentCommand::Offer(NewAppointment {
            about: AppointmentFor::Referral(ReferralId(id)),
            intervention: None,
            starts_at: body.starts_at.0,
            kind: reading.code(&body.kind, "/kind")?,
        })))
    }
}
