//! What does not fit, until it is settled.
//!
//! A line is there as long as the fold says so: it ends when the entry is voided or corrected, or when something told
//! later makes it fit, and what was shown until then is asked for by `knownAt`. A conflict has no end of its own, so no
//! line of this list closes on a day.
//!
//! No line tells of what few may know: a conflict of a restricted need, of a drug test on arrest or of a required
//! assessment stands on the record alone, for those who are shown the fact. Movements and releases that no list explains
//! have a list of their own.
//!
//! What somebody tells with a referral of a person whom a record is certain to be of, and what contradicts it, fits the
//! record as an alias and is refused to nobody: a refusal would tell that the person is known. It is a line here all the
//! same, until whoever has the person voids it or says again who they are (own reading). The sender is on no list by
//! it.
//!
//! A code that no list has is a conflict where the stored fact says what it was taken for: a movement, a release and an
//! exit. Of any other fact only the code is stored, and the fold knows no lists: its sender is told in the answer.
//!
//! Source: `design.md`, "Streams" (kept, flagged as in conflict, and become a work item).

use super::owners::owned;
use super::{ConflictRow, Row, RowDetail, RowKind, area_on};
use crate::access::sees_all_by_care;
use crate::code::ServiceCode;
use crate::directory::{Directory, Service};
use crate::fact::ServiceKind;
use crate::id::EventId;
use crate::state::{PersonState, ReferralStatus, Teller};
use crate::when::london_date;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Conflicts that have a list of their own, [`RowKind::MovementToClassify`].
pub(crate) const CLASSIFIED: [&str; 2] = ["movement_not_understood", "release_not_understood"];

/// One line for each event that does not fit and each service that is to see to it, from the day on which it happened
/// or, when that lies in the future, on which it was told.
pub(super) fn rows(state: &PersonState, directory: &Directory, rows: &mut Vec<Row>) {
    let mut told: BTreeMap<EventId, (&Teller, Vec<&'static str>)> = BTreeMap::new();
    for conflict in &state.conflicts {
        let of = conflict.of.as_deref().filter(|of| !of.for_few);
        let Some(of) = of.filter(|_| !CLASSIFIED.contains(&conflict.code)) else {
            continue;
        };
        let (_, codes) = told.entry(conflict.event).or_insert((of, Vec::new()));
        if !codes.contains(&conflict.code) {
            codes.push(conflict.code);
        }
    }
    for one in state.identity.unsettled() {
        let (_, codes) = told.entry(one.of.at.by).or_insert((&one.of, Vec::new()));
        codes.extend(one.what.iter().map(|what| what.code()));
    }
    for (event, (of, codes)) in told {
        let (happened_on, recorded_on) = (of.at.date(), london_date(of.at.recorded_at));
        let line = Row {
            kind: RowKind::ConflictToSettle,
            id: event.0,
            service: None,
            organisation: None,
            prison: None,
            area: area_on(state, recorded_on),
            opened_on: happened_on.min(recorded_on),
            closed_on: None,
            primary: true,
            detail: RowDetail::Conflict(ConflictRow {
                codes: codes.into_iter().map(str::to_owned).collect(),
                event_type: of.event_type.map(str::to_owned),
                happened_on,
                recorded_on,
                recorded_by: of.organisation.clone(),
            }),
        };
        let first = rows.len();
        owned(&line, owners(state, directory, of), directory, rows);
        for row in &mut rows[first..] {
            leave_out_what_is_not_seen(row, state);
        }
    }
}

/// Whose list it stands on. Own reading, for no source says it: who has the person now (an open episode, or a referral
/// that was accepted), and the services by which the organisation that recorded it knows the person, for it alone can
/// void it; else who was asked to take them on; else the services of the prison where they are; else those for their
/// residence; else the partnership of the area where they live, else those that name no areas, else any. Somebody has
/// to see to it, and those who work with the person can ask them.
///
/// Who has the person is asked of now and not of the day on which it happened: a conflict is work to be done. Which
/// service is responsible by the directory is asked of the day on which it was told.
fn owners(state: &PersonState, directory: &Directory, of: &Teller) -> Vec<ServiceCode> {
    let day = london_date(of.at.recorded_at);
    let with_status = |status| {
        let found = state.referrals.iter().filter(move |one| one.status() == status);
        found.map(|one| one.to_service.clone())
    };
    let open = state.episodes.iter().filter(|one| one.exit.is_none());
    let treats = open.map(|one| one.service.clone());
    let recorders = state
        .episodes
        .iter()
        .filter(|one| one.organisation == of.organisation);
    let accepted = state
        .referrals
        .iter()
        .filter(|one| one.accepted.is_some() && one.to_organisation == of.organisation);
    let has: Vec<ServiceCode> = treats
        .chain(with_status(ReferralStatus::Accepted))
        .chain(recorders.map(|one| one.service.clone()))
        .chain(accepted.map(|one| one.to_service.clone()))
        .collect();
    let codes = |services: &mut dyn Iterator<Item = &Service>| -> Vec<ServiceCode> {
        services.map(|service| service.code.clone()).collect()
    };
    let prison = state.custody.open_spell().and(state.custody.prison.as_ref());
    let area = area_on(state, Date::MAX);
    let partnerships = || {
        let services = directory.services();
        services.filter(|one| one.kind == ServiceKind::Partnership && one.works_on(day))
    };
    [
        has,
        with_status(ReferralStatus::Received).collect(),
        prison.map_or_else(Vec::new, |prison| {
            codes(&mut directory.working_in_prison(prison, day))
        }),
        area.as_ref().map_or_else(Vec::new, |area| {
            codes(&mut directory.responsible_for_area(area, day))
        }),
        codes(&mut partnerships().filter(|one| area.as_ref().is_some_and(|area| one.areas.contains(area)))),
        codes(&mut partnerships().filter(|one| one.areas.is_empty())),
        codes(&mut partnerships()),
    ]
    .into_iter()
    .find(|owners| !owners.is_empty())
    .unwrap_or_default()
}

/// Who does not see the record is told whose conflict it is, since when, and whom to ask: what was recorded, and what
/// is wrong with it, would tell of the record. Of movements the lists of releases tell as much.
fn leave_out_what_is_not_seen(row: &mut Row, state: &PersonState) {
    let sees = row
        .organisation
        .as_ref()
        .is_some_and(|organisation| sees_all_by_care(state, organisation));
    let RowDetail::Conflict(detail) = &mut row.detail else {
        return;
    };
    let of_custody = detail
        .event_type
        .as_ref()
        .is_some_and(|of| of.starts_with("custody."));
    if !sees && !of_custody {
        detail.codes.clear();
        detail.event_type = None;
    }
}

#[cfg(test)]
mod tests;
