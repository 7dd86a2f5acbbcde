//! `GET /v1/services/{service}/overdue`: what was not done in time.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::{ReadRefused, SealedWire, shown, who};
use crate::api::wire::{DateWire, NamesWire};
use crate::lists::{CursorScope, Page, Pagination, per_page};
use crate::problem::{Problem, ProblemKind};
use crate::query::ValidQuery;
use axum::extract::{Path, State};
use axum::response::Response;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use throughcare_app::query::{DuePlace, Listed, OverdueAsked, WorklistItem};
use throughcare_domain::code::ServiceCode;
use throughcare_domain::rows::RowKind;
use throughcare_domain::when::days_between;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which page, and when.
#[derive(Clone, Debug, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OverdueQuery {
    /// What is overdue on this day, as known now; today, when absent.
    pub as_of: Option<DateWire>,
    /// nextCursor of the page before.
    #[schema(min_length = 1, max_length = 512)]
    #[param(min_length = 1, max_length = 512)]
    pub cursor: Option<String>,
    /// Lines a page; 50 when absent.
    #[schema(minimum = 1, maximum = 100)]
    #[param(minimum = 1, maximum = 100)]
    pub per_page: Option<u32>,
}

/// Something that was not done in time.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OverdueLine {
    /// The person; absent, with everything that would tell who it is, where the record is sealed from you.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person_id: Option<Uuid>,
    /// The record is sealed from you: whom to ask.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sealed: Option<SealedWire>,
    /// Names, for staff of the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub names: Option<NamesWire>,
    /// Date of birth, for staff of the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_of_birth: Option<DateWire>,
    /// What was to be done, as in the person's duties.
    pub duty: String,
    /// The referral, release, kit, overdose, death, assessment or event that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<Uuid>,
    /// The last day on which it would have been done in time.
    pub due_on: Date,
    /// Whole days since then.
    pub days_overdue: i32,
    /// Who has not done it; absent when it is on nobody's list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The service's organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// Authority of residence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
}

/// What a service has not done in time
///
/// The longest overdue first, for half a year; of a past day, what was overdue then by what is known now. A partnership
/// is shown what was not done three days later for the residents of its areas (for everybody, when it names none) and,
/// where nobody knows where the person lives, by services of its areas and by prisons': whose it is and for whom,
/// without names. Services of other organisations are 404. Auditors see no names.
#[utoipa::path(
    get, path = "/v1/services/{service}/overdue", tag = "Worklists",
    params(
        ("service" = String, Path, description = "Code of the service"),
        ("X-Log-Position" = Option<u64>, Header, description = "Wait, for at most two seconds, until the list is true up to here"),
        OverdueQuery,
    ),
    responses(
        (status = 200, description = "A page of what is overdue", body = Page<OverdueLine>,
            headers(("X-Log-Position" = u64, description = "Log position up to which it is true"))),
        ReadRefused,
    )
)]
pub async fn overdue(
    State(state): State<ApiState>,
    asking: Asking,
    Path(service): Path<String>,
    ValidQuery(query): ValidQuery<OverdueQuery>,
) -> Result<Response, Problem> {
    let code = ServiceCode::parse(&service).map_err(|_| Problem::new(ProblemKind::NotFound))?;
    let day = query.as_of.map(|day| day.0.to_string()).unwrap_or_default();
    let organisation = asking.caller.organisation().as_str();
    let scope = state
        .cursors
        .scope("/v1/services/overdue", &[organisation, &service, &day]);
    let after = place(&scope, query.cursor.as_deref())?;
    let size = per_page(query.per_page);
    asking.wait(&state.app).await?;
    let asked = OverdueAsked {
        service: code,
        on: query.as_of.map(|day| day.0),
        after,
        per_page: size,
    };
    let page = state.app.overdue(&asking.caller, asked).await.map_err(problem)?;
    let day = page.day;
    let body = Page {
        data: page
            .items
            .into_iter()
            .filter_map(|item| line(item, day))
            .collect(),
        pagination: Pagination {
            has_more: page.next.is_some(),
            next_cursor: page
                .next
                .map(|(day, id, kind)| scope.write(&format!("{day}|{id}|{}", kind.as_str()))),
            per_page: size,
        },
    };
    Ok(shown(body, page.position))
}

/// Reads the line after which the page begins.
fn place(scope: &CursorScope, cursor: Option<&str>) -> Result<Option<DuePlace>, Problem> {
    let Some(cursor) = cursor else { return Ok(None) };
    let place = scope.read(cursor)?;
    let parts: Vec<_> = place.split('|').collect();
    let read = match parts[..] {
        [day, id, kind] => day.parse().ok().zip(id.parse().ok()).zip(RowKind::parse(kind)),
        _ => None,
    };
    read.map(|((day, id), kind)| Some((day, id, kind)))
        .ok_or_else(|| Problem::new(ProblemKind::CursorInvalid))
}

/// The line for an item; nothing for what asks for nothing.
fn line(item: Listed<WorklistItem>, day: Date) -> Option<OverdueLine> {
    let item = match item {
        Listed::Shown(item) => item,
        Listed::Sealed(line) => {
            let (duty, due_on) = line.due?;
            return Some(OverdueLine {
                person_id: None,
                sealed: Some(line.ask.into()),
                names: None,
                date_of_birth: None,
                duty: duty.as_str().to_owned(),
                about: None,
                due_on,
                days_overdue: days_between(due_on, day),
                service: line.service.map(|service| service.to_string()),
                organisation: None,
                area: None,
            });
        }
    };
    let (names, date_of_birth) = who(item.identity.as_ref());
    let row = item.row;
    let (duty, due_on) = item.due?;
    Some(OverdueLine {
        person_id: Some(item.person.0),
        sealed: None,
        names,
        date_of_birth,
        duty: duty.as_str().to_owned(),
        about: Some(row.id),
        due_on,
        days_overdue: days_between(due_on, day),
        service: row.service.map(|service| service.to_string()),
        organisation: row.organisation.map(|organisation| organisation.to_string()),
        area: row.area.map(|area| area.to_string()),
    })
}
