//! Outcome profiles, follow-up after an exit, and an exit that was none.
//!
//! Sources: `domain.md` section 3 (TOP); `cases.md` E8; `design.md`, family Treatment (exit rescinded).

use super::{Dated, Episode, Exit, PersonState};
use crate::code::Code;
use crate::fact::{
    ExitRescinded, Fact, FollowUpRecorded, OutcomeProfileRecorded, ProfileItems, ProfileStage,
};
use crate::id::EpisodeId;
use crate::profile::{EXIT_WINDOW_DAYS, START_WINDOW_DAYS};
use crate::when::days_between;
use jiff::civil::Date;

/// An outcome profile. Whether it counts: [`crate::profile::judged`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// When it was taken.
    pub at: Dated,
    /// For which stage.
    pub stage: ProfileStage,
    /// The service says that it co-ordinates the person's profiles.
    pub co_ordinates: bool,
    /// What the person said.
    pub items: ProfileItems,
}

/// A start profile that was taken before the triage with which its episode opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlyProfile {
    episode: EpisodeId,
    profile: Profile,
}

/// The service tried to reach the person after an exit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUp {
    /// When.
    pub at: Dated,
    /// Code of `follow-up-outcomes`.
    pub outcome: Code,
    /// Nothing more is to be asked of the person.
    pub ends: bool,
}

/// An exit that was none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RescindedExit {
    /// The exit, as it was recorded.
    pub exit: Exit,
    /// The day on which care went on.
    pub at: Dated,
    /// Code of `exit-rescission-reasons`.
    pub reason: Code,
}

const HEROIN_OR_CRACK: &str = "82";

impl Exit {
    /// Reason 82 does not allow heroin or crack, and a profile taken at this exit shows it (`cases.md` E8).
    fn is_contradicted_by(&self, profile: &Profile) -> bool {
        self.reason.as_str() == HEROIN_OR_CRACK && profile.speaks_for_exit_on(self.at.date())
    }
}

impl Profile {
    fn of(at: Dated, fact: &OutcomeProfileRecorded) -> Self {
        Self {
            at,
            stage: fact.stage,
            co_ordinates: fact.co_ordinates,
            items: fact.items,
        }
    }

    /// Taken not longer before a day than a start profile counts before the start.
    fn is_near(&self, opened: Date) -> bool {
        days_between(self.at.date(), opened) <= START_WINDOW_DAYS
    }

    fn speaks_for_exit_on(&self, day: Date) -> bool {
        self.stage == ProfileStage::Exit
            && days_between(self.at.date(), day).abs() <= EXIT_WINDOW_DAYS
            && self.items.shows_heroin_or_crack()
    }
}

impl Episode {
    /// True when a profile recorded for an exit on this day shows heroin or crack.
    pub(super) fn profile_shows_heroin_or_crack(&self, day: Date) -> bool {
        self.profiles
            .iter()
            .any(|profile| profile.speaks_for_exit_on(day))
    }
}

impl PersonState {
    /// Keeps a start profile until its episode opens. True when the fact is one.
    pub(super) fn keep_early_profile(&mut self, at: Dated, fact: &Fact) -> bool {
        match fact {
            Fact::OutcomeProfileRecorded(f) if f.stage == ProfileStage::Start => {
                let profile = Profile::of(at, f);
                let episode = f.episode;
                self.early_profiles.push(EarlyProfile { episode, profile });
                true
            }
            _ => false,
        }
    }

    /// The start profiles that were taken before an episode opened on a day, not longer before than a start profile may
    /// count: treatment starts at the triage or after it, and the profile is taken within fourteen days of its start.
    pub(super) fn early_profiles_of(&self, episode: EpisodeId, opened: Date) -> Vec<Profile> {
        let early = self.early_profiles.iter();
        let of = early.filter(|one| one.episode == episode && one.profile.is_near(opened));
        of.map(|one| one.profile.clone()).collect()
    }

    /// Says of the start profiles whose episode never opened, or much later, that they do not fit.
    pub(super) fn expect_episodes_of_early_profiles(&mut self) {
        let lost = self.early_profiles.iter().filter(|one| {
            self.episode(one.episode)
                .is_none_or(|episode| !one.profile.is_near(episode.opened.date()))
        });
        let lost: Vec<Dated> = lost.map(|one| one.profile.at).collect();
        for at in lost {
            let detail = format!(
                "This is dated before the episode was opened (the triage date). A start profile may be taken up to \
                 {START_WINDOW_DAYS} days before."
            );
            self.conflict(at, "before_episode", "/occurred", detail);
        }
    }

    /// What is recorded of an episode after its end as well. True when the fact is one of these.
    pub(super) fn evolve_outcome(&mut self, at: Dated, index: usize, fact: &Fact) -> bool {
        match fact {
            Fact::OutcomeProfileRecorded(f) => self.profile(at, index, f),
            Fact::FollowUpRecorded(f) => self.follow_up(at, index, f),
            Fact::ExitRescinded(f) => self.rescind(at, index, f),
            _ => return false,
        }
        true
    }

    fn profile(&mut self, at: Dated, index: usize, fact: &OutcomeProfileRecorded) {
        let profile = Profile::of(at, fact);
        let exit = self.episodes[index].exit.as_ref();
        if exit.is_some_and(|exit| exit.is_contradicted_by(&profile)) {
            self.conflict(
                at,
                "exit_reason_contradicted",
                "/items",
                "The episode ended with reason 82 (occasional user), which does not allow heroin or crack, and this \
                 profile shows use in the last 28 days. Correct the exit's reason first, or the profile.",
            );
        }
        self.episodes[index].profiles.push(profile);
    }

    fn follow_up(&mut self, at: Dated, index: usize, fact: &FollowUpRecorded) {
        let episode = &mut self.episodes[index];
        if episode.exit.is_none() {
            self.conflict(
                at,
                "episode_open",
                "/occurred",
                "The episode had not ended by that day. Record a contact instead.",
            );
            return;
        }
        episode.follow_ups.push(FollowUp {
            at,
            outcome: fact.outcome.clone(),
            ends: fact.ends,
        });
    }

    fn rescind(&mut self, at: Dated, index: usize, fact: &ExitRescinded) {
        let episode = &self.episodes[index];
        let Some(exit) = episode.exit.clone() else {
            self.conflict(
                at,
                "episode_open",
                "/occurred",
                "The episode had not ended by that day: there is no exit to take back.",
            );
            return;
        };
        let opened_since = self.episodes.iter().find(|other| {
            other.id != episode.id
                && other.service == episode.service
                && other.opened.date() >= exit.at.date()
        });
        if let Some(other) = opened_since {
            let detail = format!(
                "The service opened another episode on {}. Care goes on there; the exit stays.",
                other.opened.date()
            );
            self.conflict(at, "episode_opened_since", "/occurred", detail);
            return;
        }
        let episode = &mut self.episodes[index];
        episode.exit = None;
        for one in &mut episode.interventions {
            if exit.ended_with.contains(&one.id) {
                one.ended = None;
                one.end_cause = None;
            }
        }
        episode.rescinded.push(RescindedExit {
            exit,
            at,
            reason: fact.reason.clone(),
        });
    }
}
