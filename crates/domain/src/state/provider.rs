//! Contracts that moved: which service has now what another one began.
//!
//! Source: `design.md` ("Organisation stream": services taken over); `domain.md` section 8, paper 002 (bulk transfer to
//! a new provider). An episode keeps the service that opened it, so that no figure takes the move for an exit or for a
//! new presentation; who has it on a day is asked here.

use super::{Dated, PersonState};
use crate::code::{OrganisationCode, ServiceCode};
use crate::fact::{Fact, ServiceKind};
use crate::id::ContractId;
use jiff::civil::Date;

/// What a service had open with the person went over to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderChange {
    /// The move of the contract.
    pub contract: ContractId,
    /// Since when.
    pub at: Dated,
    /// The service left.
    pub from_service: ServiceCode,
    /// Its organisation.
    pub from_organisation: OrganisationCode,
    /// The service that took over.
    pub to_service: ServiceCode,
    /// Its organisation.
    pub to_organisation: OrganisationCode,
    /// Its kind.
    pub to_kind: ServiceKind,
}

impl PersonState {
    pub(super) fn evolve_provider(&mut self, at: Dated, fact: &Fact) {
        let Fact::ProviderChanged(f) = fact else { return };
        // Told twice it is one move.
        if self.provider_changes.iter().any(|one| one.contract == f.contract) {
            return;
        }
        self.provider_changes.push(ProviderChange {
            contract: f.contract,
            at,
            from_service: f.from_service.clone(),
            from_organisation: f.from_organisation.clone(),
            to_service: f.to_service.clone(),
            to_organisation: f.to_organisation.clone(),
            to_kind: f.to_kind,
        });
    }

    /// The moves by which what this service began came to where it is, in their order.
    pub fn moves_from<'s>(&'s self, service: &'s ServiceCode) -> impl Iterator<Item = &'s ProviderChange> {
        let mut with = service;
        self.provider_changes.iter().filter(move |one| {
            let moved = one.from_service == *with;
            if moved {
                with = &one.to_service;
            }
            moved
        })
    }

    /// The service that has now what this one began: itself, unless its contract moved.
    pub fn provider<'s>(&'s self, service: &'s ServiceCode) -> &'s ServiceCode {
        self.moves_from(service)
            .last()
            .map_or(service, |one| &one.to_service)
    }

    /// The service that had on a day what this one began.
    pub fn provider_on<'s>(&'s self, service: &'s ServiceCode, day: Date) -> &'s ServiceCode {
        let moves = self.moves_from(service).take_while(|one| one.at.date() <= day);
        moves.last().map_or(service, |one| &one.to_service)
    }

    /// The organisation that has now what this service, of this organisation, began.
    pub fn responsible<'s>(
        &'s self,
        service: &'s ServiceCode,
        organisation: &'s OrganisationCode,
    ) -> &'s OrganisationCode {
        self.moves_from(service)
            .last()
            .map_or(organisation, |one| &one.to_organisation)
    }

    /// True when the organisation has, or had until a contract moved, what this service, of that organisation, began.
    pub fn was_responsible(
        &self,
        organisation: &OrganisationCode,
        service: &ServiceCode,
        of: &OrganisationCode,
    ) -> bool {
        of == organisation
            || self
                .moves_from(service)
                .any(|one| one.to_organisation == *organisation)
    }
}
