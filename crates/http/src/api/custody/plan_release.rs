//! `POST /v1/people/{id}/release-plans`: plan a release.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::recording::{CommandAnswers, command_body, recorded};
use crate::api::wire::DateWire;
use crate::json::ValidJson;
use crate::path::IdPath;
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use throughcare_app::Address;
use throughcare_domain::command::Command;
use throughcare_domain::id::PersonId;

command_body! {
    /// A release to plan.
    pub struct NewReleasePlan {
        /// The prison, a code of `prisons`.
        #[schema(min_length = 3, max_length = 3)]
        pub prison: String,
        /// The day planned.
        pub planned_on: DateWire,
        /// Authority of residence expected, a code of `areas`.
        #[schema(min_length = 4, max_length = 9)]
        pub area: Option<String>,
        /// No fixed abode expected.
        #[serde(default)]
        pub no_fixed_abode: bool,
    }
}

/// Plan a release
///
/// From now on the release is on the lists of the prison's treatment service and of the service for the area.
#[utoipa::path(
    post, path = "/v1/people/{id}/release-plans", tag = "Custody", params(("id" = Uuid, Path)), request_body = NewReleasePlan, responses(CommandAnswers)
)]
pub async fn plan_release(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    ValidJson { body, fingerprint }: ValidJson<NewReleasePlan>,
) -> Result<Response, Problem> {
    recorded(
        &state,
        &asking,
        fingerprint,
        Address::Person(PersonId(id)),
        body,
        |body, reading, _| {
            let prison = reading.prison(&body.prison, "/prison");
            let area = body.area.and_then(|area| reading.area(&area, "/area"));
            Some(Command::PlanRelease {
                prison: prison?,
                planned_on: body.planned_on.0,
                area,
                no_fixed_abode: body.no_fixed_abode,
            })
        },
    )
    .await
}
