//! `POST /v1/people/{id}/naloxone-issues`: issue kits.

use super::kit::{KitWire, kits};
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::recording::{CommandAnswers, command_body, recorded};
use crate::json::ValidJson;
use crate::path::IdPath;
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::{KitId, PersonId};
use uuid::Uuid;

command_body! {
    /// Kits given out.
    pub struct NaloxoneIssue {
        /// The service that gives them; one of yours.
        #[schema(min_length = 2, max_length = 64)]
        pub service: String,
        /// The kits.
        #[schema(min_items = 1, max_items = 10)]
        pub kits: Vec<KitWire>,
        /// The kit that the first of them replaces.
        pub replaces: Option<Uuid>,
    }
}

/// Issue kits
///
/// One or more kits given into the person's hands; each is traceable by its batch.
#[utoipa::path(
    post, path = "/v1/people/{id}/naloxone-issues", tag = "Naloxone", params(("id" = Uuid, Path)), request_body = NaloxoneIssue, responses(CommandAnswers)
)]
pub async fn issue(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    ValidJson { body, fingerprint }: ValidJson<NaloxoneIssue>,
) -> Result<Response, Problem> {
    recorded(
        &state,
        &asking,
        fingerprint,
        Address::Person(PersonId(id)),
        body,
        |body, reading, _| {
            let service = reading.service(&body.service, "/service");
            let kits = kits(&body.kits, reading);
            Some(Command::IssueKits {
                service: service?,
                kits,
                replaces: body.replaces.map(KitId),
            })
        },
    )
    .await
}
