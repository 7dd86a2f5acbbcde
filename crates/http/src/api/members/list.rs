//! `GET /v1/organisations/{organisation}/members`: who acts for an organisation, and who did.

use super::shown_to;
use super::wire::{RoleName, ToldShown};
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::shown::ReadRefused;
use crate::api::times::times_text;
use crate::lists::{Page, per_page};
use crate::problem::{Problem, ProblemKind};
use crate::query::ValidQuery;
use crate::time::WhenWire;
use axum::Json;
use axum::extract::{Path, State};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use throughcare_domain::directory::Member;
use throughcare_domain::when::{end_of_london_day, london_date};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// As it was, and which page.
#[derive(Clone, Debug, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MembersQuery {
    /// As it counted at this instant, or at the end of this day; now, when absent.
    pub as_of: Option<WhenWire>,
    /// nextCursor of the page before.
    #[schema(min_length = 1, max_length = 512)]
    #[param(min_length = 1, max_length = 512)]
    pub cursor: Option<String>,
    /// Lines a page; 50 when absent.
    #[schema(minimum = 1, maximum = 100)]
    #[param(minimum = 1, maximum = 100)]
    pub per_page: Option<u32>,
}

impl MembersQuery {
    /// The instant asked about; `None` for now.
    pub(super) fn instant(&self) -> Option<Timestamp> {
        self.as_of.map(|when| match when {
            WhenWire::On(day) => end_of_london_day(day),
            WhenWire::At(at) => at,
        })
    }
}

/// Somebody who acts for the organisation, or did, or will.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MemberShown {
    /// The membership.
    pub member_id: Uuid,
    /// The user name.
    pub user: String,
    /// In which role.
    pub role: RoleName,
    /// `in_force`, `planned`, `ran_out` or `ended`.
    #[schema(example = "in_force")]
    pub state: String,
    /// The first day; at once, when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The last day; until it is ended, when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// When and by whom it was granted.
    pub granted: ToldShown,
    /// When and by whom it was ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<ToldShown>,
    #[serde(skip)]
    place: usize,
}

/// Who acts for an organisation
///
/// In the order in which memberships were granted, those that ended included. For administrators, auditors, and privacy
/// officers of the organisation.
#[utoipa::path(
    get, path = "/v1/organisations/{organisation}/members", tag = "Members",
    params(("organisation" = String, Path, description = "Code of the organisation"), MembersQuery),
    responses((status = 200, description = "A page of members", body = Page<MemberShown>), ReadRefused)
)]
pub async fn members(
    State(state): State<ApiState>,
    asking: Asking,
    Path(organisation): Path<String>,
    ValidQuery(query): ValidQuery<MembersQuery>,
) -> Result<Json<Page<MemberShown>>, Problem> {
    let (code, directory) = shown_to(&state, &asking, &organisation).await?;
    let scope = state.cursors.scope(
        "/v1/organisations/members",
        &[&organisation, &times_text(query.as_of, None)],
    );
    let from: usize = match query.cursor.as_deref() {
        None => 0,
        Some(cursor) => scope
            .read(cursor)?
            .parse()
            .map_err(|_| Problem::new(ProblemKind::CursorInvalid))?,
    };
    let size = per_page(query.per_page);
    let (at, today) = (query.instant(), london_date(asking.received_at));
    let members = directory.roster(&code).map_or(&[][..], |roster| roster.members());
    let lines = members
        .iter()
        .enumerate()
        .skip(from)
        .filter_map(|(place, one)| shown(one, at, today, place))
        .take(size as usize + 1)
        .collect();
    Ok(Json(Page::from_surplus(lines, size, |last: &MemberShown| {
        scope.write(&(last.place + 1).to_string())
    })))
}

fn shown(one: &Member, at: Option<Timestamp>, today: Date, place: usize) -> Option<MemberShown> {
    let (state, until) = match at {
        None => (one.in_force(today), one.until()),
        Some(at) => (one.in_force_at(at)?, one.until_at(at)),
    };
    let ended = one
        .ended
        .as_ref()
        .filter(|ended| at.is_none_or(|at| ended.at <= at));
    Some(MemberShown {
        member_id: one.id.0,
        user: one.user.clone(),
        role: one.role.into(),
        state: state.as_str().to_owned(),
        from: one.from,
        until,
        granted: (&one.granted).into(),
        ended: ended.map(Into::into),
        place,
    })
}
