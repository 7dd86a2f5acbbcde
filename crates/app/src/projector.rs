//! The worker that keeps lists across people up to date.
//!
//! One step of one person: fold what was known at a position, compute rows, compare with the rows known
//! before. So a list does not depend on the order in which facts arrived, and a recomputed one is equal.
//!
//! Several nodes share the work by projection: whoever holds a projection's lease reads a batch, computes it with no
//! lock held, and writes it if the lease and the checkpoint are still as they were.

mod directories;
mod rebuild;
mod replay;
mod resume;
mod worker;

pub use replay::{ReleasesWanted, ReplayError, ReplayedRange, Replaying};

pub use rebuild::{MOST_WORKERS, Rebuild, RebuildError, RebuildProgress, Rebuilt, Summary};

use crate::App;
use crate::error::AppError;
use std::time::Duration;
use throughcare_store::projection::Projection;
use tokio::sync::watch;
use tokio::task::JoinSet;
use worker::{Turn, Worker};

/// The name of the projection behind every list.
pub const WORKLISTS: &str = "worklists";

/// How long to gather what is appended after a list has become as new as the log. Lists are that much older than the
/// log under load, and a reader that waits for its own write waits that much longer; turns are fewer by as much.
const GATHER: Duration = Duration::from_millis(10);
/// How long to wait for news when there is none: another node may have appended.
const IDLE: Duration = Duration::from_millis(50);
/// How often to look whether a lease that another node holds has become free.
const HELD_ELSEWHERE: Duration = Duration::from_millis(500);
/// How long to wait after an error.
const AFTER_ERROR: Duration = Duration::from_secs(1);
/// How long to leave a projection alone that only a newer program can move on.
const STOPPED: Duration = Duration::from_secs(5);

/// Keeps the projections up to date.
#[derive(Clone)]
pub struct Projector {
    app: App,
    owner: String,
}

impl Projector {
    /// A worker for these use cases, under the name of this machine.
    pub fn new(app: App) -> Self {
        let machine = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        let owner = match machine.trim() {
            "" => "a node without a name".to_owned(),
            name => name.to_owned(),
        };
        Self { app, owner }
    }

    /// The same under another name, at most 200 characters: it is shown as the owner of leases. It should be the
    /// same when this node starts again, for then it need not wait for its own last lease to run out; no other
    /// node should have it.
    #[must_use]
    pub fn on_node(mut self, name: &str) -> Self {
        self.owner = name.chars().take(200).collect();
        self
    }

    /// Runs until `stop` says true, then gives its leases up. Errors are logged and tried again.
    pub async fn run(&self, stop: watch::Receiver<bool>) {
        let mut workers = JoinSet::new();
        for projection in Projection::ALL {
            self.start(&mut workers, projection, &stop);
        }
        while let Some(ended) = workers.join_next().await {
            // A worker returns when it is told to stop. Anything else is a fault, and it starts again.
            if let Err(fault) = ended {
                tracing::error!(%fault, "a projection's worker ended; starting it again");
                tokio::time::sleep(AFTER_ERROR).await;
                workers.abort_all();
                while workers.join_next().await.is_some() {}
                for projection in Projection::ALL {
                    self.start(&mut workers, projection, &stop);
                }
            }
        }
    }

    fn start(&self, workers: &mut JoinSet<()>, projection: Projection, stop: &watch::Receiver<bool>) {
        let worker = Worker::new(self.app.clone(), projection, &self.owner);
        workers.spawn(worker.follow(stop.clone()));
    }

    /// Runs until the lists are as new as the log; `progress` is told how many events are done and to come.
    ///
    /// # Errors
    /// The first error; what was done stays done.
    pub async fn catch_up(&self, mut progress: impl FnMut(u64, u64)) -> Result<u64, AppError> {
        let mut least = u64::MAX;
        for projection in Projection::ALL {
            let mut worker = Worker::new(self.app.clone(), projection, &self.owner);
            let reached = loop {
                match worker.turn().await? {
                    Turn::Moved { to, behind } => progress(to, behind),
                    Turn::UpToDate(position) => break position,
                    Turn::Again => {}
                    Turn::HeldElsewhere => tokio::time::sleep(IDLE).await,
                    Turn::Stopped(position) => break position,
                }
            };
            worker.give_up().await;
            least = least.min(reached);
        }
        Ok(least)
    }
}
