//! What the person said about the use of their data, and who was given sight of the record.

use super::{Dated, PersonState};
use crate::code::{Code, OrganisationCode};
use crate::fact::{BY_CONSENT, Fact, SHARE_WITH_ORGANISATION, Scope, Wording};
use crate::id::{AgreementId, ObjectionId, RestrictionId};
use jiff::civil::Date;

/// What somebody answered who was asked for consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConsentAnswer {
    /// Yes.
    Given,
    /// No.
    Refused,
    /// No longer.
    Withdrawn,
}

/// An answer about consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// To what.
    pub scope: Scope,
    /// What they said.
    pub answer: ConsentAnswer,
    /// In which words they were asked.
    pub wording: Option<Wording>,
    /// Whom they told.
    pub organisation: OrganisationCode,
    /// When.
    pub at: Dated,
}

/// An objection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection {
    /// Its id.
    pub id: ObjectionId,
    /// To a purpose: code of `objection-purposes`.
    pub purpose: Option<Code>,
    /// To sharing with this organisation.
    pub against: Option<OrganisationCode>,
    /// Whom they told.
    pub organisation: OrganisationCode,
    /// When.
    pub made: Dated,
    /// When they took it back.
    pub withdrawn: Option<Dated>,
    /// When it was answered, with the code of `objection-outcomes` and whether it stands.
    pub answered: Option<(Dated, Code, bool)>,
}

impl Objection {
    /// True on days on which it counts: from the day on which it was made, until it is taken back or answered in
    /// another way than by upholding it. Until it is answered the person has the benefit of the doubt.
    ///
    /// Source: UK GDPR art. 21(1) (no longer processed, unless the controller shows compelling grounds).
    pub fn stands_on(&self, day: Date) -> bool {
        let answered = self.answered.as_ref();
        let overruled = answered
            .filter(|(_, _, stands)| !stands)
            .map(|(at, ..)| at.date());
        let over = |on: Option<Date>| on.is_some_and(|on| on <= day);
        self.made.date() <= day && !over(self.withdrawn.map(|at| at.date())) && !over(overruled)
    }
}

/// A restriction of use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restriction {
    /// Its id.
    pub id: RestrictionId,
    /// Code of `restriction-grounds`.
    pub ground: Code,
    /// Who placed it.
    pub organisation: OrganisationCode,
    /// When.
    pub placed: Dated,
    /// When it was lifted, with the code of `restriction-lift-reasons`.
    pub lifted: Option<(Dated, Code)>,
}

impl Restriction {
    /// True on days on which it counts.
    pub fn stands_on(&self, day: Date) -> bool {
        let lifted = self.lifted.as_ref();
        self.placed.date() <= day && lifted.is_none_or(|(at, _)| day < at.date())
    }
}

/// Why a sharing agreement ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgreementEnd {
    /// Somebody ended it: code of `agreement-end-reasons`.
    Ended(Code),
    /// The consent on which it rested is gone.
    ConsentGone,
}

/// A sharing agreement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// Its id.
    pub id: AgreementId,
    /// Who sees the record by it.
    pub with: OrganisationCode,
    /// Code of `sharing-bases`.
    pub basis: Code,
    /// The last day on which it counts.
    pub until: Option<Date>,
    /// Who applied it.
    pub organisation: OrganisationCode,
    /// When.
    pub applied: Dated,
    /// When somebody ended it, with the code of `agreement-end-reasons`.
    pub ended: Option<(Dated, Code)>,
}

/// What the person said about the use of their data, and who was given sight of the record. Each list in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SharingState {
    /// Answers about consent.
    pub consents: Vec<Consent>,
    /// Objections.
    pub objections: Vec<Objection>,
    /// Restrictions.
    pub restrictions: Vec<Restriction>,
    /// Sharing agreements.
    pub agreements: Vec<Agreement>,
}

impl SharingState {
    /// An objection by its id.
    pub fn objection(&self, id: ObjectionId) -> Option<&Objection> {
        self.objections.iter().find(|one| one.id == id)
    }

    /// A restriction by its id.
    pub fn restriction(&self, id: RestrictionId) -> Option<&Restriction> {
        self.restrictions.iter().find(|one| one.id == id)
    }

    /// A sharing agreement by its id.
    pub fn agreement(&self, id: AgreementId) -> Option<&Agreement> {
        self.agreements.iter().find(|one| one.id == id)
    }

    /// What the person said last about a scope by the end of a day.
    pub fn consent(&self, scope: &Scope, day: Date) -> Option<&Consent> {
        let about = |one: &&Consent| one.scope == *scope && one.at.date() <= day;
        self.consents.iter().rfind(about)
    }

    /// When an agreement ended, and why: the first of what somebody recorded and the end of the consent on which it
    /// rested. It ends with consent for good: whoever is to see the record again needs another one. Without consent
    /// by its first day it never counted.
    pub fn end_of(&self, agreement: &Agreement) -> Option<(Dated, AgreementEnd)> {
        let ended = agreement.ended.as_ref();
        let ended = ended.map(|(at, reason)| (*at, AgreementEnd::Ended(reason.clone())));
        let gone = self
            .consent_gone(agreement)
            .map(|at| (at, AgreementEnd::ConsentGone));
        ended.into_iter().chain(gone).min_by_key(|(at, _)| at.date())
    }

    fn consent_gone(&self, agreement: &Agreement) -> Option<Dated> {
        if agreement.basis.as_str() != BY_CONSENT {
            return None;
        }
        let first = agreement.applied.date();
        let about = |one: &&Consent| sharing_with(&one.scope, &agreement.with);
        match self.consent_under(agreement) {
            Some(one) if one.answer == ConsentAnswer::Given => self
                .consents
                .iter()
                .filter(about)
                .find(|one| one.at.date() > first && one.answer != ConsentAnswer::Given)
                .map(|one| one.at),
            _ => Some(agreement.applied),
        }
    }

    /// What the person had said by the first day of an agreement that rests on their consent.
    pub fn consent_under(&self, agreement: &Agreement) -> Option<&Consent> {
        let first = agreement.applied.date();
        let said = self
            .consents
            .iter()
            .filter(|_| agreement.basis.as_str() == BY_CONSENT);
        let mut said = said.filter(|one| sharing_with(&one.scope, &agreement.with));
        said.rfind(|one| one.at.date() <= first)
    }

    /// True on days on which an agreement gives its organisation sight of the record, objections and restrictions
    /// aside. One that an organisation applied for itself never does: a relationship needs an act of somebody else.
    ///
    /// Source: `trust.md`, "Who may see what".
    pub fn lasts_on(&self, agreement: &Agreement, day: Date) -> bool {
        agreement.organisation != agreement.with
            && agreement.applied.date() <= day
            && agreement.until.is_none_or(|until| day <= until)
            && self.end_of(agreement).is_none_or(|(at, _)| day < at.date())
    }

    /// The restrictions that count on a day.
    pub fn restrictions_on(&self, day: Date) -> impl Iterator<Item = &Restriction> {
        self.restrictions.iter().filter(move |one| one.stands_on(day))
    }

    /// The objections to sharing with an organisation that count on a day.
    pub fn objections_against<'a>(
        &'a self,
        organisation: &'a OrganisationCode,
        day: Date,
    ) -> impl Iterator<Item = &'a Objection> {
        self.objections
            .iter()
            .filter(move |one| one.against.as_ref() == Some(organisation) && one.stands_on(day))
    }

    /// The objections to a purpose that count on a day.
    pub fn objections_to<'a>(&'a self, purpose: &'a str, day: Date) -> impl Iterator<Item = &'a Objection> {
        let to = move |one: &&Objection| one.purpose.as_ref().is_some_and(|to| to.as_str() == purpose);
        self.objections
            .iter()
            .filter(to)
            .filter(move |one| one.stands_on(day))
    }

    /// The agreements that give an organisation sight of the record on a day, objections and restrictions aside.
    pub fn agreements_with<'a>(
        &'a self,
        organisation: &'a OrganisationCode,
        day: Date,
    ) -> impl Iterator<Item = &'a Agreement> {
        self.agreements
            .iter()
            .filter(move |one| one.with == *organisation && self.lasts_on(one, day))
    }
}

/// The scope of sharing with one organisation.
fn sharing_with(scope: &Scope, organisation: &OrganisationCode) -> bool {
    scope.code.as_str() == SHARE_WITH_ORGANISATION && scope.with.as_ref() == Some(organisation)
}

impl PersonState {
    pub(super) fn evolve_sharing(&mut self, at: Dated, fact: &Fact) {
        match fact {
            Fact::ConsentGiven(f) => self.sharing.consents.push(Consent {
                scope: f.scope.clone(),
                answer: ConsentAnswer::Given,
                wording: f.wording.clone(),
                organisation: f.organisation.clone(),
                at,
            }),
            Fact::ConsentRefused(f) => {
                self.sharing.consents.push(Consent {
                    scope: f.scope.clone(),
                    answer: ConsentAnswer::Refused,
                    wording: f.wording.clone(),
                    organisation: f.organisation.clone(),
                    at,
                });
            }
            Fact::ConsentWithdrawn(f) => {
                self.sharing.consents.push(Consent {
                    scope: f.scope.clone(),
                    answer: ConsentAnswer::Withdrawn,
                    wording: None,
                    organisation: f.organisation.clone(),
                    at,
                });
            }
            Fact::ObjectionMade(f) => self.sharing.objections.push(Objection {
                id: f.objection,
                purpose: f.purpose.clone(),
                against: f.against.clone(),
                organisation: f.organisation.clone(),
                made: at,
                withdrawn: None,
                answered: None,
            }),
            Fact::ObjectionWithdrawn(_) | Fact::ObjectionAnswered(_) => self.settle_objection(at, fact),
            Fact::RestrictionPlaced(f) => {
                let standing = self.sharing.restrictions_on(at.date());
                let again = standing.filter(|one| one.ground == f.ground).count() > 0;
                self.sharing.restrictions.push(Restriction {
                    id: f.restriction,
                    ground: f.ground.clone(),
                    organisation: f.organisation.clone(),
                    placed: at,
                    lifted: None,
                });
                if again {
                    self.conflict(
                        at,
                        "restriction_stands",
                        "/ground",
                        "The record is restricted for this reason already on that day. Nothing more is needed.",
                    );
                }
            }
            Fact::RestrictionLifted(f) => {
                let mut restrictions = self.sharing.restrictions.iter_mut();
                match restrictions.find(|one| one.id == f.restriction) {
                    None => self.conflict(
                        at,
                        "before_restriction",
                        "/occurred",
                        "This is dated before the restriction was placed.",
                    ),
                    Some(one) => match &one.lifted {
                        None => one.lifted = Some((at, f.reason.clone())),
                        Some((lifted, _)) => {
                            let detail = format!("The restriction was lifted on {}.", lifted.date());
                            self.conflict(at, "restriction_lifted", "/occurred", detail);
                        }
                    },
                }
            }
            Fact::AgreementApplied(_) | Fact::AgreementEnded(_) => self.evolve_agreement(at, fact),
            _ => {}
        }
    }

    /// What the person says fits whatever was said before, so that no refusal tells of it; a second answer does not.
    fn settle_objection(&mut self, at: Dated, fact: &Fact) {
        let id = match fact {
            Fact::ObjectionWithdrawn(f) => f.objection,
            Fact::ObjectionAnswered(f) => f.objection,
            _ => return,
        };
        let Some(one) = self.sharing.objections.iter_mut().find(|one| one.id == id) else {
            return self.conflict(
                at,
                "before_objection",
                "/occurred",
                "This is dated before the objection was made.",
            );
        };
        match (fact, &one.answered) {
            (Fact::ObjectionWithdrawn(_), _) => one.withdrawn = one.withdrawn.or(Some(at)),
            (Fact::ObjectionAnswered(f), None) => one.answered = Some((at, f.outcome.clone(), f.stands)),
            (_, Some((answered, ..))) => {
                let detail = format!(
                    "The objection was answered on {}. Correct that answer if it was wrong.",
                    answered.date()
                );
                self.conflict(at, "objection_answered", "/occurred", detail);
            }
            _ => {}
        }
    }

    fn evolve_agreement(&mut self, at: Dated, fact: &Fact) {
        match fact {
            Fact::AgreementApplied(f) => {
                let again = self.sharing.agreements_with(&f.with, at.date()).next().is_some();
                self.sharing.agreements.push(Agreement {
                    id: f.agreement,
                    with: f.with.clone(),
                    basis: f.basis.clone(),
                    until: f.until,
                    organisation: f.organisation.clone(),
                    applied: at,
                    ended: None,
                });
                if again {
                    self.conflict(
                        at,
                        "agreement_stands",
                        "/organisation",
                        "This organisation sees the record by an agreement already on that day. End it first.",
                    );
                }
                if f.until.is_some_and(|last| last < at.date()) {
                    self.conflict(
                        at,
                        "ends_before_start",
                        "/until",
                        "The last day lies before the first.",
                    );
                }
            }
            Fact::AgreementEnded(f) => {
                let mut agreements = self.sharing.agreements.iter_mut();
                match agreements.find(|one| one.id == f.agreement) {
                    None => self.conflict(
                        at,
                        "before_agreement",
                        "/occurred",
                        "This is dated before the sharing agreement was applied.",
                    ),
                    Some(one) => match &one.ended {
                        None => one.ended = Some((at, f.reason.clone())),
                        Some((ended, _)) => {
                            let detail = format!("The sharing agreement ended on {}.", ended.date());
                            self.conflict(at, "agreement_ended", "/occurred", detail);
                        }
                    },
                }
            }
            _ => {}
        }
    }
}
