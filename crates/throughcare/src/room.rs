//! Room in the log: every node sees to it that partitions are there before they are needed.

use std::time::Duration;
use throughcare_store::{PARTITION, Store};
use tokio::sync::watch;

/// How often a node looks when nothing calls for it earlier.
const LOOK: Duration = Duration::from_secs(3_600);
/// How soon it looks again when partitions could not be added.
const AGAIN: Duration = Duration::from_secs(60);

/// Adds partitions when less than one is left: at the start, every hour, and as soon as this node's own appends
/// have made room short. Ends when told to stop.
pub async fn keep(store: Store, mut stopped: watch::Receiver<bool>) {
    let mut committed = store.committed();
    loop {
        let (short_at, pause) = match store.ensure_room().await {
            Ok(room) => (room.upto.saturating_sub(PARTITION) + 1, LOOK),
            Err(error) => {
                tracing::error!(
                    %error,
                    "the log is running out of room and no partition could be added; run `throughcare migrate` with \
                     a login that owns the tables"
                );
                (u64::MAX, AGAIN)
            }
        };
        tokio::select! {
            _ = stopped.changed() => return,
            Ok(_) = committed.wait_for(|position| *position >= short_at) => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}
