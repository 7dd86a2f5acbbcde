//! What does not fit: the fold is total, and says what could not have happened instead of failing.

use crate::id::EventId;

/// A fact that does not fit the others. Staff are refused a fact that would make one; a machine's fact is
/// kept and the conflict becomes a work item (`design.md`, "Streams").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The event that does not fit.
    pub event: EventId,
    /// Stable code, such as `overlapping_prison_spell`.
    pub code: &'static str,
    /// The field of the command at fault, as a JSON pointer.
    pub pointer: &'static str,
    /// What is wrong and what to do, in words for staff; no names and no identifiers.
    pub detail: String,
}
