//! The cast: the first people of every county, whose stories are set so that every state of a pathway can be
//! seen on the plan's last day, however few people there are.

use crate::story::Life;

/// Plays the part of this person; false for everybody who has none.
pub(crate) fn play(_life: &mut Life) -> bool {
    false
}
