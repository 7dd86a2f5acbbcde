//! Releases of which something is unknown.
//!
//! Source: `design.md`, "Continuity": without the residence nobody can be asked to pick the person up, and whether they
//! were referred is what prisons are judged by.

use super::owners::owned;
use super::{Row, RowDetail, RowKind, ToCompleteRow};
use crate::continuity::ReleaseFacts;
use crate::directory::Directory;
use crate::state::Release;
use crate::when::london_date;

/// A line stands on the lists of the services of the prison left, and of the partnerships, from the release until the
/// day on which what was missing became known by a completion. What was never missing, or was told by a residence that
/// is on the record for the day, makes no line.
pub(super) fn rows(release: &Release, facts: &ReleaseFacts, directory: &Directory, rows: &mut Vec<Row>) {
    let residence_missing = facts.area.is_none() && !facts.no_fixed_abode;
    let referral_missing = facts.referral_on_release.is_none();
    let closed_on = match (residence_missing || referral_missing, release.completed) {
        (true, _) => None,
        (false, Some(completed)) => Some(london_date(completed.recorded_at)),
        (false, None) => return,
    };
    let line = Row {
        kind: RowKind::ReleaseToComplete,
        id: facts.release.0,
        service: None,
        organisation: None,
        prison: facts.prison.clone(),
        area: facts.area.clone(),
        opened_on: facts.released_on,
        closed_on,
        primary: true,
        detail: RowDetail::ToComplete(ToCompleteRow {
            released_on: facts.released_on,
            residence_missing,
            referral_missing,
        }),
    };
    let owners = directory.owners_of_release(None, facts.prison.as_ref(), facts.released_on);
    owned(
        &line,
        owners.into_iter().map(|service| service.code.clone()),
        directory,
        rows,
    );
}

#[cfg(test)]
mod tests {
    use super::super::story::*;
    use super::super::{Row, RowKind, rows};
    use crate::fact::{ReleaseDetailsCompleted, ReleaseEffect};
    use crate::view::duties::DutyKind;

    fn lines(story: &Story) -> Vec<Row> {
        let found = rows(story.history().now(), &directory());
        found
            .into_iter()
            .filter(|row| row.kind == RowKind::ReleaseToComplete)
            .collect()
    }

    fn out() -> Story {
        Story::new()
            .on("2026-01-10", received("MDI"))
            .on("2026-03-01", released("MDI", ReleaseEffect::Community, None))
    }

    fn details(area_told: bool, referral_told: bool) -> ReleaseDetailsCompleted {
        ReleaseDetailsCompleted {
            release: event(2),
            area: area_told.then(|| area(NORTHSHIRE)),
            no_fixed_abode: None,
            referral_on_release: referral_told.then(|| code("not_referred")),
        }
    }

    #[test]
    fn a_release_of_which_something_is_unknown_stands_with_the_prisons_service_and_the_partnership() {
        let found = lines(&out());
        let owners: Vec<_> = found
            .iter()
            .map(|row| (row.service.clone().unwrap(), row.primary))
            .collect();
        assert_eq!(
            owners,
            [
                (service("county-partnership"), false),
                (service("moorland-health"), true)
            ]
        );
        for row in found {
            assert_eq!((row.opened_on, row.closed_on), (day("2026-03-01"), None));
            assert_eq!(row.due(), Some((DutyKind::CompleteRelease, day("2026-03-04"))));
        }
    }

    #[test]
    fn it_closes_on_the_day_on_which_the_last_of_it_was_told_and_stays_due_for_the_days_before() {
        let half = out().told("2026-03-01", "2026-03-05", details(true, false));
        assert!(lines(&half).iter().all(|row| row.closed_on.is_none()));
        let whole = half.told("2026-03-01", "2026-03-09", details(false, true));
        let found = lines(&whole);
        assert_eq!(found.len(), 2);
        for row in &found {
            assert_eq!(row.closed_on, Some(day("2026-03-09")));
            assert_eq!(row.due(), Some((DutyKind::CompleteRelease, day("2026-03-04"))));
        }
        // Told once more, it was complete all the same.
        let again = whole.told("2026-03-01", "2026-03-20", details(true, true));
        assert_eq!(lines(&again), found);
    }

    #[test]
    fn what_was_told_at_once_is_no_line() {
        let at_once = out().told("2026-03-01", "2026-03-01", details(true, true));
        assert_eq!(lines(&at_once), []);
    }
}
