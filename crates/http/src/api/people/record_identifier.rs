//! `POST /v1/people/{id}/identifiers`: add an identifier.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::recording::{CommandAnswers, command_body, recorded};
use crate::api::wire::{IdentifierKindWire, IdentifierWire};
use crate::json::ValidJson;
use crate::path::IdPath;
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::PersonId;

command_body! {
    /// An identifier to add.
    pub struct NewIdentifier {
        /// Which kind.
        pub kind: IdentifierKindWire,
        /// Its value; spaces and letter case are put right.
        #[schema(min_length = 1, max_length = 80)]
        pub value: String,
    }
}

/// Add an identifier
///
/// It becomes findable by search, unless another record holds it already.
#[utoipa::path(
    post, path = "/v1/people/{id}/identifiers", tag = "People", params(("id" = Uuid, Path)), request_body = NewIdentifier, responses(CommandAnswers)
)]
pub async fn record_identifier(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    ValidJson { body, fingerprint }: ValidJson<NewIdentifier>,
) -> Result<Response, Problem> {
    recorded(
        &state,
        &asking,
        fingerprint,
        Address::Person(PersonId(id)),
        body,
        |body, reading, now| {
            let wire = IdentifierWire {
                kind: body.kind,
                value: body.value,
            };
            Some(Command::RecordIdentifier(reading.identifier(&wire, "", now)?))
        },
    )
    .await
}
