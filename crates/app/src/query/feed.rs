//! The ordered feed of events.

use crate::App;
use crate::caller::Caller;
use crate::error::AppError;
use crate::looks::Extent;
use crate::query::told::{Gathered, Judge};
use std::collections::HashSet;
use throughcare_domain::event::{RecordedEvent, Role};
use throughcare_domain::id::PersonId;
use throughcare_domain::stream::{StreamId, StreamKind};
use throughcare_store::{LogQuery, Parts};

/// Most events a page.
pub const MAX_FEED: u32 = 100;
/// Positions of the log passed over for one page: most are others' and are not read.
pub(crate) const PASSED: u64 = 10_000;
/// Events looked at for one page, so that a caller who may see little still gets an answer soon.
pub(crate) const SCANNED: u32 = 1_000;

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
        let gathered = self.gathered(&reach, events, all).await?;
        let mut judge = Judge::new(caller, &gathered);
        let shown = judged(&mut judge, &gathered, limit as usize, |_| true);
        note(caller, &shown.events, &mut judge);
        let (next, more) = match shown.events.last() {
            Some(last) if shown.cut => (last.envelope.position, true),
            _ => (end, !exhausted || upto < head),
        };
        Ok(FeedPage {
            known: shown.known,
            events: shown.events,
            next,
            more,
            head,
        })
    }
}

/// What of gathered events somebody is shown.
pub(crate) struct Shown {
    pub(crate) events: Vec<RecordedEvent>,
    /// The people among them whom they see in full.
    pub(crate) known: HashSet<StreamId>,
    /// True when there were more than the limit.
    pub(crate) cut: bool,
}

/// The first of the gathered events that are wanted and that somebody is shown.
pub(crate) fn judged(
    judge: &mut Judge<'_>,
    gathered: &Gathered,
    limit: usize,
    wanted: impl Fn(&RecordedEvent) -> bool,
) -> Shown {
    let mut shown = Shown {
        events: Vec::new(),
        known: HashSet::new(),
        cut: false,
    };
    for event in gathered.events.iter().filter(|event| wanted(event)) {
        let Some(told) = judge.told(event) else { continue };
        if shown.events.len() == limit {
            shown.cut = true;
            break;
        }
        let stream = event.envelope.stream;
        if stream.kind == StreamKind::Person && judge.knows(stream) {
            shown.known.insert(stream);
        }
        shown.events.push(told);
    }
    shown
}

/// Notes whose events are shown, and why.
pub(crate) fn note(caller: &Caller, events: &[RecordedEvent], judge: &mut Judge<'_>) {
    let streams: HashSet<StreamId> = events.iter().map(|event| event.envelope.stream).collect();
    for stream in streams
        .into_iter()
        .filter(|stream| stream.kind == StreamKind::Person)
    {
        let grounds = judge.grounds(stream);
        caller
            .looks
            .note(Some(PersonId(stream.id)), Extent::Events, grounds);
    }
}
