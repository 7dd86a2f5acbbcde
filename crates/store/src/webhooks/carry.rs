//! What the worker does: note what is to be told, find what is due, note what came of it.

use super::keep::happened;
use super::{Webhook, webhook_columns, webhook_of};
use crate::projection::{Lease, holds};
use crate::{Store, StoreError};
use sqlx::Row as _;
use std::time::Duration;
use uuid::Uuid;

/// Something to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDelivery {
    /// Position of the event.
    pub position: u64,
    /// Its stream: deliveries of one stream go one after the other.
    pub stream: Uuid,
    /// The event.
    pub event: Uuid,
    /// Name of the notice.
    pub kind: &'static str,
}

/// What came of noting what is to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filled {
    /// It is noted, and the webhook stands at its new position.
    Moved,
    /// Another node has the lease. Nothing was written.
    LeaseLost,
    /// The webhook is not where it was, or not active any more. Nothing was written.
    Elsewhere,
}

/// Something that is to be sent now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// To which webhook.
    pub webhook: Uuid,
    /// Position of the event.
    pub position: u64,
    /// Its stream.
    pub stream: Uuid,
    /// How often it was sent before.
    pub attempts: u16,
}

/// What came of sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver took it.
    Delivered {
        /// Its answer.
        status: u16,
    },
    /// Not this time.
    Again {
        /// Its answer, when there was one.
        status: Option<u16>,
        /// Why there was none.
        fault: Option<&'static str>,
        /// When to try again.
        after: Duration,
    },
    /// Not at all: it was tried often enough.
    Parked {
        /// The last answer.
        status: Option<u16>,
        /// Why there was none.
        fault: Option<&'static str>,
    },
    /// It may not be told any more: as if it had never been to be told.
    Withdrawn,
}

impl Store {
    /// The webhooks that are active, and how many deliveries of each wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn active_webhooks(&self) -> Result<Vec<(Webhook, u64)>, StoreError> {
        let rows = sqlx::query(concat!(
            "/* webhooks::active */ SELECT ",
            webhook_columns!(),
            ", (SELECT count(*) FROM webhook_deliveries WHERE webhook = webhooks.id AND state = 'waiting') AS waiting \
             FROM webhooks WHERE state = 'active' ORDER BY id"
        ))
        .fetch_all(self.projecting())
        .await?;
        let one = |row: &sqlx::postgres::PgRow| {
            Ok((webhook_of(row)?, row.try_get::<i64, _>("waiting")?.unsigned_abs()))
        };
        rows.iter().map(one).collect()
    }

    /// Notes what is to be told of the log after a webhook's position, and moves it, if the lease is still held and the
    /// webhook still where it was. What was told before, and is noted again by a replay, waits anew.
    ///
    /// The commit is not forced to disk: deliveries and position are lost together, and read again from the log.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn write_deliveries(
        &self,
        lease: &Lease,
        webhook: &Webhook,
        to: u64,
        new: &[NewDelivery],
    ) -> Result<Filled, StoreError> {
        let mut session = self.projecting().begin_repeatable().await?;
        if !holds(&mut session, lease).await? {
            return Ok(Filled::LeaseLost);
        }
        let moved = sqlx::query(
            "/* webhooks::move */ UPDATE webhooks SET position = $3 \
             WHERE id = $1 AND position = $2 AND state = 'active'",
        )
        .bind(webhook.id)
        .bind(webhook.position.cast_signed())
        .bind(to.cast_signed())
        .execute(&mut session)
        .await?;
        if moved.rows_affected() == 0 {
            return Ok(Filled::Elsewhere);
        }
        if !new.is_empty() {
            sqlx::query(
                "/* webhooks::write_deliveries */ INSERT INTO webhook_deliveries \
                 (webhook, organisation, position, stream_id, event_id, kind) \
                 SELECT $1, $2, position, stream_id, event_id, kind \
                 FROM unnest($3::bigint[], $4::uuid[], $5::uuid[], $6::text[]) AS new (position, stream_id, event_id, kind) \
                 ON CONFLICT (webhook, position) DO UPDATE \
                 SET state = 'waiting', attempts = 0, next_at = clock_timestamp(), done_at = NULL, failed_at = NULL",
            )
            .bind(webhook.id)
            .bind(webhook.organisation.as_str())
            .bind(new.iter().map(|one| one.position.cast_signed()).collect::<Vec<_>>())
            .bind(new.iter().map(|one| one.stream).collect::<Vec<_>>())
            .bind(new.iter().map(|one| one.event).collect::<Vec<_>>())
            .bind(new.iter().map(|one| one.kind).collect::<Vec<_>>())
            .execute(&mut session)
            .await?;
        }
        session.commit().await?;
        Ok(Filled::Moved)
    }

    /// What of a webhook is to be sent now: of each record the first that waits, the longest due first, but for
    /// records of which something is under way.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn due_deliveries(
        &self,
        webhook: Uuid,
        under_way: &[Uuid],
        limit: u32,
    ) -> Result<Vec<Due>, StoreError> {
        let rows = sqlx::query(
            "/* webhooks::due */ SELECT position, stream_id, attempts FROM ( \
               SELECT DISTINCT ON (stream_id) position, stream_id, attempts, next_at FROM webhook_deliveries \
               WHERE webhook = $1 AND state = 'waiting' ORDER BY stream_id, position) AS first \
             WHERE next_at <= clock_timestamp() AND NOT stream_id = ANY($2) \
               AND position <= (SELECT position FROM webhooks WHERE id = $1 AND state = 'active') \
             ORDER BY next_at, position LIMIT $3",
        )
        .bind(webhook)
        .bind(under_way)
        .bind(i64::from(limit))
        .fetch_all(self.projecting())
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Due {
                    webhook,
                    position: row.try_get::<i64, _>("position")?.unsigned_abs(),
                    stream: row.try_get("stream_id")?,
                    attempts: row.try_get::<i16, _>("attempts")?.unsigned_abs(),
                })
            })
            .collect()
    }

    /// Notes what came of sending something. Lost in a crash, it is sent again: receivers know it by its id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn settle_delivery(&self, due: &Due, outcome: &Outcome) -> Result<(), StoreError> {
        let (state, status, fault, after) = match outcome {
            Outcome::Withdrawn => {
                sqlx::query(
                    "/* webhooks::withdraw */ DELETE FROM webhook_deliveries WHERE webhook = $1 AND position = $2",
                )
                .bind(due.webhook)
                .bind(due.position.cast_signed())
                .execute(self.projecting())
                .await?;
                return Ok(());
            }
            Outcome::Delivered { status } => ("delivered", Some(*status), None, Duration::ZERO),
            Outcome::Again { status, fault, after } => ("waiting", *status, *fault, *after),
            Outcome::Parked { status, fault } => ("parked", *status, *fault, Duration::ZERO),
        };
        sqlx::query(
            "/* webhooks::settle */ UPDATE webhook_deliveries \
             SET state = $4, attempts = $3 + 1, status = $5, fault = $6, tried_at = clock_timestamp(), \
                 next_at = clock_timestamp() + $7 * interval '1 millisecond', \
                 failed_at = CASE WHEN $4 <> 'delivered' THEN coalesce(failed_at, clock_timestamp()) END, \
                 done_at = CASE WHEN $4 <> 'waiting' THEN clock_timestamp() END \
             WHERE webhook = $1 AND position = $2 AND state = 'waiting' AND attempts = $3",
        )
        .bind(due.webhook)
        .bind(due.position.cast_signed())
        .bind(due.attempts.cast_signed())
        .bind(state)
        .bind(status.map(u16::cast_signed))
        .bind(fault)
        .bind(after.as_secs_f64() * 1_000.0)
        .execute(self.projecting())
        .await?;
        Ok(())
    }

    /// Sends nothing more to a webhook until an administrator has it replay. False when it was not active.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn disable_webhook(&self, webhook: Uuid, reason: &'static str) -> Result<bool, StoreError> {
        let mut session = self.projecting().begin().await?;
        let disabled = sqlx::query(
            "/* webhooks::disable */ UPDATE webhooks \
             SET state = 'disabled', disabled_reason = $2, disabled_at = clock_timestamp() \
             WHERE id = $1 AND state = 'active'",
        )
        .bind(webhook)
        .bind(reason)
        .execute(&mut session)
        .await?;
        if disabled.rows_affected() == 0 {
            return Ok(false);
        }
        happened(&mut session, webhook, reason, None).await?;
        session.commit().await?;
        Ok(true)
    }

    /// Forgets what was done longer ago than this, and secrets that count no more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forget_deliveries(&self, kept: Duration) -> Result<u64, StoreError> {
        let done = sqlx::query(
            "/* webhooks::forget */ DELETE FROM webhook_deliveries \
             WHERE state <> 'waiting' AND done_at < clock_timestamp() - $1 * interval '1 second'",
        )
        .bind(kept.as_secs_f64())
        .execute(self.projecting())
        .await?;
        sqlx::query("/* webhooks::forget */ DELETE FROM webhook_secrets WHERE until < clock_timestamp()")
            .execute(self.projecting())
            .await?;
        Ok(done.rows_affected())
    }
}
