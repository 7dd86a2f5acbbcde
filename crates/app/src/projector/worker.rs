//! One node's work on one projection.

use super::directories::Directories;
use super::{AFTER_ERROR, GATHER, HELD_ELSEWHERE, IDLE, STOPPED};
use crate::App;
use std::time::Duration;
use throughcare_store::StoreError;
use throughcare_store::projection::{Batch, Computed, Halt, LEASE, Lease, Projection, Written};
use tokio::sync::watch;
use tokio::time::Instant;

/// Events taken at once. Bounds memory and the length of the writing transaction.
const BATCH: u64 = 1_000;
/// How long a lease is held before it is renewed: two attempts may fail before it runs out.
const RENEW: Duration = Duration::from_secs(LEASE.as_secs() / 3);

/// What one turn came to.
pub(super) enum Turn {
    /// It moved; so many events are still to come.
    Moved { to: u64, behind: u64 },
    /// There is nothing new.
    UpToDate(u64),
    /// What was read was overtaken; nothing was written.
    Again,
    /// Another node holds the lease.
    HeldElsewhere,
    /// Only a newer program can go on from this position.
    Stopped(u64),
}

/// Works on one projection while it holds the lease.
pub(super) struct Worker {
    app: App,
    projection: Projection,
    owner: String,
    directories: Directories,
    lease: Option<(Lease, Instant)>,
    started: bool,
}

impl Worker {
    pub(super) fn new(app: App, projection: Projection, owner: String) -> Self {
        Self {
            app,
            projection,
            owner,
            directories: Directories::default(),
            lease: None,
            started: false,
        }
    }

    /// Follows the log until it is told to stop.
    pub(super) async fn follow(mut self, mut stop: watch::Receiver<bool>) {
        let name = self.projection.name();
        let mut committed = self.app.inner.store.committed();
        while !*stop.borrow() {
            let pause = match self.turn().await {
                // Each turn costs the database as much as some commands: what is appended meanwhile shares the next.
                Ok(Turn::Moved { behind: 0, .. }) => GATHER,
                Ok(Turn::Moved { .. } | Turn::Again) => continue,
                Ok(Turn::UpToDate(_)) => IDLE,
                Ok(Turn::HeldElsewhere) => HELD_ELSEWHERE,
                Ok(Turn::Stopped(position)) => {
                    tracing::error!(
                        projection = name,
                        position,
                        "stands still: a newer program is needed"
                    );
                    STOPPED
                }
                Err(error) => {
                    tracing::error!(%error, projection = name, "could not be brought up to date; trying again");
                    AFTER_ERROR
                }
            };
            let news = async {
                // News matter to the holder alone; others wait for the lease.
                if pause == IDLE {
                    let _ = committed.changed().await;
                } else {
                    std::future::pending::<()>().await;
                }
            };
            tokio::select! {
                _ = stop.changed() => {}
                () = news => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        self.give_up().await;
    }

    /// One batch, if there is one and the lease is ours.
    pub(super) async fn turn(&mut self) -> Result<Turn, StoreError> {
        let store = self.app.inner.store.clone();
        let held = self.hold().await?;
        let (from, head) = store.checkpoint_and_head(self.projection).await?;
        if head <= from {
            return Ok(Turn::UpToDate(from));
        }
        let Some(lease) = held else {
            return Ok(Turn::HeldElsewhere);
        };
        let to = head.min(from + BATCH);
        let halt = self.directories.follow(&store, to).await?;
        let batch = store.read_batch(self.projection, from, to).await?;
        let computed = self.compute(batch, halt).await?;
        match store.write_batch(&lease, &computed).await? {
            Written::Moved(to) if computed.halt.is_some() => {
                self.give_up().await;
                Ok(Turn::Stopped(to))
            }
            Written::Moved(to) => Ok(Turn::Moved {
                to,
                behind: head - to,
            }),
            Written::LeaseLost => {
                tracing::info!(
                    projection = self.projection.name(),
                    "the lease changed hands; nothing written"
                );
                self.lease = None;
                Ok(Turn::Again)
            }
            Written::Elsewhere(_) => Ok(Turn::Again),
        }
    }

    /// The lease, taken or renewed when it is time.
    async fn hold(&mut self) -> Result<Option<Lease>, StoreError> {
        let store = &self.app.inner.store;
        if let Some((lease, renewed)) = &mut self.lease {
            if renewed.elapsed() < RENEW {
                return Ok(Some(lease.clone()));
            }
            if store.renew_lease(lease).await? {
                *renewed = Instant::now();
                return Ok(Some(lease.clone()));
            }
            self.lease = None;
        }
        let taken = store
            .take_lease(self.projection.name(), &self.owner, !self.started)
            .await?;
        self.started = true;
        self.lease = taken.map(|lease| (lease, Instant::now()));
        Ok(self.lease.as_ref().map(|(lease, _)| lease.clone()))
    }

    /// Computes where blocking is allowed, and keeps the lease meanwhile.
    async fn compute(&mut self, batch: Batch, halt: Option<Halt>) -> Result<Computed, StoreError> {
        let (store, rows_of) = (self.app.inner.store.clone(), self.directories.rows_of());
        let mut computing = tokio::task::spawn_blocking(move || store.compute(batch, halt, &*rows_of));
        loop {
            tokio::select! {
                computed = &mut computing => return computed.map_err(|_| StoreError::Unavailable(None)),
                () = tokio::time::sleep(RENEW) => self.renew().await?,
            }
        }
    }

    /// Renews the lease; when it was lost, writing finds out.
    async fn renew(&mut self) -> Result<(), StoreError> {
        if let Some((lease, renewed)) = &mut self.lease
            && self.app.inner.store.renew_lease(lease).await?
        {
            *renewed = Instant::now();
        }
        Ok(())
    }

    /// Gives the lease up. When that fails it runs out by itself.
    pub(super) async fn give_up(&mut self) {
        let Some((lease, _)) = self.lease.take() else {
            return;
        };
        if let Err(error) = self.app.inner.store.give_up_lease(&lease).await {
            tracing::warn!(%error, projection = self.projection.name(), "the lease was not given up; it runs out");
        }
    }
}
