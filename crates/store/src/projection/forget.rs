//! Removing the rows of erased people from a projection, whether it is followed or rebuilt at the moment.

use super::lease::take_away;
use super::rows;
use super::tables::{Projection, Side};
use crate::StoreError;
use crate::connect::Session;
use uuid::Uuid;

/// Removes every row of some people, from the live table and from the one beside. What a worker has read of them
/// before is written nowhere: its lease ends in the same transaction. What is read later has no keys.
pub(crate) async fn forget_people(
    session: &mut Session<'_>,
    projection: Projection,
    people: &[Uuid],
) -> Result<(), StoreError> {
    take_away(session, projection.name()).await?;
    take_away(session, projection.rebuilding()).await?;
    rows::remove(session, projection.table(Side::Live), people).await?;
    let beside = projection.table(Side::Beside);
    let is_there: bool = sqlx::query_scalar("/* projection::beside */ select to_regclass($1) is not null")
        .bind(beside)
        .fetch_one(&mut *session)
        .await?;
    if is_there {
        rows::remove(session, beside, people).await?;
    }
    Ok(())
}
