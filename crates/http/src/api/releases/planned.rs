//! `GET /v1/continuity/planned-releases`: releases to come, and what is missing before them.

use super::line::{ReleaseAppointment, ReleaseBridge, ReleaseReferral, appointment_on, bridge_on};
use super::which::release_filters;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::{ReadRefused, SealedWire, read_place, shown, who, write_place};
use crate::api::wire::{DateWire, NamesWire};
use crate::lists::{Page, Pagination, per_page};
use crate::problem::{Fault, Problem, ProblemKind};
use crate::query::ValidQuery;
use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use serde::Serialize;
use throughcare_app::query::ReleasesFor;
use throughcare_domain::continuity::PlannedRelease;
use throughcare_domain::rows::{RowDetail, RowKind};
use utoipa::ToSchema;
use uuid::Uuid;

release_filters! {
    /// Which planned releases.
    pub struct PlannedQuery {
        /// nextCursor of the page before.
        #[schema(min_length = 1, max_length = 512)]
        #[param(min_length = 1, max_length = 512)]
        pub cursor: Option<String>,
        /// Plans a page; 50 when absent.
        #[schema(minimum = 1, maximum = 100)]
        #[param(minimum = 1, maximum = 100)]
        pub per_page: Option<u32>,
    }
}

/// Most open plans looked at for a page.
const MOST_PLANNED: u32 = 2_000;

/// A release to come.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlannedLine {
    /// The plan.
    pub plan_id: Uuid,
    /// The person.
    pub person_id: Uuid,
    /// Names, for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub names: Option<NamesWire>,
    /// Date of birth, for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_of_birth: Option<DateWire>,
    /// The prison to be left.
    pub prison: String,
    /// The day planned now.
    pub planned_on: Date,
    /// Days until then; negative when it has passed and no release was recorded.
    pub days_until: i32,
    /// When the plan was made.
    pub made_on: Date,
    /// How often the day was moved.
    pub times_moved: u32,
    /// Authority of residence expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub residence: Option<String>,
    /// No fixed abode expected.
    pub no_fixed_abode: bool,
    /// The services on whose list it stands.
    pub owners: Vec<String>,
    /// What is missing: `referral_sent`, `referral_accepted`, `appointment`, `naloxone`, `bridging_prescription`.
    pub missing: Vec<String>,
    /// The appointment offered for the planned day or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appointment: Option<ReleaseAppointment>,
    /// The prison's service that prescribes for the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prescribed_by: Option<String>,
    /// The prescription that is to carry the person over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bridging_prescription: Option<ReleaseBridge>,
    /// The referral that serves the release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referral: Option<ReleaseReferral>,
    /// The community service with an open episode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_episode_with: Option<String>,
    /// When naloxone was placed in property or supplied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub naloxone_on: Option<Date>,
}

/// A release to come of somebody whose record is sealed from you.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SealedPlan {
    /// Whom to ask.
    pub sealed: SealedWire,
    /// The day planned now.
    pub planned_on: Date,
    /// Days until then; negative when it has passed and no release was recorded.
    pub days_until: i32,
}

/// A planned release of a list.
#[derive(Clone, Serialize, ToSchema)]
#[serde(untagged)]
pub enum PlannedListed {
    /// With all that you may see.
    Line(Box<PlannedLine>),
    /// Of somebody whose record is sealed from you.
    Sealed(SealedPlan),
}

fn line(person: Uuid, plan: &PlannedRelease, day: Date) -> PlannedLine {
    PlannedLine {
        plan_id: plan.plan.0,
        person_id: person,
        names: None,
        date_of_birth: None,
        prison: plan.prison.to_string(),
        planned_on: plan.planned_on,
        days_until: plan.days_until(day),
        made_on: plan.made_on,
        times_moved: plan.times_moved,
        residence: plan.area.as_ref().map(ToString::to_string),
        no_fixed_abode: plan.no_fixed_abode,
        owners: plan.owners.iter().map(ToString::to_string).collect(),
        missing: plan
            .missing(day)
            .into_iter()
            .map(|missing| missing.as_str().to_owned())
            .collect(),
        appointment: appointment_on(&plan.appointments, day),
        prescribed_by: plan.prescribed_by.as_ref().map(ToString::to_string),
        bridging_prescription: bridge_on(plan.bridge.as_ref(), day),
        referral: plan.referral.as_ref().map(Into::into),
        open_episode_with: plan.open_episode_with.as_ref().map(ToString::to_string),
        naloxone_on: plan.naloxone_on.filter(|on| *on <= day),
    }
}

/// Releases to come, and what is missing
///
/// Open plans, the nearest planned day first; `from` and `to` are planned days. Everyone but auditors names a
/// service of their organisation, or a prison in which it works. Up to 2,000 open plans are looked at.
#[utoipa::path(
    get, path = "/v1/continuity/planned-releases", tag = "Continuity", params(PlannedQuery),
    responses(
        (status = 200, description = "A page of plans", body = Page<PlannedListed>,
            headers(("X-Log-Position" = u64, description = "Log position up to which it is true"))),
        ReadRefused,
    )
)]
pub async fn planned_releases(
    State(state): State<ApiState>,
    asking: Asking,
    ValidQuery(query): ValidQuery<PlannedQuery>,
) -> Result<Response, Problem> {
    let which = query.which();
    let size = per_page(query.per_page);
    let mut asked = which.query(&asking, ReleasesFor::Lines, RowKind::ReleasePlanned, MOST_PLANNED)?;
    // The days asked for are those planned, which move; rows stand in order of the day the plan was made.
    let (from, to) = (asked.from.take(), asked.to.take());
    let scope = state
        .cursors
        .scope("/v1/continuity/planned-releases", &[&which.text(&asking)]);
    let after = read_place(&scope, query.cursor.as_deref())?;
    asking.wait(&state.app).await?;
    let read = state.app.releases(&asking.caller, asked).await.map_err(problem)?;
    if read.more {
        return Err(too_many());
    }
    let mut lines: Vec<_> = read
        .rows
        .iter()
        .filter_map(|listed| match &listed.row.detail {
            RowDetail::Plan(plan) => Some((listed.person, line(listed.person.0, plan, read.day))),
            _ => None,
        })
        .filter(|(_, line)| {
            from.is_none_or(|from| from <= line.planned_on) && to.is_none_or(|to| line.planned_on <= to)
        })
        .filter(|(_, line)| after.is_none_or(|after| (line.planned_on, line.plan_id) > after))
        .collect();
    lines.sort_by_key(|(_, line)| (line.planned_on, line.plan_id));
    let has_more = lines.len() > size as usize;
    lines.truncate(size as usize);
    let next = lines
        .last()
        .filter(|_| has_more)
        .map(|(_, last)| (last.planned_on, last.plan_id));
    let people: Vec<_> = lines.iter().map(|(person, _)| *person).collect();
    let known = state
        .app
        .release_names(&asking.caller, &read, &people)
        .await
        .map_err(problem)?;
    let data = lines.into_iter().map(|(person, line)| {
        if let Some(ask) = read.sealed.get(&person) {
            return PlannedListed::Sealed(SealedPlan {
                sealed: ask.clone().into(),
                planned_on: line.planned_on,
                days_until: line.days_until,
            });
        }
        let (names, date_of_birth) = who(known.get(&person));
        PlannedListed::Line(Box::new(PlannedLine {
            names,
            date_of_birth,
            ..line
        }))
    });
    let body = Page {
        data: data.collect(),
        pagination: Pagination {
            next_cursor: next.map(|place| write_place(&scope, place)),
            has_more,
            per_page: size,
        },
    };
    Ok(shown(body, read.position))
}

fn too_many() -> Problem {
    Problem::new(ProblemKind::ValidationFailed).fault(Fault::new(
        "/query",
        "too_many",
        "More than 2,000 releases are planned here. Ask for one prison, area or service.",
    ))
}
