//! Who may record what the person says about the use of their data, and who gives sight of a record to others.
//!
//! What the person says is recorded by whoever hears it: consent, its refusal and withdrawal, an objection. What gives
//! or takes sight of the record needs somebody who is tied to the person by care, and never the one who gains by it.
//!
//! Source: `trust.md`, "Who may see what": a relationship needs an act of someone other than the one who gains by it.

use super::record::{Caller, seen_or_own};
use super::visibility::{Tie, kept_out, tie};
use super::{Permission, Rule, Visibility, visibility};
use crate::code::OrganisationCode;
use crate::command::SharingCommand;
use crate::event::RecordedEvent;
use crate::fact::Fact;
use crate::history::History;

/// As [`super::may_record`].
pub(super) fn may_record(command: &SharingCommand, caller: Caller<'_>) -> Permission {
    let sharing = &caller.history.now().sharing;
    match command {
        SharingCommand::GiveConsent { .. }
        | SharingCommand::RefuseConsent { .. }
        | SharingCommand::WithdrawConsent { .. }
        | SharingCommand::Object { .. } => Permission::Allowed,

        SharingCommand::WithdrawObjection(id) | SharingCommand::AnswerObjection { objection: id, .. } => {
            let Some(one) = sharing.objection(*id) else {
                return Permission::NotFound;
            };
            let permission = match command {
                // An answer is for those who see the record, whoever wrote the objection down.
                SharingCommand::AnswerObjection { .. } if !sees_all(caller) => Permission::NotFound,
                _ => seen_or_own(Some(&one.organisation), caller),
            };
            match permission {
                Permission::Allowed if one.against.as_ref() == Some(caller.organisation) => {
                    Rule::ObjectionIsSettledByOthers.into()
                }
                permission => permission,
            }
        }

        SharingCommand::PlaceRestriction { .. } => by_care(caller, Rule::RestrictionIsPlacedByCare),
        SharingCommand::LiftRestriction { restriction, .. } => seen_or_own(
            sharing.restriction(*restriction).map(|one| &one.organisation),
            caller,
        ),

        SharingCommand::ApplyAgreement { with, .. } => {
            if with == caller.organisation {
                Rule::AgreementNeedsAnother.into()
            } else {
                by_care(caller, Rule::AgreementIsAppliedByCare)
            }
        }
        // The other side of it sees the record by it, and so ends it as who applied it does.
        SharingCommand::EndAgreement { agreement, .. } => {
            seen_or_own(sharing.agreement(*agreement).map(|one| &one.organisation), caller)
        }
    }
}

fn sees_all(caller: Caller<'_>) -> bool {
    visibility(caller.history, caller.organisation, caller.role, caller.today) == Visibility::Full
}

/// Whoever sees the record by care; who sees it by an agreement alone is told so, and for the others it does not exist.
pub(super) fn by_care(caller: Caller<'_>, rule: Rule) -> Permission {
    if !sees_all(caller) {
        return Permission::NotFound;
    }
    match tie(caller.history.now(), caller.organisation, caller.today) {
        Some(Tie::Treats | Tie::Treated) => Permission::Allowed,
        Some(Tie::Agreement) | None => rule.into(),
    }
}

/// May an organisation refer the person to a service of its own? Not where accepting that referral would make lasting,
/// by no act but its own, a sight that others gave or took: it sees the record by an agreement alone, and is told so;
/// or an objection or a restriction keeps it out, and there is no such record for it to refer.
pub(super) fn may_refer_to_itself(caller: Caller<'_>) -> Permission {
    let state = caller.history.now();
    match tie(state, caller.organisation, caller.today) {
        Some(Tie::Treats) => Permission::Allowed,
        Some(Tie::Agreement) => Rule::AgreementTiesNobody.into(),
        Some(Tie::Treated) | None => match kept_out(state, caller.organisation, caller.today) {
            Some(_) => Permission::NotFound,
            None => Permission::Allowed,
        },
    }
}

/// True for what rests on something that others recorded: in a view of one's own events it would seem to rest on
/// nothing.
pub(super) fn rests_on_others(
    event: &RecordedEvent,
    history: &History,
    organisation: &OrganisationCode,
) -> bool {
    let is_it = |made: &Fact| match (event.fact(), made) {
        (Some(Fact::ObjectionWithdrawn(f)), Fact::ObjectionMade(m)) => m.objection == f.objection,
        (Some(Fact::ObjectionAnswered(f)), Fact::ObjectionMade(m)) => m.objection == f.objection,
        (Some(Fact::RestrictionLifted(f)), Fact::RestrictionPlaced(m)) => m.restriction == f.restriction,
        (Some(Fact::AgreementEnded(f)), Fact::AgreementApplied(m)) => m.agreement == f.agreement,
        _ => false,
    };
    let rests = matches!(
        event.fact(),
        Some(
            Fact::ObjectionWithdrawn(_)
                | Fact::ObjectionAnswered(_)
                | Fact::RestrictionLifted(_)
                | Fact::AgreementEnded(_)
        )
    );
    rests
        && !history
            .events()
            .iter()
            .any(|one| one.envelope.actor.organisation == *organisation && one.fact().is_some_and(is_it))
}

#[cfg(test)]
mod tests;
