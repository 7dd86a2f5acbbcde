//! The outcome profiles that episodes owe.
//!
//! Source: `domain.md` section 3 (TOP); [`crate::profile`].

use super::{referral_of, substances, whom_while};
use crate::fact::{ExitOutcome, ProfileStage};
use crate::profile::{Counts, NotCounted, judged, owes_profiles};
use crate::rows::{ProfilesRow, Row, RowDetail, RowKind, area_on};
use crate::state::PersonState;

pub(super) fn rows(state: &PersonState, rows: &mut Vec<Row>) {
    for episode in state.episodes.iter().filter(|one| one.kind.treats_in_community()) {
        let Some(started) = episode.first_structured_start() else {
            continue;
        };
        let judged = judged(state, episode);
        // Who says that another service co-ordinates owes none, and there is nothing to count.
        if !owes_profiles(episode) {
            continue;
        }
        let done = |stage: ProfileStage| {
            let mut found = judged.iter();
            found
                .find(|(profile, counts)| profile.stage == stage && counts.yes())
                .map(|(profile, _)| profile.at.date())
        };
        let reviews = judged.iter().filter_map(|(profile, counts)| match counts {
            Counts::Review(half_year) => Some((*half_year, profile.at.date())),
            _ => None,
        });
        let exceptions = judged.iter().filter_map(|(profile, counts)| match counts {
            Counts::No(
                why @ (NotCounted::NoStart | NotCounted::SeveralCoOrdinators | NotCounted::NotCoOrdinator),
            ) => Some((profile.at.date(), why.as_str().to_owned())),
            _ => None,
        });
        let started_on = started.date();
        rows.push(Row {
            kind: RowKind::ProfilesOwed,
            id: episode.id.0,
            service: Some(episode.service.clone()),
            organisation: Some(episode.organisation.clone()),
            prison: None,
            area: area_on(state, started_on),
            opened_on: started_on,
            closed_on: None,
            primary: true,
            detail: RowDetail::Profiles(Box::new(ProfilesRow {
                whom: whom_while(
                    state,
                    started_on,
                    episode.exit.as_ref().map(|exit| exit.at.date()),
                ),
                substances: substances(referral_of(state, episode)),
                started_on,
                exit_on: episode.exit.as_ref().map(|exit| exit.at.date()),
                died: episode
                    .exit
                    .as_ref()
                    .is_some_and(|exit| exit.outcome == ExitOutcome::Death),
                start_done_on: done(ProfileStage::Start),
                reviews: reviews.collect(),
                exit_done_on: done(ProfileStage::Exit),
                exceptions: exceptions.collect(),
            })),
        });
    }
}
