//! What happens within an episode besides its start and end.
//!
//! Sources: `design.md`, family Treatment; `domain.md` 1.3 (REFMODDT, FAOMODDT, sub-intervention reviews);
//! `cases.md` W1.

use super::episode::Misfit;
use super::{Dated, Episode};
use crate::code::{Code, ServiceCode, UserName};
use crate::fact::Fact;
use crate::id::{EventId, InterventionId};
use jiff::civil::Date;

/// An intervention to which the person was referred.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferredIntervention {
    /// Its id; the start carries it too.
    pub id: InterventionId,
    /// Code of `interventions`.
    pub code: Code,
    /// Code of `intervention-settings`.
    pub setting: Code,
    /// The day from which the wait counts.
    pub referred: Dated,
    /// When the first appointment was offered, and for which day.
    pub first_offered: Option<(Dated, Date)>,
    /// When it began.
    pub started: Option<Dated>,
}

/// A review of an intervention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// When.
    pub at: Dated,
    /// Codes of `intervention-components`.
    pub components: Vec<Code>,
}

/// A time in which treatment rests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Since when.
    pub since: Dated,
    /// Code of `hold-reasons`.
    pub reason: Code,
    /// Since when it goes on again.
    pub resumed: Option<Dated>,
}

/// A prescription made out until the next service takes over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bridge {
    /// When it was made out.
    pub at: Dated,
    /// The service that is to take over.
    pub to_service: Option<ServiceCode>,
    /// Code of `bridging-medicines`.
    pub medicine: Code,
    /// Opioid substitution.
    pub opioid: bool,
    /// The first day that it covers.
    pub from: Date,
    /// The last day that it covers.
    pub until: Date,
}

impl Bridge {
    /// Its id: that of its event.
    pub fn id(&self) -> EventId {
        self.at.by
    }
}

/// What was agreed with the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarePlan {
    /// When it was agreed.
    pub at: Dated,
    /// Codes of `care-plan-goals`.
    pub goals: Vec<Code>,
    /// When it is to be reviewed.
    pub review_on: Date,
}

impl Episode {
    /// The hold that goes on; none after the exit.
    pub fn on_hold(&self) -> Option<&Hold> {
        self.holds
            .last()
            .filter(|hold| hold.resumed.is_none() && self.exit.is_none())
    }

    /// The care plan in force.
    pub fn care_plan(&self) -> Option<&CarePlan> {
        self.care_plans.last()
    }

    /// Who is responsible for the person's care, by user name.
    pub fn key_worker(&self) -> Option<&UserName> {
        self.key_workers.last().map(|(_, name)| name)
    }

    /// True when the person was referred to this intervention, or it was started.
    pub fn has_intervention(&self, id: InterventionId) -> bool {
        self.referred.iter().any(|one| one.id == id) || self.interventions.iter().any(|one| one.id == id)
    }

    pub(super) fn evolve_care(&mut self, at: Dated, fact: &Fact) -> Vec<Misfit> {
        match fact {
            Fact::InterventionReferred(f) => {
                if self.has_intervention(f.intervention) {
                    return one_misfit(
                        "intervention_already_begun",
                        "/occurred",
                        "This intervention was referred to or started before that day.",
                    );
                }
                self.referred.push(ReferredIntervention {
                    id: f.intervention,
                    code: f.code.clone(),
                    setting: f.setting.clone(),
                    referred: at,
                    first_offered: None,
                    started: None,
                });
                Vec::new()
            }
            Fact::FirstAppointmentOffered(f) => {
                let Some(one) = self.referred.iter_mut().find(|one| one.id == f.intervention) else {
                    return one_misfit(
                        "before_intervention_referral",
                        "/occurred",
                        "This is dated before the person was referred to the intervention.",
                    );
                };
                if let Some((_, day)) = one.first_offered {
                    let detail = format!(
                        "A first appointment was offered before, for {day}. The first one counts; record later \
                         ones as appointments."
                    );
                    return vec![("first_appointment_already_offered", "/occurred", detail)];
                }
                one.first_offered = Some((at, f.offered_for));
                if f.offered_for < at.date() {
                    return one_misfit(
                        "appointment_in_the_past",
                        "/offeredFor",
                        "The appointment lies before the day on which it was offered. Check both.",
                    );
                }
                Vec::new()
            }
            Fact::InterventionReviewed(f) => {
                let Some(one) = self.interventions.iter_mut().find(|one| one.id == f.intervention) else {
                    return one_misfit(
                        "review_before_start",
                        "/occurred",
                        "This is dated before the intervention started.",
                    );
                };
                if let Some((ended, _)) = &one.ended {
                    let detail = format!("The intervention already ended on {}.", ended.date());
                    return vec![("intervention_ended", "/occurred", detail)];
                }
                one.reviews.push(Review {
                    at,
                    components: f.components.clone(),
                });
                Vec::new()
            }
            Fact::PutOnHold(f) => {
                if let Some(hold) = self.on_hold() {
                    let detail = format!("Treatment is on hold since {}.", hold.since.date());
                    return vec![("already_on_hold", "/occurred", detail)];
                }
                self.holds.push(Hold {
                    since: at,
                    reason: f.reason.clone(),
                    resumed: None,
                });
                Vec::new()
            }
            Fact::Resumed(_) => match self.holds.last_mut() {
                Some(hold) if hold.resumed.is_none() => {
                    hold.resumed = Some(at);
                    Vec::new()
                }
                _ => one_misfit(
                    "not_on_hold",
                    "/occurred",
                    "Treatment was not on hold on that day.",
                ),
            },
            Fact::PrescriptionBridged(f) => {
                self.bridges.push(Bridge {
                    at,
                    to_service: f.to_service.clone(),
                    medicine: f.medicine.clone(),
                    opioid: f.opioid,
                    from: f.from,
                    until: f.until,
                });
                if f.until < f.from {
                    return one_misfit(
                        "ends_before_it_begins",
                        "/until",
                        "The prescription ends before it begins. Check both days.",
                    );
                }
                Vec::new()
            }
            Fact::CarePlanAgreed(f) => {
                if let Some(plan) = self.care_plan() {
                    let detail = format!("A care plan was agreed on {}. Revise it instead.", plan.at.date());
                    return vec![("care_plan_already_agreed", "/occurred", detail)];
                }
                self.plan_care(at, &f.goals, f.review_on)
            }
            Fact::CarePlanRevised(f) => {
                if self.care_plan().is_none() {
                    return one_misfit(
                        "no_care_plan",
                        "/occurred",
                        "No care plan had been agreed by that day. Agree one first.",
                    );
                }
                self.plan_care(at, &f.goals, f.review_on)
            }
            Fact::KeyWorkerAssigned(f) => {
                self.key_workers.push((at, f.key_worker.clone()));
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn plan_care(&mut self, at: Dated, goals: &[Code], review_on: Date) -> Vec<Misfit> {
        self.care_plans.push(CarePlan {
            at,
            goals: goals.to_vec(),
            review_on,
        });
        if review_on <= at.date() {
            return one_misfit(
                "review_not_after_plan",
                "/reviewOn",
                "The review lies on or before the day of the plan. Give a later day.",
            );
        }
        Vec::new()
    }
}

fn one_misfit(code: &'static str, pointer: &'static str, detail: &str) -> Vec<Misfit> {
    vec![(code, pointer, detail.to_owned())]
}
