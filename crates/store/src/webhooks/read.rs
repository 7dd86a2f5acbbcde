//! What administrators are shown of webhooks.

use super::{Webhook, webhook_columns, webhook_of};
use crate::{Reach, Store, StoreError};
use jiff::Timestamp;
use jiff_sqlx::Timestamp as SqlTimestamp;
use sqlx::Row as _;
use throughcare_domain::code::OrganisationCode;
use uuid::Uuid;

/// What was done with a webhook, or what it did by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// When.
    pub at: Timestamp,
    /// What: `made`, `secret_rotated`, `replayed`, `disabled …`, `ended`.
    pub what: String,
    /// Who did it; the program itself when absent.
    pub by: Option<String>,
}

/// Which deliveries.
#[derive(Clone, Debug)]
pub struct DeliveryQuery {
    /// Of this webhook.
    pub webhook: Uuid,
    /// Only those in this state.
    pub state: Option<String>,
    /// Before this position; the last first.
    pub before: Option<u64>,
    /// How many.
    pub limit: u32,
}

/// What is to be told, and what came of it. Nothing of whom it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Position of the event in the log.
    pub position: u64,
    /// The event.
    pub event: Uuid,
    /// Name of the notice.
    pub kind: String,
    /// `waiting`, `delivered` or `parked`.
    pub state: String,
    /// How often it was sent.
    pub attempts: u16,
    /// When it is sent next, while it waits.
    pub next_at: Timestamp,
    /// When it was sent last.
    pub tried_at: Option<Timestamp>,
    /// What the receiver answered last.
    pub status: Option<u16>,
    /// Why there was no answer.
    pub fault: Option<String>,
}

impl Store {
    /// A webhook.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn webhook(&self, id: Uuid) -> Result<Option<Webhook>, StoreError> {
        let row = sqlx::query(concat!(
            "/* webhooks::one */ SELECT ",
            webhook_columns!(),
            " FROM webhooks WHERE id = $1"
        ))
        .bind(id)
        .fetch_optional(self.pool())
        .await?;
        row.as_ref().map(webhook_of).transpose()
    }

    /// The webhooks of an organisation that have not ended, in the order in which they were made.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn webhooks(&self, organisation: &OrganisationCode) -> Result<Vec<Webhook>, StoreError> {
        let rows = sqlx::query(concat!(
            "/* webhooks::of_organisation */ SELECT ",
            webhook_columns!(),
            " FROM webhooks WHERE organisation = $1 AND state <> 'ended' ORDER BY made_at, id"
        ))
        .bind(organisation.as_str())
        .fetch_all(self.pool())
        .await?;
        rows.iter().map(webhook_of).collect()
    }

    /// What was done with a webhook and what it did by itself, the last first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn webhook_happenings(&self, id: Uuid, limit: u32) -> Result<Vec<Happening>, StoreError> {
        let rows = sqlx::query(
            "/* webhooks::happenings */ SELECT at, what, by FROM webhook_happenings WHERE webhook = $1 \
             ORDER BY happening DESC LIMIT $2",
        )
        .bind(id)
        .bind(i64::from(limit))
        .fetch_all(self.pool())
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Happening {
                    at: row.try_get::<SqlTimestamp, _>("at")?.to_jiff(),
                    what: row.try_get("what")?,
                    by: row.try_get("by")?,
                })
            })
            .collect()
    }

    /// Deliveries of a webhook, the last of the log first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn webhook_deliveries(
        &self,
        reach: &Reach,
        query: &DeliveryQuery,
    ) -> Result<Vec<Delivery>, StoreError> {
        let rows = sqlx::query(
            "/* webhooks::deliveries */ SELECT position, event_id, kind, state, attempts, next_at, tried_at, status, \
             fault FROM webhook_deliveries WHERE webhook = $1 AND position < $2 AND ($3::text IS NULL OR state = $3) \
             ORDER BY position DESC LIMIT $4",
        )
        .bind(query.webhook)
        .bind(query.before.map_or(i64::MAX, u64::cast_signed))
        .bind(&query.state)
        .bind(i64::from(query.limit))
        .fetch_all(self.within(reach))
        .await?;
        rows.iter()
            .map(|row| {
                let at = |name: &str| -> Result<Option<Timestamp>, StoreError> {
                    Ok(row
                        .try_get::<Option<SqlTimestamp>, _>(name)?
                        .map(SqlTimestamp::to_jiff))
                };
                Ok(Delivery {
                    position: row.try_get::<i64, _>("position")?.unsigned_abs(),
                    event: row.try_get("event_id")?,
                    kind: row.try_get("kind")?,
                    state: row.try_get("state")?,
                    attempts: row.try_get::<i16, _>("attempts")?.unsigned_abs(),
                    next_at: row.try_get::<SqlTimestamp, _>("next_at")?.to_jiff(),
                    tried_at: at("tried_at")?,
                    status: row.try_get::<Option<i16>, _>("status")?.map(i16::unsigned_abs),
                    fault: row.try_get("fault")?,
                })
            })
            .collect()
    }
}
