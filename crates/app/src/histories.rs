//! Histories that were read a moment ago, kept for the next look at the same person.
//!
//! A stream only grows, so what was read of it stays true: the next reader asks for what came after. Whoever opens a
//! person's record looks at it several times and then records something; opening a hundred sealed events for each look
//! is most of what an answer costs.
//!
//! Kept are the coded facts and who the person is, no notes, and only for roles that are shown both. They live in
//! memory for [`KEPT`] at most and are never written anywhere. When keys were destroyed, on whichever node, all of them
//! are forgotten with the keys, and for [`QUIET`] none is kept: a request may be under way that read before.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use throughcare_domain::history::History;
use throughcare_domain::stream::StreamId;
use tokio::sync::watch;
use uuid::Uuid;

/// Most histories kept: some thirty megabytes.
pub const MOST: usize = 512;
/// A history of more events is not kept.
pub const LONGEST: usize = 1_000;
/// How long a history is kept since it was last looked at.
pub const KEPT: Duration = Duration::from_secs(120);
/// How long nothing is kept after keys were destroyed: longer than any request takes.
pub const QUIET: Duration = Duration::from_secs(60);
/// Most things of which it is remembered to whom they belong. That never changes.
pub const OWNERS: usize = 8_192;

const fn at_least_one(count: usize) -> NonZeroUsize {
    match NonZeroUsize::new(count) {
        Some(count) => count,
        None => NonZeroUsize::MIN,
    }
}

struct Kept {
    history: Arc<History>,
    since: Instant,
}

/// The histories that one node keeps.
pub(crate) struct Histories {
    kept: Mutex<lru::LruCache<StreamId, Kept>>,
    owners: Mutex<lru::LruCache<Uuid, StreamId>>,
    forgotten: watch::Receiver<u64>,
    heard: Mutex<Heard>,
}

/// What was heard of destroyed keys.
struct Heard {
    times: u64,
    quiet_until: Option<Instant>,
}

impl Histories {
    /// Keeps nothing yet. `forgotten` changes whenever keys were destroyed.
    pub(crate) fn new(forgotten: watch::Receiver<u64>) -> Self {
        let times = *forgotten.borrow();
        Self {
            kept: Mutex::new(lru::LruCache::new(at_least_one(MOST))),
            owners: Mutex::new(lru::LruCache::new(at_least_one(OWNERS))),
            forgotten,
            heard: Mutex::new(Heard {
                times,
                quiet_until: None,
            }),
        }
    }

    /// Whether nothing may be kept now, because keys were destroyed a moment ago; forgets all when it hears of it.
    fn is_quiet(&self) -> bool {
        let times = *self.forgotten.borrow();
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        if heard.times != times {
            heard.times = times;
            heard.quiet_until = Some(Instant::now() + QUIET);
            self.kept.lock().unwrap_or_else(PoisonError::into_inner).clear();
        }
        heard.quiet_until.is_some_and(|until| Instant::now() < until)
    }

    /// Takes what is kept of a stream. Nobody else has it meanwhile, so that it can learn without being copied; who
    /// asks at the same time reads all of it.
    pub(crate) fn take(&self, stream: StreamId) -> Option<Arc<History>> {
        if self.is_quiet() {
            return None;
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.pop(&stream)?;
        (found.since.elapsed() < KEPT).then_some(found.history)
    }

    /// Keeps a history that has every event up to its version, and lets go what nobody looked at for long.
    pub(crate) fn keep(&self, stream: StreamId, history: Arc<History>) {
        // Records that are joined are kept each by itself: one grows without the other.
        if history.is_joined() || history.events().is_empty() || history.events().len() > LONGEST {
            return;
        }
        if self.is_quiet() {
            return;
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        while kept
            .peek_lru()
            .is_some_and(|(_, oldest)| oldest.since.elapsed() >= KEPT)
        {
            kept.pop_lru();
        }
        let newer = |other: &Kept| other.history.version() > history.version();
        if !kept.peek(&stream).is_some_and(newer) {
            let since = Instant::now();
            kept.put(stream, Kept { history, since });
        }
    }

    /// To which stream something belongs, when that was seen before.
    pub(crate) fn owner(&self, entity: Uuid) -> Option<StreamId> {
        let mut owners = self.owners.lock().unwrap_or_else(PoisonError::into_inner);
        owners.get(&entity).copied()
    }

    /// Remembers to which stream something belongs.
    pub(crate) fn belongs(&self, entity: Uuid, stream: StreamId) {
        let mut owners = self.owners.lock().unwrap_or_else(PoisonError::into_inner);
        owners.put(entity, stream);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use throughcare_domain::event::{Actor, Body, Envelope, Origin, RecordedEvent, Role};
    use throughcare_domain::id::{EventId, PersonId};
    use throughcare_domain::when::Occurred;

    fn event(version: u32) -> RecordedEvent {
        RecordedEvent {
            envelope: Envelope {
                id: EventId(Uuid::from_u128(u128::from(version))),
                schema_version: 1,
                stream: person(),
                stream_version: version,
                position: u64::from(version),
                occurred: Occurred::At(Timestamp::UNIX_EPOCH),
                received_at: Timestamp::UNIX_EPOCH,
                recorded_at: Timestamp::UNIX_EPOCH,
                origin: Origin::Staff,
                actor: Actor {
                    client: "test".into(),
                    user: None,
                    organisation: throughcare_domain::code::OrganisationCode::parse("northshire")
                        .expect("a code"),
                    role: Role::Worker,
                },
                on_behalf_of: None,
                purpose: "direct_care".into(),
                correlation: Uuid::nil(),
                causation: None,
                source: None,
            },
            body: Body::Erased,
            identity: None,
        }
    }

    fn person() -> StreamId {
        StreamId::person(PersonId(Uuid::nil()))
    }

    fn history(events: u32) -> Arc<History> {
        Arc::new(History::new((1..=events).map(event).collect()))
    }

    #[test]
    fn what_is_taken_is_nobody_elses_until_it_is_kept_again() {
        let histories = Histories::new(watch::channel(0).1);
        histories.keep(person(), history(3));
        let taken = histories.take(person()).expect("kept");
        assert!(histories.take(person()).is_none());
        histories.keep(person(), taken);
        assert_eq!(histories.take(person()).map(|kept| kept.version()), Some(3));
    }

    #[test]
    fn an_older_history_does_not_take_the_place_of_a_newer_one() {
        let histories = Histories::new(watch::channel(0).1);
        histories.keep(person(), history(5));
        histories.keep(person(), history(3));
        assert_eq!(histories.take(person()).map(|kept| kept.version()), Some(5));
    }

    /// What was kept or read before keys were destroyed must not be shown after it.
    #[test]
    fn all_is_forgotten_when_keys_were_destroyed_and_nothing_is_kept_for_a_while() {
        let (tell, forgotten) = watch::channel(0);
        let histories = Histories::new(forgotten);
        histories.keep(person(), history(3));
        tell.send_replace(1);
        assert!(histories.take(person()).is_none());
        histories.keep(person(), history(3)); // by a request that read before
        assert!(histories.take(person()).is_none());
    }

    #[test]
    fn nothing_and_too_much_are_not_kept() {
        let histories = Histories::new(watch::channel(0).1);
        histories.keep(person(), history(0));
        histories.keep(person(), history(u32::try_from(LONGEST + 1).expect("small")));
        assert!(histories.take(person()).is_none());
    }
}
