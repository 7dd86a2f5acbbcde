//! What happens around treatment: appointments, referrals sent on, interventions referred to, holds, prescriptions
//! bridged, care plans, key workers.
//!
//! All of it is drawn from dice of its own, so that the rest of a county stays as its seed made it.

use super::Life;
use crate::dice::later;
use crate::places::code;
use crate::rates::{self, Fate};
use crate::script::{Asks, Slot, Slots, Told, at_hours};
use crate::voice::Voice;
use jiff::civil::Date;
use throughcare_domain::code::UserName;
use throughcare_domain::command::{AppointmentCommand, Command, CourseStep, NewAppointment, PlanTold};
use throughcare_domain::fact::AppointmentFor;
use throughcare_domain::when::{Occurred, days_between};

/// Days after which a care plan and an intervention are gone through again.
const REVIEWED_AFTER: i32 = 84;

/// How an appointment ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ends {
    Attended,
    Missed(&'static str),
    Cancelled(&'static str),
}

fn step(episode: Slot, step: impl Fn(&Slots) -> CourseStep + 'static) -> Asks {
    Box::new(move |ids| Command::Course {
        episode: ids.id(episode),
        step: step(ids),
    })
}

fn on(day: Date, asks: Asks) -> Told {
    Told {
        occurred: Occurred::On(day),
        asks,
    }
}

impl Life {
    /// Tells with the other dice.
    pub(crate) fn aside<T>(&mut self, tell: impl FnOnce(&mut Self) -> T) -> T {
        std::mem::swap(&mut self.dice, &mut self.other_dice);
        let told = tell(self);
        std::mem::swap(&mut self.dice, &mut self.other_dice);
        told
    }

    /// Said by staff of a service on the day itself.
    fn says(&mut self, by: &str, day: Date, touches: &[Slot], creates: &[Slot], told: Told) {
        let voice = Voice::staff(by, &mut self.dice);
        self.script
            .sent(&mut self.dice, voice, day, touches, creates, vec![told]);
    }

    /// A step within an episode, said on the day itself and after everything that touched `after`.
    fn in_episode(&mut self, by: &str, day: Date, after: &[Slot], asks: Asks) {
        self.says(by, day, after, &[], on(day, asks));
    }

    /// An appointment about a referral, and how it ended on its day.
    fn appointment(
        &mut self,
        by: &str,
        referral: Slot,
        kind: &'static str,
        (offered, on): (Date, Date),
        ends: Option<Ends>,
    ) {
        let appointment = self.script.slot();
        let starts_at = at_hours(&mut self.dice, on, 9, 16);
        let offer = Told::on(offered, move |ids| {
            Command::Appointment(AppointmentCommand::Offer(NewAppointment {
                about: AppointmentFor::Referral(ids.id(referral)),
                intervention: None,
                starts_at,
                kind: code(kind),
            }))
        });
        self.says(by, offered, &[referral], &[appointment], offer);
        let moved = later(offered, 1);
        if moved < on && self.dice.percent(rates::APPOINTMENT_MOVED) {
            let starts_at = at_hours(&mut self.dice, on, 9, 16);
            let told = Told::on(moved, move |ids| {
                Command::Appointment(AppointmentCommand::Move {
                    appointment: ids.id(appointment),
                    starts_at,
                })
            });
            self.says(by, moved, &[appointment], &[], told);
        }
        let Some(ends) = ends else { return };
        let told = Told::on(on, move |ids| {
            let appointment = ids.id(appointment);
            Command::Appointment(match ends {
                Ends::Attended => AppointmentCommand::Attend(appointment),
                Ends::Missed(reason) => AppointmentCommand::Miss {
                    appointment,
                    reason: code(reason),
                },
                Ends::Cancelled(by) => AppointmentCommand::Cancel {
                    appointment,
                    by: code(by),
                },
            })
        });
        self.says(by, on, &[appointment, referral], &[], told);
    }

    /// The way to triage: offered on acceptance; some miss the first time and are offered another, or it is called
    /// off.
    pub(super) fn triage_appointments(
        &mut self,
        by: &'static str,
        referral: Slot,
        accepted: Date,
        triaged: Date,
    ) {
        if !self.dice.percent(rates::TRIAGE_BY_APPOINTMENT) {
            return;
        }
        let days = days_between(accepted, triaged);
        let mut offered = accepted;
        if days >= 6 && self.dice.percent(rates::APPOINTMENT_MISSED) {
            let missed = later(accepted, self.dice.number(2..=days - 3));
            let ends = if self.dice.percent(rates::APPOINTMENT_CANCELLED) {
                Ends::Cancelled(self.dice.weighted(&[("person", 3), ("service", 2)]))
            } else {
                Ends::Missed(self.why_missed())
            };
            self.appointment(by, referral, "triage", (offered, missed), Some(ends));
            offered = later(missed, 1);
        }
        self.appointment(by, referral, "triage", (offered, triaged), Some(Ends::Attended));
    }

    /// Nobody came to triage.
    pub(super) fn triage_missed(&mut self, by: &'static str, referral: Slot, accepted: Date) {
        if self.dice.percent(rates::TRIAGE_BY_APPOINTMENT) {
            let on = later(accepted, self.dice.number(3..=14));
            let ends = Ends::Missed(self.why_missed());
            self.appointment(by, referral, "triage", (accepted, on), Some(ends));
        }
    }

    /// Treatment rests from a day on.
    pub(crate) fn rests(&mut self, by: &str, episode: Slot, day: Date, reason: &'static str) {
        let asks = step(episode, move |_| CourseStep::Hold { reason: code(reason) });
        self.in_episode(by, day, &[], asks);
    }

    /// Nobody came to the appointment of a referral.
    pub(crate) fn misses(&mut self, by: &str, referral: Slot, when: (Date, Date)) {
        let ends = Some(Ends::Missed("no_reason_given"));
        self.appointment(by, referral, "triage", when, ends);
    }

    fn why_missed(&mut self) -> &'static str {
        self.dice.weighted(&[
            ("no_reason_given", 45),
            ("forgot", 20),
            ("ill", 12),
            ("no_transport", 10),
            ("work_or_family", 8),
            ("in_custody", 5),
        ])
    }

    /// A referral that was sent to the service of the other area first, which sent it on.
    pub(super) fn sent_on(&mut self, referral: Slot, by: &'static str, to: &'static str, day: Date) -> Slot {
        let onward = self.script.slot();
        let told = Told::on(day, move |ids| Command::SendReferralOn {
            referral: ids.id(referral),
            to_service: ids.service(to),
            source: None,
        });
        self.says(by, day, &[referral], &[onward], told);
        onward
    }

    /// Who is responsible, on the day of triage.
    pub(super) fn key_worker(&mut self, by: &'static str, episode: Slot, day: Date) {
        if !self.dice.percent(rates::KEY_WORKER) {
            return;
        }
        let number = self.dice.number(1..=Voice::STAFF);
        let asks = step(episode, move |ids| {
            let name = Voice::worker(ids.provider(by), number);
            CourseStep::AssignKeyWorker(UserName::parse(&name).expect("a worker's name is well formed"))
        });
        self.in_episode(by, day, &[episode], asks);
    }

    /// The referral to the intervention, with its first appointment; the slot by which it starts.
    pub(super) fn referred_to(
        &mut self,
        by: &'static str,
        episode: Slot,
        intervention: &'static str,
        (opened, first): (Date, Date),
    ) -> Option<Slot> {
        if !self.dice.percent(rates::REFERRED_TO_INTERVENTION) {
            return None;
        }
        let slot = self.script.slot();
        let asks = step(episode, move |_| CourseStep::ReferTo {
            code: code(intervention),
            setting: code("community"),
        });
        self.says(by, opened, &[episode], &[slot], on(opened, asks));
        // Some come to the first appointment that they are offered, some to a later one.
        let offered_for = self.between(later(opened, 1).min(first), first);
        let asks = step(episode, move |ids| CourseStep::OfferFirstAppointment {
            intervention: ids.id(slot),
            offered_for,
        });
        self.in_episode(by, opened, &[episode, slot], asks);
        Some(slot)
    }

    /// The start of an intervention that was referred to.
    pub(super) fn start_referred(&mut self, by: &str, episode: Slot, slot: Slot, day: Date) {
        let asks = step(episode, move |ids| CourseStep::StartReferred {
            intervention: ids.id(slot),
            setting: None,
            within_care_plan: true,
        });
        self.in_episode(by, day, &[episode, slot], asks);
    }

    /// The care plan and its review, a review of the intervention, and a hold: what a course of some length has.
    pub(super) fn along_the_course(
        &mut self,
        by: &'static str,
        episode: Slot,
        started: Slot,
        prescribed: bool,
        (first, last): (Date, Date),
    ) {
        let reviewed = later(first, REVIEWED_AFTER);
        if self.dice.percent(rates::CARE_PLAN) {
            let goals = self.goals(prescribed);
            let asks = step(episode, move |_| {
                CourseStep::AgreeCarePlan(PlanTold {
                    goals: goals.clone(),
                    review_on: reviewed,
                })
            });
            self.in_episode(by, first, &[started], asks);
            let revised = later(reviewed, self.dice.number(-5..=20));
            if revised < last && self.dice.percent(75) {
                let goals = self.goals(prescribed);
                let asks = step(episode, move |_| {
                    CourseStep::ReviseCarePlan(PlanTold {
                        goals: goals.clone(),
                        review_on: later(revised, REVIEWED_AFTER),
                    })
                });
                self.in_episode(by, revised, &[started], asks);
            }
        }
        if reviewed < last && self.dice.percent(rates::INTERVENTION_REVIEWED) {
            let component = if prescribed { "PHMAIN" } else { "PSYCGBH" };
            let asks = step(episode, move |ids| CourseStep::Review {
                intervention: ids.id(started),
                components: vec![code(component)],
            });
            self.in_episode(by, reviewed, &[started], asks);
        }
        // After the second intervention has begun, for none begins in a hold.
        let hold = later(first, self.dice.number(90..=130));
        let resumed = later(hold, self.dice.number(6..=40));
        if resumed < last && self.dice.percent(rates::ON_HOLD) {
            let reason = self.dice.weighted(&[
                ("in_hospital", 4),
                ("away", 3),
                ("residential", 2),
                ("person_asked", 1),
            ]);
            let asks = step(episode, move |_| CourseStep::Hold { reason: code(reason) });
            self.in_episode(by, hold, &[started], asks);
            let asks = step(episode, |_| CourseStep::Resume);
            self.in_episode(by, resumed, &[started], asks);
        }
    }

    fn goals(&mut self, prescribed: bool) -> Vec<throughcare_domain::code::Code> {
        let first = if prescribed { "stabilisation" } else { "reduction" };
        let second = *self
            .dice
            .pick(&["housing", "mental_health", "family", "employment_education"]);
        vec![code(first), code(second)]
    }

    /// What carries somebody over the gate besides the referral: a prescription, and an appointment on the day after
    /// release.
    pub(super) fn carried_over(
        &mut self,
        by: &'static str,
        episode: Slot,
        leaves: Date,
        passed: Option<(Slot, &'static str, bool)>,
        fate: Fate,
    ) {
        let to = passed.map(|(_, to, _)| to);
        let share = if passed.is_some() {
            rates::BRIDGED_WITH_REFERRAL
        } else {
            rates::BRIDGED_WITHOUT_REFERRAL
        };
        if self.who.is_opiate_user() && self.dice.percent(share) {
            let days = self.dice.number(3..=14);
            let asks = step(episode, move |ids| CourseStep::BridgePrescription {
                to_service: to.map(|to| ids.service(to)),
                medicine: code("methadone"),
                from: leaves,
                until: later(leaves, days),
            });
            self.in_episode(by, leaves, &[episode], asks);
        }
        let Some((referral, to, true)) = passed else {
            return;
        };
        if self.dice.percent(rates::APPOINTMENT_AT_RELEASE) {
            let ends = match fate {
                Fate::PickedUp => Ends::Attended,
                Fate::Returned => Ends::Missed("in_custody"),
                _ => Ends::Missed("no_reason_given"),
            };
            self.appointment(
                to,
                referral,
                "release_day",
                (leaves, later(leaves, 1)),
                Some(ends),
            );
        }
    }
}
