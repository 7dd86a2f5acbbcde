//! One node's work on one projection.

use super::directories::Directories;
use super::{AFTER_ERROR, GATHER, HELD_ELSEWHERE, IDLE, STOPPED};
use crate::App;
use crate::held_lease::{HeldLease, RENEW};
use throughcare_store::StoreError;
use throughcare_store::projection::{Batch, Computed, Halt, Projection, Written};
use tokio::sync::watch;

/// Events taken at once. Bounds memory and the length of the writing transaction.
const BATCH: u64 = 1_000;

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
    directories: Directories,
    lease: HeldLease,
}

impl Worker {
    pub(super) fn new(app: App, projection: Projection, owner: &str) -> Self {
        Self {
            app,
            projection,
            directories: Directories::default(),
            lease: HeldLease::of(projection.name(), owner),
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
        let held = self.lease.hold(&store).await?;
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
                self.lease.lost();
                Ok(Turn::Again)
            }
            Written::Elsewhere(_) => Ok(Turn::Again),
        }
    }

    /// Computes where blocking is allowed, and keeps the lease meanwhile.
    async fn compute(&mut self, batch: Batch, halt: Option<Halt>) -> Result<Computed, StoreError> {
        let (store, rows_of) = (self.app.inner.store.clone(), self.directories.rows_of());
        let mut computing = tokio::task::spawn_blocking(move || store.compute(batch, halt, &*rows_of));
        loop {
            tokio::select! {
                computed = &mut computing => return computed.map_err(|_| StoreError::Unavailable(None)),
                () = tokio::time::sleep(RENEW) => self.lease.renew(&self.app.inner.store).await?,
            }
        }
    }

    /// Gives the lease up. When that fails it runs out by itself.
    pub(super) async fn give_up(&mut self) {
        self.lease.give_up(&self.app.inner.store).await;
    }
}
