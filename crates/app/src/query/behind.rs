//! The people behind a figure, for those who may see them.

use super::sealed::seal_on;
use super::{FigureQuery, FigureRead};
use crate::App;
use crate::caller::Caller;
use crate::error::AppError;
use crate::looks::Extent;
use std::collections::HashMap;
use throughcare_domain::access::{self, Visibility, Whose};
use throughcare_domain::id::PersonId;
use throughcare_domain::state::IdentityState;
use throughcare_domain::stream::StreamId;
use throughcare_store::Parts;

/// Most people looked at for one page: of each the whole record is judged.
pub const MOST_BEHIND: usize = 100;

impl App {
    /// A figure of which the people are asked for: as [`App::figure`], for roles alone that see people at all.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where the people are not the caller's to see.
    pub async fn figure_of_people(
        &self,
        caller: &Caller,
        query: FigureQuery,
    ) -> Result<FigureRead, AppError> {
        if access::lists(caller.role()) == Whose::Nobodys {
            return Err(AppError::NotFound);
        }
        self.figure(caller, query).await
    }

    /// Of the people of some lines of a figure those whom the caller sees, with who they are for those who are shown names: the
    /// lines are the caller's organisation's, but who was referred and refused, or has moved on, may be nobody of theirs
    /// any more. Judged by the records as they are now, whatever day the figure is of.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn people_behind(
        &self,
        caller: &Caller,
        people: &[PersonId],
    ) -> Result<HashMap<PersonId, Option<IdentityState>>, AppError> {
        let people = people.iter().take(MOST_BEHIND);
        let mut streams: Vec<_> = people.copied().map(StreamId::person).collect();
        streams.sort_unstable();
        streams.dedup();
        let (organisation, role, today) = (caller.organisation(), caller.role(), self.today());
        let directory = self.directory_lately().await?;
        let reach = self.reach(caller).await?;
        let records = self.inner.store.read_streams(&reach, &streams, None).await?;
        let mut seen = HashMap::new();
        for (stream, history) in self.whole_records(&reach, records, Parts::Case).await? {
            let is_seen = access::visibility(&history, organisation, role, today) == Visibility::Full
                && seal_on(&directory, &history, caller).is_none();
            if is_seen {
                let person = PersonId(stream.id);
                let grounds = access::grounds(&history, organisation, role, today);
                caller.looks.note(Some(person), Extent::Line, grounds);
                seen.insert(person, None);
            }
        }
        let people: Vec<PersonId> = seen.keys().copied().collect();
        for (person, identity) in self.identities(caller, &people).await? {
            seen.insert(person, Some(identity));
        }
        Ok(seen)
    }
}
