//! How telling receivers is doing: for the doctor and the metrics. Nothing here takes a lock that the worker would wait
//! for.

use super::WEBHOOKS;
use crate::{Store, StoreError};
use jiff::Timestamp;
use jiff_sqlx::Timestamp as SqlTimestamp;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use uuid::Uuid;

/// Most webhooks told of at once that are disabled or fail.
pub const MOST_TROUBLED_SHOWN: i64 = 100;

/// How all webhooks together stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WebhookStanding {
    /// They are told what is new.
    pub active: u64,
    /// They are told nothing until an administrator has them replay.
    pub disabled: u64,
    /// Active ones of which something was sent, not taken, and waits to be sent again.
    pub failing: u64,
    /// Of the active ones, what waits to be sent.
    pub waiting: u64,
    /// Of that, what could be sent now: of each record the first, when its time has come.
    pub due: u64,
    /// Since how many seconds the oldest of that is due; 0 when nothing is.
    pub oldest_due_seconds: u64,
    /// Given up within the time for which deliveries are kept.
    pub parked: u64,
    /// Events of which it is not yet known whether they are told, by the active webhook that is furthest behind.
    pub unread_events: u64,
    /// Age of the oldest of these, in whole seconds; 0 when there is none.
    pub unread_seconds: u64,
    /// True while a node holds the lease of this work.
    pub lease_lasts: bool,
}

/// A webhook of which somebody should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TroubledWebhook {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub organisation: String,
    /// Why it is disabled; `None` for one that is active and fails.
    pub disabled_reason: Option<String>,
    /// Since when it is disabled, or since when what waits longest was not taken.
    pub since: Timestamp,
    /// How much was sent, not taken, and waits to be sent again.
    pub failing: u64,
}

impl Store {
    /// How all webhooks together stand.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn webhook_standing(&self) -> Result<WebhookStanding, StoreError> {
        let row = sqlx::query(
            "/* webhooks::standing */ WITH active AS (SELECT id, position FROM webhooks WHERE state = 'active'),
               first AS (
                 SELECT DISTINCT ON (d.webhook, d.stream_id) d.position, d.next_at, a.position AS told
                 FROM active a JOIN webhook_deliveries d ON d.webhook = a.id AND d.state = 'waiting'
                 ORDER BY d.webhook, d.stream_id, d.position),
               due AS (
                 SELECT count(*) AS many, min(next_at) AS since FROM first
                 WHERE next_at <= clock_timestamp() AND position <= told),
               waits AS (
                 SELECT count(*) AS many, count(DISTINCT d.webhook) FILTER (WHERE d.attempts > 0) AS failing
                 FROM active a JOIN webhook_deliveries d ON d.webhook = a.id AND d.state = 'waiting'),
               behind AS (SELECT min(position) AS position FROM active)
             SELECT (SELECT count(*) FROM active) AS active,
               (SELECT count(*) FROM webhooks WHERE state = 'disabled') AS disabled,
               waits.failing, waits.many AS waiting, due.many AS due,
               coalesce(floor(greatest(extract(epoch FROM clock_timestamp() - due.since), 0))::bigint, 0) AS oldest,
               (SELECT count(*) FROM webhook_deliveries WHERE state = 'parked') AS parked,
               greatest(h.position - coalesce(behind.position, h.position), 0) AS unread,
               coalesce((SELECT floor(greatest(extract(epoch FROM clock_timestamp() - e.recorded_at), 0))::bigint
                         FROM events e WHERE e.position = behind.position + 1), 0) AS unread_seconds,
               coalesce((SELECT l.until > clock_timestamp() FROM leases l WHERE l.work = $1), false) AS lasts
             FROM log_head h CROSS JOIN waits CROSS JOIN due CROSS JOIN behind",
        )
        .bind(WEBHOOKS)
        .fetch_one(self.program())
        .await?;
        let count = |column| Ok::<_, StoreError>(row.try_get::<i64, _>(column)?.unsigned_abs());
        Ok(WebhookStanding {
            active: count("active")?,
            disabled: count("disabled")?,
            failing: count("failing")?,
            waiting: count("waiting")?,
            due: count("due")?,
            oldest_due_seconds: count("oldest")?,
            parked: count("parked")?,
            unread_events: count("unread")?,
            unread_seconds: count("unread_seconds")?,
            lease_lasts: row.try_get("lasts")?,
        })
    }

    /// The webhooks that are disabled, or fail, the longest first; at most [`MOST_TROUBLED_SHOWN`].
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn troubled_webhooks(&self) -> Result<Vec<TroubledWebhook>, StoreError> {
        let rows = sqlx::query(
            "/* webhooks::troubled */ SELECT w.id, w.organisation, w.disabled_reason, w.disabled_at, f.since, f.many
             FROM webhooks w CROSS JOIN LATERAL (
               SELECT min(coalesce(failed_at, tried_at)) AS since, count(*) AS many FROM webhook_deliveries d
               WHERE d.webhook = w.id AND d.state = 'waiting' AND d.attempts > 0) f
             WHERE w.state = 'disabled' OR (w.state = 'active' AND f.many > 0)
             ORDER BY coalesce(w.disabled_at, f.since), w.id LIMIT $1",
        )
        .bind(MOST_TROUBLED_SHOWN)
        .fetch_all(self.program())
        .await?;
        rows.iter().map(troubled).collect()
    }
}

fn troubled(row: &PgRow) -> Result<TroubledWebhook, StoreError> {
    let at = |column| -> Result<Option<Timestamp>, StoreError> {
        let at: Option<SqlTimestamp> = row.try_get(column)?;
        Ok(at.map(SqlTimestamp::to_jiff))
    };
    let since = at("disabled_at")?.or(at("since")?);
    Ok(TroubledWebhook {
        id: row.try_get("id")?,
        organisation: row.try_get("organisation")?,
        disabled_reason: row.try_get("disabled_reason")?,
        since: since.ok_or(StoreError::Invalid("a webhook fails since no time"))?,
        failing: row.try_get::<i64, _>("many")?.unsigned_abs(),
    })
}
