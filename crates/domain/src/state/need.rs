//! Needs and risks, from being raised to being cleared.

use super::{Dated, PersonState};
use crate::code::{Code, OrganisationCode, ServiceCode};
use crate::fact::Fact;
use crate::id::NeedId;
use jiff::civil::Date;

/// What stands in the place of the code of a restricted need for those who may know of it and not what it is.
pub const REDACTED: &str = "restricted";

/// A need or a risk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// Its id.
    pub id: NeedId,
    /// Code of `needs-and-risks`.
    pub code: Code,
    /// Shown to few.
    pub restricted: bool,
    /// The organisation that raised it.
    pub organisation: OrganisationCode,
    /// Its service, when it named one.
    pub service: Option<ServiceCode>,
    /// Since when.
    pub raised: Dated,
    /// When and why it was cleared.
    pub cleared: Option<(Dated, Code)>,
}

impl Need {
    /// The first day without it; `None` while it is open.
    pub fn cleared_on(&self) -> Option<Date> {
        self.cleared.as_ref().map(|(at, _)| at.date())
    }
}

impl PersonState {
    /// A need by its id.
    pub fn need(&self, id: NeedId) -> Option<&Need> {
        self.needs.iter().find(|need| need.id == id)
    }

    /// The needs that are open.
    pub fn open_needs(&self) -> impl Iterator<Item = &Need> {
        self.needs.iter().filter(|need| need.cleared.is_none())
    }

    pub(super) fn evolve_need(&mut self, at: Dated, fact: &Fact) {
        match fact {
            Fact::NeedRaised(f) => {
                let raised_before = self
                    .open_needs()
                    .any(|need| need.code == f.code && need.code.as_str() != REDACTED);
                if raised_before {
                    self.conflict(
                        at,
                        "need_already_raised",
                        "/need",
                        "This need is on the record already and still open. Clear it first, or leave it as it is.",
                    );
                }
                self.needs.push(Need {
                    id: f.need,
                    code: f.code.clone(),
                    restricted: f.restricted,
                    organisation: f.organisation.clone(),
                    service: f.service.clone(),
                    raised: at,
                    cleared: None,
                });
            }
            Fact::NeedCleared(f) => match self.needs.iter_mut().find(|need| need.id == f.need) {
                None => self.conflict(
                    at,
                    "before_need",
                    "/occurred",
                    "This is dated before the need was raised.",
                ),
                Some(need) => match &need.cleared {
                    None => need.cleared = Some((at, f.reason.clone())),
                    Some((cleared, _)) => {
                        let detail = format!("The need was already cleared on {}.", cleared.date());
                        self.conflict(at, "need_already_cleared", "/occurred", detail);
                    }
                },
            },
            _ => {}
        }
    }
}
