//! Releases by the day on which treatment was picked up: what a prison's chart shows.

use super::{Answer, CareState, Reading, ReleaseFacts, assess};
use crate::id::PersonId;
use crate::small_numbers;
use jiff::civil::Date;

/// Days from release on which a pick-up counts, the day of release among them. Source: `domain.md` section 2.
pub const DAYS: usize = 22;

/// How many releases were picked up on which day. A number that is `None` is withheld.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByDay {
    /// Picked up on day 0 to 21.
    pub by_day: Vec<Option<u32>>,
    /// Not picked up within 21 days: later, not at all, returned to custody or died before.
    pub not: Option<u32>,
    /// The 21 days are not over.
    pub open: Option<u32>,
}

/// Sorts releases that belong into the national figure. With `withheld`, numbers that would tell of fewer than five
/// people, and those by which they could be worked out, are left out.
pub fn by_day(
    releases: &[(PersonId, &ReleaseFacts)],
    as_of: Date,
    reading: &Reading,
    withheld: bool,
) -> ByDay {
    let (mut people, mut places) = (Vec::new(), Vec::new());
    for (person, facts) in releases {
        let care = assess(facts, as_of, reading);
        if care.national.in_denominator != Answer::Yes {
            continue;
        }
        let day = |day: i32| usize::try_from(day).ok().filter(|day| *day < DAYS);
        people.push(*person);
        places.push(match care.state {
            CareState::PickedUp { day: on, .. } => day(on).unwrap_or(NOT),
            CareState::Due { .. } => OPEN,
            _ => NOT,
        });
    }
    // What is told apart first is worth most: picked up or not, then when.
    let order: Vec<usize> = [NOT, OPEN].into_iter().chain(0..DAYS).collect();
    let counts: Vec<Vec<bool>> = order
        .iter()
        .map(|at| places.iter().map(|place| place == at).collect())
        .collect();
    let shown = if withheld {
        small_numbers::shown(&people, &counts)
    } else {
        vec![true; order.len()]
    };
    let number = |at: usize| {
        let index = order.iter().position(|it| *it == at)?;
        let count = places.iter().filter(|place| **place == at).count();
        shown[index].then(|| u32::try_from(count).unwrap_or(u32::MAX))
    };
    ByDay {
        by_day: (0..DAYS).map(number).collect(),
        not: number(NOT),
        open: number(OPEN),
    }
}

const NOT: usize = DAYS;
const OPEN: usize = DAYS + 1;
