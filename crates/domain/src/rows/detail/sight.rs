//! What lines about sight of a record show.

use crate::code::{Code, OrganisationCode, UserName};
use crate::fact::Erased;
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// Why more people see the record than were asked to care for the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Widening {
    /// A worker attested that the person is with them.
    PresenceAttested,
    /// A clinician looked in an emergency.
    GlassBroken,
}

/// More people see the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WidenedRow {
    /// Why.
    pub how: Widening,
    /// The organisation that sees it.
    pub by: OrganisationCode,
    /// Code of `presence-attestations`, or of `break-glass-reasons`.
    pub reason: Code,
}

/// An erasure on which two people agreed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ErasureRow {
    /// What goes.
    pub what: Erased,
}

/// A look in an emergency, for its review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GlassRow {
    /// The clinician.
    pub user: UserName,
    /// Code of `break-glass-reasons`.
    pub reason: Code,
    /// Since when.
    pub looked_on: Date,
    /// Until when they saw.
    pub until: Timestamp,
    /// The last day on which a review is in time.
    pub review_due_on: Date,
    /// When it was reviewed, by whom, with the code of `break-glass-outcomes`.
    pub reviewed: Option<(Date, UserName, Code)>,
}
