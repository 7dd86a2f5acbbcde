//! What `doctor` asks of the database.

use crate::connect::{Role, Sessions};
use crate::keys::{KEY_MIGRATIONS, KeyStore};
use crate::migrate::MIGRATIONS;
use crate::store::{not_opened, warm};
use crate::{Head, Settings, Store, StoreError, canary};
use jiff::Timestamp;
use jiff_sqlx::Timestamp as SqlTimestamp;
use sqlx::Row as _;
use sqlx::migrate::Migrator;
use uuid::Uuid;

/// The oldest PostgreSQL that will do, as it numbers itself.
pub const OLDEST_SERVER: i32 = 140_000;

/// The state of the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The server's version, such as 150018 for 15.18; at least [`OLDEST_SERVER`] will do.
    pub server_version: i32,
    /// Names of migrations that this program knows and the database has not; empty is right.
    pub migrations_missing: Vec<String>,
    /// Migrations of a newer program; 0 is right.
    pub migrations_unknown: usize,
    /// The end of the log.
    pub head: Head,
    /// How many more events fit into the partitions that exist.
    pub room: u64,
    /// Settings that let the server write values into its own log, such as `log_error_verbosity = default`: a
    /// session may not change them, the server's administrator may. Empty is best.
    pub logged_values: Vec<String>,
    /// True when the key file opens what was sealed here.
    pub keys_fit: bool,
    /// The database's clock.
    pub clock: Timestamp,
}

/// How a database's migrations stand to those of this program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Migrations {
    /// Names of those that this program knows and the database has not; empty is right.
    pub missing: Vec<String>,
    /// How many the database has that only a newer program knows; 0 is right.
    pub unknown: usize,
}

/// Asks a database and its key store which migrations they have, before anything else is asked of them: a statement over
/// a table or column that is not there yet says less.
///
/// # Errors
/// [`StoreError`] when the database or the key store cannot be reached, or has not the roles.
pub async fn migrations(settings: &Settings) -> Result<Migrations, StoreError> {
    let log = Sessions::new(settings, Role::Reading, 1);
    // The first connection may take longer than a request would wait.
    log.try_connection().await.map_err(not_opened)?;
    let of_log = applied(&log).await;
    log.close().await;
    let keys = KeyStore::sessions(settings);
    let of_keys = applied(&keys).await;
    keys.close().await;
    let (of_log, of_keys) = (of_log?, of_keys?);
    let mut missing_here = missing(&MIGRATIONS, &of_log, "");
    missing_here.extend(missing(&KEY_MIGRATIONS, &of_keys, "key store "));
    Ok(Migrations {
        missing: missing_here,
        unknown: unknown(&MIGRATIONS, &of_log) + unknown(&KEY_MIGRATIONS, &of_keys),
    })
}

/// The numbers of the migrations that a database has; none where none was ever applied.
async fn applied(sessions: &Sessions) -> Result<Vec<i64>, StoreError> {
    warm(sessions).await?;
    let applied = sqlx::query_scalar("/* migrations */ SELECT version FROM _sqlx_migrations WHERE success")
        .fetch_all(sessions)
        .await;
    match applied {
        // undefined table
        Err(error) if crate::error::code(&error).as_deref() == Some("42P01") => Ok(Vec::new()),
        other => Ok(other?),
    }
}

impl Store {
    /// Looks at everything that must be right before the service can work.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn check(&self) -> Result<Check, StoreError> {
        let row = sqlx::query(
            "/* check */ SELECT current_setting('server_version_num')::integer AS version, \
             clock_timestamp() AS clock, \
             ARRAY(SELECT version FROM _sqlx_migrations WHERE success) AS applied, \
             ARRAY(SELECT name || ' = ' || setting FROM pg_settings \
                   WHERE (name = 'log_error_verbosity' AND setting <> 'terse') \
                   OR (name = 'log_parameter_max_length' AND setting <> '0') ORDER BY name) AS logged_values",
        )
        .fetch_one(self.pool())
        .await?;
        let head = self.head().await?;
        let applied: Vec<i64> = row.try_get("applied")?;
        let room = self.room().await?.left();
        let keys = sqlx::query(
            "/* check_keys */ SELECT canary, ARRAY(SELECT version FROM _sqlx_migrations WHERE success) AS applied \
             FROM key_store",
        )
        .fetch_one(&self.inner.keys.keeping)
        .await?;
        let keys_applied: Vec<i64> = keys.try_get("applied")?;
        let canary: &[u8] = keys.try_get("canary")?;
        let mut migrations_missing = missing(&MIGRATIONS, &applied, "");
        migrations_missing.extend(missing(&KEY_MIGRATIONS, &keys_applied, "key store "));
        Ok(Check {
            server_version: row.try_get("version")?,
            migrations_missing,
            migrations_unknown: unknown(&MIGRATIONS, &applied) + unknown(&KEY_MIGRATIONS, &keys_applied),
            head,
            room,
            logged_values: row.try_get("logged_values")?,
            keys_fit: canary::opens(self.inner.wrap.as_ref(), canary),
            clock: row.try_get::<SqlTimestamp, _>("clock")?.to_jiff(),
        })
    }

    /// How many records have lost their keys: the key store neither holds them nor says that they were destroyed.
    /// Goes through all records, some thousand at a time.
    ///
    /// # Errors
    /// [`StoreError`] when the database or the key store cannot answer.
    pub async fn records_without_keys(&self) -> Result<u64, StoreError> {
        let (mut lost, mut after) = (0, Uuid::nil());
        loop {
            let streams = self.streams_after(after).await?;
            let Some(last) = streams.last() else {
                return Ok(lost);
            };
            after = *last;
            lost += self.inner.keys.lost(&streams).await?;
        }
    }
}

/// Whether every record has keys that open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeysStanding {
    /// Records that were looked at.
    pub records: u64,
    /// Those of which the key store neither holds the keys nor says that they were destroyed.
    pub lost: u64,
    /// Those whose keys are there, and do not open by the key file.
    pub shut: u64,
}

impl Store {
    /// Unwraps the keys of all records, some thousand at a time; `told` is called after each of these with how many were
    /// looked at so far.
    ///
    /// # Errors
    /// [`StoreError`] when the database or the key store cannot answer.
    pub async fn keys_standing(&self, told: impl Fn(u64)) -> Result<KeysStanding, StoreError> {
        let (mut found, mut after) = (KeysStanding::default(), Uuid::nil());
        loop {
            let streams = self.streams_after(after).await?;
            let Some(last) = streams.last() else {
                return Ok(found);
            };
            after = *last;
            found.records += streams.len() as u64;
            found.lost += self.inner.keys.lost(&streams).await?;
            let keys = self.inner.keys.read(&streams).await?;
            found.shut += keys.values().filter(|keys| !keys.is_sound()).count() as u64;
            told(found.records);
        }
    }

    async fn streams_after(&self, after: Uuid) -> Result<Vec<Uuid>, StoreError> {
        Ok(sqlx::query_scalar(
            "/* streams_after */ SELECT stream_id FROM streams WHERE stream_id > $1 ORDER BY stream_id LIMIT $2",
        )
        .bind(after)
        .bind(AT_ONCE)
        .fetch_all(self.program())
        .await?)
    }
}

/// Records looked at in one statement.
const AT_ONCE: i64 = 10_000;

fn missing(known: &Migrator, applied: &[i64], of: &str) -> Vec<String> {
    known
        .iter()
        .filter(|migration| !applied.contains(&migration.version))
        .map(|migration| format!("{of}{:04} {}", migration.version, migration.description))
        .collect()
}

fn unknown(known: &Migrator, applied: &[i64]) -> usize {
    let is_unknown = |version: &&i64| known.iter().all(|migration| migration.version != **version);
    applied.iter().filter(is_unknown).count()
}
