//! Sight of the record that no care explains yet: presence attested, looks in an emergency, their review.

use super::Making;
use crate::access::{self, MOST_GLASS_HOURS};
use crate::code::UserName;
use crate::command::SightCommand;
use crate::fact::{GlassBroken, GlassReviewed, PresenceAttested, SightWithheld};
use crate::id::{GlassId, ReferralId};
use jiff::ToSpan as _;

impl Making<'_, '_> {
    pub(super) fn sight(&mut self, command: &SightCommand) {
        let organisation = self.context.organisation.clone();
        match command {
            SightCommand::AttestPresence { referral, attested } => {
                self.code("presence-attestations", attested, "/attested");
                if self.state.referral(*referral).is_none() {
                    self.fault("", "unknown_referral", "This record has no such referral.");
                }
                if let Some(user) = self.named_user() {
                    self.record(PresenceAttested {
                        referral: *referral,
                        attested: attested.clone(),
                        organisation,
                        user,
                    });
                }
            }
            SightCommand::BreakGlass { reason, hours } => {
                self.code("break-glass-reasons", reason, "/reason");
                if !(1..=MOST_GLASS_HOURS).contains(hours) {
                    let detail = format!("An emergency look lasts from 1 to {MOST_GLASS_HOURS} hours.");
                    self.fault("/hours", "out_of_range", detail);
                }
                if self.note.is_none() {
                    self.fault(
                        "/note",
                        "required",
                        "Say in a sentence or two why you need to look. It is read when the look is reviewed.",
                    );
                }
                let until = self.context.now.checked_add(i64::from(*hours).hours());
                if let (Some(user), Ok(until)) = (self.named_user(), until) {
                    let glass: GlassId = self.new_id();
                    self.created.push(glass.0);
                    self.record(GlassBroken {
                        glass,
                        reason: reason.clone(),
                        until,
                        organisation,
                        user,
                    });
                }
            }
            SightCommand::ReviewGlass { glass, outcome } => {
                self.code("break-glass-outcomes", outcome, "/outcome");
                let Some(user) = self.named_user() else { return };
                if self.state.sight.glass(*glass).is_some_and(|one| one.user == user) {
                    self.fault(
                        "",
                        "reviews_own_look",
                        "You looked yourself. Somebody else of your organisation reviews it.",
                    );
                }
                self.record(GlassReviewed {
                    glass: *glass,
                    outcome: outcome.clone(),
                    user,
                });
            }
        }
    }

    /// Says with a referral of an organisation to itself that it gives no sight, where nobody else's act stands
    /// behind it.
    pub(super) fn withhold_sight(&mut self, referral: ReferralId) {
        let (organisation, day) = (self.context.organisation, self.today());
        let directory = self.context.directory;
        if !access::may_take_on_by_itself(self.history, self.state, directory, organisation, day) {
            self.record(SightWithheld { referral });
        }
    }

    /// The user who acts: what only people can say is not taken from a system.
    pub(super) fn named_user(&mut self) -> Option<UserName> {
        let user = self.context.user.and_then(|user| UserName::parse(user).ok());
        if user.is_none() {
            self.fault(
                "",
                "named_person_needed",
                "This is said by a named person. Sign in with an account of your own, whose name has no spaces.",
            );
        }
        user
    }
}
