//! Releases to the community, made and planned.
//!
//! Source: `cases.md` C2, C4, C7, C9, C13; `design.md` ("Continuity").

use super::owners::owned;
use super::{Row, RowDetail, RowKind, to_complete};
use crate::continuity::{PlannedRelease, ReleaseFacts};
use crate::directory::Directory;
use crate::state::PersonState;

pub(super) fn rows(state: &PersonState, directory: &Directory, rows: &mut Vec<Row>) {
    for release in state.custody.community_releases() {
        let facts = ReleaseFacts::of(state, release, directory);
        to_complete::rows(release, &facts, directory, rows);
        made(facts, directory, rows);
    }
    for plan in &state.plans {
        let ended = plan.released.or(plan.cancelled).map(|at| at.date());
        planned(PlannedRelease::of(state, plan, directory), ended, directory, rows);
    }
}

/// A release stands on the list of the service that picked the person up, which is the primary one, and of
/// those that had taken the person on or, without any, are responsible by the directory. A service where
/// somebody of another area walks in does not take the release off the list of the service for the
/// residence (`cases.md` C13).
fn made(facts: ReleaseFacts, directory: &Directory, rows: &mut Vec<Row>) {
    let picked_up = facts
        .first_structured_start
        .iter()
        .chain(&facts.first_seen_again)
        .min_by_key(|touch| touch.on);
    let mut owners: Vec<_> = picked_up.map(|touch| touch.service.clone()).into_iter().collect();
    owners.extend(facts.owners.iter().cloned());
    let line = Row {
        kind: RowKind::Release,
        id: facts.release.0,
        service: None,
        organisation: None,
        prison: facts.prison.clone(),
        area: facts.area.clone(),
        opened_on: facts.released_on,
        closed_on: None,
        primary: true,
        detail: RowDetail::Release(Box::new(facts)),
    };
    owned(&line, owners, directory, rows);
}

/// A plan stands on the list from its making until the release, or its cancellation.
fn planned(
    plan: PlannedRelease,
    ended: Option<jiff::civil::Date>,
    directory: &Directory,
    rows: &mut Vec<Row>,
) {
    let owners = plan.owners.clone();
    let line = Row {
        kind: RowKind::ReleasePlanned,
        id: plan.plan.0,
        service: None,
        organisation: None,
        prison: Some(plan.prison.clone()),
        area: plan.area.clone(),
        opened_on: plan.made_on,
        closed_on: ended,
        primary: true,
        detail: RowDetail::Plan(Box::new(plan)),
    };
    owned(&line, owners, directory, rows);
}
