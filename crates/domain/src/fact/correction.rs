//! Taking back what was entered in error.
//!
//! Source: `design.md`, family Correction; `cases.md` N4, T1.

use crate::code::Code;
use crate::id::EventId;
use serde::{Deserialize, Serialize};

/// Whether something was entered in the place of what was voided, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Replaced {
    /// Nothing took its place.
    No,
    /// Something in the same record.
    Here,
    /// Something in the record of somebody else, about whom it was.
    Elsewhere,
}

/// An event was entered in error: from now on it counts as never told. It stays in the history, and what was
/// known before stays what was known before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventVoided {
    /// The event, of the same stream. When it voided something itself, that counts again.
    pub event: EventId,
    /// Code of `correction-reasons`.
    pub reason: Code,
    /// What took its place.
    pub replaced: Replaced,
}

/// What follows under the same request was entered in the place of something voided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReplacementEntered {
    /// The events voided.
    pub replaces: Vec<EventId>,
    /// True when they were in the record of somebody else.
    pub from_elsewhere: bool,
}
