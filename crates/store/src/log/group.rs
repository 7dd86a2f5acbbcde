//! One ordered transaction for all appends that wait: lock the head, read what is compared, judge, write, commit.

use super::check::{Begun, Ground};
use super::find::{StoredAnswer, stream_of};
use super::load::Known;
use super::prepare::Prepared;
use super::{AppendOutcome, insert};
use crate::StoreError;
use crate::connect::{Access, Session};
use jiff_sqlx::Timestamp as SqlTimestamp;
use sqlx::{PgConnection, Row as _};
use std::collections::{HashMap, HashSet};
use throughcare_domain::identifier::IdentifierKind;
use throughcare_domain::stream::StreamId;

/// What a group did.
pub(super) struct Committed {
    /// One for each append, in order.
    pub outcomes: Vec<AppendOutcome>,
    /// Position of the last event of the log.
    pub position: u64,
    /// Streams begun in this batch, with those of this group.
    pub begun: Begun,
}

/// Where a group failed: what may be done about it depends on it.
pub(super) enum GroupError {
    /// Before the commit was sent: nothing was written.
    Before(StoreError),
    /// While committing: it may be written or not.
    AtCommit(sqlx::Error),
}

impl<E: Into<StoreError>> From<E> for GroupError {
    fn from(error: E) -> Self {
        Self::Before(error.into())
    }
}

/// Writes the appends of a group that clash with nothing.
pub(super) async fn commit(
    access: &Access,
    connection: &mut PgConnection,
    appends: &[&Prepared],
    begun: &Begun,
) -> Result<Committed, GroupError> {
    let mut transaction = access.begin(connection).await?;
    let mut ground = read_ground(&mut transaction, appends, begun, &Known::default()).await?;
    let outcomes: Vec<_> = appends.iter().map(|append| ground.judge(append)).collect();
    let accepted = accepted(appends, &outcomes);
    if accepted.is_empty() {
        transaction.rollback().await?;
    } else {
        insert::write(&mut transaction, &accepted, &ground).await?;
        transaction.commit().await.map_err(GroupError::AtCommit)?;
    }
    Ok(Committed {
        outcomes,
        position: ground.position,
        begun: ground.begun,
    })
}

/// Those of the judged appends that are to be written.
pub(super) fn accepted<'a>(
    appends: &[&'a Prepared],
    outcomes: &'a [AppendOutcome],
) -> Vec<insert::Accepted<'a>> {
    appends
        .iter()
        .zip(outcomes)
        .filter_map(|(append, outcome)| match outcome {
            AppendOutcome::Appended(appended) => Some((*append, appended)),
            _ => None,
        })
        .collect()
}

/// Locks the head, then reads in later statements, whose snapshots see all that was committed before the lock, what
/// is not known already.
pub(super) async fn read_ground(
    connection: &mut Session<'_>,
    appends: &[&Prepared],
    begun: &Begun,
    known: &Known,
) -> Result<Ground, StoreError> {
    let head = sqlx::query("/* lock_head */ SELECT position, recorded_at FROM log_head FOR UPDATE")
        .fetch_one(&mut *connection)
        .await?;
    let mut ground = Ground {
        position: head.try_get::<i64, _>("position")?.unsigned_abs(),
        recorded_at: head.try_get::<SqlTimestamp, _>("recorded_at")?.to_jiff(),
        now: jiff::Timestamp::UNIX_EPOCH,
        versions: HashMap::new(),
        answers: HashMap::new(),
        references: HashMap::new(),
        claims: HashMap::new(),
        begun: begun.clone(),
    };
    read_versions(connection, appends, &mut ground, known).await?;
    read_answers(connection, appends, &mut ground).await?;
    read_references(connection, appends, &mut ground).await?;
    read_claims(connection, appends, &mut ground).await?;
    Ok(ground)
}

async fn read_versions(
    connection: &mut Session<'_>,
    appends: &[&Prepared],
    ground: &mut Ground,
    known: &Known,
) -> Result<(), StoreError> {
    let named = appends
        .iter()
        .flat_map(|append| &append.streams)
        .map(|s| s.stream.id);
    let mut ids = HashSet::new();
    for id in named {
        match known.version(ground.position, id) {
            // The clock is asked for with the streams: one is asked for in any case.
            Some(version) if !ids.is_empty() => {
                ground.versions.insert(id, version);
            }
            _ => {
                ids.insert(id);
            }
        }
    }
    let mut ids: Vec<_> = ids.into_iter().collect();
    ids.sort_unstable(); // neighbours in the index are read together
    let rows = sqlx::query(
        "/* read_versions */ SELECT asked.id, streams.version, clock_timestamp() AS now \
         FROM unnest($1::uuid[]) AS asked (id) LEFT JOIN streams ON streams.stream_id = asked.id",
    )
    .bind(ids)
    .fetch_all(connection)
    .await?;
    for row in rows {
        if let Some(version) = row.try_get::<Option<i32>, _>("version")? {
            ground.versions.insert(row.try_get("id")?, version.unsigned_abs());
        }
        ground.now = ground.now.max(row.try_get::<SqlTimestamp, _>("now")?.to_jiff());
    }
    Ok(())
}

async fn read_answers(
    connection: &mut Session<'_>,
    appends: &[&Prepared],
    ground: &mut Ground,
) -> Result<(), StoreError> {
    let (clients, keys): (Vec<_>, Vec<_>) = appends
        .iter()
        .filter_map(|append| append.idempotency.as_ref())
        .map(|asked| (asked.client.as_str(), asked.key))
        .unzip();
    if keys.is_empty() {
        return Ok(());
    }
    let rows = sqlx::query(
        "/* read_answers */ SELECT client, key, fingerprint, answer, first_position, last_position \
         FROM unnest($1::text[], $2::uuid[]) AS asked (client, key) JOIN idempotency USING (client, key)",
    )
    .bind(clients)
    .bind(keys)
    .fetch_all(connection)
    .await?;
    for row in rows {
        ground.answers.insert(
            (row.try_get("client")?, row.try_get("key")?),
            StoredAnswer::read(&row)?,
        );
    }
    Ok(())
}

async fn read_references(
    connection: &mut Session<'_>,
    appends: &[&Prepared],
    ground: &mut Ground,
) -> Result<(), StoreError> {
    let asked: Vec<_> = appends.iter().flat_map(|append| &append.references).collect();
    if asked.is_empty() {
        return Ok(());
    }
    let rows = sqlx::query(
        "/* read_references */ SELECT client, system, value, entity_id \
         FROM unnest($1::text[], $2::text[], $3::text[]) AS asked (client, system, value) \
         JOIN external_references USING (client, system, value)",
    )
    .bind(
        asked
            .iter()
            .map(|reference| reference.client.as_str())
            .collect::<Vec<_>>(),
    )
    .bind(
        asked
            .iter()
            .map(|reference| reference.source.system.as_str())
            .collect::<Vec<_>>(),
    )
    .bind(
        asked
            .iter()
            .map(|reference| reference.source.value.as_str())
            .collect::<Vec<_>>(),
    )
    .fetch_all(connection)
    .await?;
    for row in rows {
        let key = (
            row.try_get("client")?,
            row.try_get("system")?,
            row.try_get("value")?,
        );
        ground.references.insert(key, row.try_get("entity_id")?);
    }
    Ok(())
}

async fn read_claims(
    connection: &mut Session<'_>,
    appends: &[&Prepared],
    ground: &mut Ground,
) -> Result<(), StoreError> {
    // Weak identifiers clash with nothing, and one value can have many holders: they are not read.
    let asked: Vec<_> = appends
        .iter()
        .flat_map(|append| &append.claims)
        .filter(|claim| claim.kind.is_strong())
        .collect();
    if asked.is_empty() {
        return Ok(());
    }
    let rows = sqlx::query(
        "/* read_claims */ SELECT kind, blind, stream_id, stream_kind \
         FROM unnest($1::text[], $2::bytea[]) AS asked (kind, blind) \
         JOIN identifier_claims USING (kind, blind)",
    )
    .bind(asked.iter().map(|claim| claim.kind.as_str()).collect::<Vec<_>>())
    .bind(
        asked
            .iter()
            .map(|claim| claim.blind.as_slice())
            .collect::<Vec<_>>(),
    )
    .fetch_all(connection)
    .await?;
    for row in rows {
        let blind: &[u8] = row.try_get("blind")?;
        let kind = IdentifierKind::parse(row.try_get("kind")?);
        if let (Some(kind), Ok(blind)) = (kind, <[u8; 32]>::try_from(blind)) {
            let holder: StreamId = stream_of(&row)?;
            ground.claims.entry((kind, blind)).or_default().insert(holder);
        }
    }
    Ok(())
}
