//! `GET /v1/indicators/{indicator}/people`: who stands behind a figure.

use super::which::{figure_filters, not_too_many, refused};
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::{ReadRefused, read_place, shown, who, write_place};
use crate::api::times::KnownWire;
use crate::api::wire::{DateWire, NamesWire};
use crate::lists::{Pagination, per_page};
use crate::problem::{Fault, Problem, ProblemKind};
use crate::query::ValidQuery;
use axum::extract::{Path, State};
use axum::response::Response;
use jiff::civil::Date;
use serde::Serialize;
use throughcare_domain::id::PersonId;
use throughcare_domain::indicators::{Counted, Indicator, behind};
use utoipa::ToSchema;
use uuid::Uuid;

figure_filters! {
/// For whom and when, and which of those counted.
pub struct PeopleBehindQuery {
    /// As it was known then; now, when absent.
    #[param(inline)]
    pub known_at: Option<KnownWire>,
    /// Which: `numerator`, `not_numerator` (in the denominator alone), or `provisional`; all, when absent.
    #[schema(pattern = "^[a-z_]{3,20}$")]
    #[param(pattern = "^[a-z_]{3,20}$")]
    pub counted: Option<String>,
    /// nextCursor of the page before.
    #[schema(min_length = 1, max_length = 512)]
    #[param(min_length = 1, max_length = 512)]
    pub cursor: Option<String>,
    /// Lines a page; 50 when absent.
    #[schema(minimum = 1, maximum = 100)]
    #[param(minimum = 1, maximum = 100)]
    pub per_page: Option<u32>,
}
}

/// The people behind a figure.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PeopleBehind {
    /// The day on which the figure stands so.
    pub as_of: Date,
    /// How many things there are of this kind, in all.
    pub total: usize,
    /// How many of this page are left out: their records are not yours to see, or no longer.
    pub not_shown: usize,
    /// A page of them, in order of the day.
    pub data: Vec<PersonBehind>,
    /// How to go on.
    pub pagination: Pagination,
}

/// Somebody who is counted, and by what.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonBehind {
    /// The person.
    pub person_id: Uuid,
    /// Names, for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub names: Option<NamesWire>,
    /// Date of birth, for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_of_birth: Option<DateWire>,
    /// What is counted: the journey (by its first episode), referral, wait, release, kit, overdose or death.
    pub id: Uuid,
    /// The day of it: of triage, referral, release, supply, or on which it happened.
    pub on: Date,
    /// The service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The authority of residence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// Whether it is in the numerator.
    pub in_numerator: bool,
    /// Whether what is still to come can change that.
    pub provisional: bool,
}

/// Which of those counted are asked for.
#[derive(Clone, Copy)]
enum Wanted {
    All,
    Numerator,
    NotNumerator,
    Provisional,
}

impl Wanted {
    fn parse(text: Option<&str>) -> Result<Self, Fault> {
        match text {
            None => Ok(Self::All),
            Some("numerator") => Ok(Self::Numerator),
            Some("not_numerator") => Ok(Self::NotNumerator),
            Some("provisional") => Ok(Self::Provisional),
            Some(_) => Err(Fault::new(
                "/query/counted",
                "unknown",
                "One of numerator, not_numerator and provisional.",
            )),
        }
    }

    fn holds(self, counted: Counted) -> bool {
        match self {
            Self::All => true,
            Self::Numerator => counted.in_numerator,
            Self::NotNumerator => !counted.in_numerator,
            Self::Provisional => counted.provisional,
        }
    }
}

/// The people behind a figure
///
/// Each thing that is counted, with whose it is and how it counts, for those who see people: staff of the organisation, of
/// their own services' figures, and auditors, who are told no names. Whoever is not the caller's to see any more, or is
/// sealed, is left out and counted. Each look is kept in the access log. Who may know of a required assessment or of a test
/// on arrest is said by the record alone, so those figures have no people behind them here.
#[utoipa::path(
    get, path = "/v1/indicators/{indicator}/people", tag = "Indicators",
    params(("indicator" = String, Path, description = "Name of the indicator"), PeopleBehindQuery),
    responses(
        (status = 200, description = "A page of them", body = PeopleBehind,
            headers(("X-Log-Position" = u64, description = "Log position up to which it is true"))),
        ReadRefused,
    )
)]
pub async fn people_behind(
    State(state): State<ApiState>,
    asking: Asking,
    Path(id): Path<String>,
    ValidQuery(query): ValidQuery<PeopleBehindQuery>,
) -> Result<Response, Problem> {
    let indicator = Indicator::find(&id).ok_or_else(|| Problem::new(ProblemKind::NotFound))?;
    let wanted = Wanted::parse(query.counted.as_deref());
    let which = query.which(query.known_at);
    let fault = wanted.as_ref().err().cloned();
    let asked = which.query(&asking, indicator, fault.into_iter().collect())?;
    let wanted = wanted.unwrap_or(Wanted::All);
    if !indicator.shows_people() {
        return Err(refused(
            "/path/indicator",
            "shows_nobody",
            "Of this figure the people are not shown.",
        ));
    }
    let counted = query.counted.as_deref().unwrap_or_default();
    let scope = state.cursors.scope(
        "/v1/indicators/people",
        &[which.text(&asking, indicator).as_str(), counted],
    );
    let after = read_place(&scope, query.cursor.as_deref())?;
    let size = per_page(query.per_page) as usize;
    asking.wait(&state.app).await?;
    let read = state
        .app
        .figure_of_people(&asking.caller, asked)
        .await
        .map_err(problem)?;
    not_too_many(&read)?;
    let rows = read.rows.iter().map(|listed| (listed.person, &listed.row));
    let mut things = behind(indicator, rows, &read.question);
    things.retain(|(entry, _)| wanted.holds(entry.counted));
    things.sort_by_key(|(_, row)| (row.opened_on, row.id));
    let total = things.len();
    let mut rest = things
        .into_iter()
        .filter(|(_, row)| after.is_none_or(|after| (row.opened_on, row.id) > after));
    let page: Vec<_> = rest.by_ref().take(size).collect();
    let has_more = rest.next().is_some();
    let next = page
        .last()
        .map(|(_, row)| (row.opened_on, row.id))
        .filter(|_| has_more);
    let people: Vec<PersonId> = page.iter().map(|(entry, _)| entry.person).collect();
    let seen = state
        .app
        .people_behind(&asking.caller, &people)
        .await
        .map_err(problem)?;
    let data: Vec<PersonBehind> = page
        .iter()
        .filter_map(|(entry, row)| {
            let (names, date_of_birth) = who(seen.get(&entry.person)?.as_ref());
            Some(PersonBehind {
                person_id: entry.person.0,
                names,
                date_of_birth,
                id: row.id,
                on: row.opened_on,
                service: row.service.as_ref().map(ToString::to_string),
                area: row.area.as_ref().map(ToString::to_string),
                in_numerator: entry.counted.in_numerator,
                provisional: entry.counted.provisional,
            })
        })
        .collect();
    let body = PeopleBehind {
        as_of: read.question.as_of,
        total,
        not_shown: page.len() - data.len(),
        data,
        pagination: Pagination {
            next_cursor: next.map(|place| write_place(&scope, place)),
            has_more,
            per_page: per_page(query.per_page),
        },
    };
    Ok(shown(body, read.position))
}
