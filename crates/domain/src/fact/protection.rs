//! Erasing a record, and what stands against it.
//!
//! Source: `trust.md`, "Confidentiality"; UK GDPR art. 17. Two people decide; for a week it can be taken back; a legal
//! hold refuses it.

use crate::code::{Code, OrganisationCode, UserName};
use crate::id::{ErasureId, HoldId, PersonId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Erased {
    /// Names, identifiers, addresses, contact and free text: coded facts stay, so that figures stay what they were.
    Identity,
    /// Everything that was told of the person.
    Everything,
}

impl Erased {
    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Everything => "everything",
        }
    }
}

/// Somebody asked for the record to be erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ErasureAsked {
    /// The erasure.
    pub erasure: ErasureId,
    /// What is to go.
    pub what: Erased,
    /// Code of `erasure-bases`.
    pub basis: Code,
    /// For which organisation.
    pub organisation: OrganisationCode,
    /// Who asked.
    pub user: UserName,
}

/// Somebody else agreed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ErasureConfirmed {
    /// The erasure.
    pub erasure: ErasureId,
    /// The day on which it is carried out, unless it is taken back before.
    pub carried_out_on: Date,
    /// For which organisation.
    pub organisation: OrganisationCode,
    /// Who agreed.
    pub user: UserName,
}

/// An erasure is not to be carried out after all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ErasureTakenBack {
    /// The erasure.
    pub erasure: ErasureId,
    /// Code of `erasure-withdrawal-reasons`.
    pub reason: Code,
    /// Who took it back.
    pub user: UserName,
}

/// The record has to be kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HoldPlaced {
    /// The hold.
    pub hold: HoldId,
    /// Code of `legal-hold-grounds`.
    pub ground: Code,
    /// For which organisation.
    pub organisation: OrganisationCode,
}

/// The record no longer has to be kept for that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HoldLifted {
    /// The hold.
    pub hold: HoldId,
    /// Code of `legal-hold-lift-reasons`.
    pub reason: Code,
}

/// A record was erased: the tombstone, in the stream of the organisation that asked. It names record ids, which lead
/// nowhere any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonErased {
    /// The erasure.
    pub erasure: ErasureId,
    /// Every record that was the person's.
    pub records: Vec<PersonId>,
    /// What went.
    pub what: Erased,
    /// Code of `erasure-bases`.
    pub basis: Code,
    /// Who asked.
    pub asked_by: UserName,
    /// Who agreed.
    pub confirmed_by: UserName,
    /// When it was asked.
    pub asked_on: Date,
}
