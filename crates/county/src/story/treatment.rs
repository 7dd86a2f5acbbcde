//! A course of community treatment: waiting, starts, contacts, exit.
//!
//! Sources: `domain.md` 1.4 (interventions and exit reasons), 3 (waiting), `cases.md` C11, E1 to E8.

use super::beside::Beside;
use super::{After, Life};
use crate::dice::{Dice, later};
use crate::names::FAMILIES;
use crate::places::code;
use crate::rates;
use crate::script::{Slot, Told, at_hours};
use crate::who::{Group, Who};
use jiff::civil::Date;
use throughcare_domain::command::{Command, Demographics, NamesTold};
use throughcare_domain::fact::ExitProfile;
use throughcare_domain::when::Occurred;

/// A course as it will go.
pub(crate) struct Course {
    pub(crate) service: &'static str,
    /// The triage day.
    pub(crate) opened: Date,
    /// Put on the waiting list on the triage day.
    pub(crate) waits: bool,
    /// The day of the first structured start; `None` for somebody who never starts.
    pub(crate) starts: Option<Date>,
    pub(crate) ending: Ending,
    /// Given naloxone at the start.
    pub(crate) naloxone: bool,
    /// A remand of some days in the middle, through which the episode stays open.
    pub(crate) remanded: Option<Date>,
}

/// How a course ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ending {
    pub(crate) on: Date,
    pub(crate) reason: &'static str,
}

impl Course {
    pub(crate) fn draw(service: &'static str, opened: Date, who: &Who, dice: &mut Dice) -> Self {
        let waits = dice.percent(rates::WAITS);
        let first = if waits {
            dice.after(opened, 8..=56)
        } else {
            dice.after(opened, 0..=12)
        };
        let mut reason = dice.weighted(rates::EXITS);
        if reason == "82" && matches!(who.group, Group::Opiate | Group::AlcoholOnly) {
            reason = "80";
        }
        if reason == "80" && matches!(who.group, Group::AlcoholOnly | Group::NonOpiateAndAlcohol) {
            reason = "81";
        }
        // Commencement declined, or onward referral declined: nothing starts.
        let starts = (!matches!(reason, "88" | "71")).then_some(first);
        let bands = if who.is_opiate_user() {
            rates::DAYS_IN_OPIATE_TREATMENT
        } else {
            rates::DAYS_IN_OTHER_TREATMENT
        };
        let (shortest, longest) = dice.weighted(bands);
        let on = match starts {
            Some(first) => dice.after(first, shortest..=longest),
            None => dice.after(first, 2..=30),
        };
        let remanded =
            (who.age_on(opened) >= 21 && longest > 83 && dice.percent(3)).then(|| dice.after(first, 25..=60));
        Self {
            service,
            opened,
            waits,
            starts,
            ending: Ending { on, reason },
            naloxone: who.is_opiate_user() && dice.percent(rates::NALOXONE_IN_THE_COMMUNITY),
            remanded: remanded.filter(|day| later(*day, 20) < on),
        }
    }

    /// A course after release that certainly starts, on this day.
    pub(crate) fn starting(
        service: &'static str,
        opened: Date,
        starts: Date,
        who: &Who,
        dice: &mut Dice,
    ) -> Self {
        let drawn = Self::draw(service, opened, who, dice);
        let reason = if matches!(drawn.ending.reason, "88" | "71") {
            "85"
        } else {
            drawn.ending.reason
        };
        let days = throughcare_domain::when::days_between(drawn.starts.unwrap_or(opened), drawn.ending.on);
        Self {
            waits: false,
            starts: Some(starts),
            ending: Ending {
                on: later(starts, days.max(10)),
                reason,
            },
            remanded: None,
            ..drawn
        }
    }
}

impl Life {
    pub(crate) fn course(&mut self, course: Course, episode: Slot) -> After {
        match self.handed_over_at_eighteen(&course) {
            Some(birthday) => self.grows_up(course, episode, birthday),
            None => self.treatment(course, episode),
        }
    }

    /// A course with one service.
    pub(super) fn treatment(&mut self, course: Course, episode: Slot) -> After {
        let Course {
            service,
            opened,
            waits,
            starts,
            ending,
            naloxone,
            remanded,
        } = course;
        let intervention = if self.who.is_opiate_user() { "94" } else { "95" };
        let known = self.script.slot_after(episode);
        if waits {
            let told = Told::on(opened, move |ids| Command::PlaceOnWaitingList {
                episode: ids.id(episode),
                intervention: code(intervention),
            });
            self.staff(service, opened, &[episode], &[], told);
        }
        if naloxone {
            self.issue_kits(service, starts.unwrap_or(opened), ending.on);
        }
        let referred = self.aside(|life| {
            life.key_worker(service, episode, opened);
            starts.and_then(|first| life.referred_to(service, episode, intervention, (opened, first)))
        });
        match starts {
            Some(first) => {
                let started = match referred {
                    Some(slot) => {
                        self.aside(|life| life.start_referred(service, episode, slot, first));
                        slot
                    }
                    None => self.start(service, episode, intervention, "community", first),
                };
                self.treated(service, episode, intervention, first, ending.on, remanded);
                let prescribed = intervention == "94";
                self.aside(|life| {
                    life.along_the_course(service, episode, started, prescribed, (first, ending.on));
                });
            }
            None if waits => {
                let told = Told::on(ending.on, move |ids| Command::TakeOffWaitingList {
                    episode: ids.id(episode),
                    reason: code("person_declined"),
                });
                self.staff(service, ending.on, &[episode], &[], told);
            }
            None => {}
        }
        if !naloxone && self.who.is_opiate_user() {
            self.offer_declined(service, episode, opened);
        }
        self.changes(service, episode, opened, ending.on);
        if let Some(first) = starts.filter(|_| !self.script.punctual) {
            self.harm(service, episode, first, ending.on);
        }
        let beside = Beside {
            service,
            episode,
            known,
            opened,
            starts,
            ending,
        };
        self.beside_treatment(&beside);
        self.sharing(&beside);
        let ending = self.exit_taken_back(service, episode, ending, starts.is_some());
        self.exit(service, episode, ending, starts.is_some());
        if ending.reason == "89" {
            self.death(service, episode, ending.on);
            return After::Died;
        }
        self.follow_up(service, episode, ending);
        if !self.script.punctual && self.dice.permille(rates::MISTAKEN_DEATHS) {
            self.mistaken_death(service, episode, later(ending.on, 3));
        }
        After::Free(ending.on)
    }

    /// What the service learns about the person on the way: another name, another home.
    fn changes(&mut self, service: &'static str, episode: Slot, opened: Date, ends: Date) {
        if self.script.punctual {
            return;
        }
        if self.dice.percent(rates::NAME_CORRECTED) {
            let day = self.between(opened, ends);
            let names = NamesTold {
                given: None,
                family: Some((*self.dice.pick(FAMILIES)).to_owned()),
            };
            let told = Told::on(day, move |_| {
                Command::CorrectDemographics(Demographics {
                    names: names.clone(),
                    ..Demographics::default()
                })
            });
            self.staff(service, day, &[episode], &[], told);
        }
        if self.dice.percent(rates::PUT_RIGHT) {
            let right = self.between(opened, ends);
            let wrong = later(right, 1);
            if later(wrong, 10) < ends {
                self.contact_put_right(service, episode, wrong, right);
            }
        }
        if self.dice.percent(rates::MOVES_HOME) && self.who.moves_home() {
            let residence = self.who.residence().unwrap_or_default();
            let told = Told::on(ends, move |_| Command::RecordResidence(residence.clone()));
            self.staff(service, ends, &[episode], &[], told);
        }
    }

    fn treated(
        &mut self,
        service: &'static str,
        episode: Slot,
        intervention: &'static str,
        first: Date,
        last: Date,
        remanded: Option<Date>,
    ) {
        let back = remanded.map(|day| (day, self.remand_within_treatment(service, episode, day)));
        let second = intervention == "94" && self.dice.percent(50);
        let mut day = self.dice.after(first, 5..=18);
        let mut seen_again = false;
        let mut second_started = false;
        while day < last && day < self.plan.until {
            if let Some((away, free)) = back
                && (away..=free).contains(&day)
            {
                day = later(free, 1);
                continue;
            }
            if let Some((_, free)) = back
                && !seen_again
                && day > free
            {
                // Seen on the second or third day after release: the open episode goes on (C11).
                seen_again = true;
                day = later(free, 2).min(day).max(later(free, 1));
            }
            if second && !second_started {
                self.start(service, episode, "95", "community", day);
                second_started = true;
            } else {
                self.contact(service, episode, day);
            }
            day = self.dice.after(day, 8..=20);
        }
    }

    pub(crate) fn start(
        &mut self,
        service: &str,
        episode: Slot,
        intervention: &'static str,
        setting: &'static str,
        day: Date,
    ) -> Slot {
        let started = self.script.slot();
        let told = Told::on(day, move |ids| Command::StartIntervention {
            episode: ids.id(episode),
            code: code(intervention),
            setting: code(setting),
            within_care_plan: true,
        });
        self.staff(service, day, &[episode], &[started], told);
        started
    }

    pub(crate) fn contact(&mut self, service: &str, episode: Slot, day: Date) {
        let at = at_hours(&mut self.dice, day, 9, 16);
        // Most services tell the day, some the minute.
        let occurred = if self.dice.percent(15) {
            Occurred::At(at)
        } else {
            Occurred::On(day)
        };
        let told = Told::when(occurred, move |ids| Command::RecordContact {
            episode: ids.id(episode),
        });
        let voice = crate::voice::Voice::staff(service, &mut self.dice);
        let next = later(day, 1);
        // Typed up by the next day, so never before it happened.
        let _ = self
            .script
            .typed(&mut self.dice, voice, next, &[episode], &[], vec![told]);
    }

    pub(crate) fn exit(&mut self, service: &str, episode: Slot, ending: Ending, treated: bool) {
        let Ending { on, reason } = ending;
        let completed = matches!(reason, "80" | "81" | "82");
        let ends = match reason {
            "85" => "B",
            "86" | "89" => "C",
            _ => "A",
        };
        let profile = completed.then_some(ExitProfile {
            opiate_days: 0,
            crack_days: 0,
        });
        let told = Told::on(on, move |ids| Command::RecordExit {
            episode: ids.id(episode),
            reason: code(reason),
            intervention_exit: treated.then(|| code(ends)),
            profile,
        });
        self.staff(service, on, &[episode], &[], told);
    }
}
