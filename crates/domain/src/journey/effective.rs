//! Whether treatment lasted long enough to help.

use super::Journey;
use crate::when::days_between;
use jiff::civil::Date;

/// Days from the first structured start after which treatment is effective: twelve weeks.
///
/// Source: `domain.md` section 3 ("Effective treatment", seen); `cases.md` E5.
pub const EFFECTIVE_DAYS: i32 = 84;

/// Whether treatment was effective.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effective {
    /// Twelve weeks, or completed earlier.
    Yes,
    /// Ended before twelve weeks without being completed; death and transfer are no exception.
    No,
    /// In treatment for less than twelve weeks so far.
    NotYet {
        /// Days so far.
        days: i32,
    },
    /// No structured treatment has started.
    NotTreated,
}

impl Journey<'_> {
    /// Whether treatment was effective at the end of `as_of`, counted from the first structured start.
    ///
    /// Source: `domain.md` section 3; `cases.md` E5.
    pub fn effective(&self, as_of: Date) -> Effective {
        let Some(start) = self.first_structured_start().filter(|start| *start <= as_of) else {
            return Effective::NotTreated;
        };
        let ended = self.ended().filter(|ended| *ended <= as_of);
        let days = days_between(start, ended.unwrap_or(as_of));
        if days >= EFFECTIVE_DAYS || (ended.is_some() && self.completed_on().is_some()) {
            Effective::Yes
        } else if ended.is_some() {
            Effective::No
        } else {
            Effective::NotYet { days }
        }
    }
}
