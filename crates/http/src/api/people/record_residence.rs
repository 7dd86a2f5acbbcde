//! `POST /v1/people/{id}/residences`: record where somebody lives.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::recording::{CommandAnswers, command_body, recorded};
use crate::api::wire::ResidenceWire;
use crate::json::ValidJson;
use crate::path::IdPath;
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::PersonId;

command_body! {
    /// Where somebody lives.
    pub struct NewResidence {
        /// Upper-tier authority, a code of `areas`; absent while unknown.
        #[schema(min_length = 4, max_length = 9)]
        pub area: Option<String>,
        /// No fixed abode.
        #[serde(default)]
        pub no_fixed_abode: bool,
        /// Postcode.
        #[schema(min_length = 2, max_length = 8)]
        pub postcode: Option<String>,
        /// Address lines.
        #[schema(min_length = 1, max_length = 300)]
        pub address: Option<String>,
    }
}

/// Record where somebody lives
///
/// The authority decides which service is responsible. A prison is never a residence.
#[utoipa::path(
    post, path = "/v1/people/{id}/residences", tag = "People", params(("id" = Uuid, Path)), request_body = NewResidence, responses(CommandAnswers)
)]
pub async fn record_residence(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    ValidJson { body, fingerprint }: ValidJson<NewResidence>,
) -> Result<Response, Problem> {
    recorded(
        &state,
        &asking,
        fingerprint,
        Address::Person(PersonId(id)),
        body,
        |body, reading, _| {
            let told = ResidenceWire {
                area: body.area,
                no_fixed_abode: body.no_fixed_abode,
                postcode: body.postcode,
                address: body.address,
            };
            Some(Command::RecordResidence(reading.residence(told, "")))
        },
    )
    .await
}
