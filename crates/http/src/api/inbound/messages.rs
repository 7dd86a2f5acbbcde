//! `GET /v1/inbound/messages`: which messages came, and what became of them.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::ReadRefused;
use crate::api::wire::InstantWire;
use crate::lists::{Page, per_page};
use crate::path::parse_uuid;
use crate::problem::{Problem, ProblemKind};
use crate::query::ValidQuery;
use crate::time::parse_instant;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use throughcare_app::{InboundState, MessageLine, MessagesQuery};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

macro_rules! states {
    ($($(#[$doc:meta])* $state:ident,)*) => {
        /// In which state a message is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum MessageState { $($(#[$doc])* $state,)* }

        impl From<MessageState> for InboundState {
            fn from(state: MessageState) -> Self {
                match state { $(MessageState::$state => Self::$state,)* }
            }
        }

        impl From<InboundState> for MessageState {
            fn from(state: InboundState) -> Self {
                match state { $(InboundState::$state => Self::$state,)* }
            }
        }
    };
}

states! {
    /// It was understood. What became of it, auditors are told.
    Accepted,
    /// It is about to be given its effect.
    Received,
    /// It waits until a record holds the number.
    Held,
    /// It is on the record, or changes nothing there.
    Applied,
    /// A release that was taken back, what took it back, or what the source corrected since.
    Undone,
    /// It is on the record, and does not fit what else is there.
    InConflict,
    /// Two records hold the numbers of one person.
    ToJoin,
    /// One record holds the numbers of two people.
    ToPart,
    /// Somebody had said that these are two people.
    SetAside,
    /// It cannot be on the record.
    Refused,
    /// A type of event that is not read here.
    UnknownType,
    /// A version of a type that is not read here.
    UnknownVersion,
    /// Something that its type needs is not in it.
    NotUnderstood,
    /// About the subscription itself.
    Subscription,
}

/// Which messages.
#[derive(Clone, Debug, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MessagesAsked {
    /// In this state alone.
    #[param(inline)]
    pub state: Option<MessageState>,
    /// nextCursor of the page before.
    #[schema(min_length = 1, max_length = 512)]
    #[param(min_length = 1, max_length = 512)]
    pub cursor: Option<String>,
    /// Messages a page; 50 when absent.
    #[schema(minimum = 1, maximum = 100)]
    #[param(minimum = 1, maximum = 100)]
    pub per_page: Option<u32>,
}

/// A message. It names nobody.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageShown {
    /// As the sender was told.
    pub receipt_id: Uuid,
    /// Whose system sent it.
    pub organisation: String,
    /// Which.
    pub client: String,
    /// The type of the event.
    pub event_type: String,
    /// When it arrived first.
    pub received_at: InstantWire,
    /// In which state it is.
    pub state: MessageState,
    /// Why, as a stable word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What is odd about the message itself, as stable words.
    pub flags: Vec<String>,
}

impl From<MessageLine> for MessageShown {
    fn from(line: MessageLine) -> Self {
        Self {
            receipt_id: line.id,
            organisation: line.organisation,
            client: line.client,
            event_type: line.event_type,
            received_at: InstantWire(line.received_at),
            state: line.state.into(),
            reason: line.reason,
            flags: line.flags,
        }
    }
}

/// Messages of other systems, the last first
///
/// A system sees those that it sent itself, administrators those of their organisation's systems, auditors everybody's.
/// Whether a message found a record is told to auditors alone: to all others each that was understood is `accepted`.
#[utoipa::path(
    get, path = "/v1/inbound/messages", tag = "Custody", params(MessagesAsked),
    responses((status = 200, description = "A page of messages", body = Page<MessageShown>), ReadRefused)
)]
pub async fn inbound_messages(
    State(state): State<ApiState>,
    asking: Asking,
    ValidQuery(asked): ValidQuery<MessagesAsked>,
) -> Result<Json<Page<MessageShown>>, Problem> {
    let which = asked.state.map(InboundState::from);
    let filter = which.map_or("", InboundState::as_str);
    let (organisation, client) = (
        asking.caller.organisation().as_str(),
        asking.caller.actor.client.as_str(),
    );
    let scope = state
        .cursors
        .scope("/v1/inbound/messages", &[organisation, client, filter]);
    let before = match asked.cursor.as_deref() {
        None => None,
        Some(cursor) => {
            let place = scope.read(cursor)?;
            let read = place
                .split_once(' ')
                .and_then(|(at, id)| Some((parse_instant(at)?, parse_uuid(id)?)));
            Some(read.ok_or_else(|| Problem::new(ProblemKind::CursorInvalid))?)
        }
    };
    let size = per_page(asked.per_page);
    let query = MessagesQuery {
        state: which,
        before,
        limit: size + 1,
    };
    let lines = state.app.messages(&asking.caller, query).await.map_err(problem)?;
    let lines = lines.into_iter().map(MessageShown::from).collect();
    Ok(Json(Page::from_surplus(lines, size, |last: &MessageShown| {
        scope.write(&format!("{} {}", last.received_at.0, last.receipt_id))
    })))
}
