//! What an organisation holds about somebody, when that person asks for a copy.
//!
//! Sources: UK GDPR art. 15 (whoever decides about the data answers for what it holds); `trust.md`, "Who may see what"
//! (posting a referral must not let the sender read a stranger's record, by whatever door). Own reading: an
//! organisation answers for what its own staff can see. Whoever treats or treated the person answers for all of the
//! record, restricted needs and tests included, because they are the person's own; for others the answer is as much as
//! they see, so that a privacy officer is no way round what an organisation may not know.

use super::{Sight, Visibility, own_events, sight};
use crate::code::OrganisationCode;
use crate::event::Role;
use crate::history::History;
use crate::restricted::seen_by;
use jiff::civil::Date;

/// How much of a record an organisation holds, for the person's own copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Held {
    /// It treats or treated the person: all of the record, and of those that were joined with it.
    Whole,
    /// It sees the record by a sharing agreement: all that its clinicians are shown.
    Shared,
    /// Anything else: what it recorded itself.
    Own,
}

impl Held {
    /// Every extent.
    pub const ALL: [Self; 3] = [Self::Whole, Self::Shared, Self::Own];

    /// Its stable id.
    pub fn id(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Shared => "shared",
            Self::Own => "own",
        }
    }

    /// What it says, to the person.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Whole => {
                "This organisation treats you, or treated you. The copy holds all of your record in this system."
            }
            Self::Shared => {
                "Another organisation gave this one sight of your record. The copy holds what it was given sight of."
            }
            Self::Own => {
                "The copy holds what this organisation recorded about you. If other organisations recorded something \
                 about you, each of them gives you a copy of its own."
            }
        }
    }
}

/// How much of the person's record an organisation holds on a day; `None` when it has nothing to do with the person. Of
/// a record that was erased, that something was recorded and is gone is told to whoever recorded it.
pub fn how_much_is_held(whole: &History, organisation: &OrganisationCode, today: Date) -> Option<Held> {
    match sight(whole, organisation, Role::Clinician, today) {
        (Visibility::Full, Sight::Agreement) => Some(Held::Shared),
        (Visibility::Full, _) => Some(Held::Whole),
        (Visibility::Sent, _) => Some(Held::Own),
        (Visibility::None, Sight::Erased) => {
            let mut events = whole.events().iter();
            events
                .any(|event| event.envelope.actor.organisation == *organisation)
                .then_some(Held::Own)
        }
        (Visibility::None, _) => None,
    }
}

impl Held {
    /// The part of a history that is held: the whole person's for the first two, the one record's that was asked about
    /// for the last, because that two records are one person's is not for a sender to learn.
    #[must_use]
    pub fn part(self, history: &History, organisation: &OrganisationCode) -> History {
        match self {
            Self::Whole => history.clone(),
            Self::Shared => {
                seen_by(history, organisation, Role::Clinician).unwrap_or_else(|| history.clone())
            }
            Self::Own => own_events(history, organisation),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Body;
    use crate::rows::story::*;

    /// The police recorded an arrest; Northshire treats the person, knows of a restricted need, and gave Southshire
    /// sight of the record.
    fn story() -> Story {
        Story::new()
            .by("county")
            .on("2026-01-01", referral(1, "northshire-community"))
            .by("northshire")
            .on("2026-01-02", accepted(1))
            .on("2026-01-03", opened(1, "northshire-community"))
            .on("2026-01-04", raised(1, "cuckooing"))
            .on("2026-01-05", agreed(1, "southshire", "safeguarding", None))
    }

    fn held_by(history: &History, who: &str) -> Option<(Held, usize)> {
        let who = organisation(who);
        let held = how_much_is_held(history, &who, day("2026-02-01"))?;
        Some((held, held.part(history, &who).events().len()))
    }

    #[test]
    fn an_organisation_answers_for_what_its_own_staff_can_see() {
        let history = story().history();
        assert_eq!(held_by(&history, "northshire"), Some((Held::Whole, 5)));
        assert_eq!(
            held_by(&history, "southshire"),
            Some((Held::Shared, 4)),
            "but for the restricted need"
        );
        assert_eq!(held_by(&history, "county"), Some((Held::Own, 1)), "its referral");
        assert_eq!(held_by(&history, "gatehouse"), None);
    }

    #[test]
    fn of_an_erased_record_those_who_recorded_it_are_told_that_it_is_gone() {
        let events = story().history().events().to_vec().into_iter();
        let erased = events.map(|mut event| {
            event.body = Body::Erased;
            event
        });
        let history = History::new(erased.collect());
        assert_eq!(held_by(&history, "county"), Some((Held::Own, 1)));
        assert_eq!(held_by(&history, "northshire"), Some((Held::Own, 4)));
        assert_eq!(held_by(&history, "southshire"), None);
    }
}
