//! Erasures that were asked for, and legal holds.

use super::{Dated, PersonState};
use crate::code::{Code, OrganisationCode, UserName};
use crate::fact::{Erased, Fact};
use crate::id::{ErasureId, HoldId};
use jiff::civil::Date;

/// That somebody else agreed to an erasure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmation {
    /// When.
    pub at: Dated,
    /// The day on which it is carried out.
    pub carried_out_on: Date,
    /// For which organisation.
    pub organisation: OrganisationCode,
    /// Who.
    pub user: UserName,
}

/// An erasure that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// Its id.
    pub id: ErasureId,
    /// What is to go.
    pub what: Erased,
    /// Code of `erasure-bases`.
    pub basis: Code,
    /// For which organisation.
    pub organisation: OrganisationCode,
    /// Who asked.
    pub user: UserName,
    /// When.
    pub asked: Dated,
    /// That somebody else agreed.
    pub confirmed: Option<Confirmation>,
    /// When it was taken back, with the code of `erasure-withdrawal-reasons`.
    pub taken_back: Option<(Dated, Code)>,
}

impl Erasure {
    /// True while it is asked for, agreed to or not, and not taken back.
    pub fn stands(&self) -> bool {
        self.taken_back.is_none()
    }
}

/// A legal hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegalHold {
    /// Its id.
    pub id: HoldId,
    /// Code of `legal-hold-grounds`.
    pub ground: Code,
    /// For which organisation.
    pub organisation: OrganisationCode,
    /// Since when.
    pub placed: Dated,
    /// When it was lifted, with the code of `legal-hold-lift-reasons`.
    pub lifted: Option<(Dated, Code)>,
}

/// What stands about erasing the record. Each list in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProtectionState {
    /// Erasures asked for.
    pub erasures: Vec<Erasure>,
    /// Legal holds.
    pub holds: Vec<LegalHold>,
}

impl ProtectionState {
    /// An erasure by its id.
    pub fn erasure(&self, id: ErasureId) -> Option<&Erasure> {
        self.erasures.iter().find(|one| one.id == id)
    }

    /// A legal hold by its id.
    pub fn hold(&self, id: HoldId) -> Option<&LegalHold> {
        self.holds.iter().find(|one| one.id == id)
    }

    /// The legal holds that stand.
    pub fn standing_holds(&self) -> impl Iterator<Item = &LegalHold> {
        self.holds.iter().filter(|one| one.lifted.is_none())
    }

    /// The erasure to carry out on a day: two people agreed, its day has come, nobody took it back, and no legal hold
    /// stands.
    pub fn to_carry_out(&self, on: Date) -> Option<&Erasure> {
        if self.standing_holds().next().is_some() {
            return None;
        }
        let agreed = |one: &&Erasure| {
            let confirmed = one.confirmed.as_ref();
            one.stands() && confirmed.is_some_and(|agreed| agreed.carried_out_on <= on)
        };
        // Whoever asked for everything is not served by names alone.
        let due = self.erasures.iter().filter(agreed);
        due.max_by_key(|one| one.what == Erased::Everything)
    }
}

impl PersonState {
    pub(super) fn evolve_protection(&mut self, at: Dated, fact: &Fact) {
        match fact {
            Fact::ErasureAsked(f) => self.protection.erasures.push(Erasure {
                id: f.erasure,
                what: f.what,
                basis: f.basis.clone(),
                organisation: f.organisation.clone(),
                user: f.user.clone(),
                asked: at,
                confirmed: None,
                taken_back: None,
            }),
            Fact::ErasureConfirmed(f) => {
                let mut erasures = self.protection.erasures.iter_mut();
                match erasures.find(|one| one.id == f.erasure) {
                    None => self.before_erasure(at),
                    Some(one) => match &one.confirmed {
                        None => {
                            one.confirmed = Some(Confirmation {
                                at,
                                carried_out_on: f.carried_out_on,
                                organisation: f.organisation.clone(),
                                user: f.user.clone(),
                            });
                        }
                        Some(agreed) => {
                            let detail = format!("This erasure was agreed to on {}.", agreed.at.date());
                            self.conflict(at, "already_confirmed", "/occurred", detail);
                        }
                    },
                }
            }
            Fact::ErasureTakenBack(f) => {
                let mut erasures = self.protection.erasures.iter_mut();
                match erasures.find(|one| one.id == f.erasure) {
                    None => self.before_erasure(at),
                    Some(one) => match &one.taken_back {
                        None => one.taken_back = Some((at, f.reason.clone())),
                        Some((taken_back, _)) => {
                            let detail = format!("This erasure was taken back on {}.", taken_back.date());
                            self.conflict(at, "already_taken_back", "/occurred", detail);
                        }
                    },
                }
            }
            Fact::HoldPlaced(f) => self.protection.holds.push(LegalHold {
                id: f.hold,
                ground: f.ground.clone(),
                organisation: f.organisation.clone(),
                placed: at,
                lifted: None,
            }),
            Fact::HoldLifted(f) => {
                let mut holds = self.protection.holds.iter_mut();
                match holds.find(|one| one.id == f.hold) {
                    None => self.conflict(
                        at,
                        "before_hold",
                        "/occurred",
                        "This is dated before the legal hold was placed.",
                    ),
                    Some(one) => match &one.lifted {
                        None => one.lifted = Some((at, f.reason.clone())),
                        Some((lifted, _)) => {
                            let detail = format!("The legal hold was lifted on {}.", lifted.date());
                            self.conflict(at, "hold_lifted", "/occurred", detail);
                        }
                    },
                }
            }
            _ => {}
        }
    }

    fn before_erasure(&mut self, at: Dated) {
        self.conflict(
            at,
            "before_erasure",
            "/occurred",
            "This is dated before the erasure was asked for.",
        );
    }
}
