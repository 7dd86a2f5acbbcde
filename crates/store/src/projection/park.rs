//! People at whose event a projection stands still, so that the others go on.

use super::compute::Poison;
use super::tables::{Projection, Side};
use crate::StoreError;
use crate::connect::Session;
use throughcare_domain::id::PersonId;
use uuid::Uuid;

/// Parks people; one who is parked already stays so once, and has been tried once more.
pub(super) async fn park(
    connection: &mut Session<'_>,
    projection: Projection,
    side: Side,
    parked: &[(PersonId, Poison)],
) -> Result<(), StoreError> {
    if parked.is_empty() {
        return Ok(());
    }
    for (person, poison) in parked {
        let (projection, person) = (projection.name(), person.0);
        let Poison { position, reason } = poison;
        tracing::error!(projection, %person, position, reason, "parked");
    }
    sqlx::query(match side {
        Side::Live => {
            "/* projection::park */ insert into parked (projection, person, position, reason)
             select $1, * from unnest($2::uuid[], $3::bigint[], $4::text[])
             on conflict (projection, person) do update
             set position = excluded.position, reason = excluded.reason,
                 tries = parked.tries + 1, tried_at = clock_timestamp()"
        }
        Side::Beside => {
            "/* projection::park_beside */ insert into rebuild_parked (projection, person, position, reason)
             select $1, * from unnest($2::uuid[], $3::bigint[], $4::text[])
             on conflict (projection, person) do update
             set position = excluded.position, reason = excluded.reason"
        }
    })
    .bind(projection.name())
    .bind(parked.iter().map(|(person, _)| person.0).collect::<Vec<Uuid>>())
    .bind(
        parked
            .iter()
            .map(|(_, poison)| poison.position.cast_signed())
            .collect::<Vec<i64>>(),
    )
    .bind(
        parked
            .iter()
            .map(|(_, poison)| poison.reason.clone())
            .collect::<Vec<String>>(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// They are parked no more.
pub(super) async fn unpark(
    connection: &mut Session<'_>,
    projection: Projection,
    people: &[Uuid],
) -> Result<(), StoreError> {
    sqlx::query("/* projection::unpark */ delete from parked where projection = $1 and person = any($2)")
        .bind(projection.name())
        .bind(people)
        .execute(connection)
        .await?;
    Ok(())
}
