//! Sealed records: shown to those who are named. For privacy officers.

mod change;
mod lift;
mod list;
mod seal;

use super::ApiState;
use super::wire::Reading;
use serde::{Deserialize, Serialize};
use throughcare_domain::decide::MOST_NAMED;
use throughcare_domain::fact::Named;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(seal::seal_record))
        .routes(routes!(change::change_seal))
        .routes(routes!(lift::lift_seal))
        .routes(routes!(list::seals))
}

/// Somebody who goes on seeing a sealed record.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NamedWire {
    /// For which organisation they act.
    #[schema(min_length = 2, max_length = 64, example = "northshire-recovery")]
    pub organisation: String,
    /// Who, by the `user_name` of their tokens.
    #[schema(min_length = 1, max_length = 100, example = "r.ashdown")]
    pub user: String,
}

impl From<&Named> for NamedWire {
    fn from(one: &Named) -> Self {
        Self {
            organisation: one.organisation.to_string(),
            user: one.user.to_string(),
        }
    }
}

/// Reads who is named; faults are noted.
fn named(told: &[NamedWire], reading: &mut Reading) -> Vec<Named> {
    let read = told
        .iter()
        .take(MOST_NAMED + 1)
        .enumerate()
        .filter_map(|(at, one)| {
            let organisation = reading.organisation(&one.organisation, &format!("/named/{at}/organisation"));
            let user = reading.user_name(&one.user, &format!("/named/{at}/user"));
            Some(Named {
                organisation: organisation?,
                user: user?,
            })
        });
    read.collect()
}
