//! The key store: the wrapped keys of streams, in a database of their own, so that no dump of the log holds a key.
//!
//! A key is here, on disk, before anything sealed with it is in the log. What is absent is missing, which is a fault;
//! only what the store says was destroyed counts as erased. Where the store is away, nobody reads or appends what
//! needs a key that is not in memory.

mod adding;
mod destroying;
mod migrate;
mod moving;
mod reading;
mod rotating;
mod watching;

pub use destroying::Destroy;
pub(crate) use migrate::{KEY_MIGRATIONS, migrate};
pub(crate) use moving::are_here;
pub use moving::move_keys;
pub(crate) use reading::Keys;
pub use rotating::{Rotation, WrappedBy};

use crate::connect::{Role, Sessions};
use crate::seal::{KeyCache, KeyWrap};
use crate::{Settings, StoreError};
use adding::Adder;
use sqlx::Row as _;
use std::sync::Arc;
use tokio::sync::watch;
use watching::Watcher;

/// Most connections that read and add keys.
const KEEPING: u32 = 4;
/// Connections for destroying keys, which is rare.
const DESTROYING: u32 = 1;

/// What is needed to read, add and destroy keys.
pub(crate) struct KeyStore {
    pub(crate) keeping: Sessions,
    pub(crate) destroying: Sessions,
    rewrapping: Sessions,
    wrap: Arc<dyn KeyWrap>,
    cache: Arc<KeyCache>,
    adder: Adder,
    watcher: Watcher,
}

/// The one row of the key store, as it stands before it is opened.
pub(crate) struct Standing {
    /// What a key file must open; none in a new key store.
    pub canary: Option<Vec<u8>>,
    generation: i64,
    /// Which key-encryption key wraps now; none in a new key store.
    pub wrapped_by: Option<String>,
    /// Whether there is any key, or one that was destroyed.
    pub holds_keys: bool,
}

impl Standing {
    /// Looks how the key store stands.
    pub(crate) async fn of(keeping: &Sessions) -> Result<Self, StoreError> {
        let row = sqlx::query(
            "/* key_standing */ SELECT canary, coalesce(generation, 0) AS generation, wrapped_by, \
             EXISTS (SELECT FROM stream_keys) OR EXISTS (SELECT FROM destroyed_keys) AS holds_keys \
             FROM (VALUES (true)) AS one LEFT JOIN key_store ON true",
        )
        .fetch_one(keeping)
        .await?;
        Ok(Self {
            canary: row.try_get("canary")?,
            generation: row.try_get("generation")?,
            wrapped_by: row.try_get("wrapped_by")?,
            holds_keys: row.try_get("holds_keys")?,
        })
    }
}

impl KeyStore {
    /// Connections to the key store, made when they are needed.
    pub(crate) fn sessions(settings: &Settings) -> Sessions {
        Sessions::new(settings, Role::Keeping, KEEPING)
    }

    /// Opens it; `standing` was read before, and the key file fits.
    pub(crate) fn open(
        settings: &Settings,
        keeping: Sessions,
        standing: &Standing,
        wrap: Arc<dyn KeyWrap>,
    ) -> Result<Self, StoreError> {
        let cache = Arc::new(KeyCache::new(settings.key_cache));
        Ok(Self {
            adder: Adder::start(keeping.clone(), wrap.clone(), settings.queue),
            watcher: Watcher::start(
                keeping.clone(),
                wrap.clone(),
                cache.clone(),
                standing.generation.unsigned_abs(),
            ),
            destroying: Sessions::new(settings, Role::Destroying, DESTROYING),
            rewrapping: Sessions::new(settings, Role::Rewrapping, 1),
            keeping,
            wrap,
            cache,
        })
    }

    /// Unwrapped keys that were used lately.
    pub(crate) fn cache(&self) -> &KeyCache {
        &self.cache
    }

    /// Grows whenever this node has forgotten all keys, because some were destroyed: whoever keeps what was opened
    /// forgets it, too.
    pub(crate) fn forgotten(&self) -> watch::Receiver<u64> {
        self.watcher.generation()
    }

    /// Closes every connection.
    pub(crate) async fn close(&self) {
        self.watcher.stop();
        self.adder.close().await;
        for sessions in [&self.keeping, &self.destroying, &self.rewrapping] {
            sessions.close().await;
        }
    }
}
