//! Whether somebody may act for an organisation at all, before anything else is asked: what a token claims only
//! narrows what its system was registered for and its user was granted.
//!
//! Source: `trust.md`, "Who may see what" and "The write path" (membership epoch).

use super::{Permission, Rule};
use crate::code::{OrganisationCode, ServiceCode};
use crate::decide::MemberCommand;
use crate::directory::Directory;
use crate::event::Role;
use crate::id::{MemberId, RegistrationId};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// What a verified token claims, with the person named beside it.
#[derive(Clone, Copy, Debug)]
pub struct Claimed<'a> {
    /// For which organisation.
    pub organisation: &'a OrganisationCode,
    /// Through which system.
    pub client: &'a str,
    /// By which user; a system asks by itself without one.
    pub user: Option<&'a str>,
    /// The person on whose behalf a system asks.
    pub on_behalf_of: Option<&'a str>,
    /// In which role.
    pub role: Role,
}

/// On what somebody acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The system's registration.
    pub registration: RegistrationId,
    /// The user's membership, and that of the person behind a system.
    pub members: Vec<MemberId>,
    /// How far the organisation's stream had come: whatever rests on this membership rests on that version.
    pub epoch: u32,
    /// For which services of the organisation alone the system asks; for all when absent.
    pub services: Option<BTreeSet<ServiceCode>>,
}

/// The membership on which a claim may be acted on: the system is registered with the organisation for the role, and
/// whoever is named is a member in that role.
///
/// # Errors
/// [`Rule::NoMembership`], whatever is missing: which it is, is not for whoever tries.
pub fn membership(directory: &Directory, claimed: Claimed<'_>, today: Date) -> Result<Membership, Rule> {
    let roster = directory.roster(claimed.organisation).ok_or(Rule::NoMembership)?;
    let registration = roster
        .asks(claimed.client, claimed.role)
        .ok_or(Rule::NoMembership)?;
    let named = claimed.user.into_iter().chain(claimed.on_behalf_of);
    let members = named.map(|user| {
        let member = roster.acts(user, claimed.role, today);
        member.map(|member| member.id).ok_or(Rule::NoMembership)
    });
    Ok(Membership {
        registration: registration.id,
        members: members.collect::<Result<_, _>>()?,
        epoch: directory.version_of(claimed.organisation),
        services: roster.services_of(claimed.client, claimed.role),
    })
}

/// May this administrator say who acts for an organisation? Nobody gives themselves a role, or makes their own last
/// longer; and whoever is the only administrator stays one until there is another.
pub fn may_keep_members(
    organisation: &OrganisationCode,
    command: &MemberCommand,
    directory: &Directory,
    role: Role,
    user: Option<&str>,
    today: Date,
) -> Permission {
    match role {
        Role::Administrator => {}
        Role::Worker
        | Role::Clinician
        | Role::Liaison
        | Role::Auditor
        | Role::Commissioner
        | Role::PrivacyOfficer => return Rule::MembersAreKeptByAdministrators.into(),
    }
    let Some(own) = user else {
        return Rule::MembersAreKeptByPeople.into();
    };
    // Identity providers seldom tell capitals apart.
    let oneself = |other: &str| other.to_lowercase() == own.to_lowercase();
    let roster = directory.roster(organisation);
    let member = |id: &MemberId| roster.and_then(|roster| roster.member(*id));
    match command {
        MemberCommand::Grant { user, .. } if oneself(user.as_str()) => Rule::MembershipNeedsAnother.into(),
        MemberCommand::Change { member: id, .. } if member(id).is_some_and(|one| oneself(&one.user)) => {
            Rule::MembershipNeedsAnother.into()
        }
        MemberCommand::End(id) => match member(id) {
            Some(one)
                if one.role == Role::Administrator
                    && oneself(&one.user)
                    && !directory.administrators(today).any(|other| !oneself(&other.user)) =>
            {
                Rule::LastAdministratorStays.into()
            }
            _ => Permission::Allowed,
        },
        _ => Permission::Allowed,
    }
}

/// Whose members and systems a role is shown.
pub fn is_shown_members(role: Role, own: &OrganisationCode, of: &OrganisationCode) -> bool {
    match role {
        Role::Administrator | Role::Auditor => true,
        Role::PrivacyOfficer => own == of,
        Role::Worker | Role::Clinician | Role::Liaison | Role::Commissioner => false,
    }
}
