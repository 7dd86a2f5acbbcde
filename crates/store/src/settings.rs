//! How to reach the database.

use crate::StoreError;
use sqlx::ConnectOptions as _;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use std::path::PathBuf;
use std::str::FromStr as _;
use std::time::Duration;

/// What the store needs to know to open.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the database is, and as whom.
    pub connect: PgConnectOptions,
    /// The key file; made on first start.
    pub key_file: PathBuf,
    /// Most connections for reading; the writer has one of its own.
    pub readers: u32,
    /// Most appends that wait; further ones are answered `Unavailable` at once.
    pub queue: usize,
    /// Of how many streams unwrapped keys are kept in memory.
    pub key_cache: usize,
}

impl Settings {
    /// With the defaults: 16 readers, 4,096 waiting appends, the keys of 50,000 streams.
    pub fn new(connect: PgConnectOptions, key_file: impl Into<PathBuf>) -> Self {
        Self {
            connect,
            key_file: key_file.into(),
            readers: 16,
            queue: 4_096,
            key_cache: 50_000,
        }
    }

    /// From an address such as `postgres://user@host/database`.
    ///
    /// # Errors
    /// [`StoreError::Settings`] when the address cannot be read; the error does not repeat it.
    pub fn from_url(url: &str, key_file: impl Into<PathBuf>) -> Result<Self, StoreError> {
        Ok(Self::new(
            PgConnectOptions::from_str(url).map_err(StoreError::Settings)?,
            key_file,
        ))
    }
}

/// With the limits every session of ours has: 5 s for a lock, 10 s for a statement, 10 s idle in a transaction.
/// Warnings are not sent, so that the ROLLBACK after each use is silent.
pub(crate) fn limited(connect: &PgConnectOptions, name: &str) -> PgConnectOptions {
    connect
        .clone()
        .application_name(name)
        .options([
            ("lock_timeout", "5000"),
            ("statement_timeout", "10000"),
            ("idle_in_transaction_session_timeout", "10000"),
            ("client_min_messages", "error"),
        ])
        .log_statements(tracing::log::LevelFilter::Off)
}

/// Sends ROLLBACK whenever a connection comes back.
///
/// sqlx 0.9.0 can return a connection inside an open transaction when a future is dropped while it begins one; the
/// next borrower's writes would be acknowledged and lost (`trust.md`, trap 1).
pub fn clean_on_release(options: PgPoolOptions) -> PgPoolOptions {
    options.after_release(|connection, _| {
        Box::pin(async move {
            sqlx::raw_sql("ROLLBACK").execute(connection).await?;
            Ok(true)
        })
    })
}

/// The pool for reading.
pub(crate) fn reading_pool(settings: &Settings) -> PgPool {
    clean_on_release(PgPoolOptions::new())
        .max_connections(settings.readers.max(1))
        .acquire_timeout(Duration::from_millis(250))
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            // A connection that rested may have lost its server; asking every time would cost a seventh.
            Box::pin(async move {
                if meta.idle_for > Duration::from_secs(1) {
                    sqlx::Connection::ping(connection).await?;
                }
                Ok(true)
            })
        })
        .connect_lazy_with(limited(&settings.connect, "throughcare"))
}
