//! How this node's writer is doing, for metrics: counted as it works, read without a lock on anything that appends
//! wait for.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How this node's writer is doing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WriterStatus {
    /// Requests that wait to be written, those being written among them.
    pub waiting: u64,
    /// How long the oldest of them has waited.
    pub oldest_wait: Duration,
    /// Time since the last commit; `None` before the first.
    pub since_commit: Option<Duration>,
    /// Transactions committed since the start.
    pub commits: u64,
    /// Appends written since the start.
    pub appended: u64,
    /// Events written since the start.
    pub events: u64,
    /// Appends not written because something stood differently: conflicts, used keys and references, identifiers.
    pub clashed: u64,
    /// Appends whose key was used for the same request before.
    pub replayed: u64,
    /// Appends turned away because the queue was full or the database could not be reached.
    pub unavailable: u64,
    /// Appends of which it could not be found out whether they are written.
    pub unknown: u64,
    /// Groups that were written append by append, because something stood differently or an import told its time.
    pub one_by_one: u64,
}

/// What the writer counts.
#[derive(Default)]
pub(crate) struct Tally {
    pub commits: AtomicU64,
    pub appended: AtomicU64,
    pub events: AtomicU64,
    pub clashed: AtomicU64,
    pub replayed: AtomicU64,
    pub unavailable: AtomicU64,
    pub unknown: AtomicU64,
    pub one_by_one: AtomicU64,
    /// When each waiting request came, in order: they are answered in the order in which they came.
    arrivals: Mutex<VecDeque<Instant>>,
    last_commit: Mutex<Option<Instant>>,
}

impl Tally {
    fn arrivals(&self) -> std::sync::MutexGuard<'_, VecDeque<Instant>> {
        self.arrivals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn count(counter: &AtomicU64, more: u64) {
        counter.fetch_add(more, Ordering::Relaxed);
    }

    pub(super) fn came(&self) {
        self.arrivals().push_back(Instant::now());
    }

    pub(super) fn answered(&self, requests: usize) {
        let mut arrivals = self.arrivals();
        let answered = requests.min(arrivals.len());
        arrivals.drain(..answered);
    }

    pub(super) fn committed(&self) {
        Self::count(&self.commits, 1);
        *self.last_commit.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    pub(crate) fn status(&self) -> WriterStatus {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let (waiting, oldest) = {
            let arrivals = self.arrivals();
            (arrivals.len() as u64, arrivals.front().copied())
        };
        let last_commit = *self.last_commit.lock().unwrap_or_else(PoisonError::into_inner);
        WriterStatus {
            waiting,
            oldest_wait: oldest.map(|at| at.elapsed()).unwrap_or_default(),
            since_commit: last_commit.map(|at| at.elapsed()),
            commits: read(&self.commits),
            appended: read(&self.appended),
            events: read(&self.events),
            clashed: read(&self.clashed),
            replayed: read(&self.replayed),
            unavailable: read(&self.unavailable),
            unknown: read(&self.unknown),
            one_by_one: read(&self.one_by_one),
        }
    }
}
