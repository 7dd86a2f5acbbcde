//! Assessments that police required, until they were attended or lapsed.
//!
//! They stand on the list of the service that assesses and, without anything to do, on those of who imposed them. What
//! a test found is in no line of theirs. Whoever may not know of a test may not know of the assessment either, so that a line is
//! judged again by the record when it is read, and climbs to no partnership ([`crate::restricted`]).
//!
//! Source: `domain.md` 5.1; `cases.md` J2.

use super::owners::owned;
use super::{AssessmentRow, Row, RowDetail, RowKind, area_on};
use crate::code::{OrganisationCode, ServiceCode};
use crate::directory::Directory;
use crate::fact::{AssessmentKind, ServiceKind};
use crate::state::{PersonState, RequiredAssessment};
use jiff::ToSpan as _;
use jiff::civil::Date;

/// Days in which an assessment is carried out for which nobody told the person a day. Own reading: the law knows no
/// other term than the day told, and a week keeps the arrest in mind.
pub const ASSESS_WITHIN_DAYS: i32 = 7;

/// Days in which, after nobody came, it is said whether there is another day or the requirement lapsed. Own reading:
/// not to come is an offence, and whoever imposed it waits for an answer.
pub const SETTLE_MISSED_WITHIN_DAYS: i32 = 3;

pub(super) fn rows(state: &PersonState, directory: &Directory, rows: &mut Vec<Row>) {
    for one in &state.justice.assessments {
        let attended = one.attended.map(|at| at.date());
        let lapsed = one.lapsed.as_ref().map(|(at, _)| at.date());
        let missed_on = one.missed.last().map(|(at, _)| at.date());
        let detail = AssessmentRow {
            assessment: one.kind,
            imposed_on: one.imposed.date(),
            imposed_by: one.imposed_by.clone(),
            appointed_on: one.appointed_on,
            missed_on,
            due_on: due(state, one, missed_on),
        };
        let line = Row {
            kind: RowKind::AssessmentRequired,
            id: one.id.0,
            service: Some(one.service.clone()),
            organisation: Some(one.organisation.clone()),
            prison: None,
            area: area_on(state, one.imposed.date()),
            opened_on: one.imposed.date(),
            closed_on: attended.or(lapsed),
            primary: true,
            detail: RowDetail::Assessment(detail.clone()),
        };
        let for_others = Row {
            detail: RowDetail::Assessment(AssessmentRow {
                due_on: None,
                ..detail
            }),
            ..line.clone()
        };
        rows.push(line);
        let imposers = imposers(directory, one);
        if imposers.is_empty() {
            continue;
        }
        let first = rows.len();
        owned(&for_others, imposers, directory, rows);
        for row in &mut rows[first..] {
            row.primary = false;
        }
    }
}

/// By when it is to be carried out: on the day told to the person, else within a week; a follow-up for which none was
/// told, a week after the initial one was attended, for until then nobody knows whether it is needed.
fn due(state: &PersonState, one: &RequiredAssessment, missed_on: Option<Date>) -> Option<Date> {
    let after = |day: Date, days: i32| day.saturating_add(days.days());
    if let Some(missed) = missed_on {
        // A new day may have been told since.
        let again = one.appointed_on.filter(|day| *day > missed);
        return Some(again.unwrap_or(after(missed, SETTLE_MISSED_WITHIN_DAYS)));
    }
    if one.appointed_on.is_some() {
        return one.appointed_on;
    }
    let from = match (one.kind, one.follows) {
        (AssessmentKind::FollowUp, Some(initial)) => state
            .assessment(initial)?
            .attended?
            .date()
            .max(one.imposed.date()),
        _ => one.imposed.date(),
    };
    Some(after(from, ASSESS_WITHIN_DAYS))
}

/// The services of who imposed it, other than the one that assesses. Own reading, for the requirement names none: those
/// in police custody; of an organisation without any, all of them.
fn imposers(directory: &Directory, one: &RequiredAssessment) -> Vec<ServiceCode> {
    let day = one.imposed.date();
    let by: &OrganisationCode = &one.imposed_by;
    let services = |in_custody: bool| -> Vec<ServiceCode> {
        let found = directory.services().filter(|service| {
            service.organisation == *by
                && service.works_on(day)
                && (!in_custody || service.kind == ServiceKind::PoliceCustody)
        });
        found.map(|service| service.code.clone()).collect()
    };
    let mut all = services(true);
    if all.is_empty() {
        all = services(false);
    }
    all.retain(|service| *service != one.service);
    all
}

#[cfg(test)]
mod tests {
    use super::super::story::*;
    use super::super::{AssessmentRow, Row, RowDetail, RowKind, rows};
    use crate::fact::{AssessmentAttended, AssessmentKind, AssessmentLapsed, AssessmentRequired};
    use crate::view::duties::DutyKind;

    fn lines(story: &Story) -> Vec<Row> {
        let found = rows(story.history().now(), &directory());
        found
            .into_iter()
            .filter(|row| row.kind == RowKind::AssessmentRequired)
            .collect()
    }

    fn of<'r>(lines: &'r [Row], at: &str, n: u128) -> &'r Row {
        let found = |row: &&Row| row.service == Some(service(at)) && row.id == assessment_id(n).0;
        lines.iter().find(found).unwrap()
    }

    fn detail(row: &Row) -> &AssessmentRow {
        match &row.detail {
            RowDetail::Assessment(detail) => detail,
            other => panic!("{other:?}"),
        }
    }

    fn due(story: &Story, n: u128) -> Option<String> {
        let found = lines(story);
        let due = of(&found, "northshire-community", n).due();
        assert!(due.is_none_or(|(kind, _)| kind == DutyKind::CarryOutAssessment));
        due.map(|(_, day)| day.to_string())
    }

    /// The organisation of the partnership requires an initial assessment and its follow-up.
    fn both() -> Story {
        let follow_up = AssessmentRequired {
            kind: AssessmentKind::FollowUp,
            follows: Some(assessment_id(1)),
            test: None,
            ..required(2, "northshire-community")
        };
        Story::new()
            .by("county")
            .on("2026-03-01", tested(1))
            .on("2026-03-02", required(1, "northshire-community"))
            .on("2026-03-02", follow_up)
    }

    #[test]
    fn it_stands_with_who_assesses_and_with_who_imposed_it_and_counts_once() {
        let found = lines(&both());
        let who: Vec<_> = found
            .iter()
            .filter(|row| row.id == assessment_id(1).0)
            .map(|row| {
                (
                    row.service.clone().unwrap().to_string(),
                    row.primary,
                    row.due().is_some(),
                )
            })
            .collect();
        assert_eq!(
            who,
            [
                ("county-partnership".into(), false, false),
                ("northshire-community".into(), true, true)
            ]
        );
        for row in &found {
            assert_eq!(detail(row).imposed_by, organisation("county"));
        }
    }

    #[test]
    fn it_is_due_on_the_day_told_else_within_a_week_and_a_follow_up_after_the_initial_one() {
        let story = both();
        assert_eq!(due(&story, 1).as_deref(), Some("2026-03-09"));
        assert_eq!(due(&story, 2), None);
        let attended = story.clone().by("northshire").on("2026-03-05", came(1));
        assert_eq!(due(&attended, 2).as_deref(), Some("2026-03-12"));
        let told = AssessmentRequired {
            appointed_on: Some(day("2026-03-20")),
            ..required(1, "northshire-community")
        };
        let told = Story::new().on("2026-03-02", told);
        assert_eq!(due(&told, 1).as_deref(), Some("2026-03-20"));
        let missed = told.on("2026-03-20", stayed_away(1));
        assert_eq!(due(&missed, 1).as_deref(), Some("2026-03-23"));
        let row = lines(&missed).remove(0);
        assert_eq!(
            (row.closed_on, detail(&row).missed_on),
            (None, Some(day("2026-03-20")))
        );
    }

    #[test]
    fn it_is_off_the_list_when_it_was_attended_or_lapsed_and_when_the_person_died() {
        let story = both().by("northshire");
        let not_needed = AssessmentAttended {
            follow_up_needed: Some(false),
            ..came(1)
        };
        let attended = lines(&story.clone().on("2026-03-05", not_needed));
        for row in &attended {
            assert_eq!(row.closed_on, Some(day("2026-03-05")), "J2: the follow-up lapses");
        }
        let lapsed = AssessmentLapsed {
            assessment: assessment_id(1),
            reason: code("custody"),
        };
        let lapsed = lines(&story.clone().on("2026-03-06", lapsed));
        assert_eq!(
            of(&lapsed, "county-partnership", 1).closed_on,
            Some(day("2026-03-06"))
        );
        assert_eq!(of(&lapsed, "county-partnership", 2).closed_on, None);
        for row in lines(&story.on("2026-03-07", reported_dead(1))) {
            assert_eq!(row.closed_on, Some(day("2026-03-07")));
        }
    }

    /// But the one that is there to be counted, of nobody's service and on nobody's list.
    #[test]
    fn no_line_of_anybody_says_what_a_test_found() {
        for row in rows(both().history().now(), &directory()) {
            if row.kind == RowKind::TestOnArrest {
                assert!(row.kind.is_counted_only() && row.kind.is_judged_by_the_record());
                assert_eq!((row.service, row.organisation, row.prison), (None, None, None));
                continue;
            }
            let text = serde_json::to_string(&row).unwrap();
            for told in ["cocaine", "positive", "opiates", &test_id(1).0.to_string()] {
                assert!(!text.contains(told), "{told} in {text}");
            }
            assert_eq!(serde_json::from_str::<Row>(&text).unwrap(), row);
        }
    }
}
