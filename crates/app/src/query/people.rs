//! One person, always current: the stream is folded in the request.

use super::Times;
use crate::caller::Caller;
use crate::error::AppError;
use crate::{App, etag};
use jiff::civil::Date;
use std::borrow::Cow;
use throughcare_domain::access::{self, Visibility};
use throughcare_domain::event::{RecordedEvent, Role};
use throughcare_domain::history::History;
use throughcare_domain::id::PersonId;
use throughcare_domain::state::PersonState;
use throughcare_domain::stream::StreamId;
use throughcare_domain::when::AsOf;
use throughcare_store::{CaseOf, OpenedCase};

/// What the caller may see of a person.
#[derive(Clone, Debug)]
pub struct PersonRead {
    /// Who.
    pub person: PersonId,
    /// How much of it is seen.
    pub visibility: Visibility,
    /// The events seen, cut to what was true and known.
    pub history: History,
    /// Their fold.
    pub state: PersonState,
    /// The day to which days are counted.
    pub day: Date,
    /// Log position up to which it is true.
    pub position: u64,
    /// Entity tag of the whole record.
    pub etag: String,
}

impl App {
    /// What the caller may see of a person, as it was true and known at some time.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a person who does not exist and for one the caller may not know of.
    pub async fn person(
        &self,
        caller: &Caller,
        person: PersonId,
        times: Times,
    ) -> Result<PersonRead, AppError> {
        let known = self.position_of(times.known_at).await?;
        let case = CaseOf::Stream(StreamId::person(person));
        let OpenedCase { events, head, .. } = self.inner.store.open_case(case, None).await?;
        let whole = History::new(events);
        let visibility = access::visibility(&whole, caller.organisation(), caller.role());
        let seen = match visibility {
            Visibility::None => return Err(AppError::NotFound),
            Visibility::Full => Cow::Borrowed(&whole),
            Visibility::Sent => Cow::Owned(access::own_events(&whole, caller.organisation())),
        };
        // Without a day the question is about today: a system may have told of tomorrow.
        let day = self.day_of(times);
        let as_of = times.as_of.unwrap_or(AsOf::EndOf(day));
        let mut cut: Vec<RecordedEvent> = seen.cut(Some(as_of), known).cloned().collect();
        if caller.role() == Role::Auditor {
            for event in &mut cut {
                event.identity = None;
            }
        }
        if cut.is_empty() {
            return Err(AppError::NotFound);
        }
        let cut = History::new(cut);
        Ok(PersonRead {
            person,
            visibility,
            state: cut.now().clone(),
            history: cut,
            day,
            position: known.map_or(head, |known| known.min(head)),
            etag: etag::of(StreamId::person(person), whole.version()),
        })
    }

    /// The person to whom a referral, episode, kit, plan or release belongs, if the caller may see the person.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn person_of(&self, entity: uuid::Uuid) -> Result<PersonId, AppError> {
        let (_, stream) = self
            .inner
            .store
            .find_entity(entity)
            .await?
            .ok_or(AppError::NotFound)?;
        Ok(PersonId(stream.id))
    }
}
