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
use crate::state::PersonState;
use jiff::civil::Date;

/// True when privacy officers of the organisation answer for the record: its staff see it, or recorded something.
pub fn answers_for(history: &History, organisation: &OrganisationCode, today: Date) -> bool {
    visibility(history, organisation, Role::Worker, today) != Visibility::None
}

/// True when officers of the organisation agree to an erasure: it treats or treated the person. Where others than the
/// organisation that asked do, it is one of them: nobody erases alone what others answer for, least of all somebody who
/// sent a referral once. Where nobody ever took the person on, any that answers for the record.
fn agrees(state: &PersonState, asked_by: &OrganisationCode, organisation: &OrganisationCode) -> bool {
    let accepted = state.referrals.iter().filter(|one| one.accepted.is_some());
    let accepted = accepted.map(|one| state.responsible(&one.to_service, &one.to_organisation));
    let treated = state.episodes.iter();
    let treated = treated.map(|one| state.responsible(&one.service, &one.organisation));
    let care: Vec<&OrganisationCode> = accepted.chain(treated).collect();
    let others = care.iter().any(|one| *one != asked_by);
    let cares = care.contains(&organisation);
    match (care.is_empty(), others) {
        (true, _) => true,
        (false, true) => cares && organisation != asked_by,
        (false, false) => cares,
    }
}

/// As [`super::may_record`], for privacy officers.
pub(super) fn may_record(command: &ProtectionCommand, caller: Caller<'_>) -> Permission {
    if !answers_for(caller.history, caller.organisation, caller.today) {
        return Permission::NotFound;
    }
    let protection = &caller.history.now().protection;
    let known = match command {
        ProtectionCommand::AskErasure { .. } | ProtectionCommand::PlaceHold { .. } => true,
        ProtectionCommand::ConfirmErasure(erasure) => match protection.erasure(*erasure) {
            Some(one) if !agrees(caller.history.now(), &one.organisation, caller.organisation) => {
                return Rule::ErasureIsAgreedByWhoTreats.into();
            }
            one => one.is_some(),
        },
        ProtectionCommand::TakeErasureBack { erasure, .. } => protection.erasure(*erasure).is_some(),
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
    }

    /// Asked by one organisation, may officers of another agree?
    fn may_agree(story: &Story, who: &str) -> Permission {
        let (history, today) = (story.history(), day("2026-03-10"));
        may_record(
            &Command::Protection(ProtectionCommand::ConfirmErasure(erasure_id(1))),
            &history,
            &directory(),
            &organisation(who),
            Role::PrivacyOfficer,
            today,
        )
    }

    #[test]
    fn an_erasure_is_agreed_to_by_who_treats_and_by_others_than_those_who_asked_where_there_are_any() {
        let refused = Rule::ErasureIsAgreedByWhoTreats.into();
        let known = Story::new().by("gatehouse").on("2026-03-02", received("MDI"));
        // Nobody took the person on: whoever answers for the record.
        let nobodys = known.clone().on("2026-03-04", erasure_asked(1, "gatehouse"));
        assert_eq!(may_agree(&nobodys, "gatehouse"), Permission::Allowed);
        assert_eq!(may_agree(&nobodys, "southshire"), Permission::NotFound);
        // Northshire treats: it agrees to what others ask for, and to its own where nobody else does.
        let treated = known
            .by("northshire")
            .on("2026-03-03", opened(1, "northshire-community"));
        let by_another = treated.clone().on("2026-03-04", erasure_asked(1, "gatehouse"));
        assert_eq!(may_agree(&by_another, "northshire"), Permission::Allowed);
        assert_eq!(
            may_agree(&by_another, "gatehouse"),
            refused,
            "it recorded something, and treats nobody"
        );
        let by_itself = treated.clone().on("2026-03-04", erasure_asked(1, "northshire"));
        assert_eq!(may_agree(&by_itself, "northshire"), Permission::Allowed);
        // Two treat or treated: the one asks, the other agrees.
        let two = treated
            .by("southshire")
            .on("2026-03-03", opened(2, "southshire-community"));
        let asked = two.on("2026-03-04", erasure_asked(1, "northshire"));
        assert_eq!(may_agree(&asked, "southshire"), Permission::Allowed);
        assert_eq!(may_agree(&asked, "northshire"), refused);
        let unknown = ProtectionCommand::ConfirmErasure(erasure_id(2));
        assert_eq!(
            may(unknown, "gatehouse", Role::PrivacyOfficer),
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
