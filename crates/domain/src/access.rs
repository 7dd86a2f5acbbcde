//! Who may see a person, and who may record what about them: the coarse rules, until sharing agreements,
//! purposes and break-glass come.
//!
//! Two questions, asked in this order. [`visibility`]: does this organisation see the person at all, wholly,
//! or only what it sent? [`may_record`]: may this role of this organisation record this? What is out of an
//! organisation's reach is answered as if it did not exist.
//!
//! Sources: `design.md` ("Person", "relationship"); `api.md` 5 (out of scope is 404, not 403).

use crate::code::OrganisationCode;
use crate::command::Command;
use crate::event::Role;
use crate::history::History;
use crate::id::{EpisodeId, ReferralId};
use crate::state::PersonState;

/// How much of a person's record an organisation sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Visibility {
    /// Nothing: the person does not exist for it.
    None,
    /// Only what it recorded itself: views are folded from [`own_events`].
    Sent,
    /// The whole record.
    Full,
}

/// The rules of this module, each with an id by which an answer, a test and the documentation name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// Auditors read.
    AuditorRecordsNothing,
    /// Administrators keep the directory.
    AdministratorKeepsTheDirectory,
    /// Care is recorded by those who give it.
    CareIsForWorkers,
    /// Naloxone is given out by those who are trained to.
    NaloxoneIsForWorkers,
    /// The service asked decides on a referral.
    ServiceAskedDecides,
    /// Both sides may take a referral back.
    EitherSideWithdraws,
    /// An episode is recorded by its organisation.
    EpisodeIsItsOrganisations,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 7] = [
        Self::AuditorRecordsNothing,
        Self::AdministratorKeepsTheDirectory,
        Self::CareIsForWorkers,
        Self::NaloxoneIsForWorkers,
        Self::ServiceAskedDecides,
        Self::EitherSideWithdraws,
        Self::EpisodeIsItsOrganisations,
    ];

    /// Its stable id.
    pub fn id(self) -> &'static str {
        match self {
            Self::AuditorRecordsNothing => "auditor_records_nothing",
            Self::AdministratorKeepsTheDirectory => "administrator_keeps_the_directory",
            Self::CareIsForWorkers => "care_is_for_workers",
            Self::NaloxoneIsForWorkers => "naloxone_is_for_workers",
            Self::ServiceAskedDecides => "service_asked_decides",
            Self::EitherSideWithdraws => "either_side_withdraws",
            Self::EpisodeIsItsOrganisations => "episode_is_its_organisations",
        }
    }

    /// What it says, to the person who ran into it.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::AuditorRecordsNothing => {
                "Auditors read the record and add nothing to it. Use an account of a service."
            }
            Self::AdministratorKeepsTheDirectory => {
                "Administrators register organisations and services, and record nothing about people."
            }
            Self::CareIsForWorkers => {
                "Decisions on referrals, triage and treatment are recorded by staff of the treatment service."
            }
            Self::NaloxoneIsForWorkers => {
                "Naloxone is issued, placed in property and reported as used by staff of a treatment service. \
                 A liaison system may record that a kit was handed over."
            }
            Self::ServiceAskedDecides => {
                "Only the service asked accepts, rejects or triages a referral. You can withdraw it."
            }
            Self::EitherSideWithdraws => {
                "A referral is withdrawn by the organisation that sent it, or by the one it was sent to."
            }
            Self::EpisodeIsItsOrganisations => {
                "An episode, with its waiting list, interventions and exit, is recorded by its own organisation."
            }
        }
    }
}

impl From<Rule> for Permission {
    fn from(rule: Rule) -> Self {
        Self::WrongRole(rule.sentence())
    }
}

/// May it be recorded?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Yes.
    Allowed,
    /// Answer as if what the command names did not exist.
    NotFound,
    /// No; the caller knows of it, and the sentence (of a [`Rule`]) says who may.
    WrongRole(&'static str),
}

/// How much of the person's record the organisation sees, judged by the whole history.
///
/// - *Full* once a referral addressed to the organisation was accepted, or it has an episode of its own.
///   It stays so after withdrawal and exit, because what was done has to stay explainable.
/// - *Full* for auditors, who are given no identity keys ([`sees_identity`]).
/// - *Sent* when it recorded something about the person itself.
/// - *None* for everyone else, and for administrators.
pub fn visibility(history: &History, organisation: &OrganisationCode, role: Role) -> Visibility {
    match role {
        Role::Auditor => {
            return if history.events.is_empty() {
                Visibility::None
            } else {
                Visibility::Full
            };
        }
        Role::Administrator => return Visibility::None,
        Role::Worker | Role::Liaison => {}
    }
    if has_relationship(&history.state(None, None), organisation) {
        Visibility::Full
    } else if history
        .events
        .iter()
        .any(|event| event.envelope.actor.organisation == *organisation)
    {
        Visibility::Sent
    } else {
        Visibility::None
    }
}

/// True when care ties the person to the organisation: a referral it accepted, or an episode of its own.
pub fn has_relationship(state: &PersonState, organisation: &OrganisationCode) -> bool {
    state
        .referrals
        .iter()
        .any(|one| one.accepted.is_some() && one.to_organisation == *organisation)
        || state.episodes.iter().any(|one| one.organisation == *organisation)
}

/// True when the role may be shown names, identifiers and addresses. Auditors see coded facts only.
pub fn sees_identity(role: Role) -> bool {
    matches!(role, Role::Worker | Role::Liaison)
}

/// What the organisation recorded itself: all it sees when its visibility is [`Visibility::Sent`]. The
/// version of this part is no version of the stream: take that from the whole history.
pub fn own_events(history: &History, organisation: &OrganisationCode) -> History {
    let own = history
        .events
        .iter()
        .filter(|event| event.envelope.actor.organisation == *organisation);
    History::new(own.cloned().collect())
}

/// May this role of this organisation record this about a person whom it may see?
///
/// The role is judged first and without a look at the record, so that a refusal tells nothing about it.
/// Whether the named kit, plan, release or identifier exists is left to [`crate::decide`].
pub fn may_record(
    command: &Command,
    state: &PersonState,
    organisation: &OrganisationCode,
    role: Role,
) -> Permission {
    match role {
        Role::Auditor => return Rule::AuditorRecordsNothing.into(),
        Role::Administrator => return Rule::AdministratorKeepsTheDirectory.into(),
        Role::Worker | Role::Liaison => {}
    }
    let worker = role == Role::Worker;
    match command {
        // Both roles: who the person is, where they are, what is planned, and who is asked to help.
        Command::Register { .. }
        | Command::RecordIdentifier(_)
        | Command::WithdrawIdentifier { .. }
        | Command::CorrectDemographics(_)
        | Command::RecordResidence(_)
        | Command::RecordMovement(_)
        | Command::CompleteRelease { .. }
        | Command::PlanRelease { .. }
        | Command::ReplanRelease { .. }
        | Command::CancelReleasePlan { .. }
        | Command::Refer(_)
        | Command::HandOverKit(_) => Permission::Allowed,

        Command::WithdrawReferral { referral, .. } => match side(state, *referral, organisation) {
            Some(_) => Permission::Allowed,
            None => Permission::NotFound,
        },

        Command::AcceptReferral(referral)
        | Command::RejectReferral { referral, .. }
        | Command::Triage { referral, .. } => {
            if !worker {
                return Rule::CareIsForWorkers.into();
            }
            match side(state, *referral, organisation) {
                Some(Side::Asked) => Permission::Allowed,
                Some(Side::Sender) => Rule::ServiceAskedDecides.into(),
                None => Permission::NotFound,
            }
        }

        Command::PlaceOnWaitingList { episode, .. }
        | Command::TakeOffWaitingList { episode, .. }
        | Command::StartIntervention { episode, .. }
        | Command::RecordContact { episode }
        | Command::EndIntervention { episode, .. }
        | Command::RecordExit { episode, .. } => {
            if !worker {
                Rule::CareIsForWorkers.into()
            } else if owns(state, *episode, organisation) {
                Permission::Allowed
            } else {
                Permission::NotFound
            }
        }

        Command::IssueKits { .. } | Command::PlaceKitsInProperty { .. } | Command::UseKit { .. } => {
            if worker {
                Permission::Allowed
            } else {
                Rule::NaloxoneIsForWorkers.into()
            }
        }
    }
}

/// On which side of a referral an organisation stands.
enum Side {
    Asked,
    Sender,
}

fn side(state: &PersonState, referral: ReferralId, organisation: &OrganisationCode) -> Option<Side> {
    let referral = state.referral(referral)?;
    if referral.to_organisation == *organisation {
        Some(Side::Asked)
    } else if referral.from_organisation == *organisation {
        Some(Side::Sender)
    } else {
        None
    }
}

fn owns(state: &PersonState, episode: EpisodeId, organisation: &OrganisationCode) -> bool {
    state
        .episode(episode)
        .is_some_and(|episode| episode.organisation == *organisation)
}
