//! For what somebody asks: it comes with their role, and a header can only narrow it.
//!
//! Whoever narrows is judged as the role whose purpose it is, and no more than in their own: a worker of a treatment
//! service who answers the prison asks for `liaison`, and has on the screen what a liaison worker would. What they record
//! must be allowed in both roles. The access log keeps the narrower purpose, which is what the person is told.
//!
//! Source: `trust.md`, "Who may see what"; which purpose lies within which is our own reading.

use crate::event::Role;

/// Why somebody asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// To treat people.
    DirectCare,
    /// To hand people over between justice and treatment.
    Liaison,
    /// To prove what was done.
    Audit,
    /// To keep organisations, services and members.
    Administration,
    /// To plan and pay for services.
    Commissioning,
    /// To answer for the data.
    DataProtection,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 6] = [
        Self::DirectCare,
        Self::Liaison,
        Self::Audit,
        Self::Administration,
        Self::Commissioning,
        Self::DataProtection,
    ];

    /// Its stable id, in the header and in the access log.
    pub fn id(self) -> &'static str {
        match self {
            Self::DirectCare => "direct_care",
            Self::Liaison => "liaison",
            Self::Audit => "audit",
            Self::Administration => "administration",
            Self::Commissioning => "commissioning",
            Self::DataProtection => "data_protection",
        }
    }

    /// Reads the id back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.id() == text)
    }

    /// For what somebody in a role asks when they say nothing.
    pub fn of(role: Role) -> Self {
        match role {
            Role::Worker | Role::Clinician => Self::DirectCare,
            Role::Liaison => Self::Liaison,
            Role::Auditor => Self::Audit,
            Role::Administrator => Self::Administration,
            Role::Commissioner => Self::Commissioning,
            Role::PrivacyOfficer => Self::DataProtection,
        }
    }
}

/// As which role somebody is judged who asks for a purpose; `None` where it is none of theirs. Who gives care may ask for
/// liaison, who audits for figures alone.
pub fn narrowed(role: Role, purpose: Purpose) -> Option<Role> {
    match (role, purpose) {
        (role, purpose) if Purpose::of(role) == purpose => Some(role),
        (Role::Worker | Role::Clinician, Purpose::Liaison) => Some(Role::Liaison),
        (Role::Auditor, Purpose::Commissioning) => Some(Role::Commissioner),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_purpose_is_read_by_its_id() {
        for purpose in Purpose::ALL {
            assert_eq!(Purpose::parse(purpose.id()), Some(purpose));
        }
        for odd in ["", "Liaison", "care", "direct-care"] {
            assert_eq!(Purpose::parse(odd), None, "{odd}");
        }
    }

    #[test]
    fn nobody_widens_what_they_ask_for() {
        for role in Role::ALL {
            assert_eq!(narrowed(role, Purpose::of(role)), Some(role));
            for purpose in Purpose::ALL {
                let allowed = narrowed(role, purpose);
                let as_one = allowed.is_none_or(|as_role| as_role == role || Purpose::of(as_role) == purpose);
                assert!(as_one, "{role:?} {purpose:?}");
            }
        }
        let others: Vec<_> = Role::ALL
            .into_iter()
            .flat_map(|role| Purpose::ALL.map(|purpose| (role, purpose)))
            .filter(|(role, purpose)| Purpose::of(*role) != *purpose && narrowed(*role, *purpose).is_some())
            .collect();
        assert_eq!(
            others,
            [
                (Role::Worker, Purpose::Liaison),
                (Role::Clinician, Purpose::Liaison),
                (Role::Auditor, Purpose::Commissioning),
            ]
        );
    }
}
