//! `GET /v1/continuity/knowledge-changes`: which releases, and which figures, are others by what was learnt between two
//! times.

use super::list::facts;
use super::summary::{MOST_COUNTED, SummaryWire, wire};
use super::which::Which;
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::explaining::Explaining;
use crate::api::people::{LearntEvent, ValueChanged, knowledge_in_order};
use crate::api::refusal::problem;
use crate::api::shown::{ReadRefused, read_place, shown, who, write_place};
use crate::api::times::{KnownWire, times_text};
use crate::api::wire::{DateWire, NamesWire};
use crate::lists::{Pagination, per_page};
use crate::problem::{Fault, Problem, ProblemKind};
use crate::query::ValidQuery;
use crate::time::WhenWire;
use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use throughcare_app::query::{ReleasesFor, ReleasesRead};
use throughcare_domain::continuity::{Reading, summarise};
use throughcare_domain::explain::{Value, line, line_of, lines};
use throughcare_domain::id::{EventId, PersonId};
use throughcare_domain::rows::RowKind;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which releases, and between which times.
#[derive(Clone, Debug, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReleaseChangesQuery {
    /// From this prison, a code of `prisons`.
    #[schema(pattern = "^[A-Z]{3}$")]
    #[param(pattern = "^[A-Z]{3}$")]
    pub prison: Option<String>,
    /// To residents of this authority, a code of `areas`.
    #[schema(pattern = "^[A-Z0-9]{4,9}$")]
    #[param(pattern = "^[A-Z0-9]{4,9}$")]
    pub residence: Option<String>,
    /// On the list of this service.
    #[schema(pattern = "^[a-z0-9-]{2,64}$")]
    #[param(pattern = "^[a-z0-9-]{2,64}$")]
    pub service: Option<String>,
    /// Released from this day on.
    pub from: Option<DateWire>,
    /// Released up to this day.
    pub to: Option<DateWire>,
    /// As it stood at this time; now, when absent.
    pub as_of: Option<WhenWire>,
    /// What was known first: at the end of a date, at an instant, or at a log position.
    #[param(inline)]
    pub known_from: KnownWire,
    /// What was known then; now, when absent.
    #[param(inline)]
    pub known_to: Option<KnownWire>,
    /// nextCursor of the page before.
    #[schema(min_length = 1, max_length = 512)]
    #[param(min_length = 1, max_length = 512)]
    pub cursor: Option<String>,
    /// Releases a page; 50 when absent.
    #[schema(minimum = 1, maximum = 100)]
    #[param(minimum = 1, maximum = 100)]
    pub per_page: Option<u32>,
}

/// What was learnt of releases between two times.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReleaseChanges {
    /// The day on which they are looked at.
    pub as_of: Date,
    /// The log position of the first time; that of the second stands in X-Log-Position.
    pub known_from: u64,
    /// The figure as it was known first.
    pub before: SummaryWire,
    /// The figure as it was known then.
    pub after: SummaryWire,
    /// How many releases came, went or changed, without those of people whose records are sealed from you.
    pub changed: usize,
    /// A page of them, in order of the day of release.
    pub data: Vec<ReleaseChanged>,
    /// How to go on.
    pub pagination: Pagination,
}

/// A release whose line is another one.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReleaseChanged {
    /// The release.
    pub release_id: Uuid,
    /// The person.
    pub person_id: Uuid,
    /// Names, for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub names: Option<NamesWire>,
    /// Date of birth, for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_of_birth: Option<DateWire>,
    /// The day of release: day 0.
    pub released_on: Date,
    /// `came` on the list, `went` from it, or `changed`.
    pub became: String,
    /// What the line says otherwise, by JSON pointers into the line, with the events after which it did.
    pub changes: Vec<ValueChanged>,
    /// These events, in the order in which they happened.
    pub learnt: Vec<LearntEvent>,
    /// True when something is laid to no event: it is something that you may not see, or the directory of services changed.
    pub not_all_shown: bool,
}

type Lines = BTreeMap<(Date, Uuid), Vec<Value>>;

fn lines_of(read: &ReleasesRead) -> Lines {
    let open = read
        .rows
        .iter()
        .filter(|row| !read.sealed.contains_key(&row.person));
    open.filter_map(|listed| {
        let facts = facts(&listed.row)?;
        Some(((facts.released_on, facts.release.0), line(facts, read.day)))
    })
    .collect()
}

fn figure(read: &ReleasesRead) -> SummaryWire {
    let releases = read.rows.iter().filter_map(|listed| facts(&listed.row));
    let counted = summarise(releases, read.day, &Reading::default());
    wire(&counted.into(), read.day, read.erased_people, false)
}

/// What was learnt of releases between two times, and what it changed
///
/// Which releases came on the list, went from it or say something else by what became known between `knownFrom` and
/// `knownTo`, because of which events, and the figure as it was known at both times. Everyone but auditors names a service
/// of their organisation, or a prison in which it works. Counts at most 10,000 releases.
#[utoipa::path(
    get, path = "/v1/continuity/knowledge-changes", tag = "Continuity", params(ReleaseChangesQuery),
    responses(
        (status = 200, description = "What was learnt", body = ReleaseChanges,
            headers(("X-Log-Position" = u64, description = "Log position up to which it is true"))),
        ReadRefused,
    )
)]
pub async fn release_changes(
    State(state): State<ApiState>,
    asking: Asking,
    ValidQuery(query): ValidQuery<ReleaseChangesQuery>,
) -> Result<Response, Problem> {
    let size = per_page(query.per_page);
    let which = |known_at| Which {
        prison: query.prison.clone(),
        residence: query.residence.clone(),
        service: query.service.clone(),
        from: query.from,
        to: query.to,
        as_of: query.as_of,
        known_at,
    };
    let scope = state.cursors.scope(
        "/v1/continuity/knowledge-changes",
        &[
            which(query.known_to).text(&asking).as_str(),
            times_text(None, Some(query.known_from)).as_str(),
        ],
    );
    let after_place = read_place(&scope, query.cursor.as_deref())?;
    asking.wait(&state.app).await?;
    let read = |known_at| {
        let asked = which(known_at).query(&asking, ReleasesFor::Lines, RowKind::Release, MOST_COUNTED);
        let (app, caller) = (&state.app, &asking.caller);
        async move {
            let read = app.releases(caller, asked?).await.map_err(problem)?;
            match read.more {
                false => Ok(read),
                true => Err(Problem::new(ProblemKind::ValidationFailed).fault(Fault::new(
                    "/query/to",
                    "too_many_releases",
                    "More than 10,000 releases. Ask for a shorter period.",
                ))),
            }
        }
    };
    let after = read(query.known_to).await?;
    let before = read(Some(query.known_from)).await?;
    knowledge_in_order(before.position, after.position)?;
    let changed = lines(&lines_of(&before), &lines_of(&after));
    let total = changed.len();
    let mut rest = changed
        .into_iter()
        .filter(|(place, ..)| after_place.is_none_or(|after| *place > after));
    let page: Vec<_> = rest.by_ref().take(size as usize).collect();
    let has_more = rest.next().is_some();
    let next = page.last().map(|(place, ..)| *place).filter(|_| has_more);

    let reference = state.app.reference().await;
    let directory = state.app.directory().await.map_err(problem)?;
    let of_both = [&after, &before];
    let person_of = |release: Uuid| {
        let mut rows = of_both.into_iter().flat_map(|read| &read.rows);
        rows.find(|listed| listed.row.id == release)
            .map(|listed| listed.person)
    };
    let people: Vec<PersonId> = page.iter().filter_map(|((_, id), ..)| person_of(*id)).collect();
    let mut names = state
        .app
        .release_names(&asking.caller, &before, &people)
        .await
        .map_err(problem)?;
    names.extend(
        state
            .app
            .release_names(&asking.caller, &after, &people)
            .await
            .map_err(problem)?,
    );
    let explaining = Explaining {
        state: &state,
        asking: &asking,
        as_of: query.as_of,
        positions: (before.position, after.position),
        reference: &reference,
        directory: &directory,
    };
    let mut data = Vec::with_capacity(page.len());
    for ((released_on, release), became, changes) in page {
        let Some(person) = person_of(release) else {
            continue;
        };
        let (names, date_of_birth) = who(names.get(&person));
        let told = explaining
            .explain(person, became, &changes, "/releasedOn", |state, day| {
                line_of(state, EventId(release), &directory, day)
            })
            .await?;
        data.push(ReleaseChanged {
            release_id: release,
            person_id: person.0,
            names,
            date_of_birth,
            released_on,
            became: became.as_str().to_owned(),
            not_all_shown: told.changes.iter().any(|one| one.because.is_empty()),
            changes: told.changes,
            learnt: told.learnt,
        });
    }
    let body = ReleaseChanges {
        as_of: after.day,
        known_from: before.position,
        before: figure(&before),
        after: figure(&after),
        changed: total,
        data,
        pagination: Pagination {
            next_cursor: next.map(|place| write_place(&scope, place)),
            has_more,
            per_page: size,
        },
    };
    Ok(shown(body, after.position))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_says_which_releases_and_between_which_times() {
        let query: ReleaseChangesQuery =
            crate::query::read("service=northshire-community&knownFrom=2026-03-01&from=2026-02-01").unwrap();
        assert!(matches!(query.known_from, KnownWire::On(_)));
        assert!(crate::query::read::<ReleaseChangesQuery>("knownFrom=1&knownAt=2").is_err());
    }
}
