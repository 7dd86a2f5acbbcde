//! Who the person is. Aliases and other dates are added, never overwritten.

use super::{Dated, PersonState, Teller};
use crate::code::{AreaCode, Code};
use crate::fact::{Contradicted, DemographicsCorrected, Fact, IdentityDetail};
use crate::id::EventId;
use crate::identifier::IdentifierKind;
use jiff::Timestamp;
use jiff::civil::Date;

/// A name by which the person is or was known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// Given name or names.
    pub given: Option<String>,
    /// Family name.
    pub family: Option<String>,
    /// Since when, and by which event.
    pub since: Dated,
}

/// An identifier on the record.
#[derive(Clone, PartialEq, Eq)]
pub struct KnownIdentifier {
    /// Which kind.
    pub kind: IdentifierKind,
    /// Its value in canonical form; `None` when identity is sealed from the reader or erased.
    pub value: Option<String>,
    /// The event that recorded it.
    pub recorded: Dated,
    /// The event that withdrew it.
    pub withdrawn: Option<Dated>,
}

impl std::fmt::Debug for KnownIdentifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KnownIdentifier({:?})", self.kind)
    }
}

/// Where the person lives, from some day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Residence {
    /// The authority; `None` while unknown.
    pub area: Option<AreaCode>,
    /// No fixed abode.
    pub no_fixed_abode: bool,
    /// Postcode, when the reader may see identity.
    pub postcode: Option<String>,
    /// Address, when the reader may see identity.
    pub address: Option<String>,
    /// Since when, and by which event.
    pub since: Dated,
}

/// Who the person is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdentityState {
    /// When the record was opened.
    pub registered: Option<Dated>,
    /// Date of birth as last told.
    pub date_of_birth: Option<Date>,
    /// Every date of birth told, each once; one that turned out to be false may be told again.
    pub dates_of_birth: Vec<Date>,
    /// Code of `sexes` as last told.
    pub sex: Option<Code>,
    /// Every sex told, each once.
    pub sexes: Vec<Code>,
    /// Code of `ethnicities` as last told.
    pub ethnicity: Option<Code>,
    /// Every name told; the last is current.
    pub names: Vec<Names>,
    /// Every identifier told, withdrawn ones included.
    pub identifiers: Vec<KnownIdentifier>,
    /// Every residence told; the last is current.
    pub residences: Vec<Residence>,
    /// What was told of the person that contradicted what the record said.
    pub told_otherwise: Vec<ToldOtherwise>,
    /// When somebody who has the person said last who they are.
    pub said_again: Option<Timestamp>,
}

/// Something that was told with a referral and contradicts the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldOtherwise {
    /// Who told it, and when.
    pub of: Teller,
    /// What it contradicts.
    pub what: Vec<Contradicted>,
}

impl IdentityState {
    /// What nobody has settled yet: by voiding the entry, or by saying again who the person is, whether that changes
    /// what the record says or not.
    pub fn unsettled(&self) -> impl Iterator<Item = &ToldOtherwise> {
        let since = self.said_again;
        let told = self.told_otherwise.iter();
        told.filter(move |one| since.is_none_or(|since| since < one.of.at.recorded_at))
    }

    /// By when it was recorded, so that the order in which facts are taken says nothing.
    pub(super) fn note_contradiction(
        &mut self,
        fact: &DemographicsCorrected,
        of: impl FnOnce() -> Teller,
        at: Dated,
    ) {
        if !fact.alias {
            self.said_again = self.said_again.max(Some(at.recorded_at));
        } else if !fact.contradicts.is_empty() {
            self.told_otherwise.push(ToldOtherwise {
                of: of(),
                what: fact.contradicts.clone(),
            });
        }
    }

    /// Identifiers that are not withdrawn.
    pub fn current_identifiers(&self) -> impl Iterator<Item = &KnownIdentifier> {
        self.identifiers
            .iter()
            .filter(|identifier| identifier.withdrawn.is_none())
    }

    /// The residence on a day, when any was told by then.
    pub fn residence_on(&self, day: Date) -> Option<&Residence> {
        self.residences
            .iter()
            .rev()
            .find(|residence| residence.since.date() <= day)
    }
}

impl PersonState {
    pub(super) fn evolve_identity(&mut self, at: Dated, fact: &Fact, detail: Option<&IdentityDetail>) {
        match fact {
            Fact::PersonRegistered(f) => {
                let identity = &mut self.identity;
                identity.registered.get_or_insert(at);
                identity.complete(f.date_of_birth, f.sex.as_ref(), f.ethnicity.as_ref());
                identity.add_names(at, detail);
            }
            Fact::DemographicsCorrected(f) if f.alias => {
                let identity = &mut self.identity;
                let (born, sex, ethnicity) = (
                    identity.date_of_birth,
                    identity.sex.clone(),
                    identity.ethnicity.clone(),
                );
                identity.complete(f.date_of_birth, f.sex.as_ref(), f.ethnicity.as_ref());
                // What the record said stays what it says.
                identity.complete(born, sex.as_ref(), ethnicity.as_ref());
                let known = identity.names.len();
                identity.add_names(at, detail);
                if known > 0 && identity.names.len() > known {
                    identity.names.swap(known - 1, known);
                }
            }
            Fact::DemographicsCorrected(f) => {
                self.identity
                    .complete(f.date_of_birth, f.sex.as_ref(), f.ethnicity.as_ref());
                self.identity.add_names(at, detail);
            }
            Fact::IdentifierRecorded(f) => {
                let value = detail.and_then(|detail| detail.identifier.clone());
                let known = self
                    .identity
                    .current_identifiers()
                    .any(|old| old.kind == f.kind && value.is_some() && old.value == value);
                if known {
                    self.conflict(
                        at,
                        "already_recorded",
                        "/value",
                        "This identifier is already on the record.",
                    );
                } else {
                    let recorded = KnownIdentifier {
                        kind: f.kind,
                        value,
                        recorded: at,
                        withdrawn: None,
                    };
                    self.identity.identifiers.push(recorded);
                }
            }
            Fact::IdentifierWithdrawn(f) => match self.identity.identifier_by(f.recorded_by) {
                Some(identifier) if identifier.withdrawn.is_none() => identifier.withdrawn = Some(at),
                _ => self.conflict(
                    at,
                    "identifier_not_held",
                    "/recordedBy",
                    "No such identifier is on the record, or it was withdrawn before.",
                ),
            },
            Fact::ResidenceRecorded(f) => self.identity.residences.push(Residence {
                area: f.area.clone(),
                no_fixed_abode: f.no_fixed_abode,
                postcode: detail.and_then(|detail| detail.postcode.clone()),
                address: detail.and_then(|detail| detail.address.clone()),
                since: at,
            }),
            _ => {}
        }
    }
}

impl IdentityState {
    fn complete(&mut self, born: Option<Date>, sex: Option<&Code>, ethnicity: Option<&Code>) {
        if let Some(born) = born.filter(|born| !self.dates_of_birth.contains(born)) {
            self.dates_of_birth.push(born);
        }
        if let Some(sex) = sex.filter(|sex| !self.sexes.contains(sex)) {
            self.sexes.push(sex.clone());
        }
        self.date_of_birth = born.or(self.date_of_birth);
        self.sex = sex.cloned().or(self.sex.take());
        self.ethnicity = ethnicity.cloned().or(self.ethnicity.take());
    }

    fn add_names(&mut self, at: Dated, detail: Option<&IdentityDetail>) {
        if let Some(detail) = detail
            && (detail.given_name.is_some() || detail.family_name.is_some())
        {
            let last = self.names.last();
            let given = detail
                .given_name
                .clone()
                .or_else(|| last.and_then(|n| n.given.clone()));
            let family = detail
                .family_name
                .clone()
                .or_else(|| last.and_then(|n| n.family.clone()));
            self.names.push(Names {
                given,
                family,
                since: at,
            });
        }
    }

    fn identifier_by(&mut self, event: EventId) -> Option<&mut KnownIdentifier> {
        self.identifiers
            .iter_mut()
            .find(|identifier| identifier.recorded.by == event)
    }
}
