//! `GET /v1/webhooks/{id}/deliveries`: what a receiver was told and is to be told.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::ReadRefused;
use crate::lists::{Page, per_page};
use crate::path::IdPath;
use crate::problem::{Problem, ProblemKind};
use crate::query::ValidQuery;
use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use throughcare_app::webhooks::{Delivery, DeliveryQuery};
use utoipa::{IntoParams, ToSchema};

/// Which deliveries, and which page.
#[derive(Clone, Debug, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeliveriesQuery {
    /// Only those in this state.
    #[schema(inline)]
    #[param(inline)]
    pub state: Option<DeliveryState>,
    /// nextCursor of the page before.
    #[schema(min_length = 1, max_length = 512)]
    #[param(min_length = 1, max_length = 512)]
    pub cursor: Option<String>,
    /// Lines a page; 50 when absent.
    #[schema(minimum = 1, maximum = 100)]
    #[param(minimum = 1, maximum = 100)]
    pub per_page: Option<u32>,
}

/// How far a delivery is.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It is to be told, for the first time or again.
    Waiting,
    /// The receiver took it.
    Delivered,
    /// It was tried ten times and is not tried again, unless a replay asks for it.
    Parked,
}

impl DeliveryState {
    fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Parked => "parked",
        }
    }
}

/// What a receiver was told or is to be told; nothing of whom it is about.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryShown {
    /// Position of the event in the log.
    pub position: u64,
    /// What is told, by name.
    #[schema(example = "throughcare.referral.updated")]
    pub event_type: String,
    /// `waiting`, `delivered` or `parked`.
    #[schema(example = "waiting")]
    pub state: String,
    /// How often it was sent.
    pub attempts: u16,
    /// When it is sent next, while it waits and nothing of the same record waits before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_at: Option<Timestamp>,
    /// When it was sent last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub tried_at: Option<Timestamp>,
    /// What the receiver answered last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why there was no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

/// What a receiver was told and is to be told
///
/// The last of the log first. What was told or given up stays for 30 days. For administrators of the organisation.
#[utoipa::path(
    get, path = "/v1/webhooks/{id}/deliveries", tag = "Webhooks",
    params(("id" = uuid::Uuid, Path), DeliveriesQuery),
    responses((status = 200, description = "A page of deliveries", body = Page<DeliveryShown>), ReadRefused)
)]
pub async fn webhook_deliveries(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    ValidQuery(query): ValidQuery<DeliveriesQuery>,
) -> Result<Json<Page<DeliveryShown>>, Problem> {
    let wanted = query.state.map(DeliveryState::as_str);
    let organisation = asking.caller.organisation().as_str();
    let scope = state.cursors.scope(
        "/v1/webhooks/deliveries",
        &[organisation, &id.to_string(), wanted.unwrap_or_default()],
    );
    let before = match query.cursor.as_deref() {
        None => None,
        Some(cursor) => {
            let place = scope.read(cursor)?.parse();
            Some(place.map_err(|_| Problem::new(ProblemKind::CursorInvalid))?)
        }
    };
    let size = per_page(query.per_page);
    let asked = DeliveryQuery {
        webhook: id,
        state: wanted.map(str::to_owned),
        before,
        limit: size + 1,
    };
    let found = state
        .app
        .webhook_deliveries(&asking.caller, &asked)
        .await
        .map_err(problem)?;
    let lines = found.into_iter().map(shown).collect();
    Ok(Json(Page::from_surplus(lines, size, |last: &DeliveryShown| {
        scope.write(&last.position.to_string())
    })))
}

fn shown(one: Delivery) -> DeliveryShown {
    DeliveryShown {
        position: one.position,
        event_type: one.kind,
        attempts: one.attempts,
        next_at: (one.state == "waiting").then_some(one.next_at),
        state: one.state,
        tried_at: one.tried_at,
        status: one.status,
        fault: one.fault,
    }
}
