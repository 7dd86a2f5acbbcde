//! The gate: release planned, made ready, made; and what becomes of it.
//!
//! Source: `domain.md` 2 (sub-states of a release); `cases.md` C1 to C13.

use super::prison_care::Move;
use super::referral::Asking;
use super::{After, Course, Ending, Life, Stay};
use crate::dice::{Dice, later};
use crate::places::{Prison, code};
use crate::rates::{self, Fate};
use crate::script::{Slot, Told, at_hours};
use crate::voice::Voice;
use jiff::civil::Date;
use throughcare_domain::command::Command;
use throughcare_domain::when::Occurred;

/// What becomes of a release, and on which day after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AfterRelease {
    pub(crate) fate: Fate,
    pub(crate) day: i32,
}

impl AfterRelease {
    pub(crate) fn draw(referred: bool, dice: &mut Dice) -> Self {
        let fate = dice.weighted(if referred {
            rates::WITH_REFERRAL
        } else {
            rates::WITHOUT_REFERRAL
        });
        let (first, last) = match fate {
            Fate::PickedUp | Fate::AcrossArea => {
                dice.weighted(&[((1, 7), 55), ((8, 14), 28), ((15, 21), 17)])
            }
            Fate::Late => (24, 70),
            Fate::Returned => (4, 20),
            Fate::Died => (4, 19),
            Fate::Lost => (30, 60),
        };
        Self {
            fate,
            day: dice.number(first..=last),
        }
    }
}

/// A referral to the community that stands at release.
#[derive(Clone, Copy)]
struct Passed {
    referral: Slot,
    to: &'static str,
    accepted: bool,
}

impl Life {
    pub(super) fn release(
        &mut self,
        stay: &Stay,
        prison: Prison,
        episode: Option<Slot>,
        reason: &'static str,
    ) -> After {
        let leaves = stay.leaves;
        if let Some(made) = stay.planned {
            self.plan_release(
                prison,
                made,
                leaves,
                stay.moved.is_some_and(|(day, _)| day > made),
            );
        }
        let passed = stay.referred.zip(episode).map(|(day, open)| {
            // Nobody can hand over an episode before it was opened in the second prison.
            let day = stay.moved.map_or(day, |(moved, _)| day.max(later(moved, 8)));
            self.pass_on(prison, open, day, leaves, stay.accepted)
        });
        if let Some(placed) = stay.kit {
            self.kit_in_property(prison, placed, leaves);
        }
        if let Some(open) = episode {
            let to = passed.map(|passed| (passed.referral, passed.to, passed.accepted));
            let fate = stay.after.fate;
            self.aside(|life| life.carried_over(prison.treatment, open, leaves, to, fate));
            self.prison_exit(prison, open, leaves, stay.exit);
        }
        self.release_message(stay, prison, reason, passed.is_some());
        self.after_release(stay.after, leaves, prison, passed)
    }

    pub(super) fn release_at_court(
        &mut self,
        stay: &Stay,
        prison: Prison,
        episode: Option<Slot>,
        caught: bool,
    ) -> After {
        let leaves = stay.leaves;
        self.release_message(stay, prison, "BL", false);
        let passed = caught.then(|| {
            let to = self.who.community_service(leaves);
            let referral = self.ask(Asking {
                day: leaves,
                source: "court",
                voice: Voice::court(),
                from: Some("northshire-court-liaison"),
                to,
                transfer_of: None,
            });
            if stay.accepted {
                let on = self.dice.after(leaves, 0..=1);
                self.accept(referral, to, on);
            }
            Passed {
                referral,
                to,
                accepted: stay.accepted,
            }
        });
        if let Some(open) = episode {
            self.prison_exit(prison, open, leaves, stay.exit);
        }
        self.after_release(stay.after, leaves, prison, passed)
    }

    /// Planned by the prison; one in five moves, a few are cancelled and planned again.
    fn plan_release(&mut self, prison: Prison, made: Date, leaves: Date, moves_prison: bool) {
        let again = self.dice.number(0..=99);
        let days = throughcare_domain::when::days_between(made, leaves);
        let first = if moves_prison || again < 20 {
            later(leaves, 2)
        } else {
            leaves
        };
        let plan = self.plan_on(prison, made, first);
        if first == leaves {
            if again >= 97 && days >= 6 {
                // Cancelled on a mistake, and planned again the day after.
                let told = Told::on(later(made, 2), move |ids| Command::CancelReleasePlan {
                    plan: ids.id(plan),
                });
                self.tell_plan(later(made, 2), &[plan], &[], told);
                let _ = self.plan_on(prison, later(made, 3), leaves);
            }
            return;
        }
        // A release on a Friday or before a holiday may be brought forward by up to two working days.
        let moved = self
            .between(later(made, 1), later(leaves, -1).max(later(made, 1)))
            .min(leaves);
        let told = Told::on(moved, move |ids| Command::ReplanRelease {
            plan: ids.id(plan),
            planned_on: leaves,
        });
        self.tell_plan(moved, &[plan], &[], told);
    }

    fn plan_on(&mut self, prison: Prison, made: Date, day: Date) -> Slot {
        let plan = self.script.slot();
        let area = self.who.area();
        let no_fixed_abode = self.who.no_fixed_abode();
        let told = Told::on(made, move |_| Command::PlanRelease {
            prison: prison.code(),
            planned_on: day,
            area: area.clone(),
            no_fixed_abode,
        });
        self.tell_plan(made, &[], &[plan], told);
        plan
    }

    fn tell_plan(&mut self, day: Date, touches: &[Slot], creates: &[Slot], told: Told) {
        self.script.sent(
            &mut self.dice,
            Voice::prison_feed(),
            day,
            touches,
            creates,
            vec![told],
        );
    }

    /// The prison's service asks the one at home to go on.
    fn pass_on(&mut self, prison: Prison, episode: Slot, day: Date, leaves: Date, accepted: bool) -> Passed {
        let to = self.who.community_service(day);
        let voice = Voice::staff(prison.treatment, &mut self.dice);
        let referral = self.ask(Asking {
            day,
            source: "prison",
            voice,
            from: Some(prison.treatment),
            to,
            transfer_of: Some(episode),
        });
        if accepted {
            let on = self.dice.after(day, 0..=4).min(leaves);
            self.accept(referral, to, on);
        }
        Passed {
            referral,
            to,
            accepted,
        }
    }

    fn release_message(&mut self, stay: &Stay, prison: Prison, reason: &'static str, referred: bool) {
        let release = self.script.slot();
        let mut movement = Move::out_of(prison, "REL", reason).told();
        let referral = if referred {
            "referred_treatment"
        } else {
            "not_referred"
        };
        if stay.area_told {
            movement.area = self.who.area();
            movement.no_fixed_abode = self.who.no_fixed_abode();
            movement.referral_on_release = Some(code(referral));
        }
        let at = at_hours(&mut self.dice, stay.leaves, 12, 16);
        self.script.message(&mut self.dice, at, &[release], || {
            let movement = movement.clone();
            Told::when(Occurred::At(at), move |_| {
                Command::RecordMovement(movement.clone())
            })
        });
        if !stay.area_told {
            let day = self.dice.after(stay.leaves, 1..=6);
            let (area, no_fixed_abode) = (self.who.area(), self.who.no_fixed_abode());
            let told = Told::on(day, move |ids| Command::CompleteRelease {
                release: ids.id(release),
                area: area.clone(),
                no_fixed_abode: Some(no_fixed_abode),
                referral_on_release: Some(code(referral)),
            });
            self.tell_plan(day, &[release], &[], told);
        }
    }

    fn after_release(
        &mut self,
        after: AfterRelease,
        released: Date,
        prison: Prison,
        passed: Option<Passed>,
    ) -> After {
        let on = later(released, after.day);
        match after.fate {
            Fate::PickedUp | Fate::Late => {
                let triaged = self.dice.after(on, -3..=0).max(later(released, 1)).min(on);
                let (episode, to) = self.taken_on(passed, released, triaged);
                let course = Course::starting(to, triaged, on, &self.who, &mut self.dice);
                self.course(course, episode)
            }
            Fate::AcrossArea => {
                let to = match self.who.community_service(on) {
                    "southmarsh-community" => "northshire-community",
                    _ => "southmarsh-community",
                };
                let triaged = self.dice.after(on, -3..=0).max(later(released, 1)).min(on);
                if let Some(passed) = passed {
                    self.withdraw(passed.referral, passed.to, triaged, "moved_away");
                }
                let (episode, to) = self.came_by_themselves(to, released, triaged);
                let course = Course::starting(to, triaged, on, &self.who, &mut self.dice);
                self.course(course, episode)
            }
            Fate::Died => {
                let triaged = later(released, 2).min(on);
                let (episode, to) = self.taken_on(passed, released, triaged);
                self.exit(to, episode, Ending { on, reason: "89" }, false);
                After::Died
            }
            Fate::Returned => {
                if let Some(passed) = passed {
                    let day = self.dice.after(on, 1..=5);
                    self.withdraw(passed.referral, passed.to, day, "returned_to_custody");
                }
                if on >= self.plan.until {
                    return After::Free(on);
                }
                let again = Stay::recalled(on, prison, &self.who, &mut self.dice);
                self.custody(again)
            }
            Fate::Lost => {
                match passed {
                    Some(Passed {
                        referral,
                        to,
                        accepted: true,
                    }) => {
                        self.triage(referral, to, on, "did_not_engage");
                    }
                    Some(Passed { referral, to, .. }) => self.reject(referral, to, on, "not_contactable"),
                    None => {}
                }
                After::Free(on)
            }
        }
    }

    /// Triaged on the referral that was sent, or on one of their own.
    fn taken_on(&mut self, passed: Option<Passed>, released: Date, triaged: Date) -> (Slot, &'static str) {
        let Some(Passed {
            referral,
            to,
            accepted,
        }) = passed
        else {
            let to = self.who.community_service(released);
            return self.came_by_themselves(to, released, triaged);
        };
        if !accepted {
            let on = self.between(later(released, 1).min(triaged), triaged);
            self.accept(referral, to, on);
        }
        (self.triage(referral, to, triaged, "treatment_needed"), to)
    }

    fn came_by_themselves(
        &mut self,
        to: &'static str,
        released: Date,
        triaged: Date,
    ) -> (Slot, &'static str) {
        let asked = self.dice.after(triaged, -6..=0).max(released);
        let voice = Voice::staff(to, &mut self.dice);
        let referral = self.ask(Asking {
            day: asked,
            source: "self",
            voice,
            from: None,
            to,
            transfer_of: None,
        });
        let accepted = self.between(asked, triaged);
        self.accept(referral, to, accepted);
        (self.triage(referral, to, triaged, "treatment_needed"), to)
    }
}
