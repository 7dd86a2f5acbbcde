//! Kits in property, to be handed over at release.
//!
//! Source: `cases.md` N3; `domain.md` section 4 (take-home naloxone on release).

use super::{HandOverRow, Row, RowDetail, RowKind, area_on};
use crate::directory::Directory;
use crate::state::{Kit, PersonState, ReleasePlan};
use jiff::civil::Date;

/// A line stands with the service that placed the kit there, from that day until the person got it, or until it was
/// lost or used. It is due on the day for which the release is planned, whenever that changes; while none is planned it
/// is due on no day.
pub(super) fn rows(state: &PersonState, directory: &Directory, rows: &mut Vec<Row>) {
    for kit in &state.kits {
        let Some((prison, placed)) = &kit.in_property else {
            continue;
        };
        let supplied = kit.supplied.map(|at| at.date());
        let used = kit.used.as_ref().map(|used| used.at.date());
        let gone = kit.gone().map(|gone| gone.since.date());
        rows.push(Row {
            kind: RowKind::NaloxoneToHandOver,
            id: kit.id.0,
            service: Some(kit.service.clone()),
            organisation: directory
                .service(&kit.service)
                .map(|found| found.organisation.clone()),
            prison: Some(prison.clone()),
            area: area_on(state, placed.date()),
            opened_on: placed.date(),
            closed_on: [supplied, used, gone].into_iter().flatten().min(),
            primary: true,
            detail: RowDetail::HandOver(HandOverRow {
                product: kit.pack.product.clone(),
                batch: kit.pack.batch.clone(),
                expires_on: kit.pack.expires_on,
                release_planned_on: planned(state, kit),
            }),
        });
    }
}

/// The day for which the release is planned at which the kit is to be handed over, or was planned at which it was.
fn planned(state: &PersonState, kit: &Kit) -> Option<Date> {
    let supplied = kit.supplied.map(|at| at.date());
    let of = |plan: &&ReleasePlan| match supplied {
        None => plan.is_open(),
        Some(day) => plan.released.is_some_and(|released| released.date() == day),
    };
    state.plans.iter().rfind(of).map(|plan| plan.planned_on)
}

#[cfg(test)]
mod tests {
    use super::super::story::*;
    use super::super::{Row, RowKind, rows};
    use crate::fact::{KitHandedOver, ReleaseEffect, ReleasePlanCancelled, ReleaseReplanned};
    use crate::view::duties::DutyKind;

    fn line(story: &Story) -> Row {
        let found = rows(story.history().now(), &directory());
        let mut lines = found
            .into_iter()
            .filter(|row| row.kind == RowKind::NaloxoneToHandOver);
        let line = lines.next().unwrap();
        assert_eq!(lines.count(), 0);
        line
    }

    fn in_prison() -> Story {
        Story::new()
            .on("2026-01-10", received("MDI"))
            .on("2026-02-01", in_property(1, "2026-12-31"))
    }

    #[test]
    fn a_kit_in_property_is_due_on_the_day_of_the_release_planned_whenever_that_changes() {
        let story = in_prison();
        let open = line(&story);
        assert_eq!((open.opened_on, open.closed_on), (day("2026-02-01"), None));
        assert_eq!(open.service, Some(service("moorland-health")));
        assert_eq!(open.due(), None);
        let story = story.on("2026-02-02", planned(1, "MDI", "2026-03-01", None));
        assert_eq!(
            line(&story).due(),
            Some((DutyKind::HandOverNaloxone, day("2026-03-01")))
        );
        let later = ReleaseReplanned {
            plan: plan_id(1),
            planned_on: day("2026-03-09"),
        };
        let story = story.on("2026-02-20", later);
        assert_eq!(
            line(&story).due(),
            Some((DutyKind::HandOverNaloxone, day("2026-03-09")))
        );
        let cancelled = story.on("2026-02-25", ReleasePlanCancelled { plan: plan_id(1) });
        assert_eq!(line(&cancelled).due(), None);
    }

    #[test]
    fn it_closes_when_the_person_got_it_and_stays_due_for_the_days_before() {
        let story = in_prison().on("2026-02-02", planned(1, "MDI", "2026-03-01", None));
        let out = story.clone().on(
            "2026-03-03",
            released("MDI", ReleaseEffect::Community, Some(NORTHSHIRE)),
        );
        let row = line(&out);
        assert_eq!(row.closed_on, Some(day("2026-03-03")));
        assert_eq!(row.due(), Some((DutyKind::HandOverNaloxone, day("2026-03-01"))));
        let by_hand = story.clone().on("2026-02-27", KitHandedOver { kit: kit_id(1) });
        assert_eq!(line(&by_hand).closed_on, Some(day("2026-02-27")));
        // Nothing is handed over to somebody who died.
        let died = story.on("2026-02-20", reported_dead(1));
        assert_eq!(line(&died).closed_on, Some(day("2026-02-20")));
    }

    #[test]
    fn a_kit_that_expires_before_the_release_is_to_be_replaced_by_then() {
        let story = Story::new()
            .on("2026-01-10", received("MDI"))
            .on("2026-02-01", in_property(1, "2026-02-20"))
            .on("2026-02-02", planned(1, "MDI", "2026-03-01", None));
        assert_eq!(
            line(&story).due(),
            Some((DutyKind::ReplaceNaloxone, day("2026-03-01")))
        );
    }
}
