//! Duties about appointments, prescriptions and care plans.

use super::{Deadlines, DutyKind, after};
use crate::code::ServiceCode;
use crate::fact::AssessmentKind;
use crate::rows::{AssessmentRow, HandOverRow, KeyWorkerRow, Row, RowDetail, RowKind};
use crate::view::words;
use jiff::civil::Date;

/// Days from acceptance in which the first appointment is offered. Own reading: half of what is left of the three
/// weeks after a release when the service asked took its time to decide.
pub const OFFER_APPOINTMENT_WITHIN_DAYS: i32 = 7;

/// Days in which another time is offered after a missed appointment. Own reading: whoever misses one is most easily
/// lost in the days after it.
pub const OFFER_AGAIN_WITHIN_DAYS: i32 = 3;

/// Days in which it is said whether the person came. Own reading: until then nobody knows that they have to be asked
/// again.
pub const RECORD_APPOINTMENT_WITHIN_DAYS: i32 = 2;

/// Days before the review of a care plan from which it is shown as due. Own reading: time to find a day.
pub const SHOW_REVIEW_BEFORE_DAYS: i32 = 28;

/// What a line makes somebody do: what, by when, in words.
pub(super) fn duty(row: &Row, as_of: Date, deadlines: &Deadlines) -> Option<(DutyKind, Date, String)> {
    match &row.detail {
        RowDetail::Appointment(it) if row.kind == RowKind::AppointmentMissed => {
            let missed = it.missed_on?;
            let what = format!(
                "Offer another time for the appointment missed on {}.",
                words::day(missed)
            );
            Some((
                DutyKind::OfferAnotherAppointment,
                after(missed, deadlines.offer_again),
                what,
            ))
        }
        RowDetail::Appointment(it) if it.starts_on <= as_of => {
            let what = format!(
                "Say whether the person came to the appointment of {}.",
                words::day(it.starts_on)
            );
            Some((
                DutyKind::RecordAppointment,
                after(it.starts_on, deadlines.record_appointment),
                what,
            ))
        }
        RowDetail::Bridge(it) => {
            let what = format!(
                "Take over the prescription made out by {} until {}.",
                it.from_service,
                words::day(it.until)
            );
            Some((DutyKind::TakeOverPrescription, it.until, what))
        }
        RowDetail::Twice(it) => {
            let what = format!(
                "Two services prescribe in place of opioids at once: {} since {} and {} since {}. Agree today which \
                 of them goes on, and end the other prescription.",
                it.first.service,
                words::day(it.first.since),
                it.second.service,
                words::day(it.second.since)
            );
            Some((DutyKind::EndDoublePrescribing, row.opened_on, what))
        }
        RowDetail::Episode(it) => {
            let review = it.care_plan_review_on?;
            if after(as_of, SHOW_REVIEW_BEFORE_DAYS) < review {
                return None;
            }
            let what = format!("Review the care plan by {}.", words::day(review));
            Some((DutyKind::ReviewCarePlan, review, what))
        }
        RowDetail::Triage(it) => {
            let since = it.nothing_offered_since?;
            let what = format!(
                "Offer an appointment for the referral of {}.",
                words::day(it.received_on)
            );
            Some((
                DutyKind::OfferAppointment,
                after(since, deadlines.offer_appointment),
                what,
            ))
        }
        _ => None,
    }
}

/// A kit in property is handed over on the day of the planned release, by the service that placed it there, or by who
/// took its contract over.
///
/// Source: `cases.md` N3.
pub(super) fn hand_over(kit: &HandOverRow, planned_on: Date) -> (DutyKind, String) {
    let day = words::day(planned_on);
    if kit.expires_on < planned_on {
        let what = format!("Put another naloxone kit in property: this one expires before {day}.");
        (DutyKind::ReplaceNaloxone, what)
    } else {
        let what = format!("Hand over the naloxone kit in property at the release on {day}.");
        (DutyKind::HandOverNaloxone, what)
    }
}

/// What the service that assesses has to do.
pub(super) fn assess(it: &AssessmentRow) -> String {
    let which = match it.assessment {
        AssessmentKind::Initial => "initial assessment",
        AssessmentKind::FollowUp => "follow-up assessment",
    };
    let required = format!("{which} required on {}", words::day(it.imposed_on));
    match (it.missed_on, it.appointed_on) {
        (Some(missed), again) if again.is_none_or(|day| day <= missed) => format!(
            "Say what becomes of the {required}: nobody came on {}.",
            words::day(missed)
        ),
        (_, Some(day)) => format!("Carry out the {required}, on {}.", words::day(day)),
        (_, None) => format!("Carry out the {required}."),
    }
}

/// Who is responsible for the person's care at a service, at the end of a sentence.
pub(super) fn named_key_worker(at: Option<&ServiceCode>, named: &[KeyWorkerRow]) -> String {
    let found = named.iter().find(|one| Some(&one.service) == at);
    found
        .map(|one| format!(" Key worker: {}.", one.key_worker))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{due, one};
    use super::*;
    use crate::fact::{AppointmentCancelled, AppointmentFor, AppointmentMoved};
    use crate::rows::story::*;

    fn accepted_referral() -> Story {
        Story::new()
            .on("2026-03-01", referral(1, "northshire-community"))
            .on("2026-03-03", accepted(1))
    }

    fn about() -> AppointmentFor {
        AppointmentFor::Referral(referral_id(1))
    }

    fn by(day: &str, overdue: bool) -> Option<(String, bool)> {
        Some((day.to_owned(), overdue))
    }

    #[test]
    fn an_appointment_is_offered_within_a_week_of_acceptance() {
        let kind = DutyKind::OfferAppointment;
        let story = accepted_referral();
        assert_eq!(due(&story, "2026-03-10", kind), by("2026-03-10", false));
        assert_eq!(due(&story, "2026-03-11", kind), by("2026-03-10", true));
        let offered = story.on(
            "2026-03-11",
            offered(1, about(), "northshire-community", "2026-03-20"),
        );
        assert_eq!(due(&offered, "2026-03-11", kind), None);
        let called_off = AppointmentCancelled {
            appointment: appointment_id(1),
            by: code("service"),
        };
        let again = offered.on("2026-03-15", called_off);
        assert_eq!(due(&again, "2026-03-15", kind), by("2026-03-22", false));
        let triaged = again.on("2026-03-16", triaged(1, "signposted"));
        assert_eq!(due(&triaged, "2026-03-16", kind), None);
    }

    #[test]
    fn after_a_missed_appointment_another_is_offered_within_three_days() {
        let kind = DutyKind::OfferAnotherAppointment;
        let story = accepted_referral()
            .on(
                "2026-03-05",
                offered(1, about(), "northshire-community", "2026-03-10"),
            )
            .on("2026-03-10", missed(1));
        let duty = one(&story, "2026-03-12", kind).unwrap();
        assert_eq!(
            (duty.about, duty.due_on),
            (appointment_id(1).0, day("2026-03-13"))
        );
        assert_eq!(duty.service, Some(service("northshire-community")));
        assert_eq!(due(&story, "2026-03-14", kind), by("2026-03-13", true));
        assert_eq!(
            due(&story, "2026-03-14", DutyKind::OfferAppointment),
            None,
            "one duty, not two"
        );
        let again = story.on(
            "2026-03-14",
            offered(2, about(), "northshire-community", "2026-03-17"),
        );
        assert_eq!(due(&again, "2026-03-14", kind), None);
    }

    #[test]
    fn whether_the_person_came_is_said_within_two_days() {
        let kind = DutyKind::RecordAppointment;
        let story = accepted_referral().on(
            "2026-03-05",
            offered(1, about(), "northshire-community", "2026-03-10"),
        );
        assert_eq!(due(&story, "2026-03-09", kind), None);
        assert_eq!(due(&story, "2026-03-10", kind), by("2026-03-12", false));
        assert_eq!(due(&story, "2026-03-13", kind), by("2026-03-12", true));
        let moved = AppointmentMoved {
            appointment: appointment_id(1),
            starts_at: "2026-03-20T09:00:00Z".parse().unwrap(),
        };
        assert_eq!(
            due(&story.clone().on("2026-03-09", moved), "2026-03-13", kind),
            None
        );
        assert_eq!(
            due(&story.on("2026-03-10", attended(1)), "2026-03-13", kind),
            None
        );
    }

    #[test]
    fn a_prescription_is_taken_over_before_it_ends() {
        let kind = DutyKind::TakeOverPrescription;
        let story = Story::new().on("2026-02-01", opened(1, "moorland-health")).on(
            "2026-03-01",
            bridged(1, Some("northshire-community"), "2026-03-01", "2026-03-14"),
        );
        let duty = one(&story, "2026-03-02", kind).unwrap();
        assert_eq!(duty.service, Some(service("northshire-community")));
        assert_eq!((duty.due_on, duty.overdue), (day("2026-03-14"), false));
        assert_eq!(due(&story, "2026-03-15", kind), by("2026-03-14", true));
        assert_eq!(due(&story, "2026-04-04", kind), by("2026-03-14", true));
        assert_eq!(due(&story, "2026-04-05", kind), None, "lost, as a transfer is");
        let taken_over = story
            .on("2026-03-05", opened(2, "northshire-community"))
            .on("2026-03-06", started(2, 2, "94"));
        assert_eq!(due(&taken_over, "2026-03-06", kind), None);
    }

    #[test]
    fn a_care_plan_is_reviewed_on_its_day_and_shown_four_weeks_before() {
        let kind = DutyKind::ReviewCarePlan;
        let story = Story::new()
            .on("2026-02-01", opened(1, "northshire-community"))
            .on("2026-02-10", plan_agreed(1, "2026-05-10"));
        assert_eq!(due(&story, "2026-04-11", kind), None);
        assert_eq!(due(&story, "2026-04-12", kind), by("2026-05-10", false));
        assert_eq!(due(&story, "2026-05-11", kind), by("2026-05-10", true));
        assert_eq!(
            due(&story.on("2026-05-01", exit(1, "85")), "2026-05-11", kind),
            None
        );
    }

    #[test]
    fn two_services_that_prescribe_at_once_agree_on_the_same_day() {
        let kind = DutyKind::EndDoublePrescribing;
        let story = Story::new()
            .on("2026-03-01", referral(1, "northshire-community"))
            .on("2026-03-02", opened(1, "northshire-community"))
            .on("2026-03-10", started(1, 1, "94"))
            .on("2026-04-01", opened(2, "southshire-community"))
            .on("2026-04-05", started(2, 2, "94"));
        assert_eq!(due(&story, "2026-04-05", kind), by("2026-04-05", false));
        assert_eq!(due(&story, "2026-04-06", kind), by("2026-04-05", true));
        let owners: Vec<_> = super::super::tests::open(&story, "2026-04-05")
            .into_iter()
            .filter(|duty| duty.kind == kind)
            .filter_map(|duty| duty.service)
            .collect();
        assert_eq!(
            owners,
            [
                "county-partnership",
                "northshire-community",
                "southshire-community"
            ]
            .map(service)
        );
        assert_eq!(
            due(&story.on("2026-04-06", ended(1, 1)), "2026-04-06", kind),
            None
        );
    }

    #[test]
    fn the_duty_after_an_overdose_names_the_key_worker() {
        let story = Story::new()
            .on("2026-02-01", opened(1, "northshire-community"))
            .on("2026-03-01", overdosed(1));
        let what = |story: &Story| one(story, "2026-03-02", DutyKind::ReviewOverdose).unwrap().what;
        assert!(!what(&story).contains("Key worker"));
        let named = story.on("2026-02-02", key_worker(1, "j.smith"));
        assert!(
            what(&named).ends_with(" Key worker: j.smith."),
            "{}",
            what(&named)
        );
    }
}
