//! `GET /v1/continuity/releases`: releases made, where each stands, and what is missing.

use super::line::{ReleaseLine, ReleaseListed, SealedRelease, line};
use super::list::{MOST_SCANNED, facts, pick};
use super::which::release_filters;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::{ReadRefused, read_place, shown, who, write_place};
use crate::lists::{Page, Pagination, per_page};
use crate::problem::Problem;
use crate::query::ValidQuery;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use throughcare_app::query::{ListOrder, ReleasesFor};
use throughcare_domain::rows::RowKind;
use utoipa::ToSchema;

/// Where a release stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CareStateWire {
    /// Pick-up is due, and there is time.
    Due,
    /// Picked up within 21 days.
    PickedUp,
    /// Picked up after them.
    Late,
    /// The window is over and nobody has picked the person up.
    NotFound,
    /// Back in prison before being picked up.
    ReturnedToCustody,
    /// Died before being picked up.
    Died,
    /// No pick-up is due.
    NoneDue,
}

impl CareStateWire {
    fn as_str(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::PickedUp => "picked_up",
            Self::Late => "late",
            Self::NotFound => "not_found",
            Self::ReturnedToCustody => "returned_to_custody",
            Self::Died => "died",
            Self::NoneDue => "none_due",
        }
    }
}

/// In which order releases stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub enum ReleaseSort {
    /// The oldest first.
    #[default]
    #[serde(rename = "released")]
    Released,
    /// The newest first.
    #[serde(rename = "-released")]
    ReleasedLast,
}

release_filters! {
    /// Which releases.
    pub struct ReleasesQuery {
        /// Only releases that stand so.
        #[param(inline)]
        pub state: Option<CareStateWire>,
        /// In which order: `released` (the oldest first; when absent) or `-released` (the newest first).
        #[param(inline)]
        pub sort: Option<ReleaseSort>,
        /// nextCursor of the page before.
        #[schema(min_length = 1, max_length = 512)]
        #[param(min_length = 1, max_length = 512)]
        pub cursor: Option<String>,
        /// Releases a page; 50 when absent.
        #[schema(minimum = 1, maximum = 100)]
        #[param(minimum = 1, maximum = 100)]
        pub per_page: Option<u32>,
    }
}

/// Releases and where each stands
///
/// In order of the day of release, oldest first unless `sort` says otherwise. Everyone but auditors names a service of
/// their organisation, or a prison in which it works. With `state`, at most 2,000 releases are looked at for a page:
/// a page may then be short, or empty, while `hasMore` says that the cursor goes on.
#[utoipa::path(
    get, path = "/v1/continuity/releases", tag = "Continuity", params(ReleasesQuery),
    responses(
        (status = 200, description = "A page of releases", body = Page<ReleaseListed>,
            headers(("X-Log-Position" = u64, description = "Log position up to which it is true"))),
        ReadRefused,
    )
)]
pub async fn releases(
    State(state): State<ApiState>,
    asking: Asking,
    ValidQuery(query): ValidQuery<ReleasesQuery>,
) -> Result<Response, Problem> {
    let which = query.which();
    let size = per_page(query.per_page);
    let wanted = query.state.map(CareStateWire::as_str);
    let limit = if wanted.is_some() { MOST_SCANNED } else { size };
    let mut asked = which.query(&asking, ReleasesFor::Lines, RowKind::Release, limit)?;
    let sort = query.sort.unwrap_or_default();
    let order = match sort {
        ReleaseSort::Released => "released",
        ReleaseSort::ReleasedLast => "-released",
    };
    asked.order = match sort {
        ReleaseSort::Released => ListOrder::Oldest,
        ReleaseSort::ReleasedLast => ListOrder::Newest,
    };
    let filters = [
        which.text(&asking),
        wanted.unwrap_or_default().to_owned(),
        order.to_owned(),
    ];
    let scope = state
        .cursors
        .scope("/v1/continuity/releases", &filters.each_ref().map(String::as_str));
    asked.after = read_place(&scope, query.cursor.as_deref())?;
    asking.wait(&state.app).await?;
    let read = state.app.releases(&asking.caller, asked).await.map_err(problem)?;
    let picked = pick(
        read.rows.iter().map(|listed| &listed.row),
        wanted,
        read.day,
        size as usize,
    );
    let people: Vec<_> = picked
        .shown
        .iter()
        .map(|(index, _)| read.rows[*index].person)
        .collect();
    let names = state
        .app
        .release_names(&asking.caller, &read, &people)
        .await
        .map_err(problem)?;
    let lines = picked.shown.iter().filter_map(|(index, care)| {
        let listed = &read.rows[*index];
        if let Some(ask) = read.sealed.get(&listed.person) {
            return Some(ReleaseListed::Sealed(SealedRelease {
                sealed: ask.clone().into(),
                released_on: facts(&listed.row)?.released_on,
                state: care.state.as_str().to_owned(),
                due_until: care.due_until,
            }));
        }
        let (names, date_of_birth) = who(names.get(&listed.person));
        let line = line(listed.person.0, facts(&listed.row)?, care, read.day);
        Some(ReleaseListed::Line(Box::new(ReleaseLine {
            names,
            date_of_birth,
            ..line
        })))
    });
    let has_more = read.more || picked.full;
    let next = picked.last.filter(|_| has_more);
    let body = Page {
        data: lines.collect(),
        pagination: Pagination {
            next_cursor: next.map(|place| write_place(&scope, place)),
            has_more,
            per_page: size,
        },
    };
    Ok(shown(body, read.position))
}

#[cfg(test)]
mod tests;
