//! Forgetting in time: when a node destroys keys, every other one forgets what it has of them.

use crate::StoreError;
use crate::connect::Sessions;
use crate::seal::{KeyCache, KeyWrap};
use sqlx::Row as _;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How often the key store is asked whether keys were destroyed. Five seconds are promised; a statement and a busy
/// machine are in what is left.
const EVERY: Duration = Duration::from_secs(2);
/// A node that cannot ask for so long forgets all keys: they may be destroyed. Until then it goes on with those it has.
const LONGEST_DEAF: Duration = Duration::from_secs(300);

/// The task that asks.
pub(super) struct Watcher {
    task: JoinHandle<()>,
    tell: watch::Sender<u64>,
    cache: Arc<KeyCache>,
}

impl Watcher {
    pub(super) fn start(
        keeping: Sessions,
        wrap: Arc<dyn KeyWrap>,
        cache: Arc<KeyCache>,
        generation: u64,
    ) -> Self {
        let (tell, _) = watch::channel(0);
        let task = tokio::spawn(run(keeping, wrap, cache.clone(), tell.clone(), generation));
        Self { task, tell, cache }
    }

    /// How often all was forgotten.
    pub(super) fn generation(&self) -> watch::Receiver<u64> {
        self.tell.subscribe()
    }

    /// Forgets all keys now.
    pub(super) fn forget(&self) {
        forget(&self.cache, &self.tell);
    }

    pub(super) fn stop(&self) {
        self.task.abort();
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.stop();
    }
}

fn forget(cache: &KeyCache, tell: &watch::Sender<u64>) {
    cache.clear();
    tell.send_modify(|times| *times += 1);
}

async fn run(
    keeping: Sessions,
    wrap: Arc<dyn KeyWrap>,
    cache: Arc<KeyCache>,
    tell: watch::Sender<u64>,
    mut known: u64,
) {
    let mut heard = Instant::now();
    loop {
        tokio::time::sleep(EVERY).await;
        match ask(&keeping).await {
            Ok((generation, by)) => {
                heard = Instant::now();
                if generation != known {
                    known = generation;
                    forget(&cache, &tell);
                }
                if by != wrap.id()
                    && let Err(error) = wrap.follow(&by)
                {
                    tracing::error!(%error, "keys are to be wrapped by another key-encryption key, which this node does not have");
                }
            }
            Err(error) => {
                tracing::warn!(%error, "the key store cannot be asked whether keys were destroyed");
                if heard.elapsed() > LONGEST_DEAF {
                    forget(&cache, &tell);
                }
            }
        }
    }
}

async fn ask(keeping: &Sessions) -> Result<(u64, String), StoreError> {
    let row = sqlx::query("/* key_generation */ SELECT generation, wrapped_by FROM key_store")
        .fetch_one(keeping)
        .await?;
    let generation = row.try_get::<i64, _>("generation")?.unsigned_abs();
    Ok((generation, row.try_get("wrapped_by")?))
}
