//! Who sees the record other than by being asked to care for the person: whoever takes in somebody that others know
//! already, and whoever looks in an emergency.
//!
//! Source: `trust.md`, "Who may see what": a relationship needs an act of someone other than the one who gains by it;
//! nobody's view widens until the person's presence is attested by a named worker and the others are alerted.

use crate::code::{Code, OrganisationCode, UserName};
use crate::id::{GlassId, ReferralId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A referral of an organisation to itself gives it no sight of what others recorded: nobody else's act stands behind
/// it. Recorded with the referral, and shown to nobody who sees only what they recorded themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SightWithheld {
    /// The referral.
    pub referral: ReferralId,
}

/// A named worker says that the person is there: the referral gives sight of the record from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PresenceAttested {
    /// The referral.
    pub referral: ReferralId,
    /// Code of `presence-attestations`.
    pub attested: Code,
    /// For which organisation.
    pub organisation: OrganisationCode,
    /// The worker.
    pub user: UserName,
}

/// A clinician looks at what matters in an emergency, at a record that they otherwise do not see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GlassBroken {
    /// The look.
    pub glass: GlassId,
    /// Code of `break-glass-reasons`.
    pub reason: Code,
    /// Until when they see it.
    pub until: Timestamp,
    /// For which organisation.
    pub organisation: OrganisationCode,
    /// The clinician.
    pub user: UserName,
}

/// Whether an emergency look was right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GlassReviewed {
    /// The look.
    pub glass: GlassId,
    /// Code of `break-glass-outcomes`.
    pub outcome: Code,
    /// Who reviewed it.
    pub user: UserName,
}
