//! What people say about the use of their data when a service takes them on, and later: consent to the national
//! statistics and its withdrawal, sharing with probation, objections, a restriction now and then.
//!
//! Source: `domain.md` 1.6 (consent is asked with a leaflet; refusal never blocks treatment) and 6.

use super::Life;
use super::beside::Beside;
use crate::places::{code, organisation};
use crate::rates;
use crate::script::{Slot, Slots, Told};
use crate::voice::Voice;
use jiff::civil::Date;
use throughcare_domain::command::{Command, SharingCommand};
use throughcare_domain::fact::{Scope, Wording};

/// With whom community services share by agreement.
const PROBATION: &str = "northshire-probation";

type Asks = Box<dyn Fn(&Slots) -> SharingCommand>;

fn scope(of: &str) -> Scope {
    Scope {
        code: code(of),
        with: None,
    }
}

fn with_probation() -> Scope {
    Scope {
        with: Some(organisation(PROBATION)),
        ..scope("share_with_organisation")
    }
}

fn leaflet() -> Option<Wording> {
    Some(Wording {
        form: code("national_leaflet"),
        version: Some(code("2023-11")),
    })
}

impl Life {
    /// Beside a course of treatment, by a chance of its own.
    pub(super) fn sharing(&mut self, course: &Beside) {
        if self.script.punctual {
            return;
        }
        std::mem::swap(&mut self.dice, &mut self.sharing);
        self.asked_for_consent(course);
        if self.dice.percent(rates::SHARED_WITH_PROBATION) {
            self.shared(course);
        }
        if self.dice.permille(rates::OBJECTS) {
            self.objects(course);
        }
        if self.dice.permille(rates::RESTRICTED) {
            self.restricted(course);
        }
        std::mem::swap(&mut self.dice, &mut self.sharing);
    }

    /// Typed on its day.
    fn speaks(&mut self, course: &Beside, day: Date, (touches, creates): (Slot, &[Slot]), asks: Vec<Asks>) {
        let voice = Voice::staff(course.service, &mut self.dice);
        let told = asks
            .into_iter()
            .map(|asks| Told::on(day, move |ids| Command::Sharing(asks(ids))));
        self.script
            .sent(&mut self.dice, voice, day, &[touches], creates, told.collect());
    }

    fn asked_for_consent(&mut self, course: &Beside) {
        let answer = self.dice.weighted(rates::CONSENT_TO_NATIONAL_STATISTICS);
        let asked = course.opened;
        match answer {
            "given" => {
                self.speaks(
                    course,
                    asked,
                    (course.known, &[]),
                    vec![Box::new(|_| SharingCommand::GiveConsent {
                        scope: scope("national_statistics"),
                        wording: leaflet(),
                    })],
                );
                if self.dice.permille(rates::CONSENT_WITHDRAWN) {
                    let day = self.between(asked, course.ending.on);
                    self.speaks(
                        course,
                        day,
                        (course.known, &[]),
                        vec![Box::new(|_| SharingCommand::WithdrawConsent {
                            scope: scope("national_statistics"),
                        })],
                    );
                }
            }
            "refused" => self.speaks(
                course,
                asked,
                (course.known, &[]),
                vec![Box::new(|_| SharingCommand::RefuseConsent {
                    scope: scope("national_statistics"),
                    wording: leaflet(),
                })],
            ),
            _ => {}
        }
    }

    /// The person agrees that probation sees the record while the service treats them.
    fn shared(&mut self, course: &Beside) {
        if self.objected {
            return;
        }
        let first = self.between(course.opened, course.ending.on);
        let until = course.ending.on;
        let agreement = self.script.slot();
        self.speaks(
            course,
            first,
            (course.known, &[agreement]),
            vec![
                Box::new(|_| SharingCommand::GiveConsent {
                    scope: with_probation(),
                    wording: Some(Wording {
                        form: code("local_form"),
                        version: None,
                    }),
                }),
                Box::new(move |_| SharingCommand::ApplyAgreement {
                    with: organisation(PROBATION),
                    basis: code("consent"),
                    until: Some(until),
                }),
            ],
        );
        let day = self.between(first, course.ending.on);
        match self.dice.weighted(rates::AGREEMENTS) {
            "ended" => self.speaks(
                course,
                day,
                (agreement, &[]),
                vec![Box::new(move |ids| SharingCommand::EndAgreement {
                    agreement: ids.id(agreement),
                    reason: code("left_the_case"),
                })],
            ),
            "withdrawn" => self.speaks(
                course,
                day,
                (agreement, &[]),
                vec![Box::new(|_| SharingCommand::WithdrawConsent {
                    scope: with_probation(),
                })],
            ),
            _ => {}
        }
        self.script.waits_for(course.episode, agreement);
    }

    fn objects(&mut self, course: &Beside) {
        let day = self.between(course.opened, course.ending.on);
        let objection = self.script.slot();
        let against = self.dice.percent(40);
        self.objected |= against;
        let purpose = *self.dice.pick(&["national_statistics", "planning", "research"]);
        self.speaks(
            course,
            day,
            (course.known, &[objection]),
            vec![Box::new(move |_| SharingCommand::Object {
                purpose: (!against).then(|| code(purpose)),
                against: against.then(|| organisation(PROBATION)),
            })],
        );
        let settled = self.between(day, course.ending.on);
        match self.dice.weighted(rates::OBJECTIONS) {
            "withdrawn" => self.speaks(
                course,
                settled,
                (objection, &[]),
                vec![Box::new(move |ids| {
                    SharingCommand::WithdrawObjection(ids.id(objection))
                })],
            ),
            "open" => {}
            outcome => self.speaks(
                course,
                settled,
                (objection, &[]),
                vec![Box::new(move |ids| SharingCommand::AnswerObjection {
                    objection: ids.id(objection),
                    outcome: code(outcome),
                })],
            ),
        }
        self.script.waits_for(course.episode, objection);
    }

    /// What the record says is contested, and settled some weeks later.
    fn restricted(&mut self, course: &Beside) {
        let placed = self.between(course.opened, course.ending.on);
        let lifted = self.between(placed, course.ending.on);
        let restriction = self.script.slot();
        self.speaks(
            course,
            placed,
            (course.known, &[restriction]),
            vec![Box::new(|_| SharingCommand::PlaceRestriction {
                ground: code("accuracy_contested"),
            })],
        );
        self.speaks(
            course,
            lifted,
            (restriction, &[]),
            vec![Box::new(move |ids| SharingCommand::LiftRestriction {
                restriction: ids.id(restriction),
                reason: code("accuracy_settled"),
            })],
        );
        self.script.waits_for(course.episode, restriction);
    }
}
