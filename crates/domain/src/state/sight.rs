//! Presence attested, and looks in an emergency.

use super::{Dated, PersonState};
use crate::code::{Code, OrganisationCode, UserName};
use crate::fact::Fact;
use crate::id::{GlassId, ReferralId};
use jiff::Timestamp;

/// That a named worker attested that the person was there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attestation {
    /// The referral that gives sight by it.
    pub referral: ReferralId,
    /// Code of `presence-attestations`.
    pub attested: Code,
    /// For which organisation.
    pub organisation: OrganisationCode,
    /// When.
    pub at: Dated,
}

/// A look in an emergency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glass {
    /// Its id.
    pub id: GlassId,
    /// Code of `break-glass-reasons`.
    pub reason: Code,
    /// For which organisation.
    pub organisation: OrganisationCode,
    /// The clinician.
    pub user: UserName,
    /// Since when.
    pub at: Dated,
    /// Until when they see.
    pub until: Timestamp,
    /// When it was reviewed, by whom, with the code of `break-glass-outcomes`.
    pub reviewed: Option<(Dated, UserName, Code)>,
}

/// Sight of the record that no care explains yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SightState {
    /// Referrals of an organisation to itself that give it no sight unless the person's presence is attested.
    pub withheld: Vec<ReferralId>,
    /// Presence attested, in order.
    pub attested: Vec<Attestation>,
    /// Looks in an emergency, in order.
    pub glasses: Vec<Glass>,
}

impl SightState {
    /// A look in an emergency by its id.
    pub fn glass(&self, id: GlassId) -> Option<&Glass> {
        self.glasses.iter().find(|one| one.id == id)
    }

    /// True when a referral, once accepted, shows its service the record.
    pub fn is_given_by(&self, referral: ReferralId) -> bool {
        !self.withheld.contains(&referral) || self.attested.iter().any(|one| one.referral == referral)
    }
}

impl PersonState {
    pub(super) fn evolve_sight(&mut self, at: Dated, fact: &Fact) {
        match fact {
            Fact::SightWithheld(f) => self.sight.withheld.push(f.referral),
            Fact::PresenceAttested(f) => self.sight.attested.push(Attestation {
                referral: f.referral,
                attested: f.attested.clone(),
                organisation: f.organisation.clone(),
                at,
            }),
            Fact::GlassBroken(f) => self.sight.glasses.push(Glass {
                id: f.glass,
                reason: f.reason.clone(),
                organisation: f.organisation.clone(),
                user: f.user.clone(),
                at,
                until: f.until,
                reviewed: None,
            }),
            Fact::GlassReviewed(f) => {
                let mut glasses = self.sight.glasses.iter_mut();
                match glasses.find(|one| one.id == f.glass) {
                    None => self.conflict(
                        at,
                        "before_break_glass",
                        "/occurred",
                        "This is dated before the emergency look.",
                    ),
                    Some(one) => match &one.reviewed {
                        None => one.reviewed = Some((at, f.user.clone(), f.outcome.clone())),
                        Some((reviewed, ..)) => {
                            let detail = format!("This look was reviewed on {}.", reviewed.date());
                            self.conflict(at, "already_reviewed", "/occurred", detail);
                        }
                    },
                }
            }
            _ => {}
        }
    }
}
