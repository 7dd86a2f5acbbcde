//! Sealed records: from whom they are hidden, and who seals them.
//!
//! A seal takes away and gives nothing: whoever is named sees what they saw before, and a record that hangs together
//! with a sealed one, because the two were joined, is sealed with it. To everybody else the record is not there;
//! staff who would see it by care, and might harm by not knowing, are told that there may be information that they
//! cannot see, and whom to ask. What systems tell of the person goes on being recorded, because a release that is not
//! recorded kills, and a look in an emergency goes on showing the smallest useful set, for the same reason. Auditors see
//! coded facts without names.
//!
//! Source: `trust.md`, "Who may see what" (sealed records) and hazards H1, H9, H11; the rest is our own reading.

use super::visibility::{treats, visibility};
use super::{Permission, Rule, Visibility};
use crate::code::OrganisationCode;
use crate::directory::{Directory, Seal};
use crate::event::Role;
use crate::fact::Named;
use crate::history::History;
use crate::id::PersonId;
use jiff::civil::Date;

/// Who asks to see something.
#[derive(Clone, Copy, Debug)]
pub struct Viewer<'a> {
    /// For which organisation.
    pub organisation: &'a OrganisationCode,
    /// In which role.
    pub role: Role,
    /// Which user; a system asks by itself without one.
    pub user: Option<&'a str>,
}

impl Viewer<'_> {
    /// Whether a seal that stands hides from them what it is on: those who are named see it, auditors, and privacy
    /// officers of the organisation that sealed it, who answer for it.
    pub fn is_kept_out_by(&self, seal: &Seal) -> bool {
        match self.role {
            Role::Auditor => false,
            Role::PrivacyOfficer if seal.organisation == *self.organisation => false,
            Role::Worker
            | Role::Clinician
            | Role::Liaison
            | Role::Administrator
            | Role::Commissioner
            | Role::PrivacyOfficer => !self.user.is_some_and(|user| seal.names(self.organisation, user)),
        }
    }
}

/// The seal that hides these records, which are read as one person's, from somebody; the first where there are several.
pub fn sealed_from<'d>(
    directory: &'d Directory,
    records: impl IntoIterator<Item = PersonId>,
    viewer: Viewer<'_>,
) -> Option<&'d Seal> {
    let mut seals = records
        .into_iter()
        .flat_map(|record| directory.seals().on(record));
    seals.find(|seal| viewer.is_kept_out_by(seal))
}

/// Whether somebody is told that there may be information that they cannot see: staff who give care, of an organisation
/// that would see the whole record or that is asked to take the person on. Everybody else is told that there is nothing.
pub fn is_warned(history: &History, viewer: Viewer<'_>, today: Date) -> bool {
    let Viewer {
        organisation,
        role,
        user,
    } = viewer;
    let state = history.now();
    let asked = || {
        let mut referrals = state.referrals.iter();
        referrals.any(|one| state.responsible(&one.to_service, &one.to_organisation) == organisation)
    };
    user.is_some()
        && role.gives_care()
        && (visibility(history, organisation, role, today) == Visibility::Full || asked())
}

/// The organisations that treat the person and have nobody among those named: a seal must not leave somebody without
/// anybody who sees their record while they are in care.
pub fn left_without(history: &History, named: &[Named]) -> Vec<OrganisationCode> {
    let state = history.now();
    let asked = state.referrals.iter();
    let asked = asked.map(|one| state.responsible(&one.to_service, &one.to_organisation));
    let episodes = state.episodes.iter();
    let episodes = episodes.map(|one| state.responsible(&one.service, &one.organisation));
    let mut treating: Vec<OrganisationCode> = asked
        .chain(episodes)
        .filter(|organisation| treats(state, organisation))
        .filter(|organisation| named.iter().all(|one| one.organisation != **organisation))
        .cloned()
        .collect();
    treating.sort_unstable();
    treating.dedup();
    treating
}

/// May somebody in this role seal records of their organisation's, or change and lift what it sealed?
pub fn may_seal(role: Role, own: &OrganisationCode, of: &OrganisationCode) -> Permission {
    match role {
        Role::PrivacyOfficer if own == of => Permission::Allowed,
        // Of a seal of somebody else there is nothing to know.
        Role::PrivacyOfficer => Permission::NotFound,
        Role::Worker
        | Role::Clinician
        | Role::Liaison
        | Role::Auditor
        | Role::Administrator
        | Role::Commissioner => Rule::RecordsAreSealedByPrivacyOfficers.into(),
    }
}
