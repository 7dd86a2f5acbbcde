//! May this person be told of in the national statistics?

use crate::fact::{NATIONAL_STATISTICS, Scope};
use crate::id::EventId;
use crate::state::{ConsentAnswer, Dated, PersonState};
use jiff::civil::Date;

/// Why somebody is told of in the national statistics, or is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// They agreed, and nothing stands against it.
    Consented,
    /// The record is restricted.
    Restricted,
    /// They objected to it.
    Objected,
    /// They withdrew their consent.
    Withdrawn,
    /// They refused.
    Refused,
    /// Nobody asked them.
    NeverAsked,
}

impl Reason {
    /// Every reason, for and then against.
    pub const ALL: [Self; 6] = [
        Self::Consented,
        Self::Restricted,
        Self::Objected,
        Self::Withdrawn,
        Self::Refused,
        Self::NeverAsked,
    ];

    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Consented => "consented",
            Self::Restricted => "restricted",
            Self::Objected => "objected",
            Self::Withdrawn => "withdrawn",
            Self::Refused => "refused",
            Self::NeverAsked => "never_asked",
        }
    }
}

/// A reason, with the event that set it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ground {
    /// The reason.
    pub reason: Reason,
    /// Since when; absent when nobody asked.
    pub since: Option<Date>,
    /// The event that says so; absent when nobody asked.
    pub by: Option<EventId>,
}

impl Ground {
    fn new(reason: Reason, at: Dated) -> Self {
        Self {
            reason,
            since: Some(at.date()),
            by: Some(at.by),
        }
    }
}

/// Whether somebody is told of in the national statistics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NationalStatistics {
    /// Yes or no.
    pub included: bool,
    /// Why: the consent when they are included, otherwise everything that stands against it, the gravest first.
    pub grounds: Vec<Ground>,
}

/// Whether the person is told of in the national statistics by an export made on a day.
///
/// The day is that of the export, not of the period it is about: whoever withdraws consent on 1 June is told of in no
/// export from 1 June on, whatever months it covers (`cases.md` S1). Silence is no consent. A restriction and an
/// objection that stand keep the person out even where they agreed before; an objection stands until it is answered.
/// The national data opt-out is no reason: it does not reach what people are told of by their own consent.
///
/// Local figures and care ask nothing of this.
///
/// Sources: `domain.md` 1.6 (consent is sought; refusal never blocks treatment) and 6 (withdrawable; national data
/// opt-out); UK GDPR art. 18(2), 21(1) and 21(6). That a restriction keeps people out of statistics although they
/// consented once is our own reading: art. 18(2) asks for consent to the use while it is restricted.
pub fn national_statistics(state: &PersonState, as_of: Date) -> NationalStatistics {
    let sharing = &state.sharing;
    let restricted = sharing
        .restrictions_on(as_of)
        .map(|one| (Reason::Restricted, one.placed));
    let objected = sharing
        .objections_to(NATIONAL_STATISTICS, as_of)
        .map(|one| (Reason::Objected, one.made));
    let mut against: Vec<Ground> = restricted
        .chain(objected)
        .map(|(reason, at)| Ground::new(reason, at))
        .collect();
    let scope = Scope::national_statistics();
    let consent = scope.and_then(|scope| sharing.consent(&scope, as_of));
    let answer = match consent {
        None => Ground {
            reason: Reason::NeverAsked,
            since: None,
            by: None,
        },
        Some(one) => Ground::new(
            match one.answer {
                ConsentAnswer::Given => Reason::Consented,
                ConsentAnswer::Refused => Reason::Refused,
                ConsentAnswer::Withdrawn => Reason::Withdrawn,
            },
            one.at,
        ),
    };
    let consented = answer.reason == Reason::Consented;
    if !consented {
        against.push(answer);
    }
    match against.is_empty() {
        true => NationalStatistics {
            included: true,
            grounds: vec![answer],
        },
        false => NationalStatistics {
            included: false,
            grounds: against,
        },
    }
}
