//! Consent, objections, restrictions and sharing agreements.
//!
//! What the person says is recorded whatever was said before: consent may be given twice, withdrawn where nobody
//! recorded that it was given, and an objection made to what nobody does. So no refusal tells whoever hears the person
//! what they said elsewhere, and no answer of theirs is lost.
//!
//! Sources: `domain.md` 6; UK GDPR art. 18 and 21.

use super::Making;
use crate::code::{Code, OrganisationCode};
use crate::command::SharingCommand;
use crate::fact::{
    AgreementApplied, AgreementEnded, BY_CONSENT, ConsentGiven, ConsentRefused, ConsentWithdrawn,
    ObjectionAnswered, ObjectionMade, ObjectionWithdrawn, RestrictionLifted, RestrictionPlaced,
    SHARE_WITH_ORGANISATION, Scope, UPHELD, Wording,
};
use crate::id::{AgreementId, ObjectionId, RestrictionId};
use crate::state::ConsentAnswer;

impl Making<'_, '_> {
    pub(super) fn sharing(&mut self, command: &SharingCommand) {
        let organisation = self.context.organisation.clone();
        match command {
            SharingCommand::GiveConsent { scope, wording } => {
                self.scope(scope);
                self.wording(wording.as_ref());
                self.record(ConsentGiven {
                    scope: scope.clone(),
                    wording: wording.clone(),
                    organisation,
                });
            }
            SharingCommand::RefuseConsent { scope, wording } => {
                self.scope(scope);
                self.wording(wording.as_ref());
                self.record(ConsentRefused {
                    scope: scope.clone(),
                    wording: wording.clone(),
                    organisation,
                });
            }
            SharingCommand::WithdrawConsent { scope } => {
                self.scope(scope);
                self.record(ConsentWithdrawn {
                    scope: scope.clone(),
                    organisation,
                });
            }
            SharingCommand::Object { purpose, against } => {
                if purpose.is_some() == against.is_some() {
                    self.misfit(
                        "/purpose",
                        "one_of_two",
                        "An objection is to a purpose or to sharing with an organisation. Give one of purpose and \
                         organisation; record two objections for both.",
                    );
                }
                if let Some(purpose) = purpose {
                    self.code("objection-purposes", purpose, "/purpose");
                }
                self.known_organisation(against.as_ref());
                let objection: ObjectionId = self.created();
                self.record(ObjectionMade {
                    objection,
                    purpose: purpose.clone(),
                    against: against.clone(),
                    organisation,
                });
            }
            SharingCommand::WithdrawObjection(objection) => self.record(ObjectionWithdrawn {
                objection: *objection,
            }),
            SharingCommand::AnswerObjection { objection, outcome } => {
                let known = self.code("objection-outcomes", outcome, "/outcome");
                let one = self.state.sharing.objection(*objection);
                if let Some(withdrawn) = one.and_then(|one| one.withdrawn) {
                    let detail = format!("The person took the objection back on {}.", withdrawn.date());
                    self.misfit("/occurred", "objection_withdrawn", detail);
                }
                self.record(ObjectionAnswered {
                    objection: *objection,
                    outcome: outcome.clone(),
                    // What nobody understands takes nothing from the person.
                    stands: !known || outcome.as_str() == UPHELD,
                });
            }
            SharingCommand::PlaceRestriction { ground } => {
                self.code("restriction-grounds", ground, "/ground");
                let restriction: RestrictionId = self.created();
                self.record(RestrictionPlaced {
                    restriction,
                    ground: ground.clone(),
                    organisation,
                });
            }
            SharingCommand::LiftRestriction { restriction, reason } => {
                self.code("restriction-lift-reasons", reason, "/reason");
                self.record(RestrictionLifted {
                    restriction: *restriction,
                    reason: reason.clone(),
                });
            }
            SharingCommand::ApplyAgreement { with, basis, until } => {
                self.code("sharing-bases", basis, "/basis");
                self.known_organisation(Some(with));
                self.expect_agreement(with, basis);
                let agreement: AgreementId = self.created();
                self.record(AgreementApplied {
                    agreement,
                    with: with.clone(),
                    basis: basis.clone(),
                    until: *until,
                    organisation,
                });
            }
            SharingCommand::EndAgreement { agreement, reason } => {
                self.code("agreement-end-reasons", reason, "/reason");
                self.record(AgreementEnded {
                    agreement: *agreement,
                    reason: reason.clone(),
                });
            }
        }
    }

    /// What stands against an agreement. It is judged here and not by the fold: what the person says later of an
    /// earlier day is never refused because of an agreement.
    fn expect_agreement(&mut self, with: &OrganisationCode, basis: &Code) {
        let (sharing, day) = (&self.state.sharing, self.day());
        let objected = sharing.objections_against(with, day).next().is_some();
        let scope = Scope::with_organisation(with);
        let consent = scope.and_then(|scope| sharing.consent(&scope, day));
        let agreed = consent.is_some_and(|one| one.answer == ConsentAnswer::Given);
        if *with == *self.context.organisation {
            self.misfit(
                "/organisation",
                "agreement_with_itself",
                "An organisation is given sight of a record by another one. Name the organisation that is to see it.",
            );
        }
        if objected {
            self.misfit(
                "/organisation",
                "person_objected",
                "The person objected to sharing with this organisation. Answer the objection first, or record that \
                 they took it back.",
            );
        }
        if basis.as_str() == BY_CONSENT && !agreed {
            self.misfit(
                "/basis",
                "no_consent",
                "The person has not agreed to share with this organisation by that day. Record their consent first, \
                 or give another basis.",
            );
        }
    }

    fn scope(&mut self, scope: &Scope) {
        self.code("sharing-scopes", &scope.code, "/scope");
        let about_one = scope.code.as_str() == SHARE_WITH_ORGANISATION;
        match &scope.with {
            None if about_one => self.misfit(
                "/organisation",
                "required",
                "Consent to share with an organisation names it. Give the organisation's code.",
            ),
            Some(_) if !about_one => self.misfit(
                "/organisation",
                "not_of_this_scope",
                "Only the scope share_with_organisation names an organisation. Leave it out.",
            ),
            _ => {}
        }
        self.known_organisation(scope.with.as_ref());
    }

    fn wording(&mut self, wording: Option<&Wording>) {
        if let Some(wording) = wording {
            self.code("consent-wordings", &wording.form, "/wording");
        }
    }

    fn known_organisation(&mut self, organisation: Option<&OrganisationCode>) {
        if organisation.is_some_and(|code| self.context.directory.organisation(code).is_none()) {
            self.misfit(
                "/organisation",
                "unknown_organisation",
                "No organisation with this code is registered.",
            );
        }
    }
}
