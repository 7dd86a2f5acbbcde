//! What a clinician needs who has somebody in front of them and knows nothing: the smallest useful set.
//!
//! Source: `trust.md`, "Who may see what": medication, overdose risk, naloxone, contacts.

use super::naloxone::NaloxoneHeld;
use super::prescriptions::{Prescribed, PrescriptionLine};
use crate::code::{Code, OrganisationCode, PrisonCode, ServiceCode, UserName};
use crate::rows::holders::holders;
use crate::state::{Kit, Names, Overdose, PersonState};
use jiff::civil::Date;

/// Most overdoses shown, the last first.
pub const MOST_OVERDOSES: usize = 5;

/// Somebody to ring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// The service that has the person in care.
    pub service: ServiceCode,
    /// Its organisation.
    pub organisation: OrganisationCode,
    /// Since when.
    pub since: Date,
    /// The key worker.
    pub key_worker: Option<UserName>,
}

/// The smallest useful set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emergency {
    /// By which name, so that it is the right person's record.
    pub names: Option<Names>,
    /// Date of birth.
    pub date_of_birth: Option<Date>,
    /// The day of the recorded death.
    pub died_on: Option<Date>,
    /// What the person is prescribed today.
    pub medicines: Vec<PrescriptionLine>,
    /// Codes of `substances`, as last found at triage; as told with the last referral, before that.
    pub substances: Vec<Code>,
    /// Overdoses, the last first; at most [`MOST_OVERDOSES`].
    pub overdoses: Vec<Overdose>,
    /// The prison in which the person is.
    pub in_prison: Option<PrisonCode>,
    /// The day of the last release to the community: in the fortnight after it the risk of death is highest.
    pub released_on: Option<Date>,
    /// Naloxone in hand.
    pub naloxone: Vec<Kit>,
    /// Who has the person in care.
    pub contacts: Vec<Contact>,
}

impl Emergency {
    /// From what is known of a person on a day.
    pub fn of(state: &PersonState, day: Date) -> Self {
        let mut overdoses = state.overdoses.clone();
        overdoses.sort_by_key(|one| std::cmp::Reverse(one.at.date()));
        overdoses.truncate(MOST_OVERDOSES);
        let contacts = holders(state)
            .into_iter()
            .filter(|one| one.from <= day && one.to.is_none_or(|to| day < to));
        let contacts = contacts.map(|one| Contact {
            key_worker: key_worker(state, &one.service),
            service: one.service,
            organisation: one.organisation,
            since: one.from,
        });
        let custody = &state.custody;
        Self {
            names: state.identity.names.last().cloned(),
            date_of_birth: state.identity.date_of_birth,
            died_on: state.died.map(|died| died.date()),
            medicines: Prescribed::of(state, day).today,
            substances: substances(state),
            overdoses,
            in_prison: custody
                .open_spell()
                .and_then(|spell| spell.prisons.last().map(|(prison, _)| prison.clone())),
            released_on: custody
                .community_releases()
                .last()
                .map(|release| release.at.date()),
            naloxone: NaloxoneHeld::on(state, day).held,
            contacts: contacts.collect(),
        }
    }
}

fn substances(state: &PersonState) -> Vec<Code> {
    let found = state.referrals.iter().rfind(|one| !one.found.is_empty());
    let told = || state.referrals.iter().rfind(|one| !one.substances.is_empty());
    match found {
        Some(one) => one.found.clone(),
        None => told().map(|one| one.substances.clone()).unwrap_or_default(),
    }
}

fn key_worker(state: &PersonState, service: &ServiceCode) -> Option<UserName> {
    let mut open = state
        .episodes
        .iter()
        .filter(|one| one.exit.is_none() && one.service == *service);
    open.next_back()?
        .key_workers
        .last()
        .map(|(_, worker)| worker.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::story::*;

    #[test]
    fn given_somebody_in_treatment_with_a_kit_when_they_are_found_unconscious_then_what_matters_is_there() {
        let story = Story::new()
            .on("2026-03-01", opened(1, "northshire-community"))
            .on("2026-03-02", started(1, 1, "94"));
        let state = story.state();
        let shown = Emergency::of(&state, day("2026-04-01"));
        assert_eq!(shown.contacts.len(), 1);
        assert_eq!(shown.contacts[0].service.as_str(), "northshire-community");
        assert_eq!(shown.medicines.len(), 1);
        assert_eq!((shown.in_prison, shown.released_on), (None, None));
        // What is over is not among them.
        let gone = story.on("2026-03-20", exit(1, "83"));
        let shown = Emergency::of(&gone.state(), day("2026-04-01"));
        assert!(shown.contacts.is_empty() && shown.medicines.is_empty());
    }
}
