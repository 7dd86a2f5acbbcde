//! `POST /v1/episodes/{id}/contacts`: record that the person was seen.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::EpisodeId;

entry! {
    /// The person was seen.
    pub struct Contact {
    }

    /// Record that the person was seen
    ///
    /// What shows, after custody, that an episode left open goes on.
    post "/v1/episodes/{id}/contacts" in "Episodes" as record_contact;
    at id => Address::Entity(id);
    |_told, _reading, _now| {
        Some(Command::RecordContact {
            episode: EpisodeId(id),
        })
    }
}
