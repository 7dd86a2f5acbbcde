//! `POST /v1/episodes/{id}/appointments`: offer an appointment in an episode.

use crate::api::recording::entry;
use crate::api::wire::InstantWire;
use throughcare_app::Address;
use throughcare_domain::command::{AppointmentCommand, Command, NewAppointment};
use throughcare_domain::fact::AppointmentFor;
use throughcare_domain::id::{EpisodeId, InterventionId};
use uuid::Uuid;

entry! {
    /// An appointment. Where it takes place goes into the note.
    pub struct EpisodeAppointment {
        /// When it begins, with offset.
        pub starts_at: InstantWire,
        /// A code of `appointment-kinds`.
        #[schema(min_length = 1, max_length = 40, example = "first_intervention")]
        pub kind: String,
        /// The intervention for which it is.
        pub intervention_id: Option<Uuid>,
    }

    /// Offer an appointment in an episode
    ///
    /// `occurred` is the day of the offer. The first one that is offered for an intervention to which the person was
    /// referred ends the wait for it, whether they come or not.
    post "/v1/episodes/{id}/appointments" in "Appointments" as offer_appointment_for_episode;
    at id => Address::Entity(id);
    |body, reading, _now| {
        Some(Command::Appointment(AppointmentCommand::Offer(NewAppointment {
            about: AppointmentFor::Episode(EpisodeId(id)),
            intervention: body.intervention_id.map(InterventionId),
            starts_at: body.starts_at.0,
            kind: reading.code(&body.kind, "/kind")?,
        })))
    }
}
