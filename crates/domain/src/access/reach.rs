//! Whose services a role is shown anything of, before any record is looked at.

use crate::code::OrganisationCode;
use crate::event::Role;

/// Whose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Nobody's.
    Nobodys,
    /// Those of the organisation for which the caller acts.
    Own,
    /// Everybody's.
    Everybodys,
}

impl Whose {
    /// True when something of `of` is shown to somebody of `own`.
    pub fn includes(self, own: &OrganisationCode, of: &OrganisationCode) -> bool {
        match self {
            Self::Nobodys => false,
            Self::Own => own == of,
            Self::Everybodys => true,
        }
    }
}

/// Whose lists, referrals, stock and events about people a role is shown: each line of them is about somebody.
pub fn lists(role: Role) -> Whose {
    match role {
        Role::Worker | Role::Clinician | Role::Liaison => Whose::Own,
        Role::Auditor => Whose::Everybodys,
        Role::Administrator | Role::Commissioner | Role::PrivacyOfficer => Whose::Nobodys,
    }
}

/// Whose figures a role is shown. Commissioners are shown those of all services here: they pay for some and compare
/// them with others (own reading).
pub fn figures(role: Role) -> Whose {
    match role {
        Role::Worker | Role::Clinician | Role::Liaison => Whose::Own,
        Role::Auditor | Role::Commissioner => Whose::Everybodys,
        Role::Administrator | Role::PrivacyOfficer => Whose::Nobodys,
    }
}

/// True for a role that is shown figures of people of whom it sees nobody: small numbers are withheld from it
/// ([`crate::small_numbers`]).
pub fn withholds_small_numbers(role: Role) -> bool {
    figures(role) == Whose::Everybodys && lists(role) == Whose::Nobodys
}

/// Whose looks in an emergency a role is shown, for their review.
pub fn emergency_looks(role: Role) -> Whose {
    match role {
        Role::PrivacyOfficer => Whose::Own,
        Role::Auditor => Whose::Everybodys,
        Role::Worker | Role::Clinician | Role::Liaison | Role::Administrator | Role::Commissioner => {
            Whose::Nobodys
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_a_role_that_sees_figures_and_no_people_then_small_numbers_are_withheld_from_it_alone() {
        for role in Role::ALL {
            assert_eq!(
                withholds_small_numbers(role),
                role == Role::Commissioner,
                "{role:?}"
            );
        }
    }

    #[test]
    fn given_a_role_that_sees_nobody_when_it_asks_for_a_list_then_not_even_its_own_organisations_is_shown() {
        let [own, other] = ["northshire", "gatehouse"].map(|code| OrganisationCode::parse(code).unwrap());
        for role in Role::ALL {
            let shown = (
                lists(role).includes(&own, &own),
                lists(role).includes(&own, &other),
                figures(role).includes(&own, &own),
                figures(role).includes(&own, &other),
            );
            let expected = match role {
                Role::Worker | Role::Clinician | Role::Liaison => (true, false, true, false),
                Role::Auditor => (true, true, true, true),
                Role::Commissioner => (false, false, true, true),
                Role::Administrator | Role::PrivacyOfficer => (false, false, false, false),
            };
            assert_eq!(shown, expected, "{role:?}");
        }
    }
}
