//! What is asked about sight of a record that no care explains yet.

use crate::code::Code;
use crate::id::{GlassId, ReferralId};

/// Something about who sees the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SightCommand {
    /// Say that the person is there, so that a referral of one's own gives sight of the record.
    AttestPresence {
        /// The referral.
        referral: ReferralId,
        /// Code of `presence-attestations`.
        attested: Code,
    },
    /// Look in an emergency.
    BreakGlass {
        /// Code of `break-glass-reasons`.
        reason: Code,
        /// For how many hours, from 1 to [`crate::access::MOST_GLASS_HOURS`].
        hours: u8,
    },
    /// Say whether an emergency look was right.
    ReviewGlass {
        /// Which.
        glass: GlassId,
        /// Code of `break-glass-outcomes`.
        outcome: Code,
    },
}

impl SightCommand {
    /// True for a look in an emergency and for its review.
    pub fn is_of_emergencies(&self) -> bool {
        match self {
            Self::AttestPresence { .. } => false,
            Self::BreakGlass { .. } | Self::ReviewGlass { .. } => true,
        }
    }
}
