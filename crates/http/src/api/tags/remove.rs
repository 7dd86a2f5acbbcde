//! `POST /v1/tags/{id}/removal`: somebody's care no longer belongs to a grant, scheme or campaign.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::TagId;

entry! {
    /// A tag that counts no longer.
    pub struct TagRemoval {
    }

    /// Remove a tag
    ///
    /// The day of `occurred` is the first without it.
    post "/v1/tags/{id}/removal" in "Tags" as remove_tag;
    at id => Address::Entity(id);
    |_told, _reading, _now| {
        Some(Command::RemoveTag(TagId(id)))
    }
}
