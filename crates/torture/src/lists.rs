//! The rows of the lists, compared byte for byte with those of a rebuild from the same log.

use crate::program::Program;
use crate::{Cluster, Database};
use anyhow::{Context as _, Result, ensure};
use sqlx::{AssertSqlSafe, PgConnection, Row as _};
use std::collections::HashMap;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Rows at a log position: of each person, the digest of every row and how often it is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// The checkpoint.
    pub position: u64,
    people: HashMap<Uuid, Vec<[u8; 16]>>,
}

impl Rows {
    /// Reads every row there is, also those known only in the past; all columns but the surrogate number.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn read(database: &Database) -> Result<Self> {
        let mut connection = database.connect().await?;
        let position = checkpoint(&mut connection).await?;
        let mut people: HashMap<Uuid, Vec<[u8; 16]>> = HashMap::new();
        let rows = sqlx::query(
            "/* lists_digest */ SELECT person, decode(md5((to_jsonb(listed) - 'entry')::text), 'hex') AS digest \
             FROM worklist_rows AS listed",
        )
        .fetch_all(&mut connection)
        .await?;
        for row in rows {
            let digest: &[u8] = row.try_get("digest")?;
            let digest = digest.try_into().context("MD5 has sixteen bytes")?;
            people.entry(row.try_get("person")?).or_default().push(digest);
        }
        for digests in people.values_mut() {
            digests.sort_unstable();
        }
        Ok(Self { position, people })
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.people.values().map(Vec::len).sum()
    }

    /// People whose rows differ.
    pub fn differing(&self, other: &Self) -> Vec<Uuid> {
        let own = self
            .people
            .iter()
            .filter(|(person, rows)| other.people.get(*person) != Some(*rows));
        let foreign = other
            .people
            .keys()
            .filter(|person| !self.people.contains_key(*person));
        own.map(|(person, _)| *person).chain(foreign.copied()).collect()
    }
}

/// How far the lists are.
///
/// # Errors
/// When the database does not answer.
pub async fn checkpoint(connection: &mut PgConnection) -> Result<u64> {
    let position: i64 = sqlx::query_scalar(
        "/* lists_checkpoint */ SELECT position FROM checkpoints WHERE name = 'worklists'",
    )
    .fetch_one(connection)
    .await?;
    Ok(position.unsigned_abs())
}

/// Waits until the lists are as far as the log.
///
/// # Errors
/// When they do not get on for a minute.
pub async fn caught_up(database: &Database) -> Result<u64> {
    const PATIENCE: Duration = Duration::from_secs(90);
    let mut connection = database.connect().await?;
    let (mut begun, mut before) = (Instant::now(), 0);
    loop {
        let (reached, head): (i64, i64) = sqlx::query_as(
            "/* lists_caught_up */ SELECT checkpoints.position, log_head.position FROM checkpoints, log_head \
             WHERE name = 'worklists'",
        )
        .fetch_one(&mut connection)
        .await?;
        if reached >= head {
            return Ok(reached.unsigned_abs());
        }
        if reached > before {
            (begun, before) = (Instant::now(), reached);
        }
        ensure!(
            begun.elapsed() < PATIENCE,
            "the lists stand still at {reached} of {head} for {} s",
            PATIENCE.as_secs()
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The rows that a rebuild computes in a copy of the database. Nobody may be connected to the database.
///
/// # Errors
/// When the copy cannot be made, or the rebuild fails.
pub async fn rebuilt(cluster: &Cluster, program: &Program, database: &Database) -> Result<Rows> {
    let copy = cluster.copy_of(database).await?;
    let (done, said) = program
        .run(&["rebuild", "worklists", "--afresh", "--accept-changes"], &copy)
        .await?;
    ensure!(done, "the rebuild failed: {said}");
    Rows::read(&copy).await
}

/// Ends whatever sessions a database has, so that it can be copied.
///
/// # Errors
/// When they do not end.
pub async fn alone(cluster: &Cluster, database: &Database) -> Result<()> {
    const PATIENCE: Duration = Duration::from_secs(30);
    let name = database.name();
    let mut admin = cluster.connect().await?;
    let begun = Instant::now();
    loop {
        let open: i64 = sqlx::query_scalar(AssertSqlSafe(format!(
            "/* lists_alone */ SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{name}'"
        )))
        .fetch_one(&mut admin)
        .await?;
        if open == 0 {
            return Ok(());
        }
        ensure!(begun.elapsed() < PATIENCE, "{open} sessions do not end");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
