//! `GET /v1/people/{id}/harm`: overdoses, and what is said about the person's death.

use super::view::{ViewQuery, view};
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::shown::ReadRefused;
use crate::api::wire::when;
use crate::path::IdPath;
use crate::preconditions::IfNoneMatch;
use crate::problem::Problem;
use crate::query::ValidQuery;
use crate::time::WhenWire;
use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use serde::Serialize;
use throughcare_domain::harm::known_then;
use throughcare_domain::state::{Death, Overdose, PersonState};
use utoipa::ToSchema;
use uuid::Uuid;

/// What was known of the person on the day, computed from dated facts.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KnownThenShown {
    /// Whether treatment knew the person: `now`, `within_12_months`, `ever` or `never`.
    pub treatment: String,
    /// Days since the last release to the community; absent without one, or in custody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_since_release: Option<i32>,
    /// Within four weeks of that release.
    pub after_release: bool,
    /// Within six months of leaving treatment.
    pub after_treatment: bool,
}

/// An overdose.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OverdoseShown {
    /// The overdose.
    pub overdose_id: Uuid,
    /// When.
    pub occurred: WhenWire,
    /// A code of `overdose-outcomes`.
    pub outcome: String,
    /// Codes of `substances` suspected, most likely first.
    pub substances: Vec<String>,
    /// A code of `naloxone-use-places`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Whether naloxone was given; absent when nobody knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub naloxone_given: Option<bool>,
    /// Whether an ambulance was called; absent when nobody knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ambulance_called: Option<bool>,
    /// When it was reviewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviewed: Option<WhenWire>,
    /// What came of the review, a code of `overdose-review-outcomes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review_outcome: Option<String>,
    /// What was known of the person then.
    pub known_then: KnownThenShown,
}

/// A report of the person's death.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeathShown {
    /// The report.
    pub death_id: Uuid,
    /// The day of death, as far as it is known.
    pub occurred: WhenWire,
    /// `suspected`, `confirmed`, `concluded` or `rejected`.
    pub status: String,
    /// Who said so first, a code of `death-report-sources`.
    pub source: String,
    /// What it was thought to be, a code of `death-suspicions`.
    pub suspected: String,
    /// When it became certain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<WhenWire>,
    /// When its cause was concluded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concluded: Option<WhenWire>,
    /// What the person died of, a code of `death-conclusions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conclusion: Option<String>,
    /// A drug-related death, by the definition in force at the conclusion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drug_related: Option<bool>,
    /// An alcohol-related death.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alcohol_related: Option<bool>,
    /// When the report turned out to be mistaken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejected: Option<WhenWire>,
    /// What was known of the person on the day of death.
    pub known_then: KnownThenShown,
}

/// Overdoses and reports of death, each in the order in which they happened.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HarmShown {
    /// The day.
    pub as_of: Date,
    /// Overdoses.
    pub overdoses: Vec<OverdoseShown>,
    /// Reports of the person's death, mistaken ones included.
    pub deaths: Vec<DeathShown>,
}

fn known(state: &PersonState, day: Date) -> KnownThenShown {
    let then = known_then(state, day);
    KnownThenShown {
        treatment: then.treatment.as_str().to_owned(),
        days_since_release: then.days_since_release,
        after_release: then.after_release,
        after_treatment: then.after_treatment,
    }
}

fn overdose(one: &Overdose, state: &PersonState) -> OverdoseShown {
    let reviewed = one.reviewed.as_ref();
    OverdoseShown {
        overdose_id: one.id.0,
        occurred: when(one.at.occurred),
        outcome: one.outcome.to_string(),
        substances: one.substances.iter().map(ToString::to_string).collect(),
        place: one.place.as_ref().map(ToString::to_string),
        naloxone_given: one.naloxone_given,
        ambulance_called: one.ambulance_called,
        reviewed: reviewed.map(|(at, _)| when(at.occurred)),
        review_outcome: reviewed.map(|(_, outcome)| outcome.to_string()),
        known_then: known(state, one.at.date()),
    }
}

fn death(one: &Death, state: &PersonState) -> DeathShown {
    let concluded = one.concluded.as_ref();
    DeathShown {
        death_id: one.id.0,
        occurred: when(one.at.occurred),
        status: one.status().as_str().to_owned(),
        source: one.source.to_string(),
        suspected: one.suspected.to_string(),
        confirmed: one.confirmed.as_ref().map(|(at, _)| when(at.occurred)),
        concluded: concluded.map(|one| when(one.at.occurred)),
        conclusion: concluded.map(|one| one.code.to_string()),
        drug_related: concluded.map(|one| one.drug_related),
        alcohol_related: concluded.map(|one| one.alcohol_related),
        rejected: one.rejected.as_ref().map(|(at, _)| when(at.occurred)),
        known_then: known(state, one.at.date()),
    }
}

/// Overdoses, and what is said about the person's death
#[utoipa::path(
    get, path = "/v1/people/{id}/harm", tag = "Harm",
    params(("id" = Uuid, Path, description = "The person"), ("If-None-Match" = Option<String>, Header), ViewQuery),
    responses(
        (status = 200, description = "Overdoses and reports of death", body = HarmShown, headers(
            ("ETag" = String, description = "Send it as If-None-Match"),
            ("X-Log-Position" = u64, description = "Log position up to which it is true"),
        )),
        (status = 304, description = "You have it already"),
        ReadRefused,
    )
)]
pub async fn harm(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    has: IfNoneMatch,
    ValidQuery(query): ValidQuery<ViewQuery>,
) -> Result<Response, Problem> {
    view(&state, &asking, id, query, &has, |read| {
        Ok(HarmShown {
            as_of: read.day,
            overdoses: read
                .state()
                .overdoses
                .iter()
                .map(|one| overdose(one, read.state()))
                .collect(),
            deaths: read
                .state()
                .deaths
                .iter()
                .map(|one| death(one, read.state()))
                .collect(),
        })
    })
    .await
}
