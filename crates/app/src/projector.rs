//! The worker that keeps lists across people up to date.
//!
//! One step of one person: fold what was known at a position, compute rows, compare with the rows known
//! before. So a list does not depend on the order in which facts arrived, and a recomputed one is equal.

use crate::App;
use crate::error::AppError;
use std::time::Duration;
use throughcare_domain::directory::Directory;
use throughcare_domain::event::RecordedEvent;
use throughcare_domain::rows::steps;
use throughcare_store::projection::{Advanced, Batch, PersonUpdate};

/// The name of the projection behind every list.
pub const WORKLISTS: &str = "worklists";

/// Events taken at once. Bounds memory and the length of the transaction.
const BATCH: u32 = 1_000;
/// How long to wait for news when there is none: another node may have appended.
const IDLE: Duration = Duration::from_millis(50);
/// How long to wait after an error.
const AFTER_ERROR: Duration = Duration::from_secs(1);

/// Keeps the projections up to date.
#[derive(Clone)]
pub struct Projector {
    app: App,
}

impl Projector {
    /// A worker for these use cases.
    pub fn new(app: App) -> Self {
        Self { app }
    }

    /// Runs until `stop` says true. Errors are logged and tried again.
    pub async fn run(&self, mut stop: tokio::sync::watch::Receiver<bool>) {
        let mut committed = self.app.inner.store.committed();
        loop {
            if *stop.borrow() {
                return;
            }
            let pause = match self.step().await {
                Ok(Advanced::Moved { .. }) => continue,
                Ok(Advanced::UpToDate(_) | Advanced::HeldElsewhere) => IDLE,
                Err(error) => {
                    tracing::error!(%error, "the worklists could not be brought up to date; trying again");
                    AFTER_ERROR
                }
            };
            tokio::select! {
                _ = stop.changed() => {}
                _ = committed.changed() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Runs until the lists are as new as the log; `progress` is told how many events are done and to come.
    ///
    /// # Errors
    /// The first error; what was done stays done.
    pub async fn catch_up(&self, mut progress: impl FnMut(u64, u64)) -> Result<u64, AppError> {
        loop {
            match self.step().await? {
                Advanced::Moved { to, behind } => progress(to, behind),
                Advanced::UpToDate(position) => return Ok(position),
                Advanced::HeldElsewhere => tokio::time::sleep(IDLE).await,
            }
        }
    }

    async fn step(&self) -> Result<Advanced, AppError> {
        let store = &self.app.inner.store;
        let (head, checkpoint) = (store.head().await?.position, store.checkpoint(WORKLISTS).await?);
        if checkpoint >= head {
            return Ok(Advanced::UpToDate(checkpoint));
        }
        let organisations = store.read_organisations().await?;
        Ok(store
            .advance(WORKLISTS, BATCH, move |batch| updates(batch, &organisations))
            .await?)
    }
}

/// Rows of every person touched, as known from each of their new events on.
fn updates(batch: &Batch, organisations: &[RecordedEvent]) -> Vec<PersonUpdate> {
    let directories = directories(organisations);
    batch
        .touched
        .iter()
        .map(|(person, positions)| PersonUpdate {
            person: *person,
            steps: steps(&batch.histories[person], positions, |position| {
                directory_at(&directories, position)
            }),
        })
        .collect()
}

/// The directory after each organisation event.
fn directories(organisations: &[RecordedEvent]) -> Vec<(u64, Directory)> {
    let mut known: Vec<(u64, Directory)> = vec![(0, Directory::default())];
    for event in organisations {
        let position = event.envelope.position;
        let until = organisations
            .iter()
            .filter(|other| other.envelope.position <= position);
        known.push((position, Directory::fold(until)));
    }
    known.sort_by_key(|(position, _)| *position);
    known
}

fn directory_at(directories: &[(u64, Directory)], position: u64) -> &Directory {
    let after = directories.partition_point(|(known, _)| *known <= position);
    &directories[after.saturating_sub(1)].1
}
