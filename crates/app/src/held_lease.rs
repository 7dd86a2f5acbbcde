//! The lease of a worker: taken, renewed while it works, given up when it stops.

use std::time::Duration;
use throughcare_store::projection::{LEASE, Lease};
use throughcare_store::{Store, StoreError};
use tokio::time::Instant;

/// How long a lease is held before it is renewed: two attempts may fail before it runs out.
pub(crate) const RENEW: Duration = Duration::from_secs(LEASE.as_secs() / 3);

/// Of a node's name this many characters are noted.
const LONGEST_OWNER: usize = 200;

/// The lease of one piece of work, as one worker of a node has it.
#[derive(Debug)]
pub(crate) struct HeldLease {
    work: &'static str,
    owner: String,
    held: Option<(Lease, Instant)>,
    /// It asked before: a lease in this node's name is not one of its own past any more.
    asked: bool,
}

impl HeldLease {
    /// None yet; it will be asked for in the name of a node.
    pub(crate) fn of(work: &'static str, owner: &str) -> Self {
        Self {
            work,
            owner: owner.chars().take(LONGEST_OWNER).collect(),
            held: None,
            asked: false,
        }
    }

    /// The lease, taken or renewed when it is time; `None` while another node has it.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub(crate) async fn hold(&mut self, store: &Store) -> Result<Option<Lease>, StoreError> {
        if let Some((lease, renewed)) = &mut self.held {
            if renewed.elapsed() < RENEW {
                return Ok(Some(lease.clone()));
            }
            if store.renew_lease(lease).await? {
                *renewed = Instant::now();
                return Ok(Some(lease.clone()));
            }
            self.held = None;
        }
        let taken = store.take_lease(self.work, &self.owner, !self.asked).await?;
        self.asked = true;
        self.held = taken.map(|lease| (lease, Instant::now()));
        Ok(self.held.as_ref().map(|(lease, _)| lease.clone()))
    }

    /// Renews it in the middle of long work; when it was lost, writing finds out.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub(crate) async fn renew(&mut self, store: &Store) -> Result<(), StoreError> {
        if let Some((lease, renewed)) = &mut self.held
            && store.renew_lease(lease).await?
        {
            *renewed = Instant::now();
        }
        Ok(())
    }

    /// Writing found that another node has it.
    pub(crate) fn lost(&mut self) {
        self.held = None;
    }

    /// Gives it up. When that fails it runs out by itself.
    pub(crate) async fn give_up(&mut self, store: &Store) {
        let Some((lease, _)) = self.held.take() else {
            return;
        };
        if let Err(error) = store.give_up_lease(&lease).await {
            tracing::warn!(%error, work = self.work, "a lease was not given up; it runs out");
        }
    }
}
