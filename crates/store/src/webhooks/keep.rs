//! What administrators do with webhooks.

use super::secret::{self, WebhookSecret};
use super::{Webhook, webhook_columns, webhook_of};
use crate::connect::Session;
use crate::{Store, StoreError};
use std::time::Duration;
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::event::Role;
use uuid::Uuid;

/// A webhook to make.
#[derive(Clone, Debug)]
pub struct NewWebhook {
    /// Its id; the same for a request that is sent again.
    pub id: Uuid,
    /// Whose it is.
    pub organisation: OrganisationCode,
    /// As which system it is judged what may be told.
    pub client: String,
    /// In which role.
    pub role: Role,
    /// Where what is told is sent.
    pub url: String,
    /// Names of notices; all when empty.
    pub kinds: Vec<String>,
    /// What comes after this position is told.
    pub position: u64,
    /// Who makes it.
    pub by: String,
}

/// What came of making a webhook.
#[derive(Clone, Debug)]
pub enum WebhookMade {
    /// It is there, and was not before.
    New(Webhook),
    /// It was there.
    There(Webhook),
    /// The organisation has as many as it may.
    TooMany,
}

impl Store {
    /// Makes a webhook with a new secret, unless the organisation has `most` already. The same id again changes nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn make_webhook(
        &self,
        new: &NewWebhook,
        secret_id: Uuid,
        most: u32,
    ) -> Result<WebhookMade, StoreError> {
        let mut session = self.recording().begin().await?;
        // Two requests of one organisation count one after the other: the bound holds for both.
        sqlx::query(
            "/* webhooks::locked */ SELECT FROM webhooks WHERE organisation = $1 AND state <> 'ended' FOR UPDATE",
        )
        .bind(new.organisation.as_str())
        .fetch_all(&mut session)
        .await?;
        let counted: Vec<Uuid> = sqlx::query_scalar(
            "/* webhooks::counted */ SELECT id FROM webhooks WHERE organisation = $1 AND state <> 'ended'",
        )
        .bind(new.organisation.as_str())
        .fetch_all(&mut session)
        .await?;
        if counted.len() >= most as usize && !counted.contains(&new.id) {
            return Ok(WebhookMade::TooMany);
        }
        let row = sqlx::query(concat!(
            "/* webhooks::make */ INSERT INTO webhooks (id, organisation, client, role, url, kinds, position, made_by) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING RETURNING ",
            webhook_columns!()
        ))
        .bind(new.id)
        .bind(new.organisation.as_str())
        .bind(&new.client)
        .bind(new.role.as_str())
        .bind(&new.url)
        .bind(&new.kinds)
        .bind(new.position.cast_signed())
        .bind(&new.by)
        .fetch_optional(&mut session)
        .await?;
        let Some(row) = row else {
            session.commit().await?;
            let there = self.webhook(new.id).await?;
            return there.map(WebhookMade::There).ok_or(StoreError::Unknown);
        };
        let made = WebhookSecret::made()?;
        secret::add(&mut session, &*self.inner.wrap, new.id, secret_id, &made).await?;
        happened(&mut session, new.id, "made", Some(&new.by)).await?;
        session.commit().await?;
        Ok(WebhookMade::New(webhook_of(&row)?))
    }

    /// Ends a webhook: nothing more is told, its secrets go, and what waited. False when it had ended before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_webhook(&self, id: Uuid, by: &str) -> Result<bool, StoreError> {
        let mut session = self.recording().begin().await?;
        let ended = sqlx::query(
            "/* webhooks::end */ UPDATE webhooks SET state = 'ended' WHERE id = $1 AND state <> 'ended'",
        )
        .bind(id)
        .execute(&mut session)
        .await?;
        if ended.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query("/* webhooks::end */ DELETE FROM webhook_secrets WHERE webhook = $1")
            .bind(id)
            .execute(&mut session)
            .await?;
        sqlx::query("/* webhooks::end */ DELETE FROM webhook_deliveries WHERE webhook = $1")
            .bind(id)
            .execute(&mut session)
            .await?;
        happened(&mut session, id, "ended", Some(by)).await?;
        session.commit().await?;
        Ok(true)
    }

    /// Gives a webhook a new secret; those before count for a while yet, so that receivers can change over. The request
    /// that changed it last changes nothing when it is sent again. False when there is no such webhook.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rotate_webhook_secret(
        &self,
        id: Uuid,
        (secret_id, request): (Uuid, Option<Uuid>),
        overlap: Duration,
        by: &str,
    ) -> Result<bool, StoreError> {
        let mut session = self.recording().begin().await?;
        let rotated: Option<Option<Uuid>> = sqlx::query_scalar(
            "/* webhooks::rotate */ SELECT rotated_by FROM webhooks WHERE id = $1 AND state <> 'ended' FOR UPDATE",
        )
        .bind(id)
        .fetch_optional(&mut session)
        .await?;
        let Some(rotated) = rotated else {
            return Ok(false);
        };
        if request.is_some() && rotated == request {
            return Ok(true);
        }
        // Two count at most: an older one goes at once.
        sqlx::query(
            "/* webhooks::rotate */ DELETE FROM webhook_secrets WHERE webhook = $1 AND until IS NOT NULL",
        )
        .bind(id)
        .execute(&mut session)
        .await?;
        sqlx::query(
            "/* webhooks::rotate */ UPDATE webhook_secrets \
             SET until = clock_timestamp() + $2 * interval '1 millisecond' WHERE webhook = $1",
        )
        .bind(id)
        .bind(overlap.as_secs_f64() * 1_000.0)
        .execute(&mut session)
        .await?;
        sqlx::query("/* webhooks::rotate */ UPDATE webhooks SET rotated_by = $2 WHERE id = $1")
            .bind(id)
            .bind(request)
            .execute(&mut session)
            .await?;
        let made = WebhookSecret::made()?;
        secret::add(&mut session, &*self.inner.wrap, id, secret_id, &made).await?;
        happened(&mut session, id, "secret_rotated", Some(by)).await?;
        session.commit().await?;
        Ok(true)
    }

    /// Has a webhook begin again after a position, earlier or later than where it is, and be active if it was disabled.
    /// What waits behind that position waits until it is reached again. False when there is no such webhook.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn replay_webhook(&self, id: Uuid, after: u64, by: &str) -> Result<bool, StoreError> {
        let mut session = self.recording().begin().await?;
        let moved = sqlx::query(
            "/* webhooks::replay */ UPDATE webhooks \
             SET position = least(position, $2), state = 'active', disabled_reason = NULL, disabled_at = NULL \
             WHERE id = $1 AND state <> 'ended'",
        )
        .bind(id)
        .bind(after.cast_signed())
        .execute(&mut session)
        .await?;
        if moved.rows_affected() == 0 {
            return Ok(false);
        }
        happened(&mut session, id, "replayed", Some(by)).await?;
        session.commit().await?;
        Ok(true)
    }

    /// Notes that somebody has a webhook's receiver sent a message that tells of nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn note_webhook_tried(&self, id: Uuid, by: &str) -> Result<(), StoreError> {
        let mut session = self.recording().begin().await?;
        happened(&mut session, id, "tested", Some(by)).await?;
        session.commit().await?;
        Ok(())
    }
}

/// Notes what was done with a webhook, or what it did by itself.
pub(super) async fn happened(
    session: &mut Session<'_>,
    webhook: Uuid,
    what: &str,
    by: Option<&str>,
) -> Result<(), StoreError> {
    sqlx::query(
        "/* webhooks::happened */ INSERT INTO webhook_happenings (webhook, what, by) VALUES ($1, $2, $3)",
    )
    .bind(webhook)
    .bind(what)
    .bind(by)
    .execute(session)
    .await?;
    Ok(())
}
