//! The bullseye of an estimated need: who is in treatment, who was lately, who is known and not treated, and whom nobody
//! knows.
//!
//! Source: `domain.md` section 3 ("Bullseye", "Unmet need"). That somebody belongs to an area by where they lived when the
//! journey began or the referral was made is our reading, as for every figure.

use super::{Estimate, Period, Question, journeys};
use crate::id::PersonId;
use crate::reference::SubstanceGroup;
use crate::rows::{Row, RowDetail};
use crate::small_numbers;
use jiff::ToSpan as _;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Months in which treatment counts as lately. Source: `domain.md` section 3 ("in last year").
const LATELY_MONTHS: i32 = 12;

/// A ring, from the middle outwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ring {
    /// In structured treatment in the community on the day.
    InTreatment,
    /// Not on the day, but on one of the twelve months before.
    Lately,
    /// Referred, or treated longer ago.
    Known,
}

impl Ring {
    /// Every ring, from the middle outwards.
    pub const ALL: [Self; 3] = [Self::InTreatment, Self::Lately, Self::Known];
}

/// How many people are in each ring. A number that is `None` is withheld.
#[derive(Clone, Debug, PartialEq)]
pub struct Bullseye {
    /// People in each of [`Ring::ALL`].
    pub rings: [Option<u32>; 3],
    /// People whom nobody knows: what the rings leave of the estimate; none where there is no estimate, or a ring is
    /// withheld.
    pub not_known: Option<u32>,
    /// People with the need who are not in treatment, and how many of a hundred.
    pub unmet: Option<(u32, Option<f64>)>,
}

/// Sorts people into rings by the lines of journeys and of referrals, each person into the innermost.
pub fn bullseye<'a>(
    rows: impl IntoIterator<Item = (PersonId, &'a Row)>,
    substances: Option<SubstanceGroup>,
    day: Date,
    estimate: Option<&Estimate>,
    withheld: bool,
) -> Bullseye {
    let mut people: BTreeMap<PersonId, Ring> = BTreeMap::new();
    for (person, row) in rows.into_iter().filter(|(_, row)| row.primary) {
        if let Some(ring) = ring(row, substances, day) {
            let inner = people.entry(person).or_insert(ring);
            *inner = ring.min(*inner);
        }
    }
    let of_whom: Vec<PersonId> = people.keys().copied().collect();
    let counts = Ring::ALL.map(|ring| people.values().map(|one| *one == ring).collect::<Vec<_>>());
    let shown = match withheld {
        true => small_numbers::shown(&of_whom, &counts),
        false => vec![true; counts.len()],
    };
    let number = |at: usize| {
        let yes = counts[at].iter().filter(|counts| **counts).count();
        shown[at].then(|| u32::try_from(yes).unwrap_or(u32::MAX))
    };
    let rings = [number(0), number(1), number(2)];
    let known: Option<u32> = rings.iter().copied().sum();
    Bullseye {
        rings,
        not_known: estimate
            .zip(known)
            .map(|(all, known)| all.people.saturating_sub(known)),
        unmet: estimate.zip(rings[0]).map(|(all, treated)| all.unmet(treated)),
    }
}

fn ring(row: &Row, substances: Option<SubstanceGroup>, day: Date) -> Option<Ring> {
    let of = |group: SubstanceGroup| substances.is_none_or(|asked| asked == group);
    match &row.detail {
        RowDetail::Journey(facts) if of(facts.substances) && row.opened_on <= day => {
            let treated = |from: Date| {
                let question = Question {
                    period: Period { from, to: day },
                    as_of: day,
                    provider: None,
                };
                let seen = journeys::Seen::of(facts, &question);
                seen.is_some_and(|seen| journeys::in_treatment(&seen).is_some())
            };
            // Whoever left on the day is in treatment no more.
            let open = row
                .closed_on
                .is_none_or(|closed| closed > day.tomorrow().unwrap_or(day));
            Some(
                match (
                    open && treated(day),
                    treated(day.saturating_sub(LATELY_MONTHS.months())),
                ) {
                    (true, _) => Ring::InTreatment,
                    (false, true) => Ring::Lately,
                    (false, false) => Ring::Known,
                },
            )
        }
        RowDetail::Made(facts) if of(facts.substances) && row.opened_on <= day => Some(Ring::Known),
        _ => None,
    }
}
