//! Release plans. Dates change often; the history is kept (`domain.md` 5.3).

use super::{Dated, PersonState};
use crate::code::{AreaCode, PrisonCode};
use crate::fact::Fact;
use crate::id::PlanId;
use jiff::civil::Date;

/// A planned release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleasePlan {
    /// The plan.
    pub id: PlanId,
    /// The prison from which.
    pub prison: PrisonCode,
    /// Authority of residence expected.
    pub area: Option<AreaCode>,
    /// No fixed abode expected.
    pub no_fixed_abode: bool,
    /// The day planned now.
    pub planned_on: Date,
    /// When it was planned.
    pub made: Dated,
    /// Every day planned so far, the present one last.
    pub days: Vec<(Date, Dated)>,
    /// When it was cancelled.
    pub cancelled: Option<Dated>,
    /// The release that fulfilled it.
    pub released: Option<Dated>,
}

impl ReleasePlan {
    /// True while the release is still to come.
    pub fn is_open(&self) -> bool {
        self.cancelled.is_none() && self.released.is_none()
    }
}

impl PersonState {
    pub(super) fn evolve_plan(&mut self, at: Dated, fact: &Fact) {
        match fact {
            Fact::ReleasePlanned(f) => {
                if self.plans.iter().any(ReleasePlan::is_open) {
                    self.conflict(
                        at,
                        "release_already_planned",
                        "/plannedOn",
                        "A release is already planned. Change its date, or cancel it first.",
                    );
                }
                self.plans.push(ReleasePlan {
                    id: f.plan,
                    prison: f.prison.clone(),
                    area: f.area.clone(),
                    no_fixed_abode: f.no_fixed_abode,
                    planned_on: f.planned_on,
                    made: at,
                    days: vec![(f.planned_on, at)],
                    cancelled: None,
                    released: None,
                });
            }
            Fact::ReleaseReplanned(f) => match self.open_plan(f.plan) {
                Some(plan) => {
                    plan.planned_on = f.planned_on;
                    plan.days.push((f.planned_on, at));
                }
                None => self.plan_is_closed(at),
            },
            Fact::ReleasePlanCancelled(f) => match self.open_plan(f.plan) {
                Some(plan) => plan.cancelled = Some(at),
                None => self.plan_is_closed(at),
            },
            _ => {}
        }
    }

    /// The release fulfils the plan that was open.
    pub(super) fn fulfil_plan(&mut self, at: Dated) -> Option<PlanId> {
        let plan = self.plans.iter_mut().rev().find(|plan| plan.is_open())?;
        plan.released = Some(at);
        Some(plan.id)
    }

    fn open_plan(&mut self, id: PlanId) -> Option<&mut ReleasePlan> {
        self.plans.iter_mut().find(|plan| plan.id == id && plan.is_open())
    }

    fn plan_is_closed(&mut self, at: Dated) {
        self.conflict(
            at,
            "release_plan_closed",
            "/occurred",
            "This plan was cancelled or fulfilled before that day, or not yet made.",
        );
    }
}
