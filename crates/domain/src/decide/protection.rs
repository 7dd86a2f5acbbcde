//! Erasing a record, and keeping it.
//!
//! Source: `trust.md`, "Confidentiality": two people, reversible for seven days, refused under a legal hold.

use super::Making;
use crate::command::ProtectionCommand;
use crate::fact::{ErasureAsked, ErasureConfirmed, ErasureTakenBack, HoldLifted, HoldPlaced};
use crate::id::{ErasureId, HoldId};
use jiff::ToSpan as _;

/// Days from the agreement of the second person to the erasure, in which it can be taken back.
pub const TAKEN_BACK_WITHIN_DAYS: i32 = 7;

impl Making<'_, '_> {
    pub(super) fn protection(&mut self, command: &ProtectionCommand) {
        let organisation = self.context.organisation.clone();
        match command {
            ProtectionCommand::AskErasure { what, basis } => {
                self.code("erasure-bases", basis, "/basis");
                self.expect_no_hold();
                let mut asked = self.state.protection.erasures.iter();
                if let Some(one) = asked.find(|one| one.stands() && one.what == *what) {
                    let detail = format!("The same was asked for on {}.", one.asked.date());
                    self.fault("", "already_asked", detail);
                }
                let Some(user) = self.named_user() else { return };
                let erasure: ErasureId = self.new_id();
                self.created.push(erasure.0);
                self.record(ErasureAsked {
                    erasure,
                    what: *what,
                    basis: basis.clone(),
                    organisation,
                    user,
                });
            }
            ProtectionCommand::ConfirmErasure(erasure) => {
                self.expect_no_hold();
                let Some(user) = self.named_user() else { return };
                let asked = self.state.protection.erasure(*erasure);
                if asked.is_some_and(|one| one.user == user) {
                    self.fault(
                        "",
                        "confirms_own_request",
                        "You asked for this erasure. Somebody else has to agree to it.",
                    );
                }
                if asked.is_some_and(|one| !one.stands()) {
                    self.fault("", "taken_back", "This erasure was taken back. Ask for it again.");
                }
                self.record(ErasureConfirmed {
                    erasure: *erasure,
                    // From when this system knows: a date told late shortens nobody's time to think again.
                    carried_out_on: self.today().saturating_add(TAKEN_BACK_WITHIN_DAYS.days()),
                    organisation,
                    user,
                });
            }
            ProtectionCommand::TakeErasureBack { erasure, reason } => {
                self.code("erasure-withdrawal-reasons", reason, "/reason");
                if let Some(user) = self.named_user() {
                    self.record(ErasureTakenBack {
                        erasure: *erasure,
                        reason: reason.clone(),
                        user,
                    });
                }
            }
            ProtectionCommand::PlaceHold { ground } => {
                self.code("legal-hold-grounds", ground, "/ground");
                let hold: HoldId = self.new_id();
                self.created.push(hold.0);
                self.record(HoldPlaced {
                    hold,
                    ground: ground.clone(),
                    organisation,
                });
            }
            ProtectionCommand::LiftHold { hold, reason } => {
                self.code("legal-hold-lift-reasons", reason, "/reason");
                self.record(HoldLifted {
                    hold: *hold,
                    reason: reason.clone(),
                });
            }
        }
    }

    fn expect_no_hold(&mut self) {
        if let Some(hold) = self.state.protection.standing_holds().next() {
            let detail = format!(
                "A legal hold of {} has stood since {}. It has to be lifted first.",
                hold.organisation,
                hold.placed.date()
            );
            self.fault("", "legal_hold", detail);
        }
    }
}
