//! One person, always current: the stream is folded in the request.

use super::Times;
use crate::caller::Caller;
use crate::error::AppError;
use crate::write::tells_of;
use crate::{App, etag};
use jiff::civil::Date;
use std::sync::Arc;
use throughcare_domain::access::{self, Visibility};
use throughcare_domain::history::History;
use throughcare_domain::id::PersonId;
use throughcare_domain::restricted::seen_by;
use throughcare_domain::state::PersonState;
use throughcare_domain::stream::{StreamId, StreamKind};
use throughcare_domain::when::AsOf;
use throughcare_store::{CaseOf, Parts};

/// What the caller may see of a person.
#[derive(Clone, Debug)]
pub struct PersonRead {
    /// Who.
    pub person: PersonId,
    /// How much of it is seen.
    pub visibility: Visibility,
    /// The events seen, cut to what was true and known.
    pub history: Arc<History>,
    /// The day to which days are counted.
    pub day: Date,
    /// Log position up to which it is true.
    pub position: u64,
    /// Entity tag of the whole record.
    pub etag: String,
}

impl PersonRead {
    /// What was true, by the events seen.
    pub fn state(&self) -> &PersonState {
        self.history.now()
    }

    /// True when something with this id is told by the events seen.
    pub fn tells_of(&self, id: uuid::Uuid) -> bool {
        tells_of(&self.history, id)
    }
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
        let (whole, head) = if access::sees_identity(caller.role()) {
            self.whole_history(StreamId::person(person)).await?
        } else {
            let case = CaseOf::Stream(StreamId::person(person));
            let read = self.inner.store.read_case(case, 0, Parts::Case).await?;
            (Arc::new(History::new(read.events)), read.head)
        };
        // The stream of a service or an organisation is nobody's record.
        if whole
            .events()
            .iter()
            .any(|event| event.envelope.stream.kind != StreamKind::Person)
        {
            return Err(AppError::NotFound);
        }
        let (organisation, role) = (caller.organisation(), caller.role());
        let etag = etag::seen(StreamId::person(person), &whole, organisation, role);
        let visibility = access::visibility(&whole, caller.organisation(), caller.role());
        let seen = match visibility {
            Visibility::None => return Err(AppError::NotFound),
            Visibility::Full => match seen_by(&whole, organisation, role) {
                Some(shown) => Arc::new(shown),
                None => whole,
            },
            Visibility::Sent => Arc::new(access::own_events(&whole, caller.organisation())),
        };
        // Without a day the question is about today: a system may have told of tomorrow.
        let day = self.day_of(times);
        let as_of = times.as_of.unwrap_or(AsOf::EndOf(day));
        let history = match seen.is_within(Some(as_of), known) {
            true => seen,
            false => Arc::new(seen.narrowed(Some(as_of), known)),
        };
        if history.events().is_empty() {
            return Err(AppError::NotFound);
        }
        Ok(PersonRead {
            person,
            visibility,
            history,
            day,
            position: known.map_or(head, |known| known.min(head)),
            etag,
        })
    }

    /// Every event of a stream, without notes, and the position of the last event of the log.
    async fn whole_history(&self, stream: StreamId) -> Result<(Arc<History>, u64), AppError> {
        let (store, histories) = (&self.inner.store, &self.inner.histories);
        let of = CaseOf::Stream(stream);
        let kept = histories.take(stream);
        let after = kept.as_ref().map_or(0, |kept| kept.version());
        let mut read = store.read_case(of, after, Parts::Known).await?;
        let history = match kept {
            Some(mut kept) if read.follows => {
                if !read.events.is_empty() {
                    Arc::make_mut(&mut kept).learn(read.events);
                }
                kept
            }
            None => Arc::new(History::new(read.events)),
            Some(_) => {
                read = store.read_case(of, 0, Parts::Known).await?;
                Arc::new(History::new(read.events))
            }
        };
        // Folded before it is kept: whoever takes it needs no copy.
        history.now();
        histories.keep(stream, history.clone());
        Ok((history, read.head))
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
