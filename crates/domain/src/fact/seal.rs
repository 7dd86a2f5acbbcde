//! Sealing a record: only people who are named see it.
//!
//! Told in the stream of the organisation that seals, because every question about anybody has to know of it before a
//! record is opened.
//!
//! Source: `trust.md`, "Who may see what" (sealed records).

use crate::code::{Code, OrganisationCode, UserName};
use crate::id::{PersonId, SealId};
use serde::{Deserialize, Serialize};

/// Somebody who goes on seeing a sealed record, as far as they saw it before.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Named {
    /// For which organisation they act.
    pub organisation: OrganisationCode,
    /// Who.
    pub user: UserName,
}

/// A record is sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecordSealed {
    /// The seal.
    pub seal: SealId,
    /// Every record that is read as the person's.
    pub records: Vec<PersonId>,
    /// Code of `seal-reasons`.
    pub reason: Code,
    /// Who goes on seeing it, in order.
    pub named: Vec<Named>,
}

/// Others than before are named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SealChanged {
    /// The seal.
    pub seal: SealId,
    /// All who see the record from now on, in order.
    pub named: Vec<Named>,
}

/// A record is sealed no longer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SealLifted {
    /// The seal.
    pub seal: SealId,
    /// Code of `seal-lift-reasons`.
    pub reason: Code,
}
