//! What is asked about consent, objections, restrictions and sharing agreements.

use crate::code::{Code, OrganisationCode};
use crate::fact::{Scope, Wording};
use crate::id::{AgreementId, ObjectionId, RestrictionId};
use jiff::civil::Date;

/// Something about the use of the person's data, and about who sees the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SharingCommand {
    /// Say that the person agreed.
    GiveConsent {
        /// To what.
        scope: Scope,
        /// In which words they were asked.
        wording: Option<Wording>,
    },
    /// Say that the person was asked and did not agree.
    RefuseConsent {
        /// To what.
        scope: Scope,
        /// In which words they were asked.
        wording: Option<Wording>,
    },
    /// Say that the person no longer agrees.
    WithdrawConsent {
        /// To what.
        scope: Scope,
    },
    /// Say that the person objects: to a purpose, or to sharing with an organisation.
    Object {
        /// Code of `objection-purposes`.
        purpose: Option<Code>,
        /// The organisation.
        against: Option<OrganisationCode>,
    },
    /// Say that the person took their objection back.
    WithdrawObjection(ObjectionId),
    /// Say what becomes of an objection.
    AnswerObjection {
        /// Which.
        objection: ObjectionId,
        /// Code of `objection-outcomes`.
        outcome: Code,
    },
    /// Restrict the use of the record.
    PlaceRestriction {
        /// Code of `restriction-grounds`.
        ground: Code,
    },
    /// Lift a restriction.
    LiftRestriction {
        /// Which.
        restriction: RestrictionId,
        /// Code of `restriction-lift-reasons`.
        reason: Code,
    },
    /// Give another organisation sight of the record.
    ApplyAgreement {
        /// Which organisation.
        with: OrganisationCode,
        /// Code of `sharing-bases`.
        basis: Code,
        /// The last day on which it counts.
        until: Option<Date>,
    },
    /// End a sharing agreement.
    EndAgreement {
        /// Which.
        agreement: AgreementId,
        /// Code of `agreement-end-reasons`.
        reason: Code,
    },
}
