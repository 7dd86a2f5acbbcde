//! Where a person stands: setting, treatment and continuity.

use super::continuity::ContinuityTrack;
use super::setting::SettingTrack;
use super::treatment::TreatmentTrack;
use crate::code::ServiceCode;
use crate::continuity::Reading;
use crate::id::EventId;
use crate::prescribing::prescribed_twice;
use crate::state::PersonState;
use jiff::civil::Date;

/// The three tracks of a pathway at the end of a day. Each names the events that set it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pathway {
    /// Where the person is.
    pub setting: SettingTrack,
    /// How far treatment has come.
    pub treatment: TreatmentTrack,
    /// Whether care goes on after release.
    pub continuity: ContinuityTrack,
    /// Two services that prescribe in place of opioids at once.
    pub prescribed_twice: Vec<PrescribedTwice>,
}

/// Two services prescribe in place of opioids at once: an alarm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrescribedTwice {
    /// The one that prescribed already, and the one that came besides.
    pub services: [ServiceCode; 2],
    /// The first day of both.
    pub since: Date,
    /// The events that say so.
    pub set_by: Vec<EventId>,
}

impl Pathway {
    /// The pathway of a person whose state was folded from what was true and known, with days counted to
    /// `as_of`, under the default reading of the continuity rules.
    pub fn of(state: &PersonState, as_of: Date) -> Self {
        Self::read(state, as_of, &Reading::default())
    }

    /// As [`Self::of`], under a reading of the continuity rules.
    pub fn read(state: &PersonState, as_of: Date, reading: &Reading) -> Self {
        Self {
            setting: SettingTrack::of(state, as_of),
            treatment: TreatmentTrack::of(state, as_of),
            continuity: ContinuityTrack::of(state, as_of, reading),
            prescribed_twice: twice_on(state, as_of),
        }
    }
}

fn twice_on(state: &PersonState, as_of: Date) -> Vec<PrescribedTwice> {
    let all = prescribed_twice(state).into_iter();
    let on = all
        .filter(|twice| twice.is_on(as_of))
        .map(|twice| PrescribedTwice {
            services: twice.services().map(Clone::clone),
            since: twice.from,
            set_by: vec![twice.first.begun_by, twice.second.begun_by],
        });
    on.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::ReleaseEffect;
    use crate::history::History;
    use crate::rows::story::*;
    use crate::state::Setting;
    use crate::view::continuity::ContinuityStatus;
    use crate::view::treatment::TreatmentStatus;
    use crate::when::AsOf;

    /// The pathway at the end of a day, as known now.
    fn on(story: &Story, text: &str) -> Pathway {
        Pathway::of(
            &story.history().state(Some(AsOf::EndOf(day(text))), None),
            day(text),
        )
    }

    fn treatment(story: &Story, text: &str) -> &'static str {
        on(story, text).treatment.status.as_str()
    }

    fn continuity(story: &Story, text: &str) -> (&'static str, Option<i32>) {
        let track = on(story, text).continuity;
        (track.status.as_str(), track.day)
    }

    fn through_the_gate() -> Story {
        Story::new()
            .on("2026-01-10", received("MDI"))
            .on("2026-02-01", planned(1, "MDI", "2026-03-01", Some(NORTHSHIRE)))
            .on("2026-02-05", referral(1, "northshire-community"))
            .on("2026-02-07", accepted(1))
            .on(
                "2026-03-01",
                released("MDI", ReleaseEffect::Community, Some(NORTHSHIRE)),
            )
            .on("2026-03-08", triaged(1, "treatment_needed"))
            .on("2026-03-08", opened(1, "northshire-community"))
            .on("2026-03-10", placed(1, "94"))
            .on("2026-03-22", started(1, 1, "94"))
            .on("2026-08-01", ended(1, 1))
            .on("2026-08-01", exit(1, "80"))
    }

    #[test]
    fn nobody_told_anything() {
        let pathway = Pathway::of(&PersonState::default(), day("2026-03-01"));
        assert_eq!(pathway.setting.setting, Setting::Unknown);
        assert_eq!(pathway.treatment.status, TreatmentStatus::NotInTreatment);
        assert_eq!(pathway.continuity.status, ContinuityStatus::NoneDue);
        assert!(pathway.setting.set_by.is_empty() && pathway.treatment.set_by.is_empty());
    }

    #[test]
    fn the_three_tracks_from_reception_to_completion() {
        let story = through_the_gate();
        let expected = [
            ("2026-01-10", "prison", "not_in_treatment", ("none_due", None)),
            (
                "2026-02-01",
                "prison",
                "not_in_treatment",
                ("release_planned", Some(-28)),
            ),
            ("2026-02-05", "prison", "referred", ("release_planned", Some(-24))),
            ("2026-02-07", "prison", "accepted", ("release_planned", Some(-22))),
            ("2026-03-01", "community", "accepted", ("due", Some(0))),
            ("2026-03-08", "community", "triaged", ("due", Some(7))),
            ("2026-03-10", "community", "waiting", ("due", Some(9))),
            ("2026-03-22", "community", "in_treatment", ("picked_up", Some(21))),
            (
                "2026-08-01",
                "community",
                "exited_completed",
                ("picked_up", Some(21)),
            ),
        ];
        for (day, setting, treated, continued) in expected {
            let pathway = on(&story, day);
            assert_eq!(pathway.setting.setting.as_str(), setting, "{day}");
            assert_eq!(treatment(&story, day), treated, "{day}");
            assert_eq!(continuity(&story, day), continued, "{day}");
        }
    }

    #[test]
    fn each_value_names_the_events_that_set_it() {
        let pathway = on(&through_the_gate(), "2026-03-22");
        assert_eq!(pathway.setting.set_by, [event(5)]);
        assert_eq!(pathway.treatment.set_by, [event(9)]);
        assert_eq!(pathway.continuity.set_by, [event(5), event(9)]);
        assert_eq!(pathway.continuity.service, Some(service("northshire-community")));
    }

    #[test]
    fn days_are_counted_to_the_day_asked_about() {
        let state = through_the_gate().state();
        let treatment = Pathway::of(&state, day("2026-08-11")).treatment;
        assert_eq!(
            (treatment.since, treatment.days),
            (Some(day("2026-08-01")), Some(10))
        );
        assert_eq!(Pathway::of(&state, day("2026-08-12")).setting.days, Some(164));
    }

    /// C1: not a day later, without anything being recorded.
    #[test]
    fn the_window_ends_by_itself() {
        let story = Story::new()
            .on("2026-01-10", received("MDI"))
            .on("2026-03-01", released("MDI", ReleaseEffect::Community, None));
        assert_eq!(continuity(&story, "2026-03-22"), ("due", Some(21)));
        assert_eq!(continuity(&story, "2026-03-23"), ("not_found", Some(22)));
        assert_eq!(on(&story, "2026-04-30").continuity.since, Some(day("2026-03-23")));
    }

    /// C5: temporary licence is no release.
    #[test]
    fn c5_somebody_on_temporary_licence_is_in_prison() {
        let out = crate::fact::TemporaryAbsenceStarted {
            prison: None,
            reason: code("R2"),
        };
        let story = Story::new()
            .on("2026-01-10", received("MDI"))
            .on("2026-02-01", out);
        let pathway = on(&story, "2026-02-02");
        assert_eq!(pathway.setting.setting, Setting::Prison);
        assert_eq!(
            pathway.setting.temporary_absence_since.map(|at| at.date()),
            Some(day("2026-02-01"))
        );
        assert_eq!(pathway.continuity.status, ContinuityStatus::NoneDue);
        let back = story.on("2026-02-03", crate::fact::TemporaryAbsenceEnded { prison: None });
        assert_eq!(on(&back, "2026-02-03").setting.temporary_absence_since, None);
    }

    /// C6.
    #[test]
    fn c6_recalled_before_anybody_picked_them_up() {
        let mut recalled = received("MDI");
        recalled.recall = true;
        let story = Story::new()
            .on("2026-01-10", received("MDI"))
            .on("2026-03-01", released("MDI", ReleaseEffect::Community, None))
            .on("2026-03-08", recalled);
        assert_eq!(continuity(&story, "2026-03-09"), ("returned_to_custody", Some(7)));
        assert_eq!(on(&story, "2026-03-09").continuity.set_by, [event(2), event(3)]);
    }

    fn transferred() -> Story {
        Story::new()
            .on("2026-01-01", opened(1, "moorland-health"))
            .on("2026-01-02", started(1, 1, "94"))
            .on("2026-02-20", referral(2, "northshire-community"))
            .on("2026-03-01", ended(1, 1))
            .on("2026-03-01", exit(1, "83"))
    }

    /// E7: 21 days, then it is lost.
    #[test]
    fn a_transfer_awaits_pick_up_for_21_days() {
        let story = transferred();
        assert_eq!(treatment(&story, "2026-02-28"), "in_treatment");
        assert_eq!(treatment(&story, "2026-03-01"), "transferred_awaiting_pick_up");
        assert_eq!(treatment(&story, "2026-03-22"), "transferred_awaiting_pick_up");
        assert_eq!(on(&story, "2026-03-02").treatment.until, Some(day("2026-03-22")));
        let lost = transferred().on("2026-03-02", withdrawn(2));
        assert_eq!(treatment(&lost, "2026-03-22"), "transferred_awaiting_pick_up");
        assert_eq!(treatment(&lost, "2026-03-23"), "exited_unplanned");
        assert_eq!(on(&lost, "2026-03-30").treatment.since, Some(day("2026-03-23")));
    }

    #[test]
    fn what_is_newer_than_a_transfer_wins() {
        let story = transferred();
        assert_eq!(
            treatment(&story.clone().on("2026-03-03", accepted(2)), "2026-03-03"),
            "accepted"
        );
        let opened = story.on("2026-03-04", opened(2, "northshire-community"));
        assert_eq!(treatment(&opened, "2026-03-04"), "triaged");
    }

    /// E2: a completed episode beside an open one is not a completion.
    #[test]
    fn e2_the_most_advanced_open_thing_wins() {
        let story = Story::new()
            .on("2026-01-01", opened(1, "northshire-community"))
            .on("2026-01-02", started(1, 1, "94"))
            .on("2026-01-05", opened(2, "southshire-community"))
            .on("2026-02-10", ended(1, 1))
            .on("2026-02-10", exit(1, "80"));
        assert_eq!(treatment(&story, "2026-02-09"), "in_treatment");
        assert_eq!(on(&story, "2026-02-10").treatment.episode, Some(episode_id(2)));
        assert_eq!(treatment(&story, "2026-02-10"), "triaged");
    }

    #[test]
    fn treatment_on_hold_remembers_where_it_goes_on() {
        let story = Story::new()
            .on("2026-01-01", opened(1, "northshire-community"))
            .on("2026-01-05", placed(1, "94"))
            .on("2026-01-10", put_on_hold(1))
            .on("2026-01-20", resumed(1))
            .on("2026-02-01", started(1, 1, "94"))
            .on("2026-03-01", put_on_hold(1));
        let at = |text| {
            let track = on(&story, text).treatment;
            (
                track.status.as_str(),
                track.returns_to.map(TreatmentStatus::as_str),
            )
        };
        assert_eq!(at("2026-01-09"), ("waiting", None));
        assert_eq!(at("2026-01-10"), ("on_hold", Some("waiting")));
        assert_eq!(at("2026-01-20"), ("waiting", None));
        assert_eq!(at("2026-02-01"), ("in_treatment", None));
        assert_eq!(at("2026-03-01"), ("on_hold", Some("in_treatment")));
        let held = on(&story, "2026-03-04").treatment;
        assert_eq!((held.since, held.days), (Some(day("2026-03-01")), Some(3)));
        assert_eq!(held.set_by, [event(6)]);
        let ended = story.on("2026-03-05", exit(1, "85"));
        assert_eq!(treatment(&ended, "2026-03-05"), "exited_unplanned");
    }

    #[test]
    fn two_services_that_prescribe_at_once_are_shown_on_those_days() {
        let story = Story::new()
            .on("2026-03-01", referral(1, "northshire-community"))
            .on("2026-03-02", opened(1, "northshire-community"))
            .on("2026-03-10", started(1, 1, "94"))
            .on("2026-04-01", opened(2, "southshire-community"))
            .on("2026-04-05", started(2, 2, "94"))
            .on("2026-04-09", ended(1, 1));
        let twice = on(&story, "2026-04-06").prescribed_twice;
        assert_eq!(twice.len(), 1);
        assert_eq!(
            twice[0].services,
            ["northshire-community", "southshire-community"].map(service)
        );
        assert_eq!(
            (twice[0].since, twice[0].set_by.clone()),
            (day("2026-04-05"), vec![event(3), event(5)])
        );
        assert!(on(&story, "2026-04-04").prescribed_twice.is_empty());
        assert!(on(&story, "2026-04-09").prescribed_twice.is_empty());
    }

    #[test]
    fn how_treatment_ended_is_told_by_the_exit() {
        let endings = [
            ("80", "exited_completed"),
            ("85", "exited_unplanned"),
            ("88", "exited_declined"),
            ("89", "exited_died"),
            ("74", "not_in_treatment"),
        ];
        for (reason, expected) in endings {
            let mut exit = exit(1, reason);
            if reason == "74" {
                exit.outcome = crate::fact::ExitOutcome::AdministrativeTransfer;
            }
            let story = Story::new()
                .on("2026-01-01", opened(1, "northshire-community"))
                .on("2026-02-01", exit);
            assert_eq!(treatment(&story, "2026-02-01"), expected);
        }
    }

    #[test]
    fn a_death_known_from_an_exit_is_in_the_setting_too() {
        let story = Story::new()
            .on("2026-01-01", opened(1, "northshire-community"))
            .on("2026-02-01", exit(1, "89"));
        let pathway = on(&story, "2026-02-02");
        assert_eq!(pathway.setting.setting, Setting::Deceased);
        assert_eq!(pathway.setting.set_by, [event(2)]);
        assert_eq!(on(&story, "2026-01-31").setting.setting, Setting::Unknown);
    }

    #[test]
    fn the_pathway_does_not_depend_on_the_order_of_arrival() {
        let story = through_the_gate();
        for events in story.other_orders() {
            let history = History::new(events);
            for text in ["2026-02-06", "2026-03-09", "2026-03-22", "2026-08-02"] {
                let state = history.state(Some(AsOf::EndOf(day(text))), None);
                assert_eq!(Pathway::of(&state, day(text)), on(&story, text));
            }
        }
    }
}
