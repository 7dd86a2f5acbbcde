//! Open duties: who must do what by when.
//!
//! Duties follow from the lists ([`crate::rows`]) and from what does not fit. Deadlines that no source fixes
//! are this system's own and are configuration.

mod course;
mod deadlines;

pub use course::{
    OFFER_AGAIN_WITHIN_DAYS, OFFER_APPOINTMENT_WITHIN_DAYS, RECORD_APPOINTMENT_WITHIN_DAYS,
    SHOW_REVIEW_BEFORE_DAYS,
};
pub use deadlines::*;

use super::words;
use crate::code::{OrganisationCode, ServiceCode};
use crate::continuity::{CareState, MARKS, Reading, assess};
use crate::directory::Directory;
use crate::history::History;
use crate::rows::{CLASSIFIED, Row, RowDetail, RowKind, rows};
use crate::state::{Conflict, PersonState};
use crate::when::london_date;
use jiff::{ToSpan, civil::Date};
use uuid::Uuid;

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DutyKind {
    /// Accept or reject a referral.
    DecideOnReferral,
    /// Triage an accepted referral.
    Triage,
    /// Offer the first appointment for an accepted referral.
    OfferAppointment,
    /// Offer another time after a missed appointment.
    OfferAnotherAppointment,
    /// Say whether the person came to an appointment.
    RecordAppointment,
    /// Take over a prescription before it ends.
    TakeOverPrescription,
    /// Agree which of two services prescribes in place of opioids.
    EndDoublePrescribing,
    /// Review a care plan.
    ReviewCarePlan,
    /// Reach the person after release, by the next of days 3, 7, 14 and 21.
    ContactAfterRelease,
    /// Say where the person was released to, and whether they were referred.
    CompleteRelease,
    /// Hand a kit in property over at release.
    HandOverNaloxone,
    /// Replace a used or expired kit.
    ReplaceNaloxone,
    /// Tell the holder of a kit that its batch is called back.
    TellOfRecall,
    /// Carry out an assessment that police required, or say what became of it.
    CarryOutAssessment,
    /// Find out what a movement was.
    ClassifyMovement,
    /// Go through what follows from an overdose.
    ReviewOverdose,
    /// Find out whether a death that was reported is certain.
    ConfirmDeath,
    /// Take the outcome profile of the start.
    TakeStartProfile,
    /// Review the outcome of treatment, with a profile.
    ReviewOutcome,
    /// Reach somebody who left.
    FollowUp,
    /// Hand a young person over to care for adults.
    HandOverToAdults,
    /// Put right what does not fit.
    ResolveConflict,
}

impl DutyKind {
    /// Every kind.
    pub const ALL: [Self; 22] = [
        Self::DecideOnReferral,
        Self::Triage,
        Self::OfferAppointment,
        Self::OfferAnotherAppointment,
        Self::RecordAppointment,
        Self::TakeOverPrescription,
        Self::EndDoublePrescribing,
        Self::ReviewCarePlan,
        Self::ContactAfterRelease,
        Self::CompleteRelease,
        Self::HandOverNaloxone,
        Self::ReplaceNaloxone,
        Self::TellOfRecall,
        Self::CarryOutAssessment,
        Self::ClassifyMovement,
        Self::ReviewOverdose,
        Self::ConfirmDeath,
        Self::TakeStartProfile,
        Self::ReviewOutcome,
        Self::FollowUp,
        Self::HandOverToAdults,
        Self::ResolveConflict,
    ];

    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DecideOnReferral => "decide_on_referral",
            Self::Triage => "triage",
            Self::OfferAppointment => "offer_appointment",
            Self::OfferAnotherAppointment => "offer_another_appointment",
            Self::RecordAppointment => "record_appointment",
            Self::TakeOverPrescription => "take_over_prescription",
            Self::EndDoublePrescribing => "end_double_prescribing",
            Self::ReviewCarePlan => "review_care_plan",
            Self::ContactAfterRelease => "contact_after_release",
            Self::CompleteRelease => "complete_release",
            Self::HandOverNaloxone => "hand_over_naloxone",
            Self::ReplaceNaloxone => "replace_naloxone",
            Self::TellOfRecall => "tell_of_recall",
            Self::CarryOutAssessment => "carry_out_assessment",
            Self::ClassifyMovement => "classify_movement",
            Self::ReviewOverdose => "review_overdose",
            Self::ConfirmDeath => "confirm_death",
            Self::TakeStartProfile => "take_start_profile",
            Self::ReviewOutcome => "review_outcome",
            Self::FollowUp => "follow_up",
            Self::HandOverToAdults => "hand_over_to_adults",
            Self::ResolveConflict => "resolve_conflict",
        }
    }
}

/// Something that somebody must do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// What.
    pub kind: DutyKind,
    /// The referral, release, kit, movement or event that it is about.
    pub about: Uuid,
    /// Whose it is; `None` when it is an organisation's and no single service's, or nobody's.
    pub service: Option<ServiceCode>,
    /// The organisation.
    pub organisation: Option<OrganisationCode>,
    /// The last day on which it is done in time.
    pub due_on: Date,
    /// True after that day.
    pub overdue: bool,
    /// In words for staff.
    pub what: String,
}

/// The open duties about a person, the most urgent first, from a history that holds what was true and known.
pub fn duties(history: &History, directory: &Directory, as_of: Date, deadlines: &Deadlines) -> Vec<Duty> {
    duties_of(history.now(), directory, as_of, deadlines)
}

/// As [`duties`], from a state that was folded of what was true and known.
pub fn duties_of(
    state: &PersonState,
    directory: &Directory,
    as_of: Date,
    deadlines: &Deadlines,
) -> Vec<Duty> {
    let mut duties = Vec::new();
    let lists = rows(state, directory);
    for row in lists.iter().filter(|row| row.is_on_list(as_of)) {
        // In words of its own: see `conflicts`.
        if row.kind != RowKind::ConflictToSettle {
            from_row(row, as_of, deadlines, &mut duties);
        }
        tell_of_recall(row, directory, as_of, deadlines, &mut duties);
    }
    conflicts(state, &lists, as_of, deadlines, &mut duties);
    duties.sort_by(|a, b| {
        (a.due_on, a.kind, a.about, &a.service).cmp(&(b.due_on, b.kind, b.about, &b.service))
    });
    duties
}

/// What a line asks for first and by when, whatever the day; not of releases, which ask for something else as days
/// pass.
pub(crate) fn of_row(row: &Row, deadlines: &Deadlines) -> Option<(DutyKind, Date)> {
    let mut asked = Vec::new();
    // What is asked for from some day on is asked for on the last of all days.
    from_row(row, Date::MAX, deadlines, &mut asked);
    let first = asked.iter().min_by_key(|duty| (duty.due_on, duty.kind))?;
    Some((first.kind, first.due_on))
}

fn after(day: Date, days: i32) -> Date {
    day.saturating_add(days.days())
}

fn from_row(row: &Row, as_of: Date, deadlines: &Deadlines, duties: &mut Vec<Duty>) {
    let mut add = |kind, due_on: Date, what: String| {
        duties.push(Duty {
            kind,
            about: row.id,
            service: row.service.clone(),
            organisation: row.organisation.clone(),
            due_on,
            overdue: as_of > due_on,
            what,
        });
    };
    match &row.detail {
        RowDetail::Referral(detail) if row.kind == RowKind::ReferralToActOn => {
            let received = words::day(detail.received_on);
            let what = format!("Accept or reject the referral of {received}.");
            add(
                DutyKind::DecideOnReferral,
                after(detail.received_on, deadlines.decide),
                what,
            );
        }
        RowDetail::Triage(detail) => {
            let received = words::day(detail.received_on);
            let what = format!("Triage the referral of {received}.");
            // Own reading: somebody who was sent on waits since the first service was asked.
            let since = detail.first_referred_on.unwrap_or(detail.received_on);
            add(DutyKind::Triage, after(since, deadlines.triage), what);
        }
        RowDetail::Kit(detail) => {
            let what = match detail.used_on {
                None if detail.gone_on.is_some_and(|gone| gone <= detail.expires_on) => {
                    "Replace the naloxone kit that was lost or taken away, or give it back.".to_owned()
                }
                Some(used) => format!("Replace the naloxone kit that was used on {}.", words::day(used)),
                None => {
                    format!(
                        "Replace the naloxone kit that expired on {}.",
                        words::day(detail.expires_on)
                    )
                }
            };
            add(
                DutyKind::ReplaceNaloxone,
                after(row.opened_on, deadlines.replace_kit),
                what,
            );
        }
        RowDetail::HandOver(detail) => {
            if let Some(due_on) = detail.release_planned_on {
                let (kind, what) = course::hand_over(detail, due_on);
                add(kind, due_on, what);
            }
        }
        RowDetail::Assessment(detail) => {
            if let Some(due_on) = detail.due_on {
                add(DutyKind::CarryOutAssessment, due_on, course::assess(detail));
            }
        }
        RowDetail::Movement(detail) => {
            let what = format!(
                "Find out what movement {} with reason {} on {} was, and record it.",
                detail.movement_type,
                detail.reason,
                words::day(detail.happened_on)
            );
            add(
                DutyKind::ClassifyMovement,
                after(detail.happened_on, deadlines.classify),
                what,
            );
        }
        RowDetail::Conflict(detail) => {
            let what = format!(
                "Settle with {} what was recorded for {} and does not fit.",
                detail.recorded_by,
                words::day(detail.happened_on)
            );
            let due_on = after(detail.recorded_on, deadlines.resolve);
            add(DutyKind::ResolveConflict, due_on, what);
        }
        RowDetail::ToComplete(detail) => {
            let missing = match (detail.residence_missing, detail.referral_missing) {
                (true, true) => ": where the person lives and whether they were referred",
                (true, false) => ": where the person lives",
                (false, true) => ": whether the person was referred",
                (false, false) => "",
            };
            let released = words::day(detail.released_on);
            add(
                DutyKind::CompleteRelease,
                after(detail.released_on, deadlines.complete_release),
                format!("Complete the release of {released}{missing}."),
            );
        }
        RowDetail::Overdose(detail) => {
            let what = format!(
                "See the person and review their care after the overdose of {}.{}",
                words::day(detail.happened_on),
                course::named_key_worker(row.service.as_ref(), &detail.key_workers)
            );
            let due_on = after(detail.happened_on, deadlines.review_overdose);
            add(DutyKind::ReviewOverdose, due_on, what);
        }
        RowDetail::Death(detail) if detail.confirmed_on.is_none() => {
            let what = format!(
                "Confirm the death reported for {}, or say that the report was mistaken.",
                words::day(detail.died_on)
            );
            add(
                DutyKind::ConfirmDeath,
                after(row.opened_on, deadlines.confirm_death),
                what,
            );
        }
        RowDetail::Profile(detail) => {
            let (kind, what) = match row.kind {
                RowKind::StartProfileDue => (
                    DutyKind::TakeStartProfile,
                    "Take the outcome profile of the start",
                ),
                _ => (DutyKind::ReviewOutcome, "Review the outcome with a profile"),
            };
            let what = format!("{what}: treatment started on {}.", words::day(detail.started_on));
            add(kind, detail.due_on, what);
        }
        RowDetail::FollowUp(detail) => {
            let what = format!(
                "Find out how the person is, who left on {}.",
                words::day(detail.left_on)
            );
            add(DutyKind::FollowUp, detail.due_on, what);
        }
        RowDetail::Transition(detail) => {
            let what = format!(
                "Hand the young person over to care for adults before {}.",
                words::day(detail.turns_adult_on)
            );
            add(DutyKind::HandOverToAdults, detail.turns_adult_on, what);
        }
        RowDetail::Release(facts) => {
            let released = words::day(facts.released_on);
            let care = assess(facts, as_of, &Reading::default());
            match care.state {
                CareState::Due { day } => {
                    let mark = MARKS.into_iter().find(|mark| day <= *mark).unwrap_or(day);
                    let what = format!(
                        "Reach the person by day {mark} after the release of {released}. Structured treatment \
                         is to start by {}.",
                        words::day(care.due_until)
                    );
                    add(
                        DutyKind::ContactAfterRelease,
                        after(facts.released_on, mark),
                        what,
                    );
                }
                CareState::NotFound { days } => {
                    let what = format!(
                        "Find the person: {days} days after the release of {released} nobody has picked them up."
                    );
                    add(DutyKind::ContactAfterRelease, care.due_until, what);
                }
                _ => {}
            }
        }
        _ => {}
    }
    if let Some((kind, due_on, what)) = course::duty(row, as_of, deadlines) {
        add(kind, due_on, what);
    }
}

/// Who holds a kit of a batch that is called back is told by the service that gave it, or that took its contract over.
/// Nothing is stored when a batch is called back: it follows from the kit and the recalls that go on.
fn tell_of_recall(
    row: &Row,
    directory: &Directory,
    as_of: Date,
    deadlines: &Deadlines,
    duties: &mut Vec<Duty>,
) {
    let RowDetail::Traced(kit) = &row.detail else {
        return;
    };
    let gave = row.service.as_ref();
    let tells = gave.and_then(|gave| directory.successor(gave, as_of).or(directory.service(gave)));
    for recall in row.recalls_to_tell(directory, as_of) {
        let due_on = after(recall.since.max(row.opened_on), deadlines.tell_of_recall);
        duties.push(Duty {
            kind: DutyKind::TellOfRecall,
            about: row.id,
            service: tells.map_or_else(|| gave.cloned(), |service| Some(service.code.clone())),
            organisation: tells.map(|service| service.organisation.clone()),
            due_on,
            overdue: as_of > due_on,
            what: format!(
                "Tell the person that batch {} of the naloxone kit of {} is called back, and give them another.",
                kit.batch,
                words::day(row.opened_on)
            ),
        });
    }
}

/// What does not fit is settled by the services on whose lists it stands, and by the organisation that recorded it.
fn conflicts(state: &PersonState, lists: &[Row], as_of: Date, deadlines: &Deadlines, duties: &mut Vec<Duty>) {
    let to_settle = |conflict: &&Conflict| !CLASSIFIED.contains(&conflict.code);
    for conflict in state.conflicts.iter().filter(to_settle) {
        let Some(of) = conflict.of.as_deref() else {
            continue;
        };
        let due_on = after(london_date(of.at.recorded_at), deadlines.resolve);
        let mut add = |service: Option<&ServiceCode>, organisation: &OrganisationCode| {
            duties.push(Duty {
                kind: DutyKind::ResolveConflict,
                about: conflict.event.0,
                service: service.cloned(),
                organisation: Some(organisation.clone()),
                due_on,
                overdue: as_of > due_on,
                what: conflict.detail.clone(),
            });
        };
        let listed = lists.iter().filter(|row| {
            row.kind == RowKind::ConflictToSettle && row.id == conflict.event.0 && row.is_on_list(as_of)
        });
        let mut told = false;
        for row in listed {
            let Some(organisation) = &row.organisation else {
                continue;
            };
            told |= *organisation == of.organisation;
            add(row.service.as_ref(), organisation);
        }
        if !told {
            add(None, &of.organisation);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::{ReleaseDetailsCompleted, ReleaseEffect};
    use crate::rows::story::*;
    use crate::when::AsOf;

    pub(super) fn open(story: &Story, text: &str) -> Vec<Duty> {
        let history = History::new(
            story
                .history()
                .cut(Some(AsOf::EndOf(day(text))), None)
                .cloned()
                .collect(),
        );
        duties(&history, &directory(), day(text), &Deadlines::default())
    }

    pub(super) fn one(story: &Story, text: &str, kind: DutyKind) -> Option<Duty> {
        open(story, text).into_iter().find(|duty| duty.kind == kind)
    }

    pub(super) fn due(story: &Story, text: &str, kind: DutyKind) -> Option<(String, bool)> {
        one(story, text, kind).map(|duty| (duty.due_on.to_string(), duty.overdue))
    }

    fn by(day: &str, overdue: bool) -> Option<(String, bool)> {
        Some((day.to_owned(), overdue))
    }

    #[test]
    fn the_service_asked_decides_within_five_days() {
        let story = Story::new().on("2026-03-01", referral(1, "northshire-community"));
        let duty = one(&story, "2026-03-02", DutyKind::DecideOnReferral).unwrap();
        assert_eq!(
            (duty.service, duty.about),
            (Some(service("northshire-community")), referral_id(1).0)
        );
        assert_eq!(
            due(&story, "2026-03-06", DutyKind::DecideOnReferral),
            by("2026-03-06", false)
        );
        assert_eq!(
            due(&story, "2026-03-07", DutyKind::DecideOnReferral),
            by("2026-03-06", true)
        );
        assert_eq!(
            due(
                &story.on("2026-03-07", accepted(1)),
                "2026-03-07",
                DutyKind::DecideOnReferral
            ),
            None
        );
    }

    /// W2.
    #[test]
    fn w2_triage_is_due_six_weeks_after_the_referral() {
        let story = Story::new()
            .on("2026-03-01", referral(1, "northshire-community"))
            .on("2026-03-05", accepted(1));
        assert_eq!(
            due(&story, "2026-04-12", DutyKind::Triage),
            by("2026-04-12", false)
        );
        assert_eq!(
            due(&story, "2026-04-13", DutyKind::Triage),
            by("2026-04-12", true)
        );
        assert_eq!(
            due(
                &story.on("2026-04-10", triaged(1, "signposted")),
                "2026-04-13",
                DutyKind::Triage
            ),
            None
        );
    }

    fn out() -> Story {
        Story::new().on("2026-01-10", received("MDI")).on(
            "2026-03-01",
            released("MDI", ReleaseEffect::Community, Some(NORTHSHIRE)),
        )
    }

    #[test]
    fn somebody_released_is_reached_by_day_3_7_14_and_21() {
        let contact = |day: &str| due(&out(), day, DutyKind::ContactAfterRelease);
        assert_eq!(contact("2026-03-01"), by("2026-03-04", false));
        assert_eq!(contact("2026-03-04"), by("2026-03-04", false));
        assert_eq!(contact("2026-03-05"), by("2026-03-08", false));
        assert_eq!(contact("2026-03-12"), by("2026-03-15", false));
        assert_eq!(contact("2026-03-22"), by("2026-03-22", false));
        assert_eq!(contact("2026-03-23"), by("2026-03-22", true));
        let duty = one(&out(), "2026-03-02", DutyKind::ContactAfterRelease).unwrap();
        assert_eq!(duty.service, Some(service("northshire-community")));
        let picked_up = out()
            .on("2026-03-04", opened(1, "northshire-community"))
            .on("2026-03-04", started(1, 1, "94"));
        assert_eq!(due(&picked_up, "2026-03-05", DutyKind::ContactAfterRelease), None);
    }

    #[test]
    fn an_incomplete_release_is_completed_by_day_3() {
        let duty = one(&out(), "2026-03-02", DutyKind::CompleteRelease).unwrap();
        assert_eq!(
            duty.what,
            "Complete the release of 1 March 2026: whether the person was referred."
        );
        assert_eq!(duty.due_on, day("2026-03-04"));
        let services: Vec<_> = open(&out(), "2026-03-02")
            .into_iter()
            .filter(|duty| duty.kind == DutyKind::CompleteRelease)
            .filter_map(|duty| duty.service)
            .collect();
        assert_eq!(
            services,
            [service("county-partnership"), service("moorland-health")]
        );
        let completed = ReleaseDetailsCompleted {
            release: event(2),
            area: None,
            no_fixed_abode: None,
            referral_on_release: Some(code("not_referred")),
        };
        assert_eq!(
            due(
                &out().on("2026-03-02", completed),
                "2026-03-02",
                DutyKind::CompleteRelease
            ),
            None
        );
    }

    #[test]
    fn a_kit_in_property_is_handed_over_on_the_planned_day() {
        let story = Story::new()
            .on("2026-01-10", received("MDI"))
            .on("2026-02-01", in_property(1, "2027-01-31"));
        assert_eq!(due(&story, "2026-02-02", DutyKind::HandOverNaloxone), None);
        let planned_release = story.on("2026-02-05", planned(1, "MDI", "2026-03-01", None));
        let duty = one(&planned_release, "2026-02-06", DutyKind::HandOverNaloxone).unwrap();
        assert_eq!(
            (duty.service, duty.due_on),
            (Some(service("moorland-health")), day("2026-03-01"))
        );
        let late = planned_release.on("2026-02-07", planned(2, "MDI", "2027-03-01", None));
        assert_eq!(
            due(&late, "2026-02-08", DutyKind::ReplaceNaloxone),
            by("2027-03-01", false)
        );
    }

    /// N2.
    #[test]
    fn n2_a_used_kit_is_replaced_within_a_week() {
        let story = Story::new()
            .on("2026-03-01", issued(1, "2028-01-31"))
            .on("2026-04-01", used(1));
        assert_eq!(due(&story, "2026-03-31", DutyKind::ReplaceNaloxone), None);
        assert_eq!(
            due(&story, "2026-04-09", DutyKind::ReplaceNaloxone),
            by("2026-04-08", true)
        );
    }

    #[test]
    fn a_movement_nobody_understands_is_one_duty_and_no_conflict_besides() {
        let story = Story::new()
            .on("2026-01-10", received("MDI"))
            .on("2026-02-01", unclassified("MDI"));
        assert_eq!(
            due(&story, "2026-02-02", DutyKind::ClassifyMovement),
            by("2026-02-04", false)
        );
        assert_eq!(due(&story, "2026-02-02", DutyKind::ResolveConflict), None);
    }

    #[test]
    fn a_conflict_is_resolved_by_who_recorded_it() {
        let story = Story::new().on("2026-01-10", received("MDI")).by("gatehouse");
        let story = story.told("2026-02-01", "2026-02-03", received("LEI"));
        let duty = one(&story, "2026-02-03", DutyKind::ResolveConflict).unwrap();
        assert_eq!(
            (duty.organisation, duty.about),
            (Some(organisation("gatehouse")), event(2).0)
        );
        assert_eq!(duty.due_on, day("2026-02-17"));
    }

    #[test]
    fn a_death_closes_duties() {
        let story = Story::new()
            .on("2026-03-01", referral(1, "northshire-community"))
            .on("2026-03-05", received("MDI"));
        assert_eq!(open(&story, "2026-03-06").len(), 1);
        assert!(
            open(
                &story.on("2026-03-06", released("MDI", ReleaseEffect::Died, None)),
                "2026-03-06"
            )
            .is_empty()
        );
    }

    #[test]
    fn the_most_urgent_comes_first() {
        let story = out().on("2026-02-01", referral(1, "northshire-community"));
        let days: Vec<_> = open(&story, "2026-03-02")
            .into_iter()
            .map(|duty| duty.due_on)
            .collect();
        assert!(days.len() > 2 && days.is_sorted());
    }
}
