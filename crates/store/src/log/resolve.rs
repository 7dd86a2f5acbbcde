//! What became of a group whose commit broke. An error while committing is *unknown*, never *failed*
//! (`trust.md`, trap 5).

use super::prepare::Prepared;
use super::row::to_micros;
use super::{AppendOutcome, Appended};
use crate::connect::{Access, Session};
use jiff_sqlx::Timestamp as SqlTimestamp;
use sqlx::{Error, PgConnection, Row as _};

/// Looks on a fresh connection which of the appends are in the log.
///
/// The head is locked first: a commit that is still under way holds it, so once it is ours, what is not there will
/// not come. `None` means: not in the log, and it may be tried again.
pub(super) async fn look_up(
    access: &Access,
    connection: &mut PgConnection,
    appends: &[&Prepared],
) -> Result<Vec<Option<AppendOutcome>>, Error> {
    let mut transaction = access.begin(connection).await?;
    sqlx::query("/* resolve_lock */ SELECT position FROM log_head FOR UPDATE")
        .fetch_one(&mut transaction)
        .await?;
    let mut found = Vec::with_capacity(appends.len());
    for append in appends {
        found.push(look_up_one(&mut transaction, append).await?);
    }
    transaction.rollback().await?;
    Ok(found)
}

/// An append is named by its first event: same stream, same version, same event id.
async fn look_up_one(
    connection: &mut Session<'_>,
    append: &Prepared,
) -> Result<Option<AppendOutcome>, Error> {
    let Some(first) = append.rows.first() else {
        return Ok(None);
    };
    let row = sqlx::query(
        "/* resolve_append */ SELECT position, recorded_at FROM events \
         WHERE stream_id = $1 AND stream_version = $2 AND event_id = $3",
    )
    .bind(first.envelope.stream.id)
    .bind(i32::try_from(first.envelope.stream_version).unwrap_or(i32::MAX))
    .bind(first.envelope.id.0)
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let first_position = row.try_get::<i64, _>("position")?.unsigned_abs();
    Ok(Some(AppendOutcome::Appended(Appended {
        first_position,
        last_position: first_position + append.rows.len() as u64 - 1,
        recorded_at: to_micros(row.try_get::<SqlTimestamp, _>("recorded_at")?.to_jiff()),
        versions: append
            .streams
            .iter()
            .map(|stream| (stream.stream, stream.reached))
            .collect(),
    })))
}
