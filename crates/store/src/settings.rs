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
    /// Where the key store is, and as whom; `None` for the database beside the main one, named after it with `_keys`.
    pub keys: Option<PgConnectOptions>,
    /// Where and as whom the owner's work in the key store is done; `None` for `keys`, or the database beside `own`.
    pub own_keys: Option<PgConnectOptions>,
    /// The key file; made on first start.
    pub key_file: PathBuf,
    /// The erasure ledger, a file outside every database; made with the first erasure. `None` for `erasures.log`
    /// beside the key file.
    pub ledger: Option<PathBuf>,
    /// What the log is called in its checkpoints, for good: at best an address of its own without a scheme, such as
    /// `log.example.org/throughcare`. `None` for a name that was made with the database.
    pub origin: Option<String>,
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
            keys: None,
            own_keys: None,
            ledger: None,
            origin: None,
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

    /// Has its key store at another address than beside the main database.
    ///
    /// # Errors
    /// [`StoreError::Settings`] when the address cannot be read; the error does not repeat it.
    pub fn with_keys_at(mut self, url: &str) -> Result<Self, StoreError> {
        self.keys = Some(address(url)?);
        Ok(self)
    }

    /// Does the owner's work in the key store as another login, or past a pooler.
    ///
    /// # Errors
    /// [`StoreError::Settings`] when the address cannot be read; the error does not repeat it.
    pub fn with_keys_owned_through(mut self, url: &str) -> Result<Self, StoreError> {
        self.own_keys = Some(address(url)?);
        Ok(self)
    }

    /// How the key store is reached.
    pub(crate) fn key_connect(&self) -> PgConnectOptions {
        self.keys.clone().unwrap_or_else(|| beside(&self.connect))
    }

    /// How the owner's work in the key store is done.
    pub fn own_key_connect(&self) -> PgConnectOptions {
        match (&self.own_keys, &self.keys, &self.own) {
            (Some(own), _, _) => own.clone(),
            (None, Some(keys), _) => keys.clone(),
            (None, None, Some(own)) => beside(own),
            (None, None, None) => beside(&self.connect),
        }
    }

    /// Where the erasure ledger is.
    pub fn ledger_file(&self) -> PathBuf {
        let beside_keys = || self.key_file.with_file_name("erasures.log");
        self.ledger.clone().unwrap_or_else(beside_keys)
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

/// The key store beside a database: on the same server, named after it.
pub(crate) fn beside(connect: &PgConnectOptions) -> PgConnectOptions {
    let name = connect.get_database().unwrap_or_else(|| connect.get_username());
    connect.clone().database(&format!("{name}_keys"))
}

fn address(url: &str) -> Result<PgConnectOptions, StoreError> {
    PgConnectOptions::from_str(url).map_err(StoreError::Settings)
}
