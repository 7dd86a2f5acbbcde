//! One who follows the log live.

use super::{Batch, MOST_FOLLOWING, MOST_FOLLOWING_EACH, Reached};
use crate::App;
use crate::caller::Caller;
use crate::error::AppError;
use crate::looks::Looks;
use crate::query::feed::{Shown, judged, note};
use crate::query::told::Judge;
use crate::query::{FeedQuery, MAX_FEED};
use jiff::Timestamp;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use throughcare_domain::access::{self, Whose};
use throughcare_domain::event::RecordedEvent;
use throughcare_domain::stream::StreamId;
use throughcare_store::Reach;
use tokio::sync::watch;
use tokio::time::Instant;
use uuid::Uuid;

/// Whether somebody may still follow is judged this often while nothing happens, and before anything is shown: with the
/// age of what is known of members, who is ended is closed within five seconds.
const JUDGED_EVERY: Duration = Duration::from_secs(2);
/// When nothing was shown for so long, the follower is told that all is well, and up to where it has seen everything.
pub const HEARTBEAT: Duration = Duration::from_secs(15);
/// Nobody follows for longer without asking anew.
pub const LONGEST: Duration = Duration::from_secs(15 * 60);

/// There are as many who follow as there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooMany {
    /// Of this client.
    OfClient,
    /// On this node.
    Here,
}

/// What comes next.
#[derive(Debug)]
pub enum Next {
    /// Events, up to [`MAX_FEED`]; that they are shown is on record.
    Events {
        /// The events.
        events: Vec<RecordedEvent>,
        /// The people among them whom the caller sees in full.
        known: HashSet<StreamId>,
    },
    /// Nothing for a while; everything up to this position was seen.
    Quiet(u64),
    /// The caller may not follow any longer, or has followed long enough, or the node stops.
    Over,
}

/// One who follows. Dropped, it gives its place to others.
pub struct Following {
    app: App,
    caller: Caller,
    types: Vec<String>,
    route: String,
    correlation: Uuid,
    after: u64,
    reached: watch::Receiver<Reached>,
    /// When the caller's own right to ask ends.
    expires: Timestamp,
    begun: Instant,
    told: Instant,
}

/// What somebody who follows asked for.
#[derive(Clone, Debug)]
pub struct Follow {
    /// After this log position.
    pub after: u64,
    /// Only these event types; all when empty.
    pub types: Vec<String>,
    /// Method and address, for the access log.
    pub route: String,
    /// Ties together what one request did.
    pub correlation: Uuid,
    /// When the caller's token expires.
    pub expires: Timestamp,
}

impl App {
    /// Lets somebody follow the log live.
    ///
    /// # Errors
    /// [`TooMany`].
    pub fn follow(&self, caller: &Caller, follow: Follow) -> Result<Following, TooMany> {
        let live = &self.inner.live;
        let mut following = live.following.lock().unwrap_or_else(PoisonError::into_inner);
        if following.values().sum::<usize>() >= MOST_FOLLOWING {
            return Err(TooMany::Here);
        }
        let mine = following.entry(caller.actor.client.clone()).or_default();
        if *mine >= MOST_FOLLOWING_EACH {
            return Err(TooMany::OfClient);
        }
        *mine += 1;
        drop(following);
        live.wanted.notify_one();
        let now = Instant::now();
        Ok(Following {
            app: self.clone(),
            caller: Caller {
                looks: Looks::default(),
                ..caller.clone()
            },
            types: follow.types,
            route: follow.route,
            correlation: follow.correlation,
            after: follow.after,
            reached: live.reached.subscribe(),
            expires: follow.expires,
            begun: now,
            told: now,
        })
    }

    /// How many follow the log live on this node.
    pub fn following(&self) -> usize {
        let following = self.inner.live.following.lock();
        following.unwrap_or_else(PoisonError::into_inner).values().sum()
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        let live = &self.app.inner.live;
        let mut following = live.following.lock().unwrap_or_else(PoisonError::into_inner);
        let client = &self.caller.actor.client;
        if let Some(mine) = following.get_mut(client) {
            *mine -= 1;
            if *mine == 0 {
                following.remove(client);
            }
        }
    }
}

impl Following {
    /// What comes next, as soon as there is something.
    ///
    /// # Errors
    /// When the log cannot be read, or it cannot be recorded that something is shown: then nothing more is.
    pub async fn next(&mut self) -> Result<Next, AppError> {
        loop {
            if !self.may_go_on().await? {
                return Ok(Next::Over);
            }
            let reached = *self.reached.borrow_and_update();
            if reached.over {
                return Ok(Next::Over);
            }
            if let Some(shown) = self.step(reached.position).await? {
                self.told = Instant::now();
                self.app
                    .record_looks(&self.caller, self.route.clone(), self.correlation)
                    .await?;
                return Ok(Next::Events {
                    events: shown.events,
                    known: shown.known,
                });
            }
            if self.told.elapsed() >= HEARTBEAT {
                self.told = Instant::now();
                return Ok(Next::Quiet(self.after));
            }
            if self.after >= self.reached.borrow().position {
                let quiet = HEARTBEAT.saturating_sub(self.told.elapsed());
                let pause = quiet.min(JUDGED_EVERY).max(Duration::from_millis(1));
                let _ = tokio::time::timeout(pause, self.reached.changed()).await; // nothing new is no error
            }
        }
    }

    /// Whether the caller may still follow: the token, the membership and the time.
    async fn may_go_on(&self) -> Result<bool, AppError> {
        if self.begun.elapsed() >= LONGEST || self.app.clock().now() >= self.expires {
            return Ok(false);
        }
        match self.app.admit(&self.caller).await {
            Ok(None) => Ok(true),
            // What was narrowed meanwhile asks anew, and is told what it may.
            Ok(Some(_)) | Err(AppError::NoMembership(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Goes a step on; what there is to show, if anything.
    async fn step(&mut self, reached: u64) -> Result<Option<Shown>, AppError> {
        if self.after >= reached && reached != 0 {
            return Ok(None);
        }
        match self.app.inner.live.after(self.after) {
            Some(batch) => self.step_in_batch(&batch).await,
            None => self.step_by_page().await,
        }
    }

    /// From what was read for all: judged in memory, then held against what the database gives.
    async fn step_in_batch(&mut self, batch: &Arc<Batch>) -> Result<Option<Shown>, AppError> {
        let directory = self.app.directory_lately().await?;
        let after = self.after;
        let candidates = {
            let mut judge = Judge::new(&self.caller, &batch.gathered).by(&directory);
            batch
                .gathered
                .events
                .iter()
                .filter(|event| event.envelope.position > after && self.wants(event))
                .any(|event| judge.told(event).is_some())
        };
        if !candidates {
            self.after = batch.upto;
            return Ok(None);
        }
        let given = self.given(batch).await?;
        let mut judge = Judge::new(&self.caller, &batch.gathered).by(&directory);
        let wanted = |event: &RecordedEvent| {
            let position = event.envelope.position;
            position > after
                && self.wants(event)
                && given.as_ref().is_none_or(|given| given.contains(&position))
        };
        let shown = judged(&mut judge, &batch.gathered, MAX_FEED as usize, wanted);
        note(&self.caller, &shown.events, &mut judge);
        self.after = match shown.events.last() {
            Some(last) if shown.cut => last.envelope.position,
            _ => batch.upto,
        };
        Ok(Some(shown).filter(|shown| !shown.events.is_empty()))
    }

    fn wants(&self, event: &RecordedEvent) -> bool {
        let of_type = || {
            event
                .fact()
                .is_some_and(|fact| self.types.iter().any(|one| one == fact.event_type()))
        };
        self.types.is_empty() || of_type()
    }

    /// The positions of a batch that the database gives to the caller's organisation; all of them for whoever sees
    /// everybody's.
    async fn given(&self, batch: &Batch) -> Result<Option<HashSet<u64>>, AppError> {
        if access::lists(self.caller.role()) == Whose::Everybodys {
            return Ok(None);
        }
        let reach = self.app.reach(&self.caller).await?;
        let cell = {
            let mut reached: std::sync::MutexGuard<'_, HashMap<Reach, _>> =
                batch.reached.lock().unwrap_or_else(PoisonError::into_inner);
            let cell: &mut Arc<tokio::sync::OnceCell<HashSet<u64>>> =
                reached.entry(reach.clone()).or_default();
            cell.clone()
        };
        let positions = cell
            .get_or_try_init(|| {
                self.app
                    .inner
                    .store
                    .positions_within(&reach, batch.from, batch.upto)
            })
            .await?;
        Ok(Some(positions.clone()))
    }

    /// From the log, page by page: for whoever is behind.
    async fn step_by_page(&mut self) -> Result<Option<Shown>, AppError> {
        let query = FeedQuery {
            after: self.after,
            limit: MAX_FEED,
            types: self.types.clone(),
        };
        let page = self.app.feed(&self.caller, query).await?;
        self.after = page.next;
        let shown = Shown {
            events: page.events,
            known: page.known,
            cut: false,
        };
        Ok(Some(shown).filter(|shown| !shown.events.is_empty()))
    }
}
