//! Which outcome profiles count, and why the others do not. Nothing is refused for its window: a profile that
//! was taken is kept and shown.
//!
//! Source: `domain.md` section 3 (TOP): start within 14 days of the first intervention's start, review from day 29
//! to day 182, exit within 14 days of the discharge, no valid review without a start, exactly one co-ordinating
//! provider.

use crate::fact::ProfileStage;
use crate::state::{Episode, PersonState, Profile};
use crate::when::days_between;
use jiff::civil::Date;

/// Days before and after the first structured start in which a start profile counts. Source: known of the field.
pub const START_WINDOW_DAYS: i32 = 14;

/// Days before and after the exit in which an exit profile counts. Source: known of the field.
pub const EXIT_WINDOW_DAYS: i32 = 14;

/// The first day after the first structured start on which a review counts. Source: known of the field.
pub const FIRST_REVIEW_DAY: i32 = 29;

/// Days of the half-year for which a review counts: six-monthly since July 2009. The source tells the first window
/// (29 to 182); that each later half-year has a review of its own is our reading.
pub const REVIEW_EVERY_DAYS: i32 = 182;

/// Why a profile does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NotCounted {
    /// No structured treatment has started.
    NotStarted,
    /// More than 14 days from the first structured start.
    OutsideStartWindow,
    /// Another start profile counts.
    StartTaken,
    /// A review before day 29.
    BeforeReviewWindow,
    /// No start profile counts.
    NoStart,
    /// A review after the exit.
    AfterExit,
    /// The episode has not ended.
    NotEnded,
    /// More than 14 days from the exit.
    OutsideExitWindow,
    /// Taken before the exit that it is to follow.
    BeforeExit,
    /// The service says that another one co-ordinates.
    NotCoOrdinator,
    /// Another service with an open episode co-ordinates too.
    SeveralCoOrdinators,
}

impl NotCounted {
    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotStarted => "not_started",
            Self::OutsideStartWindow => "outside_start_window",
            Self::StartTaken => "start_taken",
            Self::BeforeReviewWindow => "before_review_window",
            Self::NoStart => "no_start",
            Self::AfterExit => "after_exit",
            Self::NotEnded => "not_ended",
            Self::OutsideExitWindow => "outside_exit_window",
            Self::BeforeExit => "before_exit",
            Self::NotCoOrdinator => "not_co_ordinator",
            Self::SeveralCoOrdinators => "several_co_ordinators",
        }
    }
}

/// Whether a profile counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counts {
    /// It does.
    Yes,
    /// It is the review of this half-year, from 1.
    Review(i32),
    /// It does not.
    No(NotCounted),
}

impl Counts {
    /// True when it counts.
    pub fn yes(self) -> bool {
        !matches!(self, Self::No(_))
    }
}

/// The profiles of an episode in order of time, each with whether it counts.
pub fn judged<'a>(state: &PersonState, episode: &'a Episode) -> Vec<(&'a Profile, Counts)> {
    let mut start = None;
    // The start first: reviews rest on it, whenever it was taken.
    for profile in of_stage(episode, ProfileStage::Start) {
        if start.is_none()
            && may_count(state, episode, profile).is_none()
            && in_start_window(episode, profile)
        {
            start = Some(profile.at.by);
        }
    }
    let judge = |profile: &'a Profile| {
        let why_not = may_count(state, episode, profile).or_else(|| match profile.stage {
            ProfileStage::Start if start == Some(profile.at.by) => None,
            ProfileStage::Start if episode.first_structured_start().is_none() => Some(NotCounted::NotStarted),
            ProfileStage::Start if in_start_window(episode, profile) => Some(NotCounted::StartTaken),
            ProfileStage::Start => Some(NotCounted::OutsideStartWindow),
            ProfileStage::Review => why_no_review(episode, profile, start.is_some()),
            ProfileStage::Exit => why_no_exit(episode, profile),
            ProfileStage::PostExit => match &episode.exit {
                None => Some(NotCounted::NotEnded),
                Some(exit) => (profile.at.date() <= exit.at.date()).then_some(NotCounted::BeforeExit),
            },
        });
        let counts = match (why_not, profile.stage) {
            (Some(why), _) => Counts::No(why),
            (None, ProfileStage::Review) => Counts::Review(half_year(episode, profile).unwrap_or(1)),
            (None, _) => Counts::Yes,
        };
        (profile, counts)
    };
    episode.profiles.iter().map(judge).collect()
}

fn of_stage(episode: &Episode, stage: ProfileStage) -> impl Iterator<Item = &Profile> {
    episode.profiles.iter().filter(move |one| one.stage == stage)
}

/// Days from the first structured start; negative before it.
fn days_in(episode: &Episode, profile: &Profile) -> Option<i32> {
    let start = episode.first_structured_start()?;
    Some(days_between(start.date(), profile.at.date()))
}

fn half_year(episode: &Episode, profile: &Profile) -> Option<i32> {
    days_in(episode, profile).map(|days| (days - 1).max(0) / REVIEW_EVERY_DAYS + 1)
}

fn in_start_window(episode: &Episode, profile: &Profile) -> bool {
    days_in(episode, profile).is_some_and(|days| days.abs() <= START_WINDOW_DAYS)
}

fn why_no_review(episode: &Episode, profile: &Profile, has_start: bool) -> Option<NotCounted> {
    let Some(days) = days_in(episode, profile) else {
        return Some(NotCounted::NotStarted);
    };
    let ended = episode.exit.as_ref().map(|exit| exit.at.date());
    if days < FIRST_REVIEW_DAY {
        Some(NotCounted::BeforeReviewWindow)
    } else if ended.is_some_and(|ended| ended < profile.at.date()) {
        Some(NotCounted::AfterExit)
    } else {
        (!has_start).then_some(NotCounted::NoStart)
    }
}

fn why_no_exit(episode: &Episode, profile: &Profile) -> Option<NotCounted> {
    let Some(exit) = &episode.exit else {
        return Some(NotCounted::NotEnded);
    };
    let away = days_between(exit.at.date(), profile.at.date()).abs();
    (away > EXIT_WINDOW_DAYS).then_some(NotCounted::OutsideExitWindow)
}

/// Exactly one provider co-ordinates the profiles of a person in treatment with several.
fn may_count(state: &PersonState, episode: &Episode, profile: &Profile) -> Option<NotCounted> {
    if !profile.co_ordinates {
        return Some(NotCounted::NotCoOrdinator);
    }
    let day = profile.at.date();
    let another = state
        .episodes
        .iter()
        .any(|other| other.id != episode.id && is_open(other, day) && co_ordinates(other, day));
    another.then_some(NotCounted::SeveralCoOrdinators)
}

fn is_open(episode: &Episode, day: Date) -> bool {
    episode.opened.date() <= day && episode.exit.as_ref().is_none_or(|exit| day < exit.at.date())
}

/// True when the service's last profile up to a day says that it co-ordinates.
fn co_ordinates(episode: &Episode, day: Date) -> bool {
    let told = episode.profiles.iter().filter(|one| one.at.date() <= day);
    told.max_by_key(|one| (one.at.date(), one.at.by))
        .is_some_and(|last| last.co_ordinates)
}

/// True unless the service said last that another one co-ordinates: then no profile is due here.
pub fn owes_profiles(episode: &Episode) -> bool {
    let last = episode
        .profiles
        .iter()
        .max_by_key(|one| (one.at.date(), one.at.by));
    last.is_none_or(|last| last.co_ordinates)
}
