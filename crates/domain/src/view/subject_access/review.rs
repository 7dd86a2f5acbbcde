//! What an officer looks at before a copy is handed over.

use crate::event::RecordedEvent;
use crate::fact::Fact;
use crate::id::{EventId, NeedId};
use std::collections::{HashMap, HashSet};

/// Why an entry has to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Review {
    /// Free text, in which others may be named.
    FreeText,
    /// A restricted need (exploitation, domestic abuse), or what rests on one.
    RestrictedNeed,
    /// A scheme of the police, such as integrated offender management.
    PoliceScheme,
}

impl Review {
    /// Every reason.
    pub const ALL: [Self; 3] = [Self::FreeText, Self::RestrictedNeed, Self::PoliceScheme];

    /// Its stable id.
    pub fn id(self) -> &'static str {
        match self {
            Self::FreeText => "free_text",
            Self::RestrictedNeed => "restricted_need",
            Self::PoliceScheme => "police_scheme",
        }
    }

    /// What it says, to the officer.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::FreeText => {
                "Free text may name other people. Read it, and leave it out where they do not agree and it would not be \
                 fair to them (DPA 2018 Sch. 2 para 16)."
            }
            Self::RestrictedNeed => {
                "Somebody who reads over the person's shoulder may do them, or others, serious harm. Ask a health \
                 professional who knows the person (DPA 2018 Sch. 3 paras 5 and 6)."
            }
            Self::PoliceScheme => {
                "The police told of this. Ask them whether telling the person would hinder them in preventing crime \
                 (DPA 2018 Sch. 2 para 2, s. 45(4))."
            }
        }
    }
}

/// The entries that have to be looked at.
pub(super) fn marks(events: &[RecordedEvent]) -> HashMap<EventId, Vec<Review>> {
    let restricted = restricted_needs(events);
    let mut marks: HashMap<EventId, Vec<Review>> = HashMap::new();
    // In order of recording: a correction comes after what it corrects, and is as telling.
    for event in events {
        let mut found = Vec::new();
        match event.fact() {
            Some(Fact::NeedRaised(f)) if f.restricted => found.push(Review::RestrictedNeed),
            Some(Fact::NeedCleared(f)) if restricted.contains(&f.need) => found.push(Review::RestrictedNeed),
            Some(Fact::CohortJoined(_) | Fact::CohortLeft(_)) => found.push(Review::PoliceScheme),
            Some(Fact::EventVoided(f)) => {
                let of = marks.get(&f.event).into_iter().flatten();
                found.extend(of.filter(|mark| **mark != Review::FreeText));
            }
            _ => {}
        }
        if event.identity.as_ref().is_some_and(|told| told.note.is_some()) {
            found.push(Review::FreeText);
        }
        if !found.is_empty() {
            marks.insert(event.envelope.id, found);
        }
    }
    marks
}

fn restricted_needs(events: &[RecordedEvent]) -> HashSet<NeedId> {
    let facts = events.iter().filter_map(RecordedEvent::fact);
    facts
        .filter_map(|fact| match fact {
            Fact::NeedRaised(f) if f.restricted => Some(f.need),
            _ => None,
        })
        .collect()
}
