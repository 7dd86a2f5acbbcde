//! Computing a projection anew beside the live one, proving both equal, and switching.

use super::directories::Directories;
use crate::App;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use throughcare_store::projection::{
    Comparison, Digest, LEASE, Lease, Projection, RANGE, Range, RebuildUnderWay, RowsOf, Switched,
};
use throughcare_store::{Store, StoreError};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;

/// Events taken at once while following the live table.
const BATCH: u64 = 5_000;
/// How often the switch is tried: each time readers held the table for a second, or the live one had moved.
const SWITCH_TRIES: u32 = 60;
/// How long to let readers go before trying again.
const READERS_GO: Duration = Duration::from_millis(250);
/// Most workers.
pub const MOST_WORKERS: usize = 16;

/// How to rebuild.
#[derive(Clone)]
pub struct Rebuild {
    /// The use cases.
    pub app: App,
    /// Who rebuilds: shown as the owner of the lease.
    pub owner: String,
    /// Names this build of the program: one that computes other rows must not go on from this one's.
    pub program: String,
    /// How many ranges are computed at the same time, 1 to [`MOST_WORKERS`].
    pub workers: usize,
    /// Switch also when the rows differ: a new version of the program may compute others on purpose.
    pub accept_changes: bool,
    /// Forget what a rebuild before has done, and begin from the start.
    pub afresh: bool,
    /// Digest the rows also when there was nothing to compare them with: reads and sorts the whole table.
    pub digest: bool,
}

/// What a rebuild is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RebuildProgress {
    /// Loading ranges.
    Loading {
        /// Events in the new table, those of an earlier run included.
        done: u64,
        /// Events to load.
        total: u64,
    },
    /// Building indexes.
    Indexing,
    /// Following the live table; so many events to come.
    CatchingUp {
        /// Events to come.
        behind: u64,
    },
    /// Comparing both tables at this position.
    Comparing {
        /// The position.
        position: u64,
    },
    /// Putting the new table in the place of the old.
    Switching,
}

/// What a rebuild came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rebuilt {
    /// The new table is read from now on.
    Switched(Summary),
    /// The tables differ; nothing changed. The new one is kept, for a run that accepts the changes.
    Differs(Comparison),
    /// It was told to stop; the next run goes on from here.
    Stopped {
        /// Ranges still to load.
        left: usize,
        /// Ranges in all.
        ranges: usize,
    },
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The comparison before the switch; `None` when the live table held nothing yet.
    pub comparison: Option<Comparison>,
    /// The rows of the new table, and the position at which they were digested; `None` when nobody asked.
    pub digest: Option<(u64, Digest)>,
    /// Events loaded by ranges in this run.
    pub events: u64,
    /// How long loading them, indexes included, took in this run.
    pub loading: Duration,
    /// How long everything took in this run.
    pub whole: Duration,
}

/// Why a rebuild did not come to an end. Nothing of the live table changed.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// Another rebuild of the projection runs.
    #[error("another rebuild of {0} is running; wait for it, or stop it")]
    UnderWay(&'static str),
    /// The live table could not be replaced.
    #[error(
        "the live table was in use all the time; nothing was changed; run rebuild again, it goes on from here"
    )]
    NeverFree,
    /// A directory event cannot be read.
    #[error("the organisations cannot be read: {0}")]
    Directory(String),
    /// A worker ended by a fault.
    #[error("a worker ended by a fault of the program; its log says where")]
    Fault,
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Rebuild {
    /// Rebuilds a projection. `stop` ends it between two ranges or batches; `progress` is told from several tasks.
    ///
    /// # Errors
    /// [`RebuildError`]; what was done is remembered, and the next run goes on from there.
    pub async fn run(
        &self,
        projection: Projection,
        stop: watch::Receiver<bool>,
        progress: Arc<dyn Fn(RebuildProgress) + Send + Sync>,
    ) -> Result<Rebuilt, RebuildError> {
        let store = self.app.store().clone();
        let Some(lease) = store
            .take_lease(projection.rebuilding(), &self.owner, true)
            .await?
        else {
            return Err(RebuildError::UnderWay(projection.name()));
        };
        let keeping = Keeping::new(store.clone(), lease.clone());
        let mut run = Run {
            rebuild: self,
            store: store.clone(),
            projection,
            lease: lease.clone(),
            directories: Directories::default(),
            stop,
            progress,
        };
        let outcome = run.run().await;
        drop(keeping);
        store.give_up_lease(&lease).await?;
        outcome
    }
}

/// One run of a rebuild.
struct Run<'a> {
    rebuild: &'a Rebuild,
    store: Store,
    projection: Projection,
    lease: Lease,
    directories: Directories,
    stop: watch::Receiver<bool>,
    progress: Arc<dyn Fn(RebuildProgress) + Send + Sync>,
}

impl Run<'_> {
    async fn run(&mut self) -> Result<Rebuilt, RebuildError> {
        let (store, projection) = (self.store.clone(), self.projection);
        let started = Instant::now();
        if self.rebuild.afresh {
            store.forget_rebuild(&self.lease, projection).await?;
        }
        let state = store
            .begin_rebuild(&self.lease, projection, &self.rebuild.program, RANGE)
            .await?;
        // While the live table is empty nobody else may fill it: there would be nothing to compare with.
        let mut held = None;
        if state.first {
            let seized = store.seize_lease(projection, &self.rebuild.owner).await?;
            held = Some((Keeping::new(store.clone(), seized.clone()), seized));
        }
        let mut loaded = 0;
        if state.position.is_none() {
            loaded = self.load(&state).await?;
            if *self.stop.borrow() {
                return self.stopped(&state).await;
            }
            (self.progress)(RebuildProgress::Indexing);
            store.index_beside(&self.lease, projection).await?;
        }
        let loading = started.elapsed();
        let mut comparison = None;
        if !state.first {
            let Some(found) = self.compare().await? else {
                return self.stopped(&state).await;
            };
            if !found.equal() && !self.rebuild.accept_changes {
                return Ok(Rebuilt::Differs(found));
            }
            comparison = Some(found);
        }
        (self.progress)(RebuildProgress::Switching);
        let seized = match held.take() {
            Some(held) => held,
            None => {
                let seized = store.seize_lease(projection, &self.rebuild.owner).await?;
                (Keeping::new(store.clone(), seized.clone()), seized)
            }
        };
        let switched = self.switch(&seized.1, state.first).await;
        drop(seized.0);
        if switched.is_err() {
            store.give_up_lease(&seized.1).await?;
        }
        switched?;
        let digest = match &comparison {
            Some(found) => Some((found.position, found.beside.clone())),
            None if self.rebuild.digest => Some(store.digest(projection).await?),
            None => None,
        };
        Ok(Rebuilt::Switched(Summary {
            comparison,
            digest,
            events: loaded,
            loading,
            whole: started.elapsed(),
        }))
    }

    async fn stopped(&self, before: &RebuildUnderWay) -> Result<Rebuilt, RebuildError> {
        let state = self
            .store
            .begin_rebuild(&self.lease, self.projection, &self.rebuild.program, RANGE)
            .await?;
        Ok(Rebuilt::Stopped {
            left: state.left.len(),
            ranges: before.ranges,
        })
    }

    /// Loads the ranges that are left, several at a time; answers how many events they had.
    async fn load(&mut self, state: &RebuildUnderWay) -> Result<u64, RebuildError> {
        let rows_of = self.rows_of(state.target).await?;
        let before = state.events - state.left.iter().map(|range| range.events).sum::<u64>();
        let loading = Arc::new(Loading {
            store: self.store.clone(),
            projection: self.projection,
            lease: self.lease.clone(),
            target: state.target,
            rows_of,
            left: Mutex::new(state.left.iter().copied().collect()),
            given_up: AtomicBool::new(false),
            loaded: AtomicU64::new(0),
            done: AtomicU64::new(before),
            total: state.events,
            stop: self.stop.clone(),
            progress: self.progress.clone(),
        });
        let mut workers = JoinSet::new();
        for _ in 0..self.rebuild.workers.clamp(1, MOST_WORKERS) {
            workers.spawn(loading.clone().work());
        }
        let mut outcome = Ok(());
        while let Some(ended) = workers.join_next().await {
            let ended = ended.unwrap_or(Err(RebuildError::Fault));
            if ended.is_err() {
                loading.given_up.store(true, Ordering::Relaxed);
            }
            outcome = outcome.and(ended);
        }
        outcome?;
        Ok(loading.loaded.load(Ordering::Relaxed))
    }

    /// Brings the table beside to where a snapshot of the live one stands, and compares; `None` when told to stop.
    async fn compare(&mut self) -> Result<Option<Comparison>, RebuildError> {
        if !self.catch_up(None).await? {
            return Ok(None);
        }
        let snapshot = self.store.live_snapshot(self.projection).await?;
        if !self.catch_up(Some(snapshot.position)).await? {
            return Ok(None);
        }
        (self.progress)(RebuildProgress::Comparing {
            position: snapshot.position,
        });
        Ok(Some(self.store.compare(snapshot).await?))
    }

    /// Follows the live table to a position, or to where it is now; false when told to stop.
    async fn catch_up(&mut self, to: Option<u64>) -> Result<bool, RebuildError> {
        let (store, projection) = (self.store.clone(), self.projection);
        loop {
            let goal = match to {
                Some(to) => to,
                None => store.checkpoint(projection.name()).await?,
            };
            let Some(from) = store.beside_position(projection).await? else {
                return Err(RebuildError::Fault);
            };
            if from >= goal {
                return Ok(true);
            }
            if *self.stop.borrow() {
                return Ok(false);
            }
            (self.progress)(RebuildProgress::CatchingUp { behind: goal - from });
            let to = goal.min(from + BATCH);
            let rows_of = self.rows_of(to).await?;
            let batch = store.read_batch_beside(projection, from, to).await?;
            let computing = store.clone();
            let computed = tokio::task::spawn_blocking(move || computing.compute(batch, None, &*rows_of))
                .await
                .map_err(|_| RebuildError::Fault)?;
            store.write_batch_beside(&self.lease, &computed).await?;
        }
    }

    /// With the projection's lease in hand the live table stands still, so both meet.
    async fn switch(&mut self, seized: &Lease, first: bool) -> Result<(), RebuildError> {
        for _ in 0..SWITCH_TRIES {
            if !first && !self.catch_up(None).await? {
                return Err(RebuildError::NeverFree);
            }
            match self.store.switch(&self.lease, seized, self.projection).await? {
                Switched::Done => return Ok(()),
                Switched::Apart { .. } => {}
                Switched::Busy => tokio::time::sleep(READERS_GO).await,
                Switched::LeaseLost => return Err(RebuildError::NeverFree),
            }
        }
        Err(RebuildError::NeverFree)
    }

    async fn rows_of(&mut self, upto: u64) -> Result<Arc<RowsOf>, RebuildError> {
        match self.directories.follow(&self.store, upto).await? {
            None => Ok(self.directories.rows_of()),
            Some(halt) => Err(RebuildError::Directory(halt.reason)),
        }
    }
}

/// What the workers share.
struct Loading {
    store: Store,
    projection: Projection,
    lease: Lease,
    target: u64,
    rows_of: Arc<RowsOf>,
    left: Mutex<VecDeque<Range>>,
    given_up: AtomicBool,
    loaded: AtomicU64,
    done: AtomicU64,
    total: u64,
    stop: watch::Receiver<bool>,
    progress: Arc<dyn Fn(RebuildProgress) + Send + Sync>,
}

impl Loading {
    async fn work(self: Arc<Self>) -> Result<(), RebuildError> {
        while let Some(range) = self.next() {
            let batch = self.store.read_range(self.projection, range, self.target).await?;
            let (store, rows_of) = (self.store.clone(), self.rows_of.clone());
            let computed = tokio::task::spawn_blocking(move || store.compute_range(batch, &*rows_of))
                .await
                .map_err(|_| RebuildError::Fault)??;
            self.store.write_range(&self.lease, &computed).await?;
            self.loaded.fetch_add(computed.events, Ordering::Relaxed);
            let done = self.done.fetch_add(range.events, Ordering::Relaxed) + range.events;
            (self.progress)(RebuildProgress::Loading {
                done,
                total: self.total,
            });
        }
        Ok(())
    }

    fn next(&self) -> Option<Range> {
        if *self.stop.borrow() || self.given_up.load(Ordering::Relaxed) {
            return None;
        }
        self.left
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop_front()
    }
}

/// Renews a lease until it is dropped. When it is lost the fence finds out.
struct Keeping(JoinHandle<()>);

impl Keeping {
    fn new(store: Store, lease: Lease) -> Self {
        Self(tokio::spawn(async move {
            loop {
                tokio::time::sleep(LEASE / 3).await;
                match store.renew_lease(&lease).await {
                    Ok(true) => {}
                    Ok(false) => return,
                    Err(error) => {
                        tracing::warn!(%error, work = lease.work, "the lease was not renewed; trying again")
                    }
                }
            }
        }))
    }
}

impl Drop for Keeping {
    fn drop(&mut self) {
        self.0.abort();
    }
}
