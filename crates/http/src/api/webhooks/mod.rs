//! Webhooks: who is told over HTTP of what is new, kept by an organisation's administrators.

mod deliveries;
mod end;
mod list;
mod make;
mod one;
mod replay;
mod rotate;
mod trial;

use super::ApiState;
use super::members::RoleName;
use jiff::Timestamp;
use serde::Serialize;
use throughcare_app::webhooks::Webhook;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(make::make_webhook, list::webhooks))
        .routes(routes!(one::webhook, end::end_webhook))
        .routes(routes!(rotate::rotate_webhook_secret))
        .routes(routes!(deliveries::webhook_deliveries))
        .routes(routes!(replay::replay_webhook))
        .routes(routes!(trial::try_webhook))
}

/// A webhook.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookShown {
    /// Its id.
    pub webhook_id: Uuid,
    /// The system as which it is judged what may be told, by the `client_id` of its tokens.
    pub client: String,
    /// In which role.
    pub role: RoleName,
    /// Where what is told is sent.
    pub url: String,
    /// What is told, by name; everything when empty.
    #[schema(example = json!(["throughcare.referral.updated"]))]
    pub events: Vec<String>,
    /// `active`, `disabled` or `ended`.
    #[schema(example = "active")]
    pub state: String,
    /// Why it is disabled: `disabled_gone` (the receiver answered 410), `disabled_not_registered` (the system may not
    /// ask any more), `disabled_some_services_only`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled_reason: Option<String>,
    /// Since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub disabled_at: Option<Timestamp>,
    /// Up to this position of the log it is known what is to be told.
    pub position: u64,
    /// Since when it is there.
    #[schema(value_type = String, format = DateTime)]
    pub made_at: Timestamp,
    /// Who made it.
    pub made_by: String,
}

impl From<Webhook> for WebhookShown {
    fn from(webhook: Webhook) -> Self {
        Self {
            webhook_id: webhook.id,
            client: webhook.client,
            role: webhook.role.into(),
            url: webhook.url,
            events: webhook.kinds,
            state: webhook.state,
            disabled_reason: webhook.disabled_reason,
            disabled_at: webhook.disabled_at,
            position: webhook.position,
            made_at: webhook.made_at,
            made_by: webhook.made_by,
        }
    }
}

/// A secret, shown this once.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SecretShown {
    /// The webhook.
    pub webhook_id: Uuid,
    /// The secret with which what is told is signed: `whsec_` and base64. Keep it: it is not shown again.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    pub secret: String,
    /// For how many hours the secret before counts beside it: until then everything carries two signatures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overlap_hours: Option<u64>,
}
