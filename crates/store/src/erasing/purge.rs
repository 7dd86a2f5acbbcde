//! Removing what was kept of a person beside the log.

use super::Entry;
use crate::connect::Session;
use crate::keys::Destroy;
use crate::log::MAX_EVENTS;
use crate::projection::{Projection, forget_people};
use crate::{Store, StoreError};

impl Store {
    /// Purges in one transaction, and notes that it is done. Again it changes nothing.
    pub(super) async fn purge(&self, entry: &Entry) -> Result<(), StoreError> {
        let mut session = self.purging().begin().await?;
        let first = sqlx::query(
            "/* purge::note */ INSERT INTO erasures (erasure) VALUES ($1) ON CONFLICT DO NOTHING",
        )
        .bind(entry.erasure)
        .execute(&mut session)
        .await?;
        if first.rows_affected() == 0 {
            return Ok(());
        }
        let positions: Vec<i64> = sqlx::query_scalar(
            "/* purge::positions */ SELECT position FROM events WHERE stream_id = ANY($1) ORDER BY position",
        )
        .bind(&entry.streams)
        .fetch_all(&mut session)
        .await?;
        answers(&mut session, &positions).await?;
        sqlx::query(
            "/* purge::references */ DELETE FROM external_references WHERE position = ANY($1) AND stream_id = ANY($2)",
        )
        .bind(&positions)
        .bind(&entry.streams)
        .execute(&mut session)
        .await?;
        // Before the numbers by which they are found.
        sqlx::query(
            "/* purge::held */ DELETE FROM held_movements WHERE prisoner IN \
             (SELECT blind FROM identifier_claims WHERE kind = 'prisoner_number' AND stream_id = ANY($1))",
        )
        .bind(&entry.streams)
        .execute(&mut session)
        .await?;
        sqlx::query(
            "/* purge::inbound */ DELETE FROM inbound_messages WHERE \
             subject IN (SELECT blind FROM identifier_claims WHERE stream_id = ANY($1)) \
             OR other IN (SELECT blind FROM identifier_claims WHERE stream_id = ANY($1))",
        )
        .bind(&entry.streams)
        .execute(&mut session)
        .await?;
        sqlx::query("/* purge::claims */ DELETE FROM identifier_claims WHERE stream_id = ANY($1)")
            .bind(&entry.streams)
            .execute(&mut session)
            .await?;
        // First the fence: what was read of them before is not written after.
        sqlx::query("/* purge::match_fence */ UPDATE match_keys_made SET fence = fence + 1")
            .execute(&mut session)
            .await?;
        sqlx::query("/* purge::match_keys */ DELETE FROM match_keys WHERE stream_id = ANY($1)")
            .bind(&entry.streams)
            .execute(&mut session)
            .await?;
        sqlx::query("/* purge::possible_matches */ DELETE FROM possible_matches WHERE one = ANY($1) OR other = ANY($1)")
            .bind(&entry.streams)
            .execute(&mut session)
            .await?;
        sqlx::query("/* purge::deliveries */ DELETE FROM webhook_deliveries WHERE stream_id = ANY($1)")
            .bind(&entry.streams)
            .execute(&mut session)
            .await?;
        if entry.what == Destroy::Both {
            for projection in Projection::ALL {
                forget_people(&mut session, projection, &entry.streams).await?;
            }
        }
        session.commit().await?;
        Ok(())
    }
}

/// What was asked and answered, for appends that told of the person: an append is in one piece.
async fn answers(session: &mut Session<'_>, positions: &[i64]) -> Result<(), StoreError> {
    sqlx::query(
        "/* purge::answers */ UPDATE idempotency SET fingerprint = decode(repeat('00', 32), 'hex'), answer = '' \
         FROM unnest($1::bigint[]) AS told (position) \
         WHERE idempotency.first_position BETWEEN told.position - $2 AND told.position \
           AND idempotency.last_position >= told.position",
    )
    .bind(positions)
    .bind(i64::try_from(MAX_EVENTS).unwrap_or(i64::MAX) - 1)
    .execute(session)
    .await?;
    Ok(())
}
