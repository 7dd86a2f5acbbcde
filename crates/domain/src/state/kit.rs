//! Naloxone kits: in property, held, used.
//!
//! Source: `cases.md` N1 to N3, `domain.md` section 4.

use super::{Dated, PersonState};
use crate::code::{Code, PrisonCode, ServiceCode};
use crate::fact::{Fact, Pack, UsedOn};
use crate::id::{KitId, RecallId};
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

/// A time in which the person did not have a kit that was theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absence {
    /// Since when.
    pub since: Dated,
    /// Code of `kit-loss-reasons` or, when it was taken away, of `kit-confiscators`.
    pub why: Code,
    /// It was taken away.
    pub confiscated: bool,
    /// When the person had it again.
    pub returned: Option<Dated>,
}

/// The holder of a kit of a called-back batch was told, or could not be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecallNotice {
    /// When.
    pub at: Dated,
    /// Of which recall.
    pub recall: RecallId,
    /// Code of `recall-contacts`.
    pub how: Code,
    /// The holder knows.
    pub reached: bool,
}

/// Naloxone offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// When.
    pub at: Dated,
    /// By which service.
    pub service: ServiceCode,
    /// Code of `naloxone-decline-reasons`, when it was declined.
    pub declined: Option<Code>,
}

/// Training in the use of naloxone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Training {
    /// When.
    pub at: Dated,
    /// By which service.
    pub service: ServiceCode,
    /// The last day on which it counts, where it runs out.
    pub expires_on: Option<Date>,
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
    /// When the person did not have it, in order.
    pub absences: Vec<Absence>,
    /// What the holder was told of recalls, in order.
    pub notices: Vec<RecallNotice>,
}

impl Kit {
    /// True when the person has it in hand and can use it on a day.
    pub fn held_on(&self, day: Date) -> bool {
        self.supplied.is_some_and(|at| at.date() <= day)
            && self.used.is_none()
            && self.pack.expires_on >= day
            && !self.absent_on(day)
    }

    /// True when it was lost or taken away by that day and not given back.
    pub fn absent_on(&self, day: Date) -> bool {
        self.absences
            .iter()
            .any(|one| one.since.date() <= day && one.returned.is_none_or(|returned| day < returned.date()))
    }

    /// Since when it is gone, as long as it is.
    pub fn gone(&self) -> Option<&Absence> {
        self.absences.last().filter(|one| one.returned.is_none())
    }

    /// When it left the service's shelf: on issue, or when it was put with property.
    pub fn left_the_shelf(&self) -> Option<Dated> {
        self.in_property
            .as_ref()
            .map(|(_, placed)| *placed)
            .or(self.supplied)
    }

    /// True when its holder knows of a recall.
    pub fn told_of(&self, recall: RecallId) -> bool {
        self.notices.iter().any(|one| one.reached && one.recall == recall)
    }

    /// True when it was supplied and needs replacing on a day: used, past its expiry, or gone.
    pub fn needs_replacing_on(&self, day: Date) -> bool {
        self.supplied.is_some() && (self.used.is_some() || self.pack.expires_on < day || self.absent_on(day))
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
                    absences: Vec::new(),
                    notices: Vec::new(),
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
                absences: Vec::new(),
                notices: Vec::new(),
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
            Fact::KitLost(f) => self.kit_gone(at, f.kit, &f.reason, false),
            Fact::KitConfiscated(f) => self.kit_gone(at, f.kit, &f.by, true),
            Fact::KitReturned(f) => match self.kits.iter_mut().find(|kit| kit.id == f.kit) {
                Some(kit) => match kit.absences.last_mut() {
                    Some(absence) if absence.returned.is_none() => absence.returned = Some(at),
                    _ => self.conflict(
                        at,
                        "kit_not_gone",
                        "/occurred",
                        "The person had this kit on that day: it was not lost or taken away.",
                    ),
                },
                None => self.never_issued(at),
            },
            Fact::KitRecallTold(f) => match self.kits.iter_mut().find(|kit| kit.id == f.kit) {
                Some(kit) if kit.told_of(f.recall) => self.conflict(
                    at,
                    "already_told",
                    "/occurred",
                    "That the holder was told of this recall is already on the record.",
                ),
                Some(kit) => kit.notices.push(RecallNotice {
                    at,
                    recall: f.recall,
                    how: f.how.clone(),
                    reached: f.reached,
                }),
                None => self.never_issued(at),
            },
            _ => {}
        }
    }

    pub(super) fn evolve_offer(&mut self, at: Dated, fact: &Fact) {
        match fact {
            Fact::NaloxoneOffered(f) => self.offers.push(Offer {
                at,
                service: f.service.clone(),
                declined: f.declined.clone(),
            }),
            Fact::TrainingGiven(f) => self.trainings.push(Training {
                at,
                service: f.service.clone(),
                expires_on: f.expires_on,
            }),
            _ => {}
        }
    }

    fn kit_gone(&mut self, at: Dated, id: KitId, why: &Code, confiscated: bool) {
        let Some(kit) = self.kits.iter_mut().find(|kit| kit.id == id) else {
            return self.never_issued(at);
        };
        if kit.used.is_some() {
            self.conflict(
                at,
                "kit_already_used",
                "/occurred",
                "This kit was used before that day.",
            );
        } else if kit.gone().is_some() {
            self.conflict(
                at,
                "kit_already_gone",
                "/occurred",
                "This kit was lost or taken away before that day, and not given back.",
            );
        } else {
            kit.absences.push(Absence {
                since: at,
                why: why.clone(),
                confiscated,
                returned: None,
            });
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
            let gone = kit.absences.first().map(|absence| absence.since);
            early.extend(
                gone.filter(|gone| kit.supplied.is_none_or(|supplied| supplied.date() > gone.date())),
            );
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
