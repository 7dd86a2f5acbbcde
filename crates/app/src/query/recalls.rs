//! Batches called back, and how many of their holders were told.

use super::batch::services_seen;
use crate::App;
use crate::caller::Caller;
use crate::error::AppError;
use throughcare_domain::access::{self, Whose};
use throughcare_domain::directory::Recall;
use throughcare_domain::id::RecallId;
use throughcare_domain::when::london_date;
use throughcare_store::projection::BatchTotals;

/// How many kits of a recall are where, and of how many the holder was told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecallCounts {
    /// Kits on shelves by the log.
    pub on_hand: i64,
    /// Kits in clients' hands, or with their property.
    pub held: i64,
    /// Of those, kits whose holder was told.
    pub held_told: i64,
    /// Kits given to people who are not clients.
    pub supplied: i64,
    /// Of those, kits whose recipient was told.
    pub supplied_told: i64,
}

impl RecallCounts {
    /// Kits whose holder is still to be told.
    pub fn to_be_told(self) -> i64 {
        self.held - self.held_told + self.supplied - self.supplied_told
    }

    fn add(&mut self, totals: &BatchTotals) {
        self.on_hand += totals.on_hand;
        self.held += totals.held;
        self.held_told += totals.held_told;
        self.supplied += totals.supplied;
        self.supplied_told += totals.supplied_told;
    }
}

/// A recall with its counts.
#[derive(Clone, Debug)]
pub struct RecallRead {
    /// The recall.
    pub recall: Recall,
    /// Of the caller's services; of all for auditors.
    pub own: RecallCounts,
    /// Of every service.
    pub all: RecallCounts,
    /// Log position up to which it is true.
    pub position: u64,
}

impl App {
    /// Recalls, the newest first, after one of them. For every role: whoever holds a kit is concerned.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn recalls(
        &self,
        caller: &Caller,
        after: Option<RecallId>,
        limit: usize,
    ) -> Result<Vec<RecallRead>, AppError> {
        let directory = self.directory().await?;
        let mut newest: Vec<&Recall> = directory.recalls().iter().collect();
        newest.sort_by_key(|one| std::cmp::Reverse((one.since, one.id)));
        let from = match after {
            None => 0,
            Some(after) => newest
                .iter()
                .position(|one| one.id == after)
                .map_or(newest.len(), |at| at + 1),
        };
        let mut read = Vec::new();
        for recall in newest.into_iter().skip(from).take(limit) {
            read.push(self.counted(caller, recall).await?);
        }
        Ok(read)
    }

    /// One recall.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn recall(&self, caller: &Caller, id: RecallId) -> Result<RecallRead, AppError> {
        let directory = self.directory().await?;
        let recall = directory.recall(id).ok_or(AppError::NotFound)?;
        self.counted(caller, recall).await
    }

    async fn counted(&self, caller: &Caller, recall: &Recall) -> Result<RecallRead, AppError> {
        let directory = self.directory().await?;
        let day = london_date(self.inner.clock.now());
        let seen = match access::lists(caller.role()) {
            Whose::Nobodys => Vec::new(),
            Whose::Own | Whose::Everybodys => services_seen(caller, &directory, day)?,
        };
        let (totals, position) = self
            .inner
            .store
            .batch_totals(
                &self.reach(caller).await?.with_every_line(),
                Some(&recall.product),
                &recall.batch,
                Some(recall.id),
                day,
            )
            .await?;
        let (mut own, mut all) = (RecallCounts::default(), RecallCounts::default());
        for one in &totals {
            all.add(one);
            if seen.contains(&one.service) {
                own.add(one);
            }
        }
        Ok(RecallRead {
            recall: recall.clone(),
            own,
            all,
            position,
        })
    }
}
