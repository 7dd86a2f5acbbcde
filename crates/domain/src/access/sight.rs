//! Who looks without being asked to care: the ground of a referral to oneself, and emergency looks.
//!
//! Source: `trust.md`, "Who may see what".

use super::record::Caller;
use super::visibility::{Tie, kept_out, tie};
use super::{Permission, handed_over_to};
use crate::code::OrganisationCode;
use crate::command::SightCommand;
use crate::directory::Directory;
use crate::event::{Origin, RecordedEvent};
use crate::fact::Fact;
use crate::history::History;
use crate::reference::working_days_after;
use crate::state::{Glass, PersonState};
use jiff::Timestamp;
use jiff::civil::Date;

/// Most hours for which somebody sees by an emergency look.
pub const MOST_GLASS_HOURS: u8 = 8;
/// Working days within which an emergency look is reviewed.
pub const REVIEW_WITHIN_WORKING_DAYS: u8 = 2;

/// True when a referral of an organisation to itself shows it the record once it is accepted: nobody else recorded
/// anything about the person, so that there is nothing to gain (somebody who walked in); it sees the record by care
/// already; or custody hands the person over.
pub fn may_take_on_by_itself(
    history: &History,
    state: &PersonState,
    directory: &Directory,
    organisation: &OrganisationCode,
    today: Date,
) -> bool {
    // What prisons' systems tell by number comes to every record that holds the number, sooner or later: it says of
    // nobody that others know the person, and must not decide by the moment at which it comes.
    let by_number = |event: &RecordedEvent| {
        event.envelope.origin == Origin::Machine && event.fact().is_some_and(Fact::is_movement)
    };
    let mut events = history.events().iter();
    let own = events.all(|event| event.envelope.actor.organisation == *organisation || by_number(event));
    let by_care = match tie(state, organisation, today) {
        Some(Tie::Treats) => true,
        Some(Tie::Treated) => kept_out(state, organisation, today).is_none(),
        Some(Tie::Agreement) | None => false,
    };
    own || by_care || handed_over_to(state, directory, organisation)
}

/// The emergency look by which somebody sees now.
pub fn glass<'a>(
    state: &'a PersonState,
    organisation: &OrganisationCode,
    user: Option<&str>,
    now: Timestamp,
) -> Option<&'a Glass> {
    let mut glasses = state.sight.glasses.iter().rev();
    glasses.find(|one| {
        one.organisation == *organisation
            && user == Some(one.user.as_str())
            && one.at.occurred.instant().is_none_or(|since| since <= now)
            && now < one.until
    })
}

/// The last day on which a look of a day is reviewed in time.
pub fn review_due_on(looked_on: Date) -> Date {
    working_days_after(looked_on, REVIEW_WITHIN_WORKING_DAYS)
}

/// As [`super::may_record`], for those whose role it is, and of what is no referral's.
pub(super) fn may_record(command: &SightCommand, caller: Caller<'_>) -> Permission {
    match command {
        SightCommand::BreakGlass { .. } => Permission::Allowed,
        SightCommand::ReviewGlass { glass, .. } => match caller.history.now().sight.glass(*glass) {
            Some(one) if one.organisation == *caller.organisation => Permission::Allowed,
            _ => Permission::NotFound,
        },
        // A referral's: see the table of needs.
        SightCommand::AttestPresence { .. } => Permission::NotFound,
    }
}

#[cfg(test)]
mod tests;
