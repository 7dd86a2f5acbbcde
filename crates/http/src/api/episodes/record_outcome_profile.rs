//! `POST /v1/episodes/{id}/outcome-profiles`: record an outcome profile.

use super::profile_items::{ProfileItemsWire, ProfileStageWire};
use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::EpisodeId;

entry! {
    /// An outcome profile.
    pub struct OutcomeProfile {
        /// For which stage.
        pub stage: ProfileStageWire,
        /// The service co-ordinates the person's profiles, which exactly one may; true when absent.
        pub co_ordinates: Option<bool>,
        /// What the person said of the last 28 days; at least one item.
        pub items: ProfileItemsWire,
    }

    /// Record an outcome profile
    ///
    /// Also after the exit. A profile outside its window is kept and shown with the reason for which it does not count. One
    /// that shows heroin or crack at an exit with reason 82 is refused, and so is such an exit after it.
    post "/v1/episodes/{id}/outcome-profiles" in "Episodes" as record_outcome_profile;
    at id => Address::Entity(id);
    |body, _reading, _now| {
        Some(Command::RecordOutcomeProfile {
            episode: EpisodeId(id),
            stage: body.stage.into(),
            co_ordinates: body.co_ordinates.unwrap_or(true),
            items: Box::new(body.items.into()),
        })
    }
}
