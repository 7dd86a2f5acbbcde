//! Two records that are one person's, and two that are not.
//!
//! Source: `design.md`, "Streams" (merge) and family Identity.

use crate::code::Code;
use crate::id::{MergeId, PersonId};
use serde::{Deserialize, Serialize};

/// Two records were found to be one person's. The same is recorded in both; each keeps its own events, and they are
/// folded together under the surviving id until the merge is undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecordsMerged {
    /// The merge.
    pub merge: MergeId,
    /// Under whose id both are read.
    pub surviving: PersonId,
    /// The other one.
    pub absorbed: PersonId,
    /// How a named worker made sure that it is one person; code of `identity-attestations`.
    pub attested: Code,
}

/// A merge was an error: each record is folded alone again. The same is recorded in both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MergeUndone {
    /// The merge.
    pub merge: MergeId,
    /// Code of `merge-undoing-reasons`.
    pub reason: Code,
}

/// Two records are two people's, however alike they look. The same is recorded in both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MarkedNeverToMatch {
    /// The other record.
    pub other: PersonId,
    /// Code of `mismatch-reasons`.
    pub reason: Code,
}
