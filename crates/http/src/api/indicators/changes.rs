//! `GET /v1/indicators/{indicator}/knowledge-changes`: what was learnt of a figure between two times.

use super::which::{figure_filters, not_too_many};
use super::wire::{DefinitionWire, IndicatorFigure};
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::explaining::Explaining;
use crate::api::people::{LearntEvent, ValueChanged, knowledge_in_order};
use crate::api::refusal::problem;
use crate::api::shown::{ReadRefused, shown, who};
use crate::api::times::{KnownWire, times_text};
use crate::api::wire::{DateWire, NamesWire};
use crate::lists::{Pagination, per_page};
use crate::problem::{Problem, ProblemKind};
use crate::query::ValidQuery;
use axum::extract::{Path, State};
use axum::response::Response;
use jiff::civil::Date;
use serde::Serialize;
use throughcare_app::query::FigureRead;
use throughcare_domain::access::{Whose, lists};
use throughcare_domain::explain::difference;
use throughcare_domain::id::PersonId;
use throughcare_domain::indicators::{Differs, Indicator, compare, standing};
use utoipa::ToSchema;
use uuid::Uuid;

figure_filters! {
/// For whom and when, and between which times.
pub struct FigureChangesQuery {
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
    /// Things a page; 50 when absent.
    #[schema(minimum = 1, maximum = 100)]
    #[param(minimum = 1, maximum = 100)]
    pub per_page: Option<u32>,
}
}

/// What was learnt of a figure between two times.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FigureChanges {
    /// What it means.
    pub definition: DefinitionWire,
    /// The first day of the period.
    pub from: Date,
    /// Its last day.
    pub to: Date,
    /// The day on which both stand so.
    pub as_of: Date,
    /// The log position of the first time; that of the second stands in X-Log-Position.
    pub known_from: u64,
    /// The figure as it was known first.
    pub before: IndicatorFigure,
    /// The figure as it was known then.
    pub after: IndicatorFigure,
    /// How many count that did not.
    #[schema(required)]
    pub came: Option<u32>,
    /// How many counted that do no longer.
    #[schema(required)]
    pub went: Option<u32>,
    /// How many count otherwise.
    #[schema(required)]
    pub changed: Option<u32>,
    /// True where small numbers, and what they could be worked out of, are null: for commissioners.
    pub small_numbers_withheld: bool,
    /// A page of what came, went or changed, for those who see people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Vec<ThingChanged>>,
    /// How many of this page are left out: their records are not yours to see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_shown: Option<usize>,
    /// How to go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pagination: Option<Pagination>,
}

/// Something that counts otherwise.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ThingChanged {
    /// The person.
    pub person_id: Uuid,
    /// Names, for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub names: Option<NamesWire>,
    /// Date of birth, for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_of_birth: Option<DateWire>,
    /// What is counted, by its line as it was known last.
    pub id: Uuid,
    /// `came`, `went` or `changed`.
    pub became: String,
    /// How it counts otherwise (`/counted`, `/provisional`), with the events after which it did.
    pub changes: Vec<ValueChanged>,
    /// These events, in the order in which they happened.
    pub learnt: Vec<LearntEvent>,
    /// True when something is laid to no event: it is something that you may not see, or the directory of services changed.
    pub not_all_shown: bool,
}

/// What was learnt of a figure between two times, and what it changed
///
/// The figure as it was known at both times, seen from one day, and what came into it, went from it or counts otherwise.
/// Those who see people (staff of the organisation, and auditors, who are told no names) are told of each because of which
/// events, and how late these were recorded. Others are told how many, without small numbers.
#[utoipa::path(
    get, path = "/v1/indicators/{indicator}/knowledge-changes", tag = "Indicators",
    params(("indicator" = String, Path, description = "Name of the indicator"), FigureChangesQuery),
    responses(
        (status = 200, description = "What was learnt", body = FigureChanges,
            headers(("X-Log-Position" = u64, description = "Log position up to which it is true"))),
        ReadRefused,
    )
)]
pub async fn figure_changes(
    State(state): State<ApiState>,
    asking: Asking,
    Path(id): Path<String>,
    ValidQuery(query): ValidQuery<FigureChangesQuery>,
) -> Result<Response, Problem> {
    let indicator = Indicator::find(&id).ok_or_else(|| Problem::new(ProblemKind::NotFound))?;
    let to = query.which(query.known_to);
    let asked = to.query(&asking, indicator, Vec::new())?;
    let from = query
        .which(Some(query.known_from))
        .query(&asking, indicator, Vec::new())?;
    let first = times_text(None, Some(query.known_from));
    let scope = state.cursors.scope(
        "/v1/indicators/knowledge-changes",
        &[to.text(&asking, indicator).as_str(), first.as_str()],
    );
    let place = query
        .cursor
        .as_deref()
        .map(|cursor| scope.read(cursor))
        .transpose()?;
    let place: Option<Uuid> = place
        .map(|place| {
            place
                .parse()
                .map_err(|_| Problem::new(ProblemKind::CursorInvalid))
        })
        .transpose()?;
    asking.wait(&state.app).await?;
    let area = asked.area.clone();
    let caller = &asking.caller;
    let after = state.app.figure(caller, asked).await.map_err(problem)?;
    let before = state.app.figure(caller, from).await.map_err(problem)?;
    not_too_many(&after)?;
    not_too_many(&before)?;
    knowledge_in_order(before.position, after.position)?;
    let rows = |read: &'_ FigureRead| -> Vec<_> {
        read.rows
            .iter()
            .map(|listed| (listed.person, listed.row.clone()))
            .collect()
    };
    let (old, new) = (rows(&before), rows(&after));
    let compared = compare(
        indicator,
        old.iter().map(|(person, row)| (*person, row)),
        new.iter().map(|(person, row)| (*person, row)),
        &after.question,
        after.withheld,
    );
    let mut body = FigureChanges {
        definition: indicator.definition().into(),
        from: after.question.period.from,
        to: after.question.period.to,
        as_of: after.question.as_of,
        known_from: before.position,
        before: (&compared.before).into(),
        after: (&compared.after).into(),
        came: compared.came,
        went: compared.went,
        changed: compared.changed,
        small_numbers_withheld: after.withheld,
        data: None,
        not_shown: None,
        pagination: None,
    };
    if lists(caller.role()) == Whose::Nobodys || !indicator.shows_people() {
        return Ok(shown(body, after.position));
    }
    let size = per_page(query.per_page);
    let mut rest = compared
        .things
        .iter()
        .filter(|thing| place.is_none_or(|place| thing.key > place));
    let page: Vec<&Differs> = rest.by_ref().take(size as usize).collect();
    let has_more = rest.next().is_some();
    let next = page.last().map(|thing| thing.key).filter(|_| has_more);
    let people: Vec<PersonId> = page.iter().map(|thing| thing.person).collect();
    let seen = state.app.people_behind(caller, &people).await.map_err(problem)?;
    let reference = state.app.reference().await;
    let directory = state.app.directory().await.map_err(problem)?;
    let explaining = Explaining {
        state: &state,
        asking: &asking,
        as_of: query.as_of,
        positions: (before.position, after.position),
        reference: &reference,
        directory: &directory,
    };
    let mut data = Vec::with_capacity(page.len());
    for thing in &page {
        let Some(identity) = seen.get(&thing.person) else {
            continue;
        };
        let (names, date_of_birth) = who(identity.as_ref());
        let (was, is) = thing.values();
        let changes = difference(&was, &is);
        let told = explaining
            .explain(thing.person, thing.became, &changes, "/counted", |record, _| {
                let question = &after.question;
                standing(indicator, record, &directory, question, area.as_ref(), thing.key)
            })
            .await?;
        let Some(last) = thing.after.as_ref().or(thing.before.as_ref()) else {
            continue;
        };
        data.push(ThingChanged {
            person_id: thing.person.0,
            names,
            date_of_birth,
            id: last.row,
            became: thing.became.as_str().to_owned(),
            not_all_shown: told.changes.iter().any(|one| one.because.is_empty()),
            changes: told.changes,
            learnt: told.learnt,
        });
    }
    body.not_shown = Some(page.len() - data.len());
    body.data = Some(data);
    body.pagination = Some(Pagination {
        next_cursor: next.map(|key| scope.write(&key.to_string())),
        has_more,
        per_page: size,
    });
    Ok(shown(body, after.position))
}
