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
use crate::state::{Dated, Episode, PersonState, Placement, Referral, Setting};
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
        let state = history.now();
        let (treatment, continuity) = tracks(history, state, as_of, reading);
        Self {
            setting: spans(setting(state), as_of),
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
        (referral.sent_on.map(|(at, _)| at), "sent_on"),
    ];
    let steps = steps
        .into_iter()
        .filter_map(|(at, status)| Some(Step::at(at?, status)));
    spans(steps.collect(), as_of)
}

/// The statuses of one episode: triaged, waiting, in treatment, on hold, exited.
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
    for taken_back in &episode.rescinded {
        // What began after the exit was taken back comes after it.
        let since = steps.partition_point(|step| step.from <= taken_back.exit.at.date());
        let later = steps.split_off(since);
        let before = steps.last().map_or("triaged", |last| last.status);
        steps.push(Step::at(taken_back.exit.at, "exited"));
        steps.push(Step::at(taken_back.at, before));
        steps.extend(later);
    }
    let mut steps = with_holds(steps, episode);
    steps.extend(episode.exit.as_ref().map(|exit| Step::at(exit.at, "exited")));
    spans(steps, as_of)
}

/// Puts holds among the statuses of an open episode. What would have begun in a hold begins with its end.
fn with_holds(mut steps: Vec<Step>, episode: &Episode) -> Vec<Step> {
    for hold in &episode.holds {
        let since = hold.since.date();
        let later = steps.split_off(steps.partition_point(|step| step.from <= since));
        let before = steps.last().map_or("triaged", |step| step.status);
        steps.push(Step::at(hold.since, "on_hold"));
        let Some(resumed) = hold.resumed else { return steps };
        let (within, later): (Vec<_>, Vec<_>) =
            later.into_iter().partition(|step| step.from <= resumed.date());
        let goes_on = within.last().map_or(before, |step| step.status);
        steps.push(Step::at(resumed, goes_on));
        steps.extend(later);
    }
    steps
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
    for placement in &state.placements {
        in_placement(placement, &mut steps);
    }
    if let Some(died) = state.died.filter(|_| state.custody.setting != Setting::Deceased) {
        steps.retain(|step| step.from <= died.date());
        steps.push(Step::at(died, Setting::Deceased.as_str()));
    }
    steps
}

/// Somebody at liberty lives where they are placed, until they leave or are taken elsewhere.
fn in_placement(placement: &Placement, steps: &mut Vec<Step>) {
    let since = steps.partition_point(|step| step.from <= placement.started.date());
    let at_liberty = |step: &Step| {
        [Setting::Community, Setting::Unknown]
            .iter()
            .any(|setting| setting.as_str() == step.status)
    };
    if steps[..since].last().is_some_and(|last| !at_liberty(last)) {
        return;
    }
    let moved = steps.get(since).map(|next| next.from);
    steps.insert(since, Step::at(placement.started, Setting::Residential.as_str()));
    if let Some((left, _)) = &placement.ended
        && moved.is_none_or(|moved| left.date() < moved)
    {
        steps.insert(since + 1, Step::at(*left, Setting::Community.as_str()));
    }
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
        .events()
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
            | Fact::NeedRaised(_)
            | Fact::NeedCleared(_)
            | Fact::TagAdded(_)
            | Fact::TagRemoved(_)
            | Fact::OutreachContactRecorded(_)
            | Fact::OutcomeProfileRecorded(_)
            | Fact::FollowUpRecorded(_)
            | Fact::AppointmentOffered(_)
            | Fact::AppointmentMoved(_)
            | Fact::AppointmentAttended(_)
            | Fact::AppointmentMissed(_)
            | Fact::AppointmentCancelled(_)
            | Fact::CarePlanAgreed(_)
            | Fact::CarePlanRevised(_)
            | Fact::KeyWorkerAssigned(_)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::ReleaseEffect;
    use crate::rows::story::*;

    fn of(story: &Story, text: &str) -> StatusHistory {
        let history = History::new(
            story
                .history()
                .cut(Some(AsOf::EndOf(day(text))), None)
                .cloned()
                .collect(),
        );
        StatusHistory::of(&history, day(text), &Reading::default())
    }

    fn told(spans: &[StatusSpan]) -> Vec<(&'static str, String, i32)> {
        spans
            .iter()
            .map(|span| (span.status, span.from.to_string(), span.days))
            .collect()
    }

    fn expected(spans: &[(&'static str, &str, i32)]) -> Vec<(&'static str, String, i32)> {
        spans
            .iter()
            .map(|(status, from, days)| (*status, (*from).to_owned(), *days))
            .collect()
    }

    fn story() -> Story {
        Story::new()
            .on("2026-01-10", received("MDI"))
            .on("2026-02-05", referral(1, "northshire-community"))
            .on("2026-02-07", accepted(1))
            .on(
                "2026-03-01",
                released("MDI", ReleaseEffect::Community, Some(NORTHSHIRE)),
            )
            .on("2026-03-08", triaged(1, "treatment_needed"))
            .on("2026-03-08", opened(1, "northshire-community"))
            .on("2026-03-10", placed(1, "94"))
            .on("2026-03-25", started(1, 1, "94"))
            .on("2026-04-24", ended(1, 1))
            .on("2026-04-24", exit(1, "80"))
    }

    #[test]
    fn the_setting_with_its_durations() {
        let spans = of(&story(), "2026-03-31").setting;
        assert_eq!(
            told(&spans),
            expected(&[("prison", "2026-01-10", 50), ("community", "2026-03-01", 30)])
        );
        assert_eq!((spans[0].to, spans[1].to), (Some(day("2026-03-01")), None));
        assert_eq!(
            (&spans[0].prison, spans[0].event),
            (&Some(prison("MDI")), Some(event(1)))
        );
    }

    #[test]
    fn a_hold_stands_between_the_statuses_that_it_interrupts() {
        let story = Story::new()
            .on("2026-03-08", opened(1, "northshire-community"))
            .on("2026-03-10", placed(1, "94"))
            .on("2026-03-12", put_on_hold(1))
            .on("2026-03-14", resumed(1))
            .on("2026-03-20", started(1, 1, "94"))
            .on("2026-04-01", put_on_hold(1))
            .on("2026-04-11", resumed(1))
            .on("2026-04-12", put_on_hold(1));
        let spans = [
            ("triaged", "2026-03-08", 2),
            ("waiting", "2026-03-10", 2),
            ("on_hold", "2026-03-12", 2),
            ("waiting", "2026-03-14", 6),
            ("in_treatment", "2026-03-20", 12),
            ("on_hold", "2026-04-01", 10),
            ("in_treatment", "2026-04-11", 1),
            ("on_hold", "2026-04-12", 8),
        ];
        let history = of(&story, "2026-04-20");
        assert_eq!(told(&history.episodes[0].1), expected(&spans));
        assert_eq!(told(&history.treatment), expected(&spans));
        let ended = of(&story.on("2026-04-15", exit(1, "85")), "2026-04-20");
        assert_eq!(ended.episodes[0].1.last().map(|span| span.status), Some("exited"));
    }

    #[test]
    fn the_treatment_track_with_its_durations() {
        let spans = [
            ("referred", "2026-02-05", 2),
            ("accepted", "2026-02-07", 29),
            ("triaged", "2026-03-08", 2),
            ("waiting", "2026-03-10", 15),
            ("in_treatment", "2026-03-25", 30),
            ("exited_completed", "2026-04-24", 7),
        ];
        assert_eq!(told(&of(&story(), "2026-05-01").treatment), expected(&spans));
        assert_eq!(
            told(&of(&story(), "2026-03-09").treatment).last(),
            Some(&expected(&[("triaged", "2026-03-08", 1)])[0])
        );
    }

    /// What time alone changes is in the history, resting on the release.
    #[test]
    fn the_end_of_the_window_is_told_though_nobody_recorded_it() {
        let spans = of(&story(), "2026-04-01").continuity;
        let expected = expected(&[
            ("due", "2026-03-01", 22),
            ("not_found", "2026-03-23", 2),
            ("late", "2026-03-25", 7),
        ]);
        assert_eq!(told(&spans), expected);
        assert_eq!((spans[1].event, spans[2].event), (Some(event(4)), Some(event(8))));
        assert_eq!(of(&story(), "2026-03-22").continuity.len(), 1);
    }

    #[test]
    fn a_lost_transfer_is_told_though_nobody_recorded_it() {
        let story = Story::new()
            .on("2026-01-01", opened(1, "northshire-community"))
            .on("2026-02-01", exit(1, "83"));
        let spans = [
            ("triaged", "2026-01-01", 31),
            ("transferred_awaiting_pick_up", "2026-02-01", 22),
            ("exited_unplanned", "2026-02-23", 6),
        ];
        assert_eq!(told(&of(&story, "2026-03-01").treatment), expected(&spans));
    }

    #[test]
    fn referrals_and_episodes_have_histories_of_their_own() {
        let history = of(&story(), "2026-05-01");
        let (id, spans) = &history.referrals[0];
        assert_eq!(*id, referral_id(1));
        let referral = [
            ("received", "2026-02-05", 2),
            ("accepted", "2026-02-07", 29),
            ("triaged", "2026-03-08", 54),
        ];
        assert_eq!(told(spans), expected(&referral));
        let episode = [
            ("triaged", "2026-03-08", 2),
            ("waiting", "2026-03-10", 15),
            ("in_treatment", "2026-03-25", 30),
            ("exited", "2026-04-24", 7),
        ];
        assert_eq!(told(&history.episodes[0].1), expected(&episode));
    }

    #[test]
    fn taken_off_the_list_is_triaged_again() {
        let story = Story::new()
            .on("2026-03-01", opened(1, "northshire-community"))
            .on("2026-03-02", placed(1, "94"))
            .on("2026-03-05", taken_off(1));
        let spans = [
            ("triaged", "2026-03-01", 1),
            ("waiting", "2026-03-02", 3),
            ("triaged", "2026-03-05", 5),
        ];
        assert_eq!(told(&of(&story, "2026-03-10").episodes[0].1), expected(&spans));
    }
}
