//! Movements and releases that no list explains.

use super::owners::owned;
use super::{MovementRow, Row, RowDetail, RowKind, area_on};
use crate::code::{Code, PrisonCode};
use crate::directory::Directory;
use crate::fact::ReleaseEffect;
use crate::state::{Dated, PersonState};
use crate::when::london_date;
use jiff::civil::Date;
use std::sync::LazyLock;

/// What stands for the movement type of a release.
static RELEASE: LazyLock<Code> = LazyLock::new(|| Code::parse("REL").expect("three letters are a code"));

/// A line stands on the list of the services of the prison where the person was, and of the partnerships,
/// until a movement of the same day is recorded after it: somebody found out.
pub(super) fn rows(state: &PersonState, directory: &Directory, rows: &mut Vec<Row>) {
    let moves = state
        .custody
        .unclassified
        .iter()
        .map(|one| (one.at, &one.movement_type, &one.reason));
    let releases = state
        .custody
        .releases
        .iter()
        .filter(|one| one.effect == ReleaseEffect::Unknown);
    let releases = releases.map(|one| (one.at, &*RELEASE, &one.reason));
    for (at, movement_type, reason) in moves.chain(releases) {
        let prison = prison_on(state, at);
        let line = Row {
            kind: RowKind::MovementToClassify,
            id: at.by.0,
            service: None,
            organisation: None,
            prison: prison.clone(),
            area: area_on(state, at.date()),
            opened_on: at.date(),
            closed_on: explained(state, at),
            primary: true,
            detail: RowDetail::Movement(MovementRow {
                movement_type: movement_type.clone(),
                reason: reason.clone(),
                happened_on: at.date(),
            }),
        };
        let owners = directory.owners_of_release(None, prison.as_ref(), at.date());
        owned(
            &line,
            owners.into_iter().map(|service| service.code.clone()),
            directory,
            rows,
        );
    }
}

/// The prison where the person was last known to be on a day.
fn prison_on(state: &PersonState, at: Dated) -> Option<PrisonCode> {
    let earlier = state
        .custody
        .changes
        .iter()
        .rev()
        .filter(|change| change.since.date() <= at.date());
    earlier.filter_map(|change| change.prison.clone()).next()
}

/// The day on which a movement of the same day became known after this one.
fn explained(state: &PersonState, at: Dated) -> Option<Date> {
    let changes = state.custody.changes.iter().map(|change| change.since);
    let understood = state
        .custody
        .releases
        .iter()
        .filter(|one| one.effect != ReleaseEffect::Unknown);
    changes
        .chain(understood.map(|one| one.at))
        .filter(|other| other.date() == at.date() && other.by != at.by && other.recorded_at > at.recorded_at)
        .map(|other| london_date(other.recorded_at))
        .min()
}
