//! Looking again at rows that have been leaves for long: a few at a time, round and round, so that what somebody alters
//! without anybody asking for it is told within about a day, and not when an auditor comes.
//!
//! It reads and hashes, and stops nothing: who is treated is served all the same, and checkpoints go on, for they are over
//! the hashes of when the rows were new.

use crate::App;
use std::time::Duration;
use throughcare_store::projection::Lease;
use throughcare_store::{RECHECKS, RecheckStanding, StoreError};
use tokio::sync::watch;

/// Some rows are looked at once in this time, whichever node does it.
pub const RECHECKED_EVERY: Duration = Duration::from_secs(60);
/// Most rows of a tree in that time: 23 million a day. A log beyond that takes longer than a day.
pub const MOST_RECHECKED: u64 = 16_384;
/// A round through all of a tree takes about a day: so many turns.
const TURNS: u64 = 1_440;
/// Rows read at once; the lease is renewed after each of these.
const AT_ONCE: u64 = 1_024;
/// How often a node asks whether it is time.
const ASKED_EVERY: Duration = Duration::from_secs(5);

/// How many rows a turn takes of a tree of so many entries.
fn turn_of(size: u64) -> u64 {
    size.div_ceil(TURNS).clamp(256, MOST_RECHECKED)
}

impl App {
    /// Looks again until `stop` says true.
    pub async fn recheck_until(&self, owner: &str, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            if let Err(error) = self.recheck_when_due(owner, &stop).await {
                tracing::warn!(%error, "old rows could not be looked at again; trying again");
            }
            tokio::select! {
                _ = stop.changed() => {}
                () = tokio::time::sleep(ASKED_EVERY) => {}
            }
        }
    }

    async fn recheck_when_due(&self, owner: &str, stop: &watch::Receiver<bool>) -> Result<(), StoreError> {
        let store = &self.inner.store;
        let due = |one: &RecheckStanding| one.idle_seconds >= RECHECKED_EVERY.as_secs();
        if !store.rechecks().await?.iter().any(due) {
            return Ok(());
        }
        let Some(lease) = store.take_lease(RECHECKS, owner, true).await? else {
            return Ok(());
        };
        // Again, under the lease: another node may just have been there.
        let standings = store.rechecks().await?;
        let mut outcome = Ok(());
        for standing in standings.iter().filter(|one| due(one)) {
            outcome = self.recheck(&lease, standing, stop).await;
            if outcome.is_err() {
                break;
            }
        }
        store.give_up_lease(&lease).await?;
        outcome
    }

    /// One turn of one tree.
    async fn recheck(
        &self,
        lease: &Lease,
        standing: &RecheckStanding,
        stop: &watch::Receiver<bool>,
    ) -> Result<(), StoreError> {
        let (store, tree) = (&self.inner.store, standing.tree);
        let Some(signed) = store.newest_checkpoint(tree).await? else {
            store.note_rechecked(lease, tree, 0, false).await?;
            return Ok(());
        };
        let signed = (signed.size, signed.root);
        let mut known = standing.differs.as_ref().map(|found| found.from);
        if let Some(from) = known
            && let (_, None) = store.recheck(tree, from, AT_ONCE, signed).await?
        {
            tracing::warn!(
                tree = tree.name(),
                from,
                "rows that were not what they were are again"
            );
            store.note_difference(tree, None).await?;
            known = None;
        }
        let begin = if standing.next >= signed.0 {
            0
        } else {
            standing.next
        };
        let end = signed.0.min(begin + turn_of(signed.0));
        let mut from = begin;
        while from < end && !*stop.borrow() {
            let most = AT_ONCE.min(end - from);
            let (_, fault) = store.recheck(tree, from, most, signed).await?;
            if let Some(fault) = fault {
                tracing::error!(
                    tree = tree.name(),
                    from,
                    "old rows are not what they were: {fault}"
                );
                if known.is_none_or(|known| from < known) {
                    store
                        .note_difference(tree, Some((from, &fault.to_string())))
                        .await?;
                    known = Some(from);
                }
            }
            from += most;
            if !store.renew_lease(lease).await? {
                return Ok(());
            }
        }
        store.note_rechecked(lease, tree, from, from >= signed.0).await?;
        Ok(())
    }

    /// One turn of both trees now, whenever the last was. For commands and tests.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer; nothing when another node looks.
    pub async fn recheck_now(&self, owner: &str) -> Result<(), StoreError> {
        let store = &self.inner.store;
        let Some(lease) = store.take_lease(RECHECKS, owner, true).await? else {
            return Ok(());
        };
        let stop = watch::channel(false).1;
        for standing in store.rechecks().await? {
            self.recheck(&lease, &standing, &stop).await?;
        }
        store.give_up_lease(&lease).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_takes_about_a_day_and_a_turn_is_bounded() {
        assert_eq!(turn_of(0), 256);
        assert_eq!(turn_of(1_000), 256);
        assert_eq!(turn_of(1_440_000), 1_000);
        assert!((1_430..=1_440).contains(&10_000_000_u64.div_ceil(turn_of(10_000_000))));
        assert_eq!(turn_of(u64::MAX), MOST_RECHECKED);
    }
}
