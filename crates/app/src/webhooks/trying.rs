//! Trying a webhook by hand: a message that says nothing of anybody, sent now, and what came back.

use super::carried::{About, Carrier, Parcel};
use crate::App;
use crate::caller::Request;
use crate::error::AppError;
use std::time::Duration;
use throughcare_domain::notice::Notice;
use uuid::Uuid;

/// What came of trying a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WebhookTried {
    /// The id under which it was sent.
    pub id: Uuid,
    /// What the receiver answered.
    pub status: Option<u16>,
    /// Why there was no answer, in words that name no address.
    pub fault: Option<&'static str>,
    /// How long it took.
    pub took: Duration,
}

impl App {
    /// Sends a receiver a message that tells of nothing, signed like every other; also while the webhook is disabled.
    /// It is tried once, stands in no delivery, and an answer of 410 disables nothing.
    ///
    /// # Errors
    /// As [`Self::end_webhook`].
    pub async fn try_webhook(
        &self,
        id: Uuid,
        request: &Request,
        carrier: &dyn Carrier,
    ) -> Result<WebhookTried, AppError> {
        let (webhook, by) = self.kept_webhook(id, request).await?;
        // Before it leaves: that somebody had the program send is not forgotten when it stops meanwhile.
        self.inner.store.note_webhook_tried(id, &by).await?;
        let (now, begun) = (self.clock().now(), tokio::time::Instant::now());
        let sent = match request.key {
            Some(key) => Uuid::new_v5(&id, key.key.as_bytes()),
            None => self.inner.ids.one(),
        };
        let parcel = Parcel {
            url: webhook.url,
            id: sent,
            secrets: self.inner.store.webhook_secrets(id).await?,
            sent_at: now,
            notice: Notice::WebhookTested,
            occurred_at: now,
            position: self.inner.store.head().await?.position,
            person: None,
            about: About::Webhook(id),
        };
        let carried = carrier.carry(parcel).await;
        self.webhook_tally().count(carried);
        let (status, fault) = carried.outcome();
        Ok(WebhookTried {
            id: sent,
            status,
            fault,
            took: begun.elapsed(),
        })
    }
}
