//! Custody movements and release plans.
//!
//! Source: `domain.md` 5.3; `custody-movements.csv`. The movement type and reason decide; a type's name
//! alone never makes a release.

use super::Making;
use crate::code::{AreaCode, Code, PrisonCode};
use crate::command::{Command, Direction, Movement};
use crate::event::Origin;
use crate::fact::{
    Fact, MovementUnclassified, Received, ReleaseDetailsCompleted, ReleaseEffect, ReleasePlanCancelled,
    ReleasePlanned, ReleaseReplanned, Released, ReturnedFromCourt, SentToCourt, TemporaryAbsenceEnded,
    TemporaryAbsenceStarted, Transferred,
};
use crate::id::PlanId;
use crate::reference::{CustodyEffect, custody_effect};

impl Making<'_, '_> {
    pub(super) fn custody(&mut self, command: &Command) {
        match command {
            Command::RecordMovement(movement) => self.movement(movement),
            Command::CompleteRelease {
                release,
                area,
                no_fixed_abode,
                referral_on_release,
            } => {
                if let Some(area) = area {
                    self.area(area, "/area");
                }
                if let Some(code) = referral_on_release {
                    self.code("referral-on-release", code, "/referralOnRelease");
                }
                self.record(ReleaseDetailsCompleted {
                    release: *release,
                    area: area.clone(),
                    no_fixed_abode: *no_fixed_abode,
                    referral_on_release: referral_on_release.clone(),
                });
            }
            Command::PlanRelease {
                prison,
                planned_on,
                area,
                no_fixed_abode,
            } => {
                self.prison(prison, "/prison");
                if let Some(area) = area {
                    self.area(area, "/area");
                }
                if *planned_on < self.day() {
                    self.misfit("/plannedOn", "before_plan", "A release is planned for a later day than the plan is made. If it has happened, record the release.");
                }
                let plan: PlanId = self.created();
                self.record(ReleasePlanned {
                    plan,
                    prison: prison.clone(),
                    planned_on: *planned_on,
                    area: area.clone(),
                    no_fixed_abode: *no_fixed_abode,
                });
            }
            Command::ReplanRelease { plan, planned_on } => {
                self.record(ReleaseReplanned {
                    plan: *plan,
                    planned_on: *planned_on,
                });
            }
            Command::CancelReleasePlan { plan } => self.record(ReleasePlanCancelled { plan: *plan }),
            _ => {}
        }
    }

    fn movement(&mut self, told: &Movement) {
        for (prison, pointer) in [
            (&told.prison, "/movement/prison"),
            (&told.to_prison, "/movement/toPrison"),
        ] {
            if let Some(prison) = prison {
                self.prison(prison, pointer);
            }
        }
        if let Some(area) = &told.area {
            self.area(area, "/movement/area");
        }
        if let Some(code) = &told.referral_on_release {
            self.code("referral-on-release", code, "/movement/referralOnRelease");
        }
        let effect = custody_effect(
            self.context.reference,
            told.movement_type.as_str(),
            told.reason.as_str(),
            told.direction,
        );
        let prison = told.prison.clone();
        let release = |effect| released(told, effect);
        let fact = match effect {
            CustodyEffect::Reception { recall } => {
                if prison.is_none() && self.context.origin == Origin::Staff {
                    self.fault(
                        "/movement/prison",
                        "missing",
                        "Name the prison that received the person.",
                    );
                }
                Received {
                    prison,
                    reason: told.reason.clone(),
                    recall,
                }
                .into()
            }
            CustodyEffect::Transfer => {
                if told.to_prison.is_none() && self.context.origin == Origin::Staff {
                    self.fault(
                        "/movement/toPrison",
                        "missing",
                        "Name the prison to which the person moves.",
                    );
                }
                Transferred {
                    from: prison,
                    to: told.to_prison.clone(),
                }
                .into()
            }
            CustodyEffect::TransferIn => Transferred {
                from: None,
                to: prison,
            }
            .into(),
            CustodyEffect::CourtOut => SentToCourt { prison }.into(),
            CustodyEffect::CourtReturn => ReturnedFromCourt { prison }.into(),
            CustodyEffect::TemporaryAbsenceOut => TemporaryAbsenceStarted {
                prison,
                reason: told.reason.clone(),
            }
            .into(),
            CustodyEffect::TemporaryAbsenceReturn => TemporaryAbsenceEnded { prison }.into(),
            CustodyEffect::Community => release(ReleaseEffect::Community),
            CustodyEffect::Died => release(ReleaseEffect::Died),
            CustodyEffect::AtLarge => release(ReleaseEffect::AtLarge),
            CustodyEffect::Abroad => release(ReleaseEffect::Abroad),
            CustodyEffect::HospitalRestricted => release(ReleaseEffect::RestrictedHospital),
            CustodyEffect::Hospital => release(ReleaseEffect::Hospital),
            CustodyEffect::NotARelease => release(ReleaseEffect::NotARelease),
            CustodyEffect::Unknown => self.not_in_any_list(told),
        };
        self.record(fact);
    }

    /// Staff are told the nearest codes. What a machine sent is kept: an admission is still an admission, a
    /// release a possible release, and the rest a work item.
    fn not_in_any_list(&mut self, told: &Movement) -> Fact {
        let key = format!("{}/{}", told.movement_type, told.reason);
        if let Ok(key) = Code::parse(&key) {
            self.code("custody-movements", &key, "/movement/reasonCode");
        }
        match (told.movement_type.as_str(), told.direction) {
            ("ADM", Direction::In) => Received {
                prison: told.prison.clone(),
                reason: told.reason.clone(),
                recall: false,
            }
            .into(),
            ("REL", Direction::Out) => released(told, ReleaseEffect::Unknown),
            _ => MovementUnclassified {
                movement_type: told.movement_type.clone(),
                reason: told.reason.clone(),
                prison: told.prison.clone(),
            }
            .into(),
        }
    }

    pub(super) fn prison(&mut self, prison: &PrisonCode, pointer: &'static str) {
        if let Ok(code) = Code::parse(prison.as_str()) {
            self.code("prisons", &code, pointer);
        }
    }

    pub(super) fn area(&mut self, area: &AreaCode, pointer: &'static str) {
        if let Ok(code) = Code::parse(area.as_str()) {
            self.code("areas", &code, pointer);
        }
    }
}

fn released(told: &Movement, effect: ReleaseEffect) -> Fact {
    Fact::from(Released {
        prison: told.prison.clone(),
        reason: told.reason.clone(),
        effect,
        area: told.area.clone(),
        no_fixed_abode: told.no_fixed_abode,
        referral_on_release: told.referral_on_release.clone(),
    })
}
