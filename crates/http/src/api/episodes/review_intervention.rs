//! `POST /v1/episodes/{id}/interventions/{interventionId}/reviews`: review an intervention.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::{Command, CourseStep};
use throughcare_domain::id::{EpisodeId, InterventionId};

entry! {
    /// A review of an intervention.
    pub struct InterventionReview {
        /// Codes of `intervention-components`: what the intervention consists of now.
        #[schema(min_items = 1, max_items = 13)]
        pub components: Vec<String>,
    }

    /// Review an intervention
    ///
    /// As the national data set's sub-intervention review. The components must belong to the intervention.
    post "/v1/episodes/{id}/interventions/{interventionId}/reviews" in "Episodes" as review_intervention;
    at id, "interventionId" other => Address::Entity(id);
    |body, reading, _now| {
        let components = reading.codes(&body.components, "/components");
        Some(Command::Course {
            episode: EpisodeId(id),
            step: CourseStep::Review {
                intervention: InterventionId(other),
                components,
            },
        })
    }
}
