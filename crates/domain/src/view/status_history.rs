//! Every status a person, a referral or an episode has had, with its duration.
//!
//! Source: `api.md` 7 (`GET .../status-history` with durations).

use super::continuity::ContinuityTrack;
use super::treatment::TreatmentTrack;
use crate::code::PrisonCode;
use crate::continuity::Reading;
use crate::fact::Fact;
use crate::history::History;
use crate::id::{EpisodeId, EventId, ReferralId};
use crate::journey::CHAIN_DAYS;
use crate::state::{Dated, Episode, PersonState, Referral, Setting};
use crate::when::{AsOf, days_between};
use jiff::{ToSpan, civil::Date};
use std::collections::BTreeSet;

/// One status, from day to day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusSpan {
    /// Which.
    pub status: &'static str,
    /// The first day.
    pub from: Date,
    /// The day on which the next one began; `None` for the present one.
    pub to: Option<Date>,
    /// Whole days, to the next one or to the day asked about.
    pub days: i32,
    /// The prison, for the setting track.
    pub prison: Option<PrisonCode>,
    /// The event that brought it about. What time alone brought about rests on the event from which the
    /// days are counted.
    pub event: Option<EventId>,
}

/// Every status of the three tracks, and of each referral and episode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusHistory {
    /// Where the person was.
    pub setting: Vec<StatusSpan>,
    /// How far treatment had come at the end of each day.
    pub treatment: Vec<StatusSpan>,
    /// Whether care went on after release, at the end of each day.
    pub continuity: Vec<StatusSpan>,
    /// Each referral, in order of their dates.
    pub referrals: Vec<(ReferralId, Vec<StatusSpan>)>,
    /// Each episode, in order of their opening.
    pub episodes: Vec<(EpisodeId, Vec<StatusSpan>)>,
}

impl StatusHistory {
    /// The statuses in a history that holds what was true and known, with durations counted to `as_of`.
    ///
    /// The treatment and continuity tracks are read anew for each day on which they can have changed, so
    /// the cost grows with the square of the number of events that move them.
    pub fn of(history: &History, as_of: Date, reading: &Reading) -> Self {
        let state = history.state(None, None);
        let (treatment, continuity) = tracks(history, &state, as_of, reading);
        Self {
            setting: spans(setting(&state), as_of),
            treatment: spans(treatment, as_of),
            continuity: spans(continuity, as_of),
            referrals: state
                .referrals
                .iter()
                .map(|one| (one.id, of_referral(one, as_of)))
                .collect(),
            episodes: state
                .episodes
                .iter()
                .map(|one| (one.id, of_episode(one, as_of)))
                .collect(),
        }
    }
}

/// The statuses of one referral.
pub fn of_referral(referral: &Referral, as_of: Date) -> Vec<StatusSpan> {
    let end = |end: &Option<(Dated, _)>| end.as_ref().map(|(at, _)| *at);
    let steps = [
        (Some(referral.received), "received"),
        (referral.accepted, "accepted"),
        (end(&referral.rejected), "rejected"),
        (end(&referral.triaged), "triaged"),
        (end(&referral.withdrawn), "withdrawn"),
    ];
    let steps = steps
        .into_iter()
        .filter_map(|(at, status)| Some(Step::at(at?, status)));
    spans(steps.collect(), as_of)
}

/// The statuses of one episode: triaged, waiting, in treatment, exited.
pub fn of_episode(episode: &Episode, as_of: Date) -> Vec<StatusSpan> {
    let started = episode.first_structured_start();
    let mut steps = vec![Step::at(episode.opened, "triaged")];
    for wait in &episode.waits {
        if started.is_some_and(|started| started.date() <= wait.placed.date()) {
            continue;
        }
        steps.push(Step::at(wait.placed, "waiting"));
        if let Some((removed, _)) = &wait.removed
            && started.is_none_or(|started| removed.date() < started.date())
        {
            steps.push(Step::at(*removed, "triaged"));
        }
    }
    steps.extend(started.map(|at| Step::at(at, "in_treatment")));
    steps.extend(episode.exit.as_ref().map(|exit| Step::at(exit.at, "exited")));
    spans(steps, as_of)
}

/// A status that began.
struct Step {
    status: &'static str,
    from: Date,
    prison: Option<PrisonCode>,
    event: Option<EventId>,
}

impl Step {
    fn at(at: Dated, status: &'static str) -> Self {
        Self {
            status,
            from: at.date(),
            prison: None,
            event: Some(at.by),
        }
    }
}

fn spans(steps: Vec<Step>, as_of: Date) -> Vec<StatusSpan> {
    let ends: Vec<Option<Date>> = steps
        .iter()
        .skip(1)
        .map(|next| Some(next.from))
        .chain([None])
        .collect();
    let spans = steps.into_iter().zip(ends).map(|(step, to)| StatusSpan {
        status: step.status,
        from: step.from,
        to,
        days: days_between(step.from, to.unwrap_or(as_of)).max(0),
        prison: step.prison,
        event: step.event,
    });
    spans.collect()
}

fn setting(state: &PersonState) -> Vec<Step> {
    let changes = state.custody.changes.iter();
    let mut steps: Vec<Step> = changes
        .map(|change| Step {
            prison: change.prison.clone(),
            ..Step::at(change.since, change.setting.as_str())
        })
        .collect();
    if let Some(died) = state.died.filter(|_| state.custody.setting != Setting::Deceased) {
        steps.retain(|step| step.from <= died.date());
        steps.push(Step::at(died, Setting::Deceased.as_str()));
    }
    steps
}

fn tracks(history: &History, state: &PersonState, as_of: Date, reading: &Reading) -> (Vec<Step>, Vec<Step>) {
    let (mut treatment, mut continuity): (Vec<Step>, Vec<Step>) = (Vec::new(), Vec::new());
    let (mut in_treatment, mut in_continuity) = (None, None);
    for day in turning_days(history, state, as_of, reading) {
        let then = history.state(Some(AsOf::EndOf(day)), None);
        let track = TreatmentTrack::of(&then, day);
        let key = (track.status, track.episode, track.referral);
        if track.since.is_some() && in_treatment != Some(key) {
            in_treatment = Some(key);
            let event = track.set_by.last().copied();
            treatment.push(Step {
                status: track.status.as_str(),
                from: day,
                prison: None,
                event,
            });
        }
        let track = ContinuityTrack::of(&then, day, reading);
        let key = (track.status, track.release, track.plan);
        if track.since.is_some() && in_continuity != Some(key) {
            in_continuity = Some(key);
            let event = track.set_by.last().copied();
            continuity.push(Step {
                status: track.status.as_str(),
                from: day,
                prison: None,
                event,
            });
        }
    }
    (treatment, continuity)
}

/// The days on which the treatment or the continuity track can have changed.
fn turning_days(history: &History, state: &PersonState, as_of: Date, reading: &Reading) -> BTreeSet<Date> {
    let told = history
        .events
        .iter()
        .filter(|event| event.fact().is_some_and(moves_a_track));
    let told = told.map(|event| event.envelope.occurred.date());
    let exits = state.episodes.iter().filter_map(|episode| episode.exit.as_ref());
    let lost = exits.map(|exit| exit.at.date().saturating_add((CHAIN_DAYS + 1).days()));
    let releases = state.custody.community_releases();
    let over = releases.map(|one| one.at.date().saturating_add((reading.window_days + 1).days()));
    told.chain(lost).chain(over).filter(|day| *day <= as_of).collect()
}

fn moves_a_track(fact: &Fact) -> bool {
    !matches!(
        fact,
        Fact::PersonRegistered(_)
            | Fact::IdentifierRecorded(_)
            | Fact::IdentifierWithdrawn(_)
            | Fact::DemographicsCorrected(_)
            | Fact::ResidenceRecorded(_)
            | Fact::KitIssued(_)
            | Fact::KitPlacedInProperty(_)
            | Fact::KitHandedOver(_)
            | Fact::KitUsed(_)
    )
}
