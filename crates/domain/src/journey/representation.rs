//! Re-presentation: coming back after completing treatment.

use super::Journey;
use jiff::{ToSpan, civil::Date};

/// Calendar months after completion within which a new journey is a re-presentation.
///
/// Source: `domain.md` section 3 ("Re-presentation", seen).
pub const REPRESENTATION_MONTHS: i32 = 6;

/// True when a triage on `triaged` re-presents after a completion on `completed`: from that day on, and
/// before the same day six calendar months later. A month without that day rolls back to its last day.
///
/// Source: `domain.md` section 3; `cases.md` E6.
pub fn is_representation(completed: Date, triaged: Date) -> bool {
    let until = completed
        .checked_add(REPRESENTATION_MONTHS.months())
        .unwrap_or(Date::MAX);
    completed <= triaged && triaged < until
}

/// The journey, among a person's later ones, with which they re-presented after completing this one; with
/// any provider.
///
/// Source: `domain.md` section 3 ("re-presentation to any provider").
pub fn representation_to<'a, 'b>(
    completed: &Journey<'_>,
    later: &'b [Journey<'a>],
) -> Option<&'b Journey<'a>> {
    let on = completed.completed_on()?;
    later
        .iter()
        .find(|journey| journey.began().is_some_and(|began| is_representation(on, began)))
}
