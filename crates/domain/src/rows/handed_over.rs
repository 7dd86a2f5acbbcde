//! What becomes of lines when a contract moves: from that day they stand on the list of the service that took over.
//!
//! Source: `design.md` ("Organisation stream": services taken over); issue on provider change: caseload, open referrals
//! and waiting list go over on a date.

use super::{HandedOverRow, Row, RowDetail, RowKind};
use crate::continuity::MARKS;
use crate::state::{PersonState, ProviderChange};
use crate::when::days_between;

/// Days in which a release is to be picked up.
const WINDOW: i32 = MARKS[MARKS.len() - 1];

pub(super) fn rows(state: &PersonState, rows: &mut Vec<Row>) {
    if state.provider_changes.is_empty() {
        return;
    }
    for change in &state.provider_changes {
        go_over(change, rows);
        rows.push(Row {
            kind: RowKind::HandedOver,
            id: change.contract.0,
            service: Some(change.from_service.clone()),
            organisation: Some(change.from_organisation.clone()),
            prison: None,
            area: super::area_on(state, change.at.date()),
            opened_on: change.at.date(),
            closed_on: None,
            primary: true,
            detail: RowDetail::HandedOver(HandedOverRow {
                to_service: change.to_service.clone(),
                event: change.at.by,
            }),
        });
    }
    // The primary one of two that have become the same comes first.
    rows.sort_by(|a, b| {
        (a.kind, a.id, &a.service, a.opened_on, !a.primary).cmp(&(
            b.kind,
            b.id,
            &b.service,
            b.opened_on,
            !b.primary,
        ))
    });
    rows.dedup_by(|b, a| (a.kind, a.id, &a.service, a.opened_on) == (b.kind, b.id, &b.service, b.opened_on));
}

/// Lines of the service left end on the day and go on at the other one; what opens later opens there.
fn go_over(change: &ProviderChange, rows: &mut Vec<Row>) {
    let on = change.at.date();
    let mut gone_on = Vec::new();
    for row in rows.iter_mut() {
        if row.service.as_ref() != Some(&change.from_service) || !is_left(row, change) {
            continue;
        }
        let taken_over = |opened_on| Row {
            service: Some(change.to_service.clone()),
            organisation: Some(change.to_organisation.clone()),
            opened_on,
            ..row.clone()
        };
        match row.kind {
            // Who saw the person goes on seeing what was done; the other one sees it too from then on.
            RowKind::VisibleTo => gone_on.push(taken_over(row.opened_on.max(on))),
            // A release keeps its day, from which everything about it is counted.
            RowKind::Release => *row = taken_over(row.opened_on),
            _ if row.opened_on >= on => *row = taken_over(row.opened_on),
            _ => {
                gone_on.push(taken_over(on));
                row.closed_on = Some(on);
            }
        }
    }
    // One line says who may see the person, the first.
    gone_on.retain(|new| {
        new.kind != RowKind::VisibleTo
            || !rows
                .iter()
                .any(|row| row.kind == new.kind && row.organisation == new.organisation)
    });
    rows.extend(gone_on);
}

/// True for what is open on the day: what was over before stays with who did it, and a release whose window is over
/// with who was responsible in it.
fn is_left(row: &Row, change: &ProviderChange) -> bool {
    let on = change.at.date();
    match row.kind {
        // A kit came from one shelf, whoever looks after the person now: see `Directory::tells_for`.
        RowKind::HandedOver | RowKind::NaloxoneKit => false,
        RowKind::Release => days_between(row.opened_on, on) <= WINDOW,
        _ => row.closed_on.is_none_or(|closed| closed > on),
    }
}
