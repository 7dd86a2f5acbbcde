//! One person, always current: the stream is folded in the request.

use super::Times;
use crate::caller::Caller;
use crate::error::AppError;
use crate::looks::Extent;
use crate::write::tells_of;
use crate::{App, etag};
use jiff::civil::Date;
use std::sync::Arc;
use throughcare_domain::access::{self, Sight, Visibility};
use throughcare_domain::event::Role;
use throughcare_domain::history::History;
use throughcare_domain::id::PersonId;
use throughcare_domain::restricted::seen_by;
use throughcare_domain::state::PersonState;
use throughcare_domain::stream::{StreamId, StreamKind};
use throughcare_domain::when::AsOf;
use throughcare_store::{CaseOf, Parts, Reach};

/// What the caller may see of a person.
#[derive(Clone, Debug)]
pub struct PersonRead {
    /// Who: under the surviving id, when records were joined.
    pub person: PersonId,
    /// The records that are read as one, in order of id: one, for nearly everybody.
    pub records: Vec<PersonId>,
    /// How much of it is seen.
    pub visibility: Visibility,
    /// By which rule.
    pub sight: Sight,
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
        let parts = match access::sees_identity(caller.role()) {
            true => Parts::Known,
            false => Parts::Case,
        };
        let reach = self.reach(caller).await?;
        let (own, head) = if parts == Parts::Known {
            self.whole_history(&reach, StreamId::person(person)).await?
        } else {
            let case = CaseOf::Stream(StreamId::person(person));
            let read = self.inner.store.read_case(&reach, case, 0, parts).await?;
            (Arc::new(History::new(read.events)), read.head)
        };
        // The stream of a service or an organisation is nobody's record.
        if own.events().is_empty() || own.stream().kind != StreamKind::Person {
            return Err(AppError::NotFound);
        }
        let (whole, head_of_all) = self.with_joined(&reach, own.clone(), parts, None).await?;
        let head = head_of_all.unwrap_or(head);
        let (organisation, role) = (caller.organisation(), caller.role());
        let etag = etag::seen(StreamId::person(whole.person()), &whole, organisation, role);
        let today = self.today();
        let (visibility, sight) = access::sight(&whole, organisation, role, today);
        let grounds = access::grounds(&whole, organisation, role, today);
        self.expect_unsealed(caller, &whole).await?;
        let seen = match visibility {
            Visibility::None => return Err(AppError::NotFound),
            Visibility::Full => {
                let shown = match known {
                    Some(_) if !own.now().merges.is_empty() => {
                        let then = self.whole_record(&reach, own, parts, known).await?;
                        joined_then(then, &whole, role)
                    }
                    _ => whole,
                };
                match seen_by(&shown, organisation, role) {
                    Some(shown) => Arc::new(shown),
                    None => shown,
                }
            }
            // That what it sent about two records is about one person, a sender does not learn.
            Visibility::Sent => Arc::new(access::own_events(&own, caller.organisation())),
        };
        let records = seen.streams().into_iter().map(|(stream, _)| PersonId(stream.id));
        let records: Vec<PersonId> = records.collect();
        let surviving = seen.person();
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
        let extent = match visibility {
            Visibility::Full => Extent::Record,
            Visibility::Sent | Visibility::None => Extent::Sent,
        };
        caller.looks.note(Some(surviving), extent, grounds);
        Ok(PersonRead {
            person: surviving,
            records,
            visibility,
            sight,
            history,
            day,
            position: known.map_or(head, |known| known.min(head)),
            etag,
        })
    }

    /// Every event of a stream, without notes, and the position of the last event of the log.
    /// What is kept of it is shared by all callers; whether this one reaches the stream is asked each time with what came
    /// after, and where they do not there is nothing to follow on.
    pub(crate) async fn whole_history(
        &self,
        reach: &Reach,
        stream: StreamId,
    ) -> Result<(Arc<History>, u64), AppError> {
        let (store, histories) = (&self.inner.store, &self.inner.histories);
        let of = CaseOf::Stream(stream);
        let kept = histories.take(stream);
        let after = kept.as_ref().map_or(0, |kept| kept.version());
        let mut read = store.read_case(reach, of, after, Parts::Known).await?;
        let history = match kept {
            Some(mut kept) if read.follows => {
                if !read.events.is_empty() {
                    Arc::make_mut(&mut kept).learn(read.events);
                }
                kept
            }
            None => Arc::new(History::new(read.events)),
            Some(_) => {
                read = store.read_case(reach, of, 0, Parts::Known).await?;
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
            .find_entity(&Reach::EVERYBODY, entity)
            .await?
            .ok_or(AppError::NotFound)?;
        Ok(PersonId(stream.id))
    }
}

/// What was read as one at a past position, but for records that are no longer the person's: who sees this person need
/// not be shown them. Auditors see both.
fn joined_then(then: Arc<History>, now: &History, role: Role) -> Arc<History> {
    if role == Role::Auditor || !then.is_joined() {
        return then;
    }
    let still: Vec<StreamId> = now.streams().into_iter().map(|(stream, _)| stream).collect();
    if then.streams().iter().all(|(stream, _)| still.contains(stream)) {
        return then;
    }
    let events = then.events().iter();
    let events = events
        .filter(|event| still.contains(&event.envelope.stream))
        .cloned();
    Arc::new(History::new(events.collect()))
}
