//! On what ground somebody is shown something of a person: what the access log keeps of each look.

use super::visibility::{Visibility, had_episode, took_on, visibility};
use crate::code::OrganisationCode;
use crate::event::Role;
use crate::history::History;
use crate::state::PersonState;
use jiff::civil::Date;

/// A ground, with an id by which the access log and the documentation name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ground {
    /// Auditors read every record, without names.
    Audit,
    /// The organisation accepted a referral of the person.
    AcceptedReferral,
    /// The organisation has or had an episode with the person.
    Episode,
    /// Another organisation applied a sharing agreement for the organisation.
    SharingAgreement,
    /// The organisation recorded it itself.
    RecordedIt,
    /// The organisation is asked to take the person on.
    Asked,
    /// The person stands on a list of the organisation's own service.
    OnOwnList,
    /// The person stands on a list over which the organisation watches, without names.
    WatchedOver,
    /// The organisation works in the prison that the person leaves or left.
    WorksInPrison,
    /// An organisation's service gave the person the naloxone.
    SuppliedKit,
    /// The organisation imposed the assessment, or carries it out.
    RequiredAssessment,
    /// Somebody searched by an identifier that they know.
    Searched,
    /// A clinician looked in an emergency.
    BrokeGlass,
    /// A privacy officer of the organisation reviews, or answers for, what was done with the record.
    DataProtection,
    /// The organisation told the national statistics of the person.
    NationalReturn,
}

impl Ground {
    /// Every ground.
    pub const ALL: [Self; 15] = [
        Self::Audit,
        Self::AcceptedReferral,
        Self::Episode,
        Self::SharingAgreement,
        Self::RecordedIt,
        Self::Asked,
        Self::OnOwnList,
        Self::WatchedOver,
        Self::WorksInPrison,
        Self::SuppliedKit,
        Self::RequiredAssessment,
        Self::Searched,
        Self::BrokeGlass,
        Self::DataProtection,
        Self::NationalReturn,
    ];

    /// Its stable id.
    pub fn id(self) -> &'static str {
        match self {
            Self::Audit => "audit",
            Self::AcceptedReferral => "accepted_referral",
            Self::Episode => "episode",
            Self::SharingAgreement => "sharing_agreement",
            Self::RecordedIt => "recorded_it",
            Self::Asked => "asked",
            Self::OnOwnList => "on_own_list",
            Self::WatchedOver => "watched_over",
            Self::WorksInPrison => "works_in_prison",
            Self::SuppliedKit => "supplied_kit",
            Self::RequiredAssessment => "required_assessment",
            Self::Searched => "searched",
            Self::BrokeGlass => "broke_glass",
            Self::DataProtection => "data_protection",
            Self::NationalReturn => "national_return",
        }
    }

    /// This ground, but for auditors, who are shown everything on one of their own.
    #[must_use]
    pub fn unless_audit(self, role: Role) -> Self {
        match role {
            Role::Auditor => Self::Audit,
            Role::Worker
            | Role::Clinician
            | Role::Liaison
            | Role::Administrator
            | Role::Commissioner
            | Role::PrivacyOfficer => self,
        }
    }

    /// What it says, to the person who was looked at.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Audit => "An auditor read the record, without names.",
            Self::AcceptedReferral => "The organisation had accepted a referral of the person.",
            Self::Episode => "The organisation treats or treated the person.",
            Self::SharingAgreement => {
                "Another organisation had given this one sight of the record by a sharing agreement."
            }
            Self::RecordedIt => "The organisation was shown what it had recorded itself.",
            Self::Asked => "The organisation is or was asked to take the person on.",
            Self::OnOwnList => "The person stood on a list of a service of the organisation.",
            Self::WatchedOver => {
                "The person stood on a list over which the organisation watches, without a name."
            }
            Self::WorksInPrison => "The organisation works in the prison that the person leaves or left.",
            Self::SuppliedKit => "A service of the organisation gave the person naloxone.",
            Self::RequiredAssessment => {
                "The organisation required the person to come to an assessment, or carries it out."
            }
            Self::Searched => "Somebody searched by an identifier that they knew.",
            Self::BrokeGlass => "A clinician of the organisation looked in an emergency, which is reviewed.",
            Self::DataProtection => "A privacy officer looked into what was done with the record.",
            Self::NationalReturn => {
                "The organisation made its return to the national statistics, with initials and without a name."
            }
        }
    }
}

/// On what grounds an organisation is shown a person's record, wholly or in part: the reasons behind
/// [`visibility`]. None when it is shown nothing.
pub fn grounds(history: &History, organisation: &OrganisationCode, role: Role, today: Date) -> Vec<Ground> {
    match visibility(history, organisation, role, today) {
        Visibility::None => Vec::new(),
        Visibility::Sent => vec![Ground::RecordedIt],
        Visibility::Full if role == Role::Auditor => vec![Ground::Audit],
        Visibility::Full => relationships(history.now(), organisation, today),
    }
}

fn relationships(state: &PersonState, organisation: &OrganisationCode, today: Date) -> Vec<Ground> {
    let agreed = state
        .sharing
        .agreements_with(organisation, today)
        .next()
        .is_some();
    let grounds = [
        (took_on(state, organisation), Ground::AcceptedReferral),
        (had_episode(state, organisation), Ground::Episode),
        (agreed, Ground::SharingAgreement),
    ];
    grounds
        .into_iter()
        .filter(|(holds, _)| *holds)
        .map(|(_, ground)| ground)
        .collect()
}
