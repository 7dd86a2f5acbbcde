//! `POST /v1/episodes/{id}/interventions/{interventionId}/first-appointment`: the first appointment offered.

use crate::api::recording::entry;
use crate::api::wire::DateWire;
use throughcare_app::Address;
use throughcare_domain::command::{Command, CourseStep};
use throughcare_domain::id::{EpisodeId, InterventionId};

entry! {
    /// The first appointment that was offered to begin an intervention.
    pub struct FirstAppointment {
        /// For which day.
        pub offered_for: DateWire,
    }

    /// Say for which day the first appointment of an intervention was offered
    ///
    /// The wait in statistics ends with it, whether the person comes or not. An appointment offered for the
    /// intervention here says so by itself: this is for those that are kept elsewhere.
    post "/v1/episodes/{id}/interventions/{interventionId}/first-appointment" in "Episodes" as offer_first_appointment;
    at id, "interventionId" other => Address::Entity(id);
    |body, _reading, _now| {
        Some(Command::Course {
            episode: EpisodeId(id),
            step: CourseStep::OfferFirstAppointment {
                intervention: InterventionId(other),
                offered_for: body.offered_for.0,
            },
        })
    }
}
