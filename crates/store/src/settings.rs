//! How to reach the database.

use crate::StoreError;
use crate::connect::Pooler;
use sqlx::postgres::PgConnectOptions;
use std::path::PathBuf;
use std::str::FromStr as _;
use std::time::Duration;

/// What the store needs to know to open.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the database is, and as whom: a login that is a member of the database roles.
    pub connect: PgConnectOptions,
    /// What stands between the program and PostgreSQL there.
    pub pooler: Pooler,
    /// Where and as whom the owner's work is done, past any pooler: migrations, partitions, code lists, rebuilds.
    /// Without it, through `connect`.
    pub own: Option<PgConnectOptions>,
    /// The key file; made on first start.
    pub key_file: PathBuf,
    /// Most connections for reading. The writer has one of its own; held movements and projections have up to
    /// four each, and the owner's work two while it lasts.
    pub readers: u32,
    /// How long a reader waits for a free connection before it is told that all are busy; what is kept beside the
    /// log waits four times as long.
    pub wait: Duration,
    /// Most appends that wait; further ones are answered `Unavailable` at once.
    pub queue: usize,
    /// Of how many streams unwrapped keys are kept in memory.
    pub key_cache: usize,
}

impl Settings {
    /// With the defaults: 16 readers that wait a quarter of a second, 4,096 waiting appends, the keys of 50,000 streams.
    pub fn new(connect: PgConnectOptions, key_file: impl Into<PathBuf>) -> Self {
        Self {
            connect,
            pooler: Pooler::None,
            own: None,
            key_file: key_file.into(),
            readers: 16,
            wait: Duration::from_millis(250),
            queue: 4_096,
            key_cache: 50_000,
        }
    }

    /// From an address such as `postgres://user@host/database`.
    ///
    /// # Errors
    /// [`StoreError::Settings`] when the address cannot be read; the error does not repeat it.
    pub fn from_url(url: &str, key_file: impl Into<PathBuf>) -> Result<Self, StoreError> {
        Ok(Self::new(address(url)?, key_file))
    }

    /// Does the owner's work as another login, or past a pooler.
    ///
    /// # Errors
    /// [`StoreError::Settings`] when the address cannot be read; the error does not repeat it.
    pub fn owned_through(mut self, url: &str) -> Result<Self, StoreError> {
        self.own = Some(address(url)?);
        Ok(self)
    }
}

fn address(url: &str) -> Result<PgConnectOptions, StoreError> {
    PgConnectOptions::from_str(url).map_err(StoreError::Settings)
}
