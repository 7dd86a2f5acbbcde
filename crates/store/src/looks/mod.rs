//! The access log: who looked at whom.
//!
//! Source: `trust.md`, "Who may see what": every look at a person is on record before the answer leaves.

mod read;
mod scribe;

pub use read::{LookRead, UserLooks};
pub(crate) use scribe::Scribe;

use crate::{Store, StoreError};
use throughcare_domain::event::Actor;
use uuid::Uuid;

/// Most rows of one answer: the lines of a spreadsheet.
pub const MOST_LOOKS: usize = 10_000;

/// Who looks, and by what.
#[derive(Clone, Debug)]
pub struct Looker {
    /// Client, user, organisation and role.
    pub actor: Actor,
    /// The person behind a system.
    pub on_behalf_of: Option<String>,
    /// Why.
    pub purpose: &'static str,
    /// Method and address, with its places and without what stood in them.
    pub route: String,
    /// Ties together the requests of one piece of work.
    pub correlation: Uuid,
}

/// One person that an answer shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Who; nobody, for a search that found nobody.
    pub person: Option<Uuid>,
    /// How much of them.
    pub extent: &'static str,
    /// Why the caller may.
    pub grounds: Vec<&'static str>,
}

impl Store {
    /// Records what an answer shows. Looks that wait at the same time are written together.
    ///
    /// # Errors
    /// [`StoreError`]: then the answer must not leave.
    pub async fn record_looks(&self, looker: Looker, seen: Vec<Seen>) -> Result<(), StoreError> {
        if seen.len() > MOST_LOOKS {
            return Err(StoreError::Invalid("an answer shows at most 10,000 people"));
        }
        self.inner.scribe.write(looker, seen).await
    }
}
