//! `GET /v1/people/{id}/duties`: who must do what by when.

use super::explained::{ExplainedShown, explained_under};
use super::person::PersonQuery;
use super::view::view;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::ReadRefused;
use crate::path::IdPath;
use crate::preconditions::IfNoneMatch;
use crate::problem::Problem;
use crate::query::ValidQuery;
use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use serde::Serialize;
use throughcare_domain::view::duties::{Deadlines, Duty, duties};
use utoipa::ToSchema;
use uuid::Uuid;

/// Most duties shown; a record with more has other problems.
const MOST_SHOWN: usize = 100;

/// Something that somebody must do.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DutyShown {
    /// `decide_on_referral`, `triage`, `contact_after_release`, `complete_release`, `hand_over_naloxone`,
    /// `replace_naloxone`, `classify_movement`, `review_overdose`, `confirm_death`, `take_start_profile`, `review_outcome`,
    /// `follow_up`, `hand_over_to_adults`, `offer_appointment`, `offer_another_appointment`, `record_appointment`,
    /// `take_over_prescription`, `end_double_prescribing`, `review_care_plan`, `tell_of_recall` or `resolve_conflict`.
    pub kind: String,
    /// The referral, release, kit, movement or event that it is about.
    pub about: Uuid,
    /// Whose it is; absent when it is no single service's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// The last day on which it is done in time.
    pub due_on: Date,
    /// True after that day.
    pub overdue: bool,
    /// What to do.
    pub what: String,
}

impl From<Duty> for DutyShown {
    fn from(duty: Duty) -> Self {
        Self {
            kind: duty.kind.as_str().to_owned(),
            about: duty.about,
            service: duty.service.map(|service| service.to_string()),
            organisation: duty.organisation.map(|organisation| organisation.to_string()),
            due_on: duty.due_on,
            overdue: duty.overdue,
            what: duty.what,
        }
    }
}

/// The open duties about a person.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DutiesShown {
    /// The day for which they are open.
    pub as_of: Date,
    /// The duties, the most urgent first; at most 100.
    pub data: Vec<DutyShown>,
    /// How many there are.
    pub total: usize,
    /// With `explain=true`: each of these values with the events that set it, named as in what explains the person, and
    /// these events in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explained: Option<ExplainedShown>,
}

/// Who must do what by when
#[utoipa::path(
    get, path = "/v1/people/{id}/duties", tag = "People",
    params(("id" = Uuid, Path, description = "The person"), ("If-None-Match" = Option<String>, Header), PersonQuery),
    responses(
        (status = 200, description = "The open duties", body = DutiesShown, headers(
            ("ETag" = String, description = "Send it as If-None-Match"),
            ("X-Log-Position" = u64, description = "Log position up to which it is true"),
        )),
        (status = 304, description = "You have it already"),
        ReadRefused,
    )
)]
pub async fn person_duties(
    State(state): State<ApiState>,
    asking: Asking,
    IdPath(id): IdPath,
    has: IfNoneMatch,
    ValidQuery(query): ValidQuery<PersonQuery>,
) -> Result<Response, Problem> {
    let (when, explain) = query.parts();
    let reference = state.app.reference().await;
    let directory = state.app.directory().await.map_err(problem)?;
    view(&state, &asking, id, when, &has, |read| {
        let open = duties(&read.history, &directory, read.day, &Deadlines::default());
        Ok(DutiesShown {
            as_of: read.day,
            total: open.len(),
            data: open.into_iter().take(MOST_SHOWN).map(Into::into).collect(),
            explained: explain.then(|| explained_under("/duties/", read, &reference, &directory)),
        })
    })
    .await
}
