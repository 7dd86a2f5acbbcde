//! The treatment track: how far treatment has come.

use crate::code::ServiceCode;
use crate::fact::ExitOutcome;
use crate::id::{EpisodeId, EventId, ReferralId};
use crate::journey::CHAIN_DAYS;
use crate::state::{Dated, Episode, Exit, PersonState, Referral, ReferralStatus};
use crate::when::days_between;
use jiff::{ToSpan, civil::Date};

/// How far treatment has come. The order is that of progress for what is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TreatmentStatus {
    /// Nothing is open, and nothing ended that would say more.
    NotInTreatment,
    /// Referred; nobody has decided.
    Referred,
    /// Accepted; triage to come.
    Accepted,
    /// An episode is open; nothing structured has started and nobody put the person on a waiting list.
    Triaged,
    /// On the waiting list, before the first structured start.
    Waiting,
    /// An episode is open, and treatment rests for a while.
    OnHold,
    /// Structured treatment has started and the episode is open.
    InTreatment,
    /// Transferred to another service, which has 21 days to open an episode.
    TransferredAwaitingPickUp,
    /// Treatment was completed.
    ExitedCompleted,
    /// Treatment ended unplanned, or a transfer reached nobody within 21 days.
    ExitedUnplanned,
    /// The person declined.
    ExitedDeclined,
    /// The person died.
    ExitedDied,
}

impl TreatmentStatus {
    /// Every status.
    pub const ALL: [Self; 12] = [
        Self::NotInTreatment,
        Self::Referred,
        Self::Accepted,
        Self::Triaged,
        Self::Waiting,
        Self::OnHold,
        Self::InTreatment,
        Self::TransferredAwaitingPickUp,
        Self::ExitedCompleted,
        Self::ExitedUnplanned,
        Self::ExitedDeclined,
        Self::ExitedDied,
    ];

    /// True while somebody has something to do.
    fn is_open(self) -> bool {
        matches!(
            self,
            Self::Referred
                | Self::Accepted
                | Self::Triaged
                | Self::Waiting
                | Self::InTreatment
                | Self::TransferredAwaitingPickUp
        )
    }

    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotInTreatment => "not_in_treatment",
            Self::Referred => "referred",
            Self::Accepted => "accepted",
            Self::Triaged => "triaged",
            Self::Waiting => "waiting",
            Self::OnHold => "on_hold",
            Self::InTreatment => "in_treatment",
            Self::TransferredAwaitingPickUp => "transferred_awaiting_pick_up",
            Self::ExitedCompleted => "exited_completed",
            Self::ExitedUnplanned => "exited_unplanned",
            Self::ExitedDeclined => "exited_declined",
            Self::ExitedDied => "exited_died",
        }
    }
}

/// How far treatment has come, where, and since when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreatmentTrack {
    /// How far.
    pub status: TreatmentStatus,
    /// Since which day; `None` when nothing was ever told.
    pub since: Option<Date>,
    /// Whole days since then.
    pub days: Option<i32>,
    /// Which service.
    pub service: Option<ServiceCode>,
    /// The referral that it is about.
    pub referral: Option<ReferralId>,
    /// The episode that it is about.
    pub episode: Option<EpisodeId>,
    /// The last day on which a transfer is picked up in time.
    pub until: Option<Date>,
    /// On hold: how far treatment had come, and where it goes on.
    pub returns_to: Option<TreatmentStatus>,
    /// The events that say so.
    pub set_by: Vec<EventId>,
    /// The events by which it came to the service from the one that began it.
    pub moved_by: Vec<EventId>,
    /// On hold: the event that says how far treatment had come.
    pub returns_by: Option<EventId>,
}

impl TreatmentTrack {
    /// The treatment track, with days counted to `as_of`.
    ///
    /// A death ends it. Otherwise the most advanced open thing wins: in treatment, on hold, waiting, triaged,
    /// accepted, referred; of equals the one that lasts longest. But for 21 days after a transfer the person
    /// is awaiting pick-up, unless an episode is open or a referral was made or accepted after it: the
    /// referral by which the transfer was made says less than the transfer. With nothing open, the last exit
    /// says how treatment ended; a transfer that nobody picked up in time is an unplanned end.
    ///
    /// Sources: `design.md` ("Three tracks of a pathway"); `domain.md` section 3 ("Transfer lost");
    /// `cases.md` E2, E7.
    pub fn of(state: &PersonState, as_of: Date) -> Self {
        let mut track = choose(state, as_of);
        if track.status.is_open()
            && let Some(service) = &track.service
        {
            track.moved_by = state.moves_from(service).map(|one| one.at.by).collect();
            track.service = Some(state.provider(service).clone());
        }
        track.days = track.since.map(|since| days_between(since, as_of).max(0));
        track
    }

    fn new(status: TreatmentStatus, at: Dated) -> Self {
        Self {
            status,
            since: Some(at.date()),
            days: None,
            service: None,
            referral: None,
            episode: None,
            until: None,
            returns_to: None,
            set_by: vec![at.by],
            moved_by: Vec::new(),
            returns_by: None,
        }
    }

    fn in_episode(status: TreatmentStatus, at: Dated, episode: &Episode) -> Self {
        Self {
            service: Some(episode.service.clone()),
            referral: episode.referral,
            episode: Some(episode.id),
            ..Self::new(status, at)
        }
    }

    fn in_referral(status: TreatmentStatus, at: Dated, referral: &Referral) -> Self {
        Self {
            service: Some(referral.to_service.clone()),
            referral: Some(referral.id),
            ..Self::new(status, at)
        }
    }
}

fn choose(state: &PersonState, as_of: Date) -> TreatmentTrack {
    let last = last_exit(state);
    if let Some(died) = state.died {
        return match last.filter(|(_, exit)| exit.at.by == died.by) {
            Some((episode, _)) => TreatmentTrack::in_episode(TreatmentStatus::ExitedDied, died, episode),
            None => TreatmentTrack::new(TreatmentStatus::ExitedDied, died),
        };
    }
    let episodes = state.episodes.iter().filter_map(in_open_episode);
    if let Some(track) = most_advanced(episodes) {
        return track;
    }
    let transferred = last.filter(|(_, exit)| {
        exit.outcome == ExitOutcome::Transfer && days_between(exit.at.date(), as_of) <= CHAIN_DAYS
    });
    let newer = |referral: &&Referral| {
        transferred.is_none_or(|(_, exit)| referral.status_since().date() > exit.at.date())
    };
    let referrals = state.referrals.iter().filter(newer).filter_map(open_referral);
    most_advanced(referrals)
        .or_else(|| last.map(|(episode, exit)| after_exit(episode, exit, as_of)))
        .unwrap_or_else(|| nothing_open(state))
}

/// The episode that ended last, with its exit.
fn last_exit(state: &PersonState) -> Option<(&Episode, &Exit)> {
    let ended = state
        .episodes
        .iter()
        .filter_map(|episode| Some((episode, episode.exit.as_ref()?)));
    ended.max_by_key(|(episode, exit)| (exit.at.date(), episode.opened.date(), episode.id))
}

fn in_open_episode(episode: &Episode) -> Option<TreatmentTrack> {
    if episode.exit.is_some() {
        return None;
    }
    let (status, at) = match (episode.first_structured_start(), episode.open_wait()) {
        (Some(started), _) => (TreatmentStatus::InTreatment, started),
        (None, Some(wait)) => (TreatmentStatus::Waiting, wait.placed),
        (None, None) => (TreatmentStatus::Triaged, episode.opened),
    };
    if let Some(hold) = episode.on_hold() {
        return Some(TreatmentTrack {
            returns_to: Some(status),
            returns_by: Some(at.by),
            ..TreatmentTrack::in_episode(TreatmentStatus::OnHold, hold.since, episode)
        });
    }
    Some(TreatmentTrack::in_episode(status, at, episode))
}

fn open_referral(referral: &Referral) -> Option<TreatmentTrack> {
    let status = match referral.status() {
        ReferralStatus::Received => TreatmentStatus::Referred,
        ReferralStatus::Accepted => TreatmentStatus::Accepted,
        ReferralStatus::Rejected
        | ReferralStatus::Withdrawn
        | ReferralStatus::SentOn
        | ReferralStatus::Triaged => return None,
    };
    Some(TreatmentTrack::in_referral(
        status,
        referral.status_since(),
        referral,
    ))
}

fn most_advanced(open: impl Iterator<Item = TreatmentTrack>) -> Option<TreatmentTrack> {
    open.min_by_key(|track| {
        (
            std::cmp::Reverse(track.status),
            track.since,
            track.episode,
            track.referral,
        )
    })
}

fn after_exit(episode: &Episode, exit: &Exit, as_of: Date) -> TreatmentTrack {
    let track = |status| TreatmentTrack::in_episode(status, exit.at, episode);
    match exit.outcome {
        ExitOutcome::SuccessfulCompletion => track(TreatmentStatus::ExitedCompleted),
        ExitOutcome::Unplanned => track(TreatmentStatus::ExitedUnplanned),
        ExitOutcome::Declined => track(TreatmentStatus::ExitedDeclined),
        ExitOutcome::Death => track(TreatmentStatus::ExitedDied),
        // 74: the contract moved, the person did not; the new contract's episode says how it goes on.
        ExitOutcome::AdministrativeTransfer | ExitOutcome::Unknown => track(TreatmentStatus::NotInTreatment),
        ExitOutcome::Transfer => {
            let until = exit.at.date().saturating_add(CHAIN_DAYS.days());
            if as_of <= until {
                TreatmentTrack {
                    until: Some(until),
                    ..track(TreatmentStatus::TransferredAwaitingPickUp)
                }
            } else {
                TreatmentTrack {
                    since: Some(until.saturating_add(1.day())),
                    until: Some(until),
                    ..track(TreatmentStatus::ExitedUnplanned)
                }
            }
        }
    }
}

/// No episode was ever opened: since the last referral came to nothing, if there was one.
fn nothing_open(state: &PersonState) -> TreatmentTrack {
    let last = state
        .referrals
        .iter()
        .max_by_key(|one| (one.status_since().date(), one.id));
    match last {
        Some(referral) => {
            TreatmentTrack::in_referral(TreatmentStatus::NotInTreatment, referral.status_since(), referral)
        }
        None => TreatmentTrack {
            status: TreatmentStatus::NotInTreatment,
            since: None,
            days: None,
            service: None,
            referral: None,
            episode: None,
            until: None,
            returns_to: None,
            set_by: Vec::new(),
            moved_by: Vec::new(),
            returns_by: None,
        },
    }
}
