//! Finding people by identifier: by POST, never in a URL, and only those the caller may see.

use super::{PersonRead, Times};
use crate::App;
use crate::caller::Caller;
use crate::error::AppError;
use crate::looks::Extent;
use crate::write::blind;
use throughcare_domain::access::{Ground, Sight, Visibility};
use throughcare_domain::event::Role;
use throughcare_domain::id::PersonId;
use throughcare_domain::identifier::Identifier;

/// People found, at most [`MOST`]. Empty when nobody has the identifier and when the caller may not know who.
pub type Found = Vec<PersonRead>;

/// Most people found by one identifier. Local references are not unique.
pub const MOST: usize = 20;

impl App {
    /// People who hold an identifier and whom the caller may see in full; for privacy officers those for whose records
    /// they answer.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn search(&self, caller: &Caller, identifier: &Identifier) -> Result<Found, AppError> {
        let streams = self
            .inner
            .store
            .find_claim(identifier.kind(), &blind(&self.inner.store, identifier))
            .await?;
        let (mut found, quiet): (Found, _) = (Vec::new(), caller.unnoticed());
        for stream in streams.into_iter().take(MOST) {
            if caller.role() == Role::PrivacyOfficer {
                if let Some(read) = self.for_data_protection(&quiet, PersonId(stream.id)).await?
                    && holds(&read, identifier)
                {
                    found.push(read);
                }
                continue;
            }
            match self.person(&quiet, PersonId(stream.id), Times::default()).await {
                // Records that were joined are one person, found once.
                Ok(read)
                    if read.visibility != Visibility::None
                        && holds(&read, identifier)
                        && found.iter().all(|other| other.person != read.person) =>
                {
                    found.push(read);
                }
                Ok(_) | Err(AppError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        // That somebody searched is noted whatever was found.
        caller.looks.note(None, Extent::Search, vec![Ground::Searched]);
        for read in &found {
            caller
                .looks
                .note(Some(read.person), Extent::Record, vec![Ground::Searched]);
        }
        Ok(found)
    }
}

impl App {
    /// Who somebody is, for a privacy officer who answers for their record and sees nothing else of it.
    async fn for_data_protection(
        &self,
        caller: &Caller,
        person: PersonId,
    ) -> Result<Option<PersonRead>, AppError> {
        let (history, position) = match self.answered_for(caller, person).await {
            Ok(found) => found,
            Err(AppError::NotFound) => return Ok(None),
            Err(error) => return Err(error),
        };
        let records = history.streams().into_iter();
        Ok(Some(PersonRead {
            person: history.person(),
            records: records.map(|(stream, _)| PersonId(stream.id)).collect(),
            visibility: Visibility::None,
            sight: Sight::AnswersForData,
            history,
            day: self.today(),
            position,
            etag: String::new(),
        }))
    }
}

/// The index only points; what was opened decides.
fn holds(read: &PersonRead, identifier: &Identifier) -> bool {
    read.state()
        .identity
        .current_identifiers()
        .any(|known| known.kind == identifier.kind() && known.value.as_deref() == Some(identifier.value()))
}
