//! The ordered feed of events.

use crate::App;
use crate::caller::Caller;
use crate::error::AppError;
use crate::looks::Extent;
use crate::query::sealed::seal_on;
use jiff::civil::Date;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use throughcare_domain::access::{self, Ground, Visibility, Whose};
use throughcare_domain::directory::{Roster, Seals};
use throughcare_domain::event::{RecordedEvent, Role};
use throughcare_domain::fact::Fact;
use throughcare_domain::history::History;
use throughcare_domain::id::PersonId;
use throughcare_domain::restricted::{Withheld, without_code};
use throughcare_domain::stream::{StreamId, StreamKind};
use throughcare_store::{LogQuery, Parts, Reach};

/// Most events a page.
pub const MAX_FEED: u32 = 100;
/// Positions of the log passed over for one page: most are others' and are not read.
const PASSED: u64 = 10_000;
/// Events looked at for one page, so that a caller who may see little still gets an answer soon.
const SCANNED: u32 = 1_000;

/// Which events.
#[derive(Clone, Debug)]
pub struct FeedQuery {
    /// After this log position; 0 from the beginning.
    pub after: u64,
    /// How many, 1 to [`MAX_FEED`].
    pub limit: u32,
    /// Only these event types; all when empty.
    pub types: Vec<String>,
}

/// Events in order of the log, with coded facts and without identity.
#[derive(Clone, Debug)]
pub struct FeedPage {
    /// The events.
    pub events: Vec<RecordedEvent>,
    /// The people among them whom the caller sees in full; of the others a sender learns neither id nor version.
    pub known: HashSet<StreamId>,
    /// Go on after this position.
    pub next: u64,
    /// True when there may be more at once.
    pub more: bool,
    /// The head of the log.
    pub head: u64,
}

impl App {
    /// The next events that the caller may see: everything for auditors, else the
    /// events of people the organisation sees in full and the events it recorded itself.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn feed(&self, caller: &Caller, query: FeedQuery) -> Result<FeedPage, AppError> {
        let limit = query.limit.clamp(1, MAX_FEED);
        let all = caller.role() == Role::Auditor;
        let head = self.inner.store.head().await?.position;
        let scan = if all { limit } else { SCANNED };
        let reach = self.reach(caller).await?;
        // What others have is not read at all, so that a page is bounded by positions and not by what was found.
        let upto = if all {
            head
        } else {
            head.min(query.after.saturating_add(PASSED))
        };
        let read = LogQuery {
            after: query.after,
            upto: Some(upto),
            limit: scan,
            types: query.types,
            kind: None,
            parts: Parts::Case,
        };
        let events = self.inner.store.read_log(&reach, &read).await?;
        let exhausted = events.len() < scan as usize;
        let end = events.last().map_or(query.after, |last| last.envelope.position);
        // Everything up to the head was looked at: where the last event stands that was passed over is nobody's matter.
        let end = if exhausted { upto.max(query.after) } else { end };
        let (seen, sealed) = if all {
            (HashMap::new(), HashSet::new())
        } else {
            self.seen_in_full(caller, &reach, &events).await?
        };
        let known = || seen.keys().copied().collect();
        let mut page: Vec<RecordedEvent> = Vec::new();
        for event in events {
            let stream = event.envelope.stream;
            let own = event.envelope.actor.organisation == *caller.organisation()
                && is_shown_own(&event, caller)
                && !sealed.contains(&stream);
            let shown = match seen.get(&event.envelope.stream) {
                _ if all => Some(without_code(&event)),
                Some(Seen {
                    withheld: Some(withheld),
                    history,
                }) => withheld.shown(&event).map(|mut shown| {
                    let version = shown.envelope.stream_version;
                    let hidden = withheld.count_up_to(history, shown.envelope.stream, version);
                    shown.envelope.stream_version = version - hidden;
                    shown
                }),
                Some(_) => Some(event),
                None => own.then_some(event),
            };
            let Some(event) = shown else { continue };
            if page.len() == limit as usize {
                let next = page.last().map_or(end, |last| last.envelope.position);
                note(caller, &page, &seen, self.today());
                return Ok(FeedPage {
                    events: page,
                    known: known(),
                    next,
                    more: true,
                    head,
                });
            }
            page.push(event);
        }
        note(caller, &page, &seen, self.today());
        Ok(FeedPage {
            events: page,
            known: known(),
            next: end,
            more: !exhausted || upto < head,
            head,
        })
    }

    /// The records that the caller sees in full, and those that are sealed from the caller.
    async fn seen_in_full(
        &self,
        caller: &Caller,
        reach: &Reach,
        events: &[RecordedEvent],
    ) -> Result<(HashMap<StreamId, Seen>, HashSet<StreamId>), AppError> {
        let people: HashSet<StreamId> = events
            .iter()
            .map(|event| event.envelope.stream)
            .filter(|stream| stream.kind == StreamKind::Person)
            .collect();
        let people: Vec<StreamId> = people.into_iter().collect();
        let today = self.today();
        let histories = self.inner.store.read_streams(reach, &people, None).await?;
        let mut histories = self.whole_records(reach, histories, Parts::Case).await?;
        let directory = self.directory_lately().await?;
        let is_sealed = |history: &History| seal_on(&directory, history, caller).is_some();
        let sealed = histories.iter().filter(|(_, history)| is_sealed(history));
        let sealed: HashSet<StreamId> = sealed.map(|(stream, _)| *stream).collect();
        histories.retain(|stream, _| !sealed.contains(stream));
        let seen = histories
            .into_iter()
            .filter(|(_, history)| {
                access::visibility(history, caller.organisation(), caller.role(), today) == Visibility::Full
            })
            .map(|(stream, history)| {
                let withheld = Withheld::of(&history, caller.organisation(), caller.role());
                (stream, Seen { withheld, history })
            })
            .collect();
        Ok((seen, sealed))
    }
}

/// True when somebody is shown what their organisation recorded. Who acts for it is for those who keep it.
fn is_shown_own(event: &RecordedEvent, caller: &Caller) -> bool {
    let (organisation, role) = (caller.organisation(), caller.role());
    // Which record is sealed, and why, is for those who answer for it.
    if event.fact().is_some_and(Seals::is_told_by) {
        return false;
    }
    if event.fact().is_some_and(Roster::is_told_by) {
        return access::is_shown_members(role, organisation, &event.envelope.actor.organisation);
    }
    // To have looked in an emergency is to have recorded nothing about the person.
    if event.fact().is_some_and(Fact::says_who_looked) {
        return false;
    }
    match event.envelope.stream.kind {
        StreamKind::Person | StreamKind::Service => access::lists(role) != Whose::Nobodys,
        StreamKind::Organisation => role == Role::Administrator || access::lists(role) != Whose::Nobodys,
    }
}

/// Whose events the page shows, and why.
fn note(caller: &Caller, page: &[RecordedEvent], seen: &HashMap<StreamId, Seen>, today: Date) {
    let (organisation, role) = (caller.organisation(), caller.role());
    let streams: HashSet<StreamId> = page.iter().map(|event| event.envelope.stream).collect();
    for stream in streams
        .into_iter()
        .filter(|stream| stream.kind == StreamKind::Person)
    {
        let grounds = match seen.get(&stream) {
            _ if role == Role::Auditor => vec![Ground::Audit],
            Some(seen) => access::grounds(&seen.history, organisation, role, today),
            None => vec![Ground::RecordedIt],
        };
        caller
            .looks
            .note(Some(PersonId(stream.id)), Extent::Events, grounds);
    }
}

/// A record that the caller sees in full, but for what is withheld.
struct Seen {
    withheld: Option<Withheld>,
    history: Arc<History>,
}
