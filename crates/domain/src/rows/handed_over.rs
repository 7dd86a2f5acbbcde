//! What becomes of lines when a contract moves: from that day they stand on the list of the service that took over.
//!
//! Source: `design.md` ("Organisation stream": services taken over); issue on provider change: caseload, open referrals
//! and waiting list go over on a date.

use super::{HandedOverRow, Row, RowDetail, RowKind};
use crate::code::ServiceCode;
use crate::continuity::MARKS;
use crate::state::{PersonState, ProviderChange};
use jiff::ToSpan as _;
use jiff::civil::Date;

/// Days in which a release is to be picked up.
const WINDOW: i32 = MARKS[MARKS.len() - 1];

/// What a service has open on the day on which its contract moves, and therefore goes over. Whoever has none of it
/// stays with the service that is left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoesOver {
    /// Lines of these kinds, when they are open on the day or after it.
    pub kinds: Vec<RowKind>,
    /// Of releases, those from this day on: their window is not over.
    pub releases_from: Date,
}

impl GoesOver {
    /// What goes over on a day.
    pub fn on(day: Date) -> Self {
        let goes = |kind: &RowKind| stays(*kind).is_none() && *kind != RowKind::VisibleTo;
        Self {
            kinds: RowKind::ALL.into_iter().filter(goes).collect(),
            releases_from: releases_from(day),
        }
    }
}

impl GoesOver {
    /// True for a line of the service left that is the other one's from the day on.
    pub fn takes(&self, row: &Row, left: &ServiceCode, on: Date) -> bool {
        row.service.as_ref() == Some(left)
            && self.kinds.contains(&row.kind)
            && row.closed_on.is_none_or(|closed| closed > on)
            && (row.kind != RowKind::Release || row.opened_on >= self.releases_from)
    }
}

/// The first release whose window is not over on a day.
fn releases_from(day: Date) -> Date {
    day.saturating_sub(WINDOW.days())
}

/// Why lines of a kind stay where they are; `None` when they go over.
const fn stays(kind: RowKind) -> Option<&'static str> {
    match kind {
        RowKind::HandedOver => Some("It says who was responsible until then."),
        // See `Directory::tells_for`: whoever took over tells of a recall.
        RowKind::NaloxoneKit => Some("A kit came from one shelf, whoever looks after the person now."),
        RowKind::NaloxoneStock => Some("A shelf is of a service and of no person."),
        RowKind::Journey => Some("It says itself whose its episodes are, and since when."),
        RowKind::ReferralMade
        | RowKind::InterventionAwaited
        | RowKind::KitSupplied
        | RowKind::OverdoseTold
        | RowKind::DeathTold
        | RowKind::ProfilesOwed
        | RowKind::TestOnArrest
        | RowKind::AssessmentImposed
        | RowKind::ConditionSet
        | RowKind::Passage => {
            Some("What happened is counted with whom it happened, whoever took the contract over.")
        }
        _ => None,
    }
}

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
        kind if stays(kind).is_some() => false,
        RowKind::Release => row.opened_on >= releases_from(on),
        _ => row.closed_on.is_none_or(|closed| closed > on),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_release_goes_over_while_its_window_runs() {
        let goes = GoesOver::on(date(2026, 3, 22));
        assert_eq!(goes.releases_from, date(2026, 3, 1));
    }

    #[test]
    fn neither_shelves_nor_kits_nor_the_sight_of_a_record_are_ground_to_go_over() {
        let goes = GoesOver::on(date(2026, 3, 22));
        for stays in [
            RowKind::HandedOver,
            RowKind::NaloxoneKit,
            RowKind::NaloxoneStock,
            RowKind::VisibleTo,
            RowKind::Journey,
            RowKind::ReferralMade,
            RowKind::InterventionAwaited,
            RowKind::KitSupplied,
            RowKind::OverdoseTold,
            RowKind::DeathTold,
            RowKind::ProfilesOwed,
            RowKind::TestOnArrest,
            RowKind::AssessmentImposed,
            RowKind::ConditionSet,
            RowKind::Passage,
        ] {
            assert!(!goes.kinds.contains(&stays), "{stays:?}");
        }
        assert_eq!(goes.kinds.len(), RowKind::ALL.len() - 15);
    }
}
