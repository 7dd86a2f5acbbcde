//! Contacts of outreach workers.

use super::{Dated, PersonState};
use crate::code::{Code, OrganisationCode, ServiceCode};
use crate::fact::Fact;

/// An outreach worker met the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutreachContact {
    /// When.
    pub at: Dated,
    /// The outreach worker's service.
    pub service: ServiceCode,
    /// The service's organisation.
    pub organisation: OrganisationCode,
    /// Code of `outreach-places`.
    pub place: Code,
    /// Code of `outreach-outcomes`.
    pub outcome: Code,
}

impl PersonState {
    pub(super) fn evolve_outreach(&mut self, at: Dated, fact: &Fact) {
        if let Fact::OutreachContactRecorded(f) = fact {
            self.outreach.push(OutreachContact {
                at,
                service: f.service.clone(),
                organisation: f.organisation.clone(),
                place: f.place.clone(),
                outcome: f.outcome.clone(),
            });
        }
    }
}
