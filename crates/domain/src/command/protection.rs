//! What is asked about erasing a record, and about keeping it.

use crate::code::Code;
use crate::fact::Erased;
use crate::id::{ErasureId, HoldId};

/// Something about erasing the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProtectionCommand {
    /// Ask for it to be erased.
    AskErasure {
        /// What is to go.
        what: Erased,
        /// Code of `erasure-bases`.
        basis: Code,
    },
    /// Agree to an erasure that somebody else asked for.
    ConfirmErasure(ErasureId),
    /// Take an erasure back.
    TakeErasureBack {
        /// Which.
        erasure: ErasureId,
        /// Code of `erasure-withdrawal-reasons`.
        reason: Code,
    },
    /// Say that the record has to be kept.
    PlaceHold {
        /// Code of `legal-hold-grounds`.
        ground: Code,
    },
    /// Say that it no longer has to.
    LiftHold {
        /// Which.
        hold: HoldId,
        /// Code of `legal-hold-lift-reasons`.
        reason: Code,
    },
}
