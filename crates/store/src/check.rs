//! What `doctor` asks of the database.

use crate::migrate::MIGRATIONS;
use crate::{Head, Store, StoreError, canary};
use jiff::Timestamp;
use jiff_sqlx::Timestamp as SqlTimestamp;
use sqlx::Row as _;

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

impl Store {
    /// Looks at everything that must be right before the service can work.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn check(&self) -> Result<Check, StoreError> {
        let row = sqlx::query(
            "/* check */ SELECT current_setting('server_version_num')::integer AS version, \
             clock_timestamp() AS clock, (SELECT wrapped FROM keys.canary) AS canary, \
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
        let wrapped: Option<Vec<u8>> = row.try_get("canary")?;
        Ok(Check {
            server_version: row.try_get("version")?,
            migrations_missing: MIGRATIONS
                .iter()
                .filter(|migration| !applied.contains(&migration.version))
                .map(|migration| format!("{:04} {}", migration.version, migration.description))
                .collect(),
            migrations_unknown: applied
                .iter()
                .filter(|version| MIGRATIONS.iter().all(|migration| migration.version != **version))
                .count(),
            head,
            room,
            logged_values: row.try_get("logged_values")?,
            keys_fit: wrapped.is_some_and(|wrapped| canary::opens(self.inner.wrap.as_ref(), &wrapped)),
            clock: row.try_get::<SqlTimestamp, _>("clock")?.to_jiff(),
        })
    }
}
