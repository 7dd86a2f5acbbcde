//! The usual way to write a group: one statement, which writes everything if all stands as the appends expect,
//! and else nothing (`append_group`, migration 0027).
//!
//! The statement is a transaction of its own. No program that is paused or killed between two statements can
//! hold the head of the log, and a group of one costs one round trip.

use super::AppendOutcome;
use super::check::{Begun, Ground};
use super::group::{self, Committed, GroupError};
use super::prepare::Prepared;
use super::sent::SentGroup;
use crate::connect::{Access, Once};
use jiff::Timestamp;
use jiff_sqlx::Timestamp as SqlTimestamp;
use sqlx::{PgConnection, Row as _};
use std::collections::HashMap;

/// What `append_group` fails with when something stands differently.
const STANDS_DIFFERENTLY: &str = "TC001";
/// What a unique index fails with.
const NOT_UNIQUE: &str = "23505";

/// Writes the group if everything stands as its appends expect. `None`: nothing was written, and what stands
/// differently has to be looked up.
pub(super) async fn commit(
    access: &Access,
    connection: &mut PgConnection,
    appends: &[&Prepared],
    begun: &Begun,
) -> Result<Option<Committed>, GroupError> {
    if !appends.iter().all(|append| is_plain(append)) {
        return Ok(None);
    }
    let mut ground = as_expected(appends, begun);
    let mut outcomes: Vec<_> = appends.iter().map(|append| ground.judge(append)).collect();
    let accepted = group::accepted(appends, &outcomes);
    let sent = SentGroup::of(&accepted);
    let shown = appends
        .iter()
        .zip(&outcomes)
        .all(|(append, outcome)| is_shown_by(&sent, append, outcome));
    if accepted.is_empty() || !shown {
        return Ok(None);
    }
    let statement = sqlx::query("SELECT append_group($1, $2, $3, $4, $5, $6, $7)")
        .bind(sent.events)
        .bind(sent.streams)
        .bind(sent.entities)
        .bind(sent.answers)
        .bind(sent.references)
        .bind(sent.claims)
        .bind(sent.concerned);
    let rows = match access.once(connection, statement).await {
        Ok(rows) => rows,
        Err(Once::Before(error)) if stands_differently(&error) => return Ok(None),
        Err(Once::Before(error)) => return Err(GroupError::Before(error.into())),
        Err(Once::AtCommit(error)) => return Err(GroupError::AtCommit(error)),
    };
    // From here on it is written: a row that cannot be read would be a fault of this program.
    let row = rows
        .first()
        .ok_or(GroupError::AtCommit(sqlx::Error::RowNotFound))?;
    let (before, told_at) = row
        .try_get::<(i64, SqlTimestamp), _>(0)
        .map_err(GroupError::AtCommit)?;
    place(&mut outcomes, before.unsigned_abs(), told_at.to_jiff());
    Ok(Some(Committed {
        outcomes,
        position: before.unsigned_abs() + ground.position,
        begun: ground.begun,
    }))
}

/// Imports that tell when they were recorded, records that are joined and identifiers that are given up take the
/// longer way.
fn is_plain(append: &Prepared) -> bool {
    append.recorded_at.is_none()
        && append.links.is_empty()
        && !append.claims.iter().any(|claim| claim.release)
}

/// The ground as the appends expect it: each stream where the first append that names it wants it, no key and no
/// reference used, no identifier held by another.
fn as_expected(appends: &[&Prepared], begun: &Begun) -> Ground {
    let mut versions = HashMap::new();
    for stream in appends.iter().flat_map(|append| &append.streams) {
        versions.entry(stream.stream.id).or_insert(stream.expected);
    }
    Ground {
        position: 0,
        recorded_at: Timestamp::UNIX_EPOCH,
        now: Timestamp::UNIX_EPOCH,
        versions,
        answers: HashMap::new(),
        references: HashMap::new(),
        claims: HashMap::new(),
        begun: begun.clone(),
    }
}

/// What is told of an append that is not written must rest on what the statement compares. It compares what the
/// written ones name: a conflict on another stream would only be an assumption, and so would be that the key and
/// the references of the append itself are new. They come first: a retry is answered, whatever became of its stream.
fn is_shown_by(group: &SentGroup<'_>, append: &Prepared, outcome: &AppendOutcome) -> bool {
    match outcome {
        AppendOutcome::Appended(_) | AppendOutcome::Replayed { .. } | AppendOutcome::KeyReused => true,
        _ if append.idempotency.is_some() => false,
        AppendOutcome::DuplicateReference { .. } => true,
        _ if !append.references.is_empty() => false,
        AppendOutcome::Conflict { stream, .. } => {
            group.streams.iter().any(|sent| sent.stream_id == stream.id)
        }
        AppendOutcome::IdentifierClaimed { .. } => true,
    }
}

/// Turns places in the group into positions in the log.
fn place(outcomes: &mut [AppendOutcome], before: u64, told_at: Timestamp) {
    for outcome in outcomes {
        match outcome {
            AppendOutcome::Appended(appended) => {
                appended.first_position += before;
                appended.last_position += before;
                appended.recorded_at = told_at;
            }
            AppendOutcome::Replayed {
                first_position,
                last_position,
                ..
            } => {
                *first_position += before;
                *last_position += before;
            }
            AppendOutcome::Conflict { .. }
            | AppendOutcome::KeyReused
            | AppendOutcome::DuplicateReference { .. }
            | AppendOutcome::IdentifierClaimed { .. } => {}
        }
    }
}

/// Whether the statement itself found that something stands differently.
fn stands_differently(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
        .is_some_and(|code| matches!(code.as_ref(), STANDS_DIFFERENTLY | NOT_UNIQUE))
}
