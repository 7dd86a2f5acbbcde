//! `POST /v1/webhooks`: have a receiver told of what is new.

use super::{SecretShown, WebhookShown};
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::members::RoleName;
use crate::api::refusal::{problem, refused};
use crate::api::shown::ReadRefused;
use crate::json::ValidJson;
use crate::outbound::{Target, written_secret};
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use throughcare_app::webhooks::WebhookAsked;
use throughcare_domain::fault::Faults;
use throughcare_domain::notice::Notice;
use utoipa::ToSchema;

/// Whom to tell of what.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewWebhook {
    /// The system as which it is judged what may be told, by the `client_id` of its tokens. It is registered with your
    /// organisation.
    #[schema(min_length = 1, max_length = 100, example = "northshire-records")]
    pub client: String,
    /// In which of its roles.
    pub role: RoleName,
    /// Where what is told is sent: https, without user, password and fragment, and no address inside a network unless
    /// the configuration allows it.
    #[schema(
        min_length = 1,
        max_length = 500,
        example = "https://records.example.org/notices"
    )]
    pub url: String,
    /// What is told, by name; everything when absent.
    #[schema(min_items = 1, max_items = 20, example = json!(["throughcare.referral.updated"]))]
    pub events: Option<Vec<String>>,
}

/// A webhook that was made, with its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookMade {
    /// The webhook.
    pub webhook: WebhookShown,
    /// Its secret.
    pub secret: SecretShown,
}

/// Have a receiver told of what is new
///
/// By administrators of the organisation who signed in. Told is what the system would be shown by `GET /v1/events`, and
/// the stages of referrals that its organisation sent or was asked to take on: thin, under names that tell nothing of anybody's health, and
/// judged again whenever it is sent. What is recorded from now on is told; for what was before, use a replay. An
/// organisation has 20 webhooks at most. The secret is shown this once; a repeated request with the same key is
/// answered the same.
#[utoipa::path(
    post, path = "/v1/webhooks", tag = "Webhooks", request_body = NewWebhook,
    responses((status = 201, description = "It is made", body = WebhookMade), ReadRefused)
)]
pub async fn make_webhook(
    State(state): State<ApiState>,
    asking: Asking,
    ValidJson { body, fingerprint }: ValidJson<NewWebhook>,
) -> Result<Response, Problem> {
    let request = asking.request(fingerprint, None)?;
    let mut faults = Faults::default();
    if let Err(reason) = Target::parse(&body.url, &state.receivers) {
        faults.add("/url", "bad_url", reason.to_string());
    }
    let mut kinds = Vec::new();
    for (place, name) in body.events.iter().flatten().enumerate() {
        match Notice::parse(name) {
            Some(notice) if kinds.contains(&notice) => {}
            Some(notice) => kinds.push(notice),
            None => faults.add(
                format!("/events/{place}"),
                "unknown_code",
                "Nothing is told under this name. The names are in the AsyncAPI file.",
            ),
        }
    }
    if !faults.is_empty() {
        return Err(refused(faults));
    }
    let asked = WebhookAsked {
        client: body.client,
        role: body.role.into(),
        url: body.url,
        kinds,
    };
    let (webhook, secret) = state.app.make_webhook(asked, &request).await.map_err(problem)?;
    let location = format!("/v1/webhooks/{}", webhook.id);
    let made = WebhookMade {
        secret: SecretShown {
            webhook_id: webhook.id,
            secret: written_secret(&secret),
            overlap_hours: None,
        },
        webhook: webhook.into(),
    };
    let mut response = (StatusCode::CREATED, Json(made)).into_response();
    if let Ok(location) = HeaderValue::try_from(location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}
