//! Which episodes belong to one journey.

use crate::state::{Dated, Episode};
use crate::when::days_between;
use jiff::civil::Date;

/// Days that may lie between the end of an episode and the next triage within one journey.
///
/// Source: `domain.md` section 3 ("Journey": a gap of at most 21 days); `cases.md` E1.
pub const CHAIN_DAYS: i32 = 21;

/// Episodes of one person that overlap or follow each other within [`CHAIN_DAYS`]; never empty.
///
/// Episodes of every service and area are chained, prison included: the national rule chains per area of
/// residence, which cannot tell a move from a loss.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journey<'a> {
    /// The episodes, in order of triage.
    pub episodes: Vec<&'a Episode>,
}

/// Chains a person's episodes into journeys, in order of time.
pub fn journeys(episodes: &[Episode]) -> Vec<Journey<'_>> {
    let mut ordered: Vec<&Episode> = episodes.iter().collect();
    ordered.sort_by_key(|episode| episode.opened.date());
    let mut journeys: Vec<Journey<'_>> = Vec::new();
    for episode in ordered {
        match journeys.last_mut() {
            Some(journey) if journey.reaches(episode.opened.date()) => journey.episodes.push(episode),
            _ => journeys.push(Journey {
                episodes: vec![episode],
            }),
        }
    }
    journeys
}

impl Journey<'_> {
    /// The first triage.
    pub fn began(&self) -> Option<Date> {
        self.episodes.iter().map(|episode| episode.opened.date()).min()
    }

    /// The last day of the episode that ended last; `None` while an episode is open (`cases.md` E2).
    pub fn ended(&self) -> Option<Date> {
        let ends: Option<Vec<Date>> = self
            .episodes
            .iter()
            .map(|episode| episode.exit.as_ref().map(|exit| exit.at.date()))
            .collect();
        ends?.into_iter().max()
    }

    /// The first structured start.
    pub fn first_structured_start(&self) -> Option<Date> {
        self.episodes
            .iter()
            .filter_map(|episode| episode.first_structured_start())
            .map(|at: Dated| at.date())
            .min()
    }

    fn reaches(&self, triaged: Date) -> bool {
        self.ended()
            .is_none_or(|ended| days_between(ended, triaged) <= CHAIN_DAYS)
    }
}
