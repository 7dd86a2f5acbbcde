//! What the police and courts do with those whom they send on: arrest, drug test, required assessments, bail, orders,
//! resolutions, cohorts.
//!
//! Source: `domain.md` 5.1 and 5.2.

use super::Life;
use crate::places::{code, service};
use crate::rates;
use crate::script::{Slot, Told, at_hours};
use crate::voice::Voice;
use jiff::SignedDuration;
use jiff::civil::Date;
use throughcare_domain::command::{Command, JusticeCommand, NewRequirement};
use throughcare_domain::fact::DrugResult;
use throughcare_domain::when::Occurred;

impl Life {
    /// What stands behind a referral from the police, a court or probation; by a chance of its own.
    pub(super) fn behind_the_referral(&mut self, source: &str, to: &'static str, referral: Slot, day: Date) {
        if self.script.punctual {
            return;
        }
        std::mem::swap(&mut self.dice, &mut self.justice);
        match source {
            "arrest_referral" => self.arrested(to, referral, day),
            "court" => self.sentenced(referral, day),
            "probation" => self.in_cohort(referral, day),
            _ => {}
        }
        std::mem::swap(&mut self.dice, &mut self.justice);
    }

    /// Sent by a system on the day.
    fn told(
        &mut self,
        voice: Voice,
        (touches, creates): (Slot, &[Slot]),
        day: Date,
        occurred: Option<Occurred>,
        asks: impl Fn(&crate::script::Slots) -> JusticeCommand + 'static,
    ) {
        let told = Told::when(occurred.unwrap_or(Occurred::On(day)), move |ids| {
            Command::Justice(asks(ids))
        });
        self.script
            .sent(&mut self.dice, voice, day, &[touches], creates, vec![told]);
    }

    fn arrested(&mut self, to: &'static str, referral: Slot, day: Date) {
        let police = Voice::arrest_referral;
        let at = at_hours(&mut self.dice, day, 0, 4);
        let offence = self.dice.weighted(rates::OFFENCES);
        let arrest = self.script.slot();
        self.told(
            police(),
            (referral, &[arrest]),
            day,
            Some(Occurred::At(at)),
            move |_| JusticeCommand::Arrest {
                offence: code(offence),
                force: Some(code("12")),
            },
        );
        if self.dice.percent(rates::TESTED_ON_ARREST) {
            let tested = at + SignedDuration::from_mins(i64::from(self.dice.number(40..=200)));
            self.tested(to, arrest, day, Occurred::At(tested));
        }
        if self.dice.percent(rates::MET_BY_LIAISON) {
            let outcome = self
                .dice
                .weighted(&[("referred", 7), ("assessed", 2), ("supported", 1)]);
            self.told(police(), (arrest, &[]), day, None, move |_| {
                JusticeCommand::Contact {
                    place: code("police_custody"),
                    outcome: code(outcome),
                }
            });
        }
        if self.dice.percent(rates::CAUTIONED) {
            self.cautioned(arrest, day);
        } else if self.dice.percent(rates::BAILED) {
            let until = self.dice.after(day, 14..=84);
            self.told(police(), (arrest, &[]), day, None, move |ids| {
                JusticeCommand::Bail {
                    arrest: Some(ids.id(arrest)),
                    kind: code("pre_charge"),
                    conditions: vec![code("drug_assessment"), code("residence")],
                    until: Some(until),
                }
            });
        }
    }

    fn tested(&mut self, to: &'static str, arrest: Slot, day: Date, at: Occurred) {
        let (cocaine, opiates) = if self.dice.percent(rates::POSITIVE_ON_ARREST) {
            self.dice.weighted(rates::FOUND)
        } else {
            ("negative", "negative")
        };
        let test = self.script.slot();
        let police = Voice::arrest_referral();
        self.told(police, (arrest, &[test]), day, Some(at), move |ids| {
            let found = [("cocaine", cocaine), ("opiates", opiates)];
            let found = found.map(|(drug, result)| DrugResult {
                drug: code(drug),
                result: code(result),
            });
            JusticeCommand::Test {
                arrest: Some(ids.id(arrest)),
                trigger: code("trigger_offence_arrest"),
                results: found.to_vec(),
            }
        });
        if [cocaine, opiates].contains(&"positive") && self.dice.percent(rates::REQUIRED) {
            self.required(to, test, day);
        }
    }

    fn required(&mut self, to: &'static str, test: Slot, day: Date) {
        let (initial, follow_up) = (self.script.slot(), self.script.slot());
        let appointed = self.dice.after(day, 1..=4);
        let police = Voice::arrest_referral;
        self.told(police(), (test, &[initial, follow_up]), day, None, move |ids| {
            JusticeCommand::RequireAssessment {
                service: service(to),
                test: Some(ids.id(test)),
                appointed_on: Some(appointed),
            }
        });
        let fate = self.dice.weighted(rates::ASSESSMENTS);
        let staff = Voice::staff(to, &mut self.dice);
        if fate == "missed" {
            self.told(staff, (initial, &[]), appointed, None, move |ids| {
                JusticeCommand::MissAssessment {
                    assessment: ids.id(initial),
                    reason: code("did_not_attend"),
                }
            });
            return;
        }
        if fate == "lapsed" {
            self.told(police(), (initial, &[]), appointed, None, move |ids| {
                JusticeCommand::LapseAssessment {
                    assessment: ids.id(initial),
                    reason: code("no_further_action"),
                }
            });
            return;
        }
        let again = self.dice.after(appointed, 1..=4);
        let needed = fate == "needed";
        self.told(staff.clone(), (initial, &[]), appointed, None, move |ids| {
            JusticeCommand::AttendAssessment {
                assessment: ids.id(initial),
                follow_up_needed: Some(needed),
                follow_up_on: needed.then_some(again),
            }
        });
        if needed && self.dice.percent(rates::FOLLOW_UP_ATTENDED) {
            self.script.waits_for(follow_up, initial);
            self.told(staff, (follow_up, &[]), again, None, move |ids| {
                JusticeCommand::AttendAssessment {
                    assessment: ids.id(follow_up),
                    follow_up_needed: None,
                    follow_up_on: None,
                }
            });
        }
    }

    fn cautioned(&mut self, arrest: Slot, day: Date) {
        let caution = self.script.slot();
        let until = self.dice.after(day, 60..=110);
        let police = Voice::arrest_referral;
        self.told(police(), (arrest, &[caution]), day, None, move |ids| {
            JusticeCommand::Resolve {
                arrest: Some(ids.id(arrest)),
                kind: code("conditional_caution"),
                conditions: vec![code("drug_awareness")],
                until: Some(until),
            }
        });
        let outcome = self.dice.weighted(&[("met", 70), ("not_met", 30)]);
        self.told(police(), (caution, &[]), until, None, move |ids| {
            JusticeCommand::ConcludeResolution {
                resolution: ids.id(caution),
                outcome: code(outcome),
            }
        });
    }

    fn sentenced(&mut self, referral: Slot, day: Date) {
        let requirement = self.script.slot();
        let kind = self.dice.weighted(rates::REQUIREMENTS);
        let months = u16::try_from(self.dice.number(6..=12)).unwrap_or(6);
        self.told(Voice::court(), (referral, &[requirement]), day, None, move |_| {
            JusticeCommand::CourtOutcome {
                outcome: code("community_order"),
                requirements: vec![NewRequirement {
                    kind: code(kind),
                    months: Some(months),
                }],
            }
        });
        let ends = self.dice.after(day, 60..=180);
        let reason = self
            .dice
            .weighted(&[("completed", 55), ("breached", 30), ("revoked", 15)]);
        self.told(Voice::court(), (requirement, &[]), ends, None, move |ids| {
            JusticeCommand::EndRequirement {
                requirement: ids.id(requirement),
                reason: code(reason),
            }
        });
    }

    /// Once in a life: whoever is in a cohort does not join it again.
    fn in_cohort(&mut self, referral: Slot, day: Date) {
        if self.managed || !self.dice.percent(rates::MANAGED) {
            return;
        }
        self.managed = true;
        let membership = self.script.slot();
        self.told(
            Voice::probation(),
            (referral, &[membership]),
            day,
            None,
            move |_| JusticeCommand::JoinCohort {
                cohort: code("integrated_offender_management"),
            },
        );
        let left = self.dice.after(day, 90..=400);
        self.told(Voice::probation(), (membership, &[]), left, None, move |ids| {
            JusticeCommand::LeaveCohort {
                membership: ids.id(membership),
                reason: code("no_longer_meets_criteria"),
            }
        });
    }
}
