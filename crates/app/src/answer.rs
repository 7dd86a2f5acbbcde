//! What a command is answered: ids only, so that it can be stored for replays in clear.

use serde::{Deserialize, Serialize};
use throughcare_domain::id::{EventId, PersonId};
use uuid::Uuid;

/// Something that a command created and that has an id of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Created {
    /// What it is: `referral`, `episode`, `intervention`, `kit`, `plan`, `release`.
    pub kind: String,
    /// Its id.
    pub id: Uuid,
}

/// What an accepted command is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// The person, unless the caller may not know the record.
    pub person: Option<PersonId>,
    /// The events made.
    pub events: Vec<EventId>,
    /// What was created.
    pub created: Vec<Created>,
    /// Codes of what does not fit but was kept because a machine sent it.
    pub flags: Vec<String>,
    /// Entity tag of the record afterwards.
    pub etag: String,
    /// Log position of the last event; not part of the stored answer.
    #[serde(skip)]
    pub position: u64,
    /// When the events were recorded; unknown here when the answer was given before, and not part of the stored answer.
    #[serde(skip)]
    pub recorded_at: Option<jiff::Timestamp>,
    /// True when this answer was given before.
    #[serde(skip)]
    pub replayed: bool,
}

impl Answer {
    /// The first thing created of a kind.
    pub fn created(&self, kind: &str) -> Option<Uuid> {
        self.created
            .iter()
            .find(|created| created.kind == kind)
            .map(|created| created.id)
    }
}
