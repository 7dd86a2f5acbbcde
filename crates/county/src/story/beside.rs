//! What stands beside treatment: outcome profiles, needs, tags, placements, outreach, follow-up, and exits that are
//! taken back.
//!
//! Sources: `domain.md` section 3 (TOP) and section 8.

use super::{Ending, Life};
use crate::dice::later;
use crate::places::{NORTHSHIRE, SOUTHMARSH, area, code};
use crate::rates;
use crate::script::{Slot, Told};
use crate::voice::Voice;
use jiff::civil::Date;
use throughcare_domain::command::{Command, NewPlacement};
use throughcare_domain::fact::{ProfileItems, ProfileStage};
use throughcare_domain::when::days_between;

/// The course beside which it happens.
pub(super) struct Beside {
    pub(super) service: &'static str,
    pub(super) episode: Slot,
    /// From when on it can be told.
    pub(super) known: Slot,
    pub(super) opened: Date,
    pub(super) starts: Option<Date>,
    pub(super) ending: Ending,
}

impl Life {
    /// Tells something by a chance of its own.
    fn by_the_way(&mut self, tell: impl FnOnce(&mut Self)) {
        std::mem::swap(&mut self.dice, &mut self.beside);
        tell(self);
        std::mem::swap(&mut self.dice, &mut self.beside);
    }

    pub(super) fn beside_treatment(&mut self, course: &Beside) {
        if self.script.punctual {
            return;
        }
        self.by_the_way(|life| {
            life.needs(course);
            life.tag(course);
            if let Some(first) = course.starts {
                life.profiles(course, first);
                life.placement(course, first);
            }
        });
    }

    fn profiles(&mut self, course: &Beside, first: Date) {
        let last = course.ending.on;
        if self.dice.percent(rates::START_PROFILE) {
            let day = self.dice.after(first, 0..=12);
            if day <= last {
                self.profile(course, ProfileStage::Start, day, false);
            }
        }
        let mut half_year = 1;
        while half_year * 182 < days_between(first, last) && half_year <= 8 {
            let day = self.dice.after(first, half_year * 182 - 40..=half_year * 182);
            if self.dice.percent(rates::REVIEWED) {
                self.profile(course, ProfileStage::Review, day, false);
            }
            half_year += 1;
        }
        let completed = matches!(course.ending.reason, "80" | "81" | "82");
        if (completed || course.ending.reason == "85") && self.dice.percent(rates::EXIT_PROFILE) {
            let day = later(last, -self.dice.number(0..=7)).max(first);
            self.profile(course, ProfileStage::Exit, day, completed);
        }
    }

    fn profile(&mut self, course: &Beside, stage: ProfileStage, day: Date, abstinent: bool) {
        let opiates = self.who.is_opiate_user() && !abstinent;
        let days = u8::try_from(self.dice.number(0..=28)).unwrap_or(0);
        let scale = u8::try_from(self.dice.number(3..=18)).unwrap_or(10);
        let housed = self
            .dice
            .weighted(&[(Some(false), 70), (Some(true), 20), (None, 10)]);
        let items = ProfileItems {
            alcohol_days: Some(if abstinent { 0 } else { days / 2 }),
            opiate_days: Some(if opiates { days } else { 0 }),
            crack_days: Some(if opiates { days / 3 } else { 0 }),
            injecting_days: opiates.then_some(days / 4),
            psychological_health: Some(scale),
            physical_health: Some(scale.saturating_sub(2)),
            quality_of_life: Some((scale + 1).min(20)),
            acute_housing_problem: housed,
            ..ProfileItems::default()
        };
        let episode = course.episode;
        let told = Told::on(day, move |ids| Command::RecordOutcomeProfile {
            episode: ids.id(episode),
            stage,
            co_ordinates: true,
            items: Box::new(items),
        });
        self.staff(course.service, day, &[course.known], &[], told);
    }

    fn needs(&mut self, course: &Beside) {
        if self.dice.percent(rates::NEEDS) {
            let need = self.dice.weighted(&[
                ("mental_health", 35),
                ("housing", 25),
                ("children", 12),
                ("injecting", 8),
                ("suicide", 6),
                ("safe_storage", 5),
                ("employment", 5),
                ("brain_injury", 4),
            ]);
            self.need(course, need);
        }
        if self.dice.percent(rates::RESTRICTED_NEEDS) {
            let need = *self.dice.pick(&["county_lines", "cuckooing", "domestic_abuse"]);
            self.need(course, need);
        }
    }

    /// Typed on its day: what ends one thing comes before the next begins.
    fn promptly(&mut self, by: &str, day: Date, touches: &[Slot], creates: &[Slot], told: Told) {
        let voice = Voice::staff(by, &mut self.dice);
        self.script
            .sent(&mut self.dice, voice, day, touches, creates, vec![told]);
    }

    fn need(&mut self, course: &Beside, need: &'static str) {
        let day = self.between(course.opened, course.ending.on);
        let raised = self.script.slot();
        let of = course.service;
        let told = Told::on(day, move |ids| Command::RaiseNeed {
            code: code(need),
            service: Some(ids.service(of)),
        });
        self.promptly(course.service, day, &[course.known], &[raised], told);
        let over = self.dice.after(day, 20..=150);
        // Cleared before the end, or by the way at the end: whoever comes back may have it again.
        let cleared = over.min(course.ending.on).max(day);
        let told = Told::on(cleared, move |ids| Command::ClearNeed {
            need: ids.id(raised),
            reason: code("met"),
        });
        self.promptly(course.service, cleared, &[raised], &[], told);
        self.script.waits_for(course.episode, raised);
    }

    fn tag(&mut self, course: &Beside) {
        if !self.dice.percent(rates::TAGGED) {
            return;
        }
        let tag = self.dice.weighted(&[
            ("treatment_recovery_grant", 55),
            ("rough_sleeper_grant", 20),
            ("criminal_justice_uptake", 15),
            ("integrated_offender_management", 10),
        ]);
        let added = self.script.slot();
        let told = Told::on(course.opened, move |_| Command::AddTag {
            code: code(tag),
            until: None,
        });
        self.promptly(course.service, course.opened, &[course.known], &[added], told);
        let last = course.ending.on;
        let told = Told::on(last, move |ids| Command::RemoveTag(ids.id(added)));
        self.promptly(course.service, last, &[added], &[], told);
        self.script.waits_for(course.episode, added);
    }

    fn placement(&mut self, course: &Beside, first: Date) {
        let days = self.dice.number(10..=84);
        let started = self.dice.after(first, 10..=60);
        let ended = later(started, days);
        if !self.dice.percent(rates::PLACED) || ended >= course.ending.on {
            return;
        }
        let (kind, provider) = if days < 22 {
            ("detox", "nhs_inpatient_unit")
        } else {
            ("residential", "voluntary_rehabilitation")
        };
        let payer = if course.service == "southmarsh-community" {
            SOUTHMARSH
        } else {
            NORTHSHIRE
        };
        let (of, planned_until) = (course.service, later(started, days.max(28)));
        let placement = self.script.slot();
        let told = Told::on(started, move |ids| {
            Command::StartPlacement(Box::new(NewPlacement {
                kind: code(kind),
                service: ids.service(of),
                provider_service: None,
                provider: Some(code(provider)),
                commissioner: None,
                commissioner_area: Some(area(payer)),
                planned_until: Some(planned_until),
            }))
        });
        self.promptly(course.service, started, &[course.known], &[placement], told);
        let reason = self.dice.weighted(&[("completed", 65), ("left_early", 35)]);
        let told = Told::on(ended, move |ids| Command::EndPlacement {
            placement: ids.id(placement),
            reason: code(reason),
        });
        self.promptly(course.service, ended, &[placement], &[], told);
        self.script.waits_for(course.episode, placement);
    }

    /// Met by outreach before anybody treats them.
    pub(super) fn met_by_outreach(&mut self, by: &'static str, referral: Slot, day: Date) {
        self.by_the_way(|life| {
            let place = *life
                .dice
                .pick(&["street", "day_centre", "night_shelter", "hostel"]);
            let told = Told::on(day, move |ids| Command::RecordOutreachContact {
                service: ids.service(by),
                place: code(place),
                outcome: code("referral_agreed"),
            });
            life.staff(by, day, &[referral], &[], told);
        });
    }

    /// Now and then an unplanned exit is none: the person is back within days, and leaves for good a month later.
    pub(super) fn exit_taken_back(
        &mut self,
        service: &'static str,
        episode: Slot,
        ending: Ending,
        treated: bool,
    ) -> Ending {
        if self.script.punctual || ending.reason != "85" || !self.beside.percent(rates::TAKEN_BACK) {
            return ending;
        }
        let mut left = ending;
        self.by_the_way(|life| {
            life.exit(service, episode, ending, treated);
            let back = life.dice.after(ending.on, 2..=9);
            let told = Told::on(back, move |ids| Command::RescindExit {
                episode: ids.id(episode),
                reason: code("person_returned"),
            });
            life.staff(service, back, &[episode], &[], told);
            left.on = life.dice.after(back, 14..=40);
        });
        left
    }

    pub(super) fn follow_up(&mut self, service: &'static str, episode: Slot, ending: Ending) {
        let unplanned = matches!(ending.reason, "85" | "86");
        if self.script.punctual || !(unplanned || matches!(ending.reason, "80" | "81" | "82")) {
            return;
        }
        self.by_the_way(|life| {
            if !life.dice.percent(rates::FOLLOWED_UP) {
                return;
            }
            let first = if unplanned { 2..=9 } else { 14..=30 };
            let day = life.dice.after(ending.on, first);
            let outcome = if unplanned {
                life.dice
                    .weighted(&[("not_reached", 60), ("reached_well", 15), ("declined", 25)])
            } else {
                life.dice.weighted(&[("reached_well", 70), ("not_reached", 30)])
            };
            life.followed_up(service, episode, day, outcome);
            if unplanned && outcome != "declined" && life.dice.percent(rates::FOLLOWED_UP) {
                let again = life.dice.after(day, 10..=20);
                life.followed_up(service, episode, again, "not_reached");
            }
        });
    }

    fn followed_up(&mut self, service: &'static str, episode: Slot, day: Date, outcome: &'static str) {
        let told = Told::on(day, move |ids| Command::RecordFollowUp {
            episode: ids.id(episode),
            outcome: code(outcome),
        });
        self.staff(service, day, &[episode], &[], told);
    }
}
