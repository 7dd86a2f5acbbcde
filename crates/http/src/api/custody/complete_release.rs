//! `POST /v1/releases/{id}/details`: complete what was unknown of a release.

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
use throughcare_domain::id::EventId;

command_body! {
    /// What is now known of a release.
    pub struct ReleaseDetails {
        /// Authority of residence on release, a code of `areas`.
        #[schema(min_length = 4, max_length = 9)]
        pub area: Option<String>,
        /// Known to have, or not to have, no fixed abode.
        pub no_fixed_abode: Option<bool>,
        /// A code of `referral-on-release`.
        #[schema(min_length = 1, max_length = 40)]
        pub referral_on_release: Option<String>,
    }
}

/// Complete what was unknown of a release
///
/// What is absent stays as it was.
#[utoipa::path(
    post, path = "/v1/releases/{id}/details", tag = "Custody", params(("id" = Uuid, Path)), request_body = ReleaseDetails, responses(CommandAnswers)
)]
pub async fn complete_release(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    ValidJson { body, fingerprint }: ValidJson<ReleaseDetails>,
) -> Result<Response, Problem> {
    recorded(
        &state,
        &asking,
        fingerprint,
        Address::Entity(id),
        body,
        |body, reading, _| {
            Some(Command::CompleteRelease {
                release: EventId(id),
                area: body.area.and_then(|area| reading.area(&area, "/area")),
                no_fixed_abode: body.no_fixed_abode,
                referral_on_release: body
                    .referral_on_release
                    .and_then(|code| reading.code(&code, "/referralOnRelease")),
            })
        },
    )
    .await
}
