//! Following the log live: one reader a node for all who follow, and a judgement for each of what they are shown.
//!
//! Source: `api.md`, Adopt 11. Each new batch of the log is read once, with the histories of the people in it, and kept for
//! a few seconds; whoever follows goes through it in memory. What somebody is to be shown is then asked of the database
//! once for each organisation, so that its own net (row-level security) holds what is shown live as well. Who falls behind
//! reads pages, as the feed gives them, until they have caught up.

mod follower;
mod following;

pub use following::{Follow, Following, HEARTBEAT, LONGEST, Next, TooMany};

use crate::query::told::Gathered;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use throughcare_store::Reach;
use tokio::sync::{Notify, OnceCell, watch};
use tokio::time::Instant;

/// Most who follow at one time, on one node.
pub const MOST_FOLLOWING: usize = 1_000;
/// Most of one client.
pub const MOST_FOLLOWING_EACH: usize = 100;
/// Most batches kept.
const MOST_BATCHES: usize = 64;
/// How long a batch is kept: it is judged by what was known when it was read, and who comes later reads pages.
const KEPT: Duration = Duration::from_secs(3);

/// How far the follower is, for all who follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Reached {
    position: u64,
    /// The node stops: everybody goes elsewhere.
    over: bool,
}

/// A part of the log that was read for everybody who follows.
struct Batch {
    /// After this position.
    from: u64,
    /// Up to and with this one.
    upto: u64,
    gathered: Gathered,
    read: Instant,
    /// Which positions the database gives to whom, asked once for each reach.
    reached: Mutex<HashMap<Reach, Arc<OnceCell<HashSet<u64>>>>>,
}

/// What all who follow on this node share.
pub(crate) struct Live {
    reached: watch::Sender<Reached>,
    batches: Mutex<VecDeque<Arc<Batch>>>,
    following: Mutex<HashMap<String, usize>>,
    /// Somebody follows, after nobody did.
    wanted: Notify,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            reached: watch::channel(Reached::default()).0,
            batches: Mutex::default(),
            following: Mutex::default(),
            wanted: Notify::new(),
        }
    }
}

impl Live {
    fn is_followed(&self) -> bool {
        let following = self.following.lock().unwrap_or_else(PoisonError::into_inner);
        !following.is_empty()
    }

    /// The batch that goes on after a position, if it is kept.
    fn after(&self, position: u64) -> Option<Arc<Batch>> {
        let batches = self.batches.lock().unwrap_or_else(PoisonError::into_inner);
        let found = batches
            .iter()
            .find(|batch| batch.from <= position && position < batch.upto);
        found.filter(|batch| batch.read.elapsed() < KEPT).cloned()
    }

    fn keep(&self, batch: Batch) {
        let upto = batch.upto;
        let mut batches = self.batches.lock().unwrap_or_else(PoisonError::into_inner);
        while batches.len() >= MOST_BATCHES
            || batches.front().is_some_and(|first| first.read.elapsed() >= KEPT)
        {
            batches.pop_front();
        }
        batches.push_back(Arc::new(batch));
        drop(batches);
        self.reached.send_modify(|reached| reached.position = upto);
    }

    fn forget(&self) {
        self.batches
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}
