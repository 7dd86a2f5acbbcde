//! `POST /v1/people/{id}/court-outcomes`: record what a court decided.

use crate::api::recording::entry;
use serde::Deserialize;
use throughcare_app::Address;
use throughcare_domain::command::{Command, JusticeCommand, NewRequirement};
use throughcare_domain::id::PersonId;
use utoipa::ToSchema;

/// A requirement of an order.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RequirementWire {
    /// A code of `court-requirements`.
    #[schema(min_length = 1, max_length = 40, example = "drug_rehabilitation")]
    pub kind: String,
    /// Its length in months: 1 to 36.
    #[schema(maximum = 1200, example = 6)]
    pub months: Option<u16>,
}

entry! {
    /// What a court decided.
    pub struct NewCourtOutcome {
        /// A code of `court-outcomes`.
        #[schema(min_length = 1, max_length = 40, example = "community_order")]
        pub outcome: String,
        /// The requirements of the order, each kind once.
        #[serde(default)]
        #[schema(max_items = 10)]
        pub requirements: Vec<RequirementWire>,
    }

    /// Record what a court decided
    ///
    /// Each requirement (drug rehabilitation, alcohol treatment, mental health treatment) gets an id of its own, under which
    /// its end is told.
    post "/v1/people/{id}/court-outcomes" in "Justice" as record_court_outcome;
    at id => Address::Person(PersonId(id));
    |body, reading, _now| {
        let outcome = reading.code(&body.outcome, "/outcome");
        let requirements = body.requirements.iter().enumerate().filter_map(|(index, one)| {
            let kind = reading.code(&one.kind, &format!("/requirements/{index}/kind"))?;
            Some(NewRequirement { kind, months: one.months })
        });
        let requirements = requirements.collect();
        Some(Command::Justice(JusticeCommand::CourtOutcome {
            outcome: outcome?,
            requirements,
        }))
    }
}
