//! Placements in detoxification and residential rehabilitation.

use super::{Dated, PersonState};
use crate::code::{AreaCode, Code, OrganisationCode, ServiceCode};
use crate::fact::Fact;
use crate::id::PlacementId;
use jiff::civil::Date;

/// A placement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// Its id.
    pub id: PlacementId,
    /// Code of `placement-kinds`.
    pub kind: Code,
    /// The service that arranged it.
    pub service: ServiceCode,
    /// That service's organisation.
    pub organisation: OrganisationCode,
    /// Where the person stays, when a service of this system provides it.
    pub provider_service: Option<ServiceCode>,
    /// Code of `placement-providers`, for one that is none.
    pub provider: Option<Code>,
    /// The organisation that pays.
    pub commissioner: Option<OrganisationCode>,
    /// The authority that pays.
    pub commissioner_area: Option<AreaCode>,
    /// The last day planned.
    pub planned_until: Option<Date>,
    /// Since when.
    pub started: Dated,
    /// When and why it ended.
    pub ended: Option<(Dated, Code)>,
}

impl Placement {
    /// True on the days of the placement; the day on which the person leaves is none.
    pub fn goes_on(&self, day: Date) -> bool {
        self.started.date() <= day && self.ended.as_ref().is_none_or(|(at, _)| day < at.date())
    }
}

impl PersonState {
    /// A placement by its id.
    pub fn placement(&self, id: PlacementId) -> Option<&Placement> {
        self.placements.iter().find(|placement| placement.id == id)
    }

    pub(super) fn evolve_placement(&mut self, at: Dated, fact: &Fact) {
        match fact {
            Fact::PlacementStarted(f) => {
                if let Some(open) = self.placements.iter().find(|one| one.ended.is_none()) {
                    let detail = format!(
                        "The person is in a placement since {}. Record its end first.",
                        open.started.date()
                    );
                    self.conflict(at, "placement_open", "/occurred", detail);
                }
                if f.planned_until.is_some_and(|last| last < at.date()) {
                    self.conflict(
                        at,
                        "ends_before_start",
                        "/plannedUntil",
                        "The last day planned lies before the first.",
                    );
                }
                self.placements.push(Placement {
                    id: f.placement,
                    kind: f.kind.clone(),
                    service: f.service.clone(),
                    organisation: f.organisation.clone(),
                    provider_service: f.provider_service.clone(),
                    provider: f.provider.clone(),
                    commissioner: f.commissioner.clone(),
                    commissioner_area: f.commissioner_area.clone(),
                    planned_until: f.planned_until,
                    started: at,
                    ended: None,
                });
            }
            Fact::PlacementEnded(f) => match self.placements.iter_mut().find(|one| one.id == f.placement) {
                None => self.conflict(
                    at,
                    "before_placement",
                    "/occurred",
                    "This is dated before the placement started.",
                ),
                Some(one) => match &one.ended {
                    None => one.ended = Some((at, f.reason.clone())),
                    Some((ended, _)) => {
                        let detail = format!("The placement already ended on {}.", ended.date());
                        self.conflict(at, "placement_ended", "/occurred", detail);
                    }
                },
            },
            _ => {}
        }
    }
}
