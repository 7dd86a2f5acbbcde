//! `POST /v1/episodes/{id}/exit`: record the exit.

use crate::api::recording::entry;
use serde::Deserialize;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::fact::ExitProfile;
use throughcare_domain::id::EpisodeId;
use utoipa::ToSchema;

/// Days of use in the 28 days before exit.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExitProfileWire {
    /// Days on which heroin or other illicit opiates were used.
    #[schema(maximum = 28)]
    pub opiate_days: u8,
    /// Days on which crack was used.
    #[schema(maximum = 28)]
    pub crack_days: u8,
}

entry! {
    /// How an episode ends.
    pub struct Exit {
        /// A code of `discharge-reasons`, such as 80, 83 or 85.
        #[schema(min_length = 1, max_length = 40)]
        pub reason: String,
        /// How interventions end that are still open: a code of `intervention-exits`.
        #[schema(min_length = 1, max_length = 40)]
        pub intervention_exit: Option<String>,
        /// The exit's own outcome profile.
        pub profile: Option<ExitProfileWire>,
    }

    /// Record the exit
    ///
    /// The end of the episode, with a coded reason. Interventions that are still open end with it when `interventionExit` says how.
    post "/v1/episodes/{id}/exit" in "Episodes" as record_exit;
    at id => Address::Entity(id);
    |body, reading, _now| {
        let reason = reading.code(&body.reason, "/reason");
        let intervention_exit = body
            .intervention_exit
            .and_then(|code| reading.code(&code, "/interventionExit"));
        Some(Command::RecordExit {
            episode: EpisodeId(id),
            reason: reason?,
            intervention_exit,
            profile: body.profile.map(|it| ExitProfile {
                opiate_days: it.opiate_days,
                crack_days: it.crack_days,
            }),
        })
    }
}
