//! Joining records, taking that back, and saying that two are not one person's.

use crate::code::Code;
use crate::id::MergeId;

/// What is asked about two records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MergeCommand {
    /// They are one person's.
    Join {
        /// How a named worker made sure; code of `identity-attestations`.
        attested: Code,
        /// Although it was said before that they are two people's.
        despite_mark: bool,
    },
    /// They are not, after all.
    Undo {
        /// Which merge.
        merge: MergeId,
        /// Code of `merge-undoing-reasons`.
        reason: Code,
    },
    /// They are two people's, and are not to be offered as one again.
    NeverMatch {
        /// Code of `mismatch-reasons`.
        reason: Code,
    },
}

impl MergeCommand {
    /// True when two records are to be read as one from now on.
    pub fn joins(&self) -> bool {
        matches!(self, Self::Join { .. })
    }
}
