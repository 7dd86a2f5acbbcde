//! Naloxone kits: in property, held, used.
//!
//! Source: `cases.md` N1 to N3, `domain.md` section 4.

use super::{Dated, PersonState};
use crate::code::{Code, PrisonCode, ServiceCode};
use crate::fact::{Fact, Pack, UsedOn};
use crate::id::KitId;
use jiff::civil::Date;

/// The use of a kit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// When.
    pub at: Dated,
    /// On whom.
    pub on: UsedOn,
    /// Code of `naloxone-use-outcomes`.
    pub outcome: Code,
}

/// One kit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kit {
    /// Its id.
    pub id: KitId,
    /// What it is.
    pub pack: Pack,
    /// Who gave it.
    pub service: ServiceCode,
    /// Where and since when it lies in property.
    pub in_property: Option<(PrisonCode, Dated)>,
    /// When it reached the person: on issue, on being handed over, or at release from property.
    pub supplied: Option<Dated>,
    /// Its use.
    pub used: Option<Use>,
    /// The kit it replaces.
    pub replaces: Option<KitId>,
}

impl Kit {
    /// True when the person has it in hand and can use it on a day.
    pub fn held_on(&self, day: Date) -> bool {
        self.supplied.is_some_and(|at| at.date() <= day) && self.used.is_none() && self.pack.expires_on >= day
    }

    /// True when it was supplied and needs replacing on a day: used, or past its expiry.
    pub fn needs_replacing_on(&self, day: Date) -> bool {
        self.supplied.is_some() && (self.used.is_some() || self.pack.expires_on < day)
    }
}

impl PersonState {
    pub(super) fn evolve_kit(&mut self, at: Dated, fact: &Fact) {
        match fact {
            Fact::KitIssued(f) => {
                if f.pack.expires_on < at.date() {
                    self.conflict(
                        at,
                        "kit_expired",
                        "/kits",
                        "A kit is past its expiry date on the day of issue. Give one that is in date.",
                    );
                }
                self.kits.push(Kit {
                    id: f.kit,
                    pack: f.pack.clone(),
                    service: f.service.clone(),
                    in_property: None,
                    supplied: Some(at),
                    used: None,
                    replaces: f.replaces,
                });
            }
            Fact::KitPlacedInProperty(f) => self.kits.push(Kit {
                id: f.kit,
                pack: f.pack.clone(),
                service: f.service.clone(),
                in_property: Some((f.prison.clone(), at)),
                supplied: None,
                used: None,
                replaces: None,
            }),
            Fact::KitHandedOver(f) => match self.kits.iter_mut().find(|kit| kit.id == f.kit) {
                Some(kit) if kit.in_property.is_some() && kit.supplied.is_none() => kit.supplied = Some(at),
                Some(_) => self.conflict(
                    at,
                    "kit_already_supplied",
                    "/occurred",
                    "The person had this kit already on that day.",
                ),
                None => self.never_issued(at),
            },
            // Judged in `finish`, when it is known whether a release supplied the kit.
            Fact::KitUsed(f) => match self.kits.iter_mut().find(|kit| kit.id == f.kit) {
                Some(kit) if kit.used.is_none() => {
                    kit.used = Some(Use {
                        at,
                        on: f.used_on,
                        outcome: f.outcome.clone(),
                    });
                }
                Some(_) => self.conflict(
                    at,
                    "kit_already_used",
                    "/occurred",
                    "The use of this kit is already on the record.",
                ),
                None => self.never_issued(at),
            },
            _ => {}
        }
    }

    fn never_issued(&mut self, at: Dated) {
        self.conflict(
            at,
            "kit_never_issued",
            "/occurred",
            "No kit with this id had been issued by that day.",
        );
    }

    /// N3: a kit in property is supplied on the day of the first release to the community after it was put
    /// there; without a release it was never supplied. Returns the places of the kits that were.
    pub(super) fn supply_property_at_release(&mut self) -> Vec<usize> {
        let mut early = Vec::new();
        let mut supplied = Vec::new();
        for (index, kit) in self.kits.iter_mut().enumerate() {
            if kit.supplied.is_none()
                && let Some((_, placed)) = &kit.in_property
            {
                kit.supplied = self
                    .custody
                    .releases
                    .iter()
                    .find(|release| release.to_community() && release.at.date() >= placed.date())
                    .map(|release| release.at);
                supplied.extend(kit.supplied.map(|_| index));
            }
            if let Some(used) = &kit.used
                && kit
                    .supplied
                    .is_none_or(|supplied| supplied.date() > used.at.date())
            {
                early.push(used.at);
            }
        }
        for at in early {
            self.conflict(
                at,
                "kit_not_yet_supplied",
                "/occurred",
                "The person did not have this kit on that day: it was in property, or issued later.",
            );
        }
        supplied
    }
}
