//! Who decides on erasing a record, and on keeping it: privacy officers of organisations that know the person.
//!
//! Source: `trust.md`, "Confidentiality"; own reading: every organisation that recorded something, or sees the record,
//! answers for it, so that each of them can hold an erasure up and two people who agree may be of two of them.

use super::record::Caller;
use super::{Permission, Rule, Visibility, visibility};
use crate::code::OrganisationCode;
use crate::command::ProtectionCommand;
use crate::event::Role;
use crate::history::History;
use jiff::civil::Date;

/// True when privacy officers of the organisation answer for the record: its staff see it, or recorded something.
pub fn answers_for(history: &History, organisation: &OrganisationCode, today: Date) -> bool {
    visibility(history, organisation, Role::Worker, today) != Visibility::None
}

/// As [`super::may_record`], for privacy officers.
pub(super) fn may_record(command: &ProtectionCommand, caller: Caller<'_>) -> Permission {
    if !answers_for(caller.history, caller.organisation, caller.today) {
        return Permission::NotFound;
    }
    let protection = &caller.history.now().protection;
    let known = match command {
        ProtectionCommand::AskErasure { .. } | ProtectionCommand::PlaceHold { .. } => true,
        ProtectionCommand::ConfirmErasure(erasure) | ProtectionCommand::TakeErasureBack { erasure, .. } => {
            protection.erasure(*erasure).is_some()
        }
        ProtectionCommand::LiftHold { hold, .. } => match protection.hold(*hold) {
            Some(one) if one.organisation != *caller.organisation => {
                return Rule::HoldIsLiftedByWhoPlacedIt.into();
            }
            one => one.is_some(),
        },
    };
    match known {
        true => Permission::Allowed,
        false => Permission::NotFound,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::may_record;
    use crate::command::Command;
    use crate::fact::Erased;
    use crate::rows::story::*;

    fn may(command: ProtectionCommand, who: &str, role: Role) -> Permission {
        let story = Story::new()
            .on("2026-03-01", opened(1, "northshire-community"))
            .by("gatehouse")
            .on("2026-03-02", received("MDI"))
            .on("2026-03-03", held(1, "gatehouse"))
            .on("2026-03-04", erasure_asked(1, "northshire"));
        let (history, today) = (story.history(), day("2026-03-10"));
        may_record(
            &Command::Protection(command),
            &history,
            &directory(),
            &organisation(who),
            role,
            today,
        )
    }

    fn ask() -> ProtectionCommand {
        ProtectionCommand::AskErasure {
            what: Erased::Everything,
            basis: code("unlawful"),
        }
    }

    fn lift(n: u128) -> ProtectionCommand {
        ProtectionCommand::LiftHold {
            hold: hold_id(n),
            reason: code("concluded"),
        }
    }

    #[test]
    fn privacy_officers_of_organisations_that_know_the_person_decide_and_nobody_else() {
        for role in Role::ALL {
            let allowed = may(ask(), "northshire", role) == Permission::Allowed;
            assert_eq!(allowed, role == Role::PrivacyOfficer, "{role:?}");
        }
        let officer = Role::PrivacyOfficer;
        assert_eq!(
            may(ask(), "gatehouse", officer),
            Permission::Allowed,
            "it recorded something"
        );
        assert_eq!(may(ask(), "southshire", officer), Permission::NotFound);
        let confirm = ProtectionCommand::ConfirmErasure;
        assert_eq!(
            may(confirm(erasure_id(1)), "gatehouse", officer),
            Permission::Allowed
        );
        assert_eq!(
            may(confirm(erasure_id(2)), "gatehouse", officer),
            Permission::NotFound
        );
    }

    #[test]
    fn a_legal_hold_is_lifted_by_who_placed_it() {
        let officer = Role::PrivacyOfficer;
        assert_eq!(may(lift(1), "gatehouse", officer), Permission::Allowed);
        assert_eq!(
            may(lift(1), "northshire", officer),
            Rule::HoldIsLiftedByWhoPlacedIt.into()
        );
        assert_eq!(may(lift(2), "gatehouse", officer), Permission::NotFound);
    }
}
