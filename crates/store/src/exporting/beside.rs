//! What stands beside the log and cannot be made again from what is clear of it: ids of entities, references, keys of
//! requests, blind indexes, joined records, whom records concern; and the wrapped keys of streams.
//!
//! Only in the operator's own export. Blind indexes and wrapped keys say nothing without the key file.

use crate::connect::Reach;
use crate::seal::{Part, StreamKeys, WrappedKey};
use crate::{Store, StoreError};
use serde::Deserialize;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

static EVERYBODY: Reach = Reach::EVERYBODY;

/// Rows in one page.
const PAGE: i64 = 5_000;

/// The tables of the log's database that go along, with the columns by which they are paged.
pub const BESIDE: &[(&str, &str)] = &[
    ("entities", "entity_id"),
    ("idempotency", "client, key"),
    ("external_references", "client, system, value"),
    ("identifier_claims", "kind, blind, stream_id"),
    ("record_links", "stream_id, other"),
    ("concerned", "stream_id, organisation"),
];

/// The tables of the key store that go along.
const OF_KEYS: &[(&str, &str)] = &[
    ("stream_keys", "stream_id, part, key_version"),
    ("destroyed_keys", "stream_id, part"),
];

/// A line of `keys.ndjson` or of a table beside the log cannot be put back.
#[derive(Debug, thiserror::Error)]
pub enum BesideError {
    /// It names no table that goes along.
    #[error("a line names the table {0:?}, which does not go along")]
    Table(String),
    /// Another key file wrapped it.
    #[error(
        "the key file of this system does not open the keys of the export: import with the key file of the system that was exported"
    )]
    Key,
    /// The database refused it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for BesideError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Store {
    /// A page of a table that goes along, each row as JSON. Empty after the last one.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn beside(&self, table: &str, page: u32) -> Result<Vec<String>, StoreError> {
        let at = i64::from(page) * PAGE;
        if let Some((table, order)) = OF_KEYS.iter().find(|(name, _)| *name == table) {
            let statement = statement(table, order, at);
            return Ok(sqlx::query_scalar(AssertSqlSafe(statement))
                .fetch_all(&self.inner.keys.keeping)
                .await?);
        }
        let Some((table, order)) = BESIDE.iter().find(|(name, _)| *name == table) else {
            return Ok(Vec::new());
        };
        let statement = statement(table, order, at);
        Ok(sqlx::query_scalar(AssertSqlSafe(statement))
            .fetch_all(self.owning().within(&EVERYBODY))
            .await?)
    }

    /// The tables that go along, in the order in which they are to be put back.
    pub fn beside_tables() -> impl Iterator<Item = &'static str> {
        OF_KEYS.iter().chain(BESIDE).map(|(name, _)| *name)
    }

    /// Puts rows of a table back; those that are there already stay as they are.
    ///
    /// # Errors
    /// [`BesideError`].
    pub async fn put_beside(&self, table: &str, rows: &[String]) -> Result<(), BesideError> {
        let json = format!("[{}]", rows.join(","));
        if let Some((table, _)) = OF_KEYS.iter().find(|(name, _)| *name == table) {
            let statement = insertion(table);
            let sessions = if *table == "stream_keys" {
                for row in rows {
                    self.opens(row)?;
                }
                &self.inner.keys.keeping
            } else {
                &self.inner.keys.destroying
            };
            sqlx::query(AssertSqlSafe(statement))
                .bind(json)
                .execute(sessions)
                .await?;
            return Ok(());
        }
        let Some((table, _)) = BESIDE.iter().find(|(name, _)| *name == table) else {
            return Err(BesideError::Table(table.to_owned()));
        };
        let mut session = self.owning_everybody().await?;
        sqlx::query(AssertSqlSafe(insertion(table)))
            .bind(json)
            .execute(&mut session)
            .await?;
        session.commit().await?;
        Ok(())
    }
}

impl Store {
    /// Whether this system's key file opens a wrapped key: one that it does not would make a record that nobody can read.
    fn opens(&self, row: &str) -> Result<(), BesideError> {
        let key: KeyRow = serde_json::from_str(row).map_err(|_| BesideError::Key)?;
        let part = Part::parse(&key.part).ok_or(BesideError::Key)?;
        let digits = key.wrapped.strip_prefix("\\x").ok_or(BesideError::Key)?;
        let wrapped = (0..digits.len() / 2)
            .map(|at| {
                digits
                    .get(2 * at..2 * at + 2)
                    .and_then(|two| u8::from_str_radix(two, 16).ok())
            })
            .collect::<Option<Vec<u8>>>()
            .ok_or(BesideError::Key)?;
        let row = WrappedKey {
            part,
            key_version: key.key_version,
            wrapped,
        };
        let mut opened = StreamKeys::default();
        opened.take(self.inner.wrap.as_ref(), key.stream_id, &row);
        match opened.get(part, key.key_version) {
            Ok(Some(_)) => Ok(()),
            _ => Err(BesideError::Key),
        }
    }
}

#[derive(Deserialize)]
struct KeyRow {
    stream_id: Uuid,
    part: String,
    key_version: u16,
    wrapped: String,
}

/// Paged by number: these tables do not change while nobody appends, and an export is of a moment.
fn statement(table: &str, order: &str, at: i64) -> String {
    format!(
        "/* export_beside */ SELECT to_jsonb(one)::text FROM {table} AS one ORDER BY {order} LIMIT {PAGE} OFFSET {at}"
    )
}

fn insertion(table: &str) -> String {
    format!(
        "/* import_beside */ INSERT INTO {table} SELECT * FROM jsonb_populate_recordset(NULL::{table}, $1::jsonb) \
         ON CONFLICT DO NOTHING"
    )
}
