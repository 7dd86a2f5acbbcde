//! `POST /v1/people/{id}/naloxone-placements`: place kits in property for release.

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
use throughcare_domain::id::PersonId;

command_body! {
    /// Kits put with the property given back at release.
    pub struct NaloxonePlacement {
        /// The service that gives them; one of yours.
        #[schema(min_length = 2, max_length = 64)]
        pub service: String,
        /// The prison, a code of `prisons`.
        #[schema(min_length = 3, max_length = 3)]
        pub prison: String,
        /// The kits.
        #[schema(min_items = 1, max_items = 10)]
        pub kits: Vec<KitWire>,
    }
}

/// Place kits in property for release
///
/// They are supplied on the day of release, not before; if the release does not happen they never were.
#[utoipa::path(
    post, path = "/v1/people/{id}/naloxone-placements", tag = "Naloxone", params(("id" = Uuid, Path)), request_body = NaloxonePlacement, responses(CommandAnswers)
)]
pub async fn place_in_property(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    ValidJson { body, fingerprint }: ValidJson<NaloxonePlacement>,
) -> Result<Response, Problem> {
    recorded(
        &state,
        &asking,
        fingerprint,
        Address::Person(PersonId(id)),
        body,
        |body, reading, _| {
            let service = reading.service(&body.service, "/service");
            let prison = reading.prison(&body.prison, "/prison");
            let kits = kits(&body.kits, reading);
            Some(Command::PlaceKitsInProperty {
                service: service?,
                prison: prison?,
                kits,
            })
        },
    )
    .await
}
