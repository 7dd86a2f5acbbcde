//! `POST /v1/episodes/{id}/interventions/{interventionId}/end`: end an intervention.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::{EpisodeId, InterventionId};

entry! {
    /// A treatment that ends.
    pub struct InterventionEnd {
        /// A code of `intervention-exits`.
        #[schema(min_length = 1, max_length = 40)]
        pub exit: String,
    }

    /// End an intervention
    ///
    /// The episode goes on until its exit.
    post "/v1/episodes/{id}/interventions/{interventionId}/end" in "Episodes" as end_intervention;
    at id, "interventionId" other => Address::Entity(id);
    |body, reading, _now| {
        let exit = reading.code(&body.exit, "/exit")?;
        Some(Command::EndIntervention {
            episode: EpisodeId(id),
            intervention: InterventionId(other),
            exit,
        })
    }
}
