//! Outcome profiles and follow-ups that are due, people to re-engage, and young people to hand over.
//!
//! Sources: `domain.md` section 3 (TOP; young people's transition) and section 8 (assertive follow-up, "not giving
//! up"). What no source fixes is marked as own reading.

use super::{FollowUpRow, ProfileRow, ReEngageRow, Row, RowDetail, RowKind, TransitionRow, area_on};
use crate::fact::{ExitOutcome, ProfileStage, ServiceKind};
use crate::profile::{Counts, NotCounted, REVIEW_EVERY_DAYS, START_WINDOW_DAYS, judged, owes_profiles};
use crate::state::{Episode, Exit, PersonState};
use jiff::{ToSpan, civil::Date};
use uuid::Uuid;

/// Days before a review is due on which it comes on the list. Own reading: six weeks leave time for an appointment.
pub const REVIEW_NOTICE_DAYS: i32 = 42;

/// Days after a planned exit by which somebody is followed up. Own reading: four weeks.
pub const FOLLOW_UP_PLANNED_DAYS: [i32; 1] = [28];

/// The same after an unplanned exit. Own reading: within a week, and again after four.
pub const FOLLOW_UP_UNPLANNED_DAYS: [i32; 2] = [7, 28];

/// Months for which somebody who left unplanned stays on the list of people to re-engage. Own reading: a year, after
/// which they are as new to the service.
pub const RE_ENGAGE_MONTHS: i32 = 12;

/// Age from which the transition of a young person is prepared. Own reading: seventeen and a half.
pub const TRANSITION_FROM: (i32, i32) = (17, 6);

/// The age at which care for adults begins.
pub const ADULT_AT: i32 = 18;

pub(super) fn rows(state: &PersonState, rows: &mut Vec<Row>) {
    for episode in state.episodes.iter().filter(|one| one.kind.treats_in_community()) {
        profiles(state, episode, rows);
        if let Some(exit) = &episode.exit {
            follow_ups(state, episode, exit, rows);
        }
        transition(state, episode, rows);
    }
}

fn row(
    state: &PersonState,
    episode: &Episode,
    kind: RowKind,
    id: Uuid,
    (opened_on, closed_on): (Date, Option<Date>),
    detail: RowDetail,
) -> Row {
    Row {
        kind,
        id,
        service: Some(episode.service.clone()),
        organisation: Some(episode.organisation.clone()),
        prison: None,
        area: area_on(state, opened_on),
        opened_on,
        closed_on,
        primary: true,
        detail,
    }
}

fn after(day: Date, days: i32) -> Date {
    day.saturating_add(days.days())
}

/// The start profile, and a review every half-year after it or after the review before.
fn profiles(state: &PersonState, episode: &Episode, rows: &mut Vec<Row>) {
    let Some(started) = episode
        .first_structured_start()
        .filter(|_| owes_profiles(episode))
    else {
        return;
    };
    let start = started.date();
    let exit = episode.exit.as_ref().map(|exit| exit.at.date());
    let judged = judged(state, episode);
    let last_day = after(start, START_WINDOW_DAYS);
    let taken = judged.iter().filter(|(profile, counts)| {
        profile.stage == ProfileStage::Start && (counts.yes() || profile.at.date() > last_day)
    });
    let closed_on = taken.map(|(profile, _)| profile.at.date()).chain(exit).min();
    let detail = |due_on, last_profile_on| {
        RowDetail::Profile(ProfileRow {
            episode: episode.id,
            started_on: start,
            last_profile_on,
            due_on,
        })
    };
    rows.push(row(
        state,
        episode,
        RowKind::StartProfileDue,
        episode.id.0,
        (start, closed_on),
        detail(last_day, None),
    ));
    // A review that counts for nothing but the missing start is a review all the same.
    let reviews = judged
        .iter()
        .filter(|(_, counts)| matches!(counts, Counts::Review(_) | Counts::No(NotCounted::NoStart)));
    let mut marks: Vec<_> = reviews.map(|(profile, _)| profile.at).collect();
    marks.insert(0, started);
    for (index, mark) in marks.iter().enumerate() {
        let due_on = after(mark.date(), REVIEW_EVERY_DAYS);
        let next = marks.get(index + 1).map(|next| next.date());
        let last = (index > 0).then(|| mark.date());
        rows.push(row(
            state,
            episode,
            RowKind::OutcomeReviewDue,
            mark.by.0,
            (
                after(due_on, -REVIEW_NOTICE_DAYS),
                next.into_iter().chain(exit).min(),
            ),
            detail(due_on, last),
        ));
    }
}

/// The days by which somebody is followed up after an exit.
fn marks(exit: &Exit) -> &'static [i32] {
    match exit.outcome {
        ExitOutcome::SuccessfulCompletion => &FOLLOW_UP_PLANNED_DAYS,
        ExitOutcome::Unplanned => &FOLLOW_UP_UNPLANNED_DAYS,
        // A transfer is followed by the service that takes over; who declined is left alone.
        _ => &[],
    }
}

fn follow_ups(state: &PersonState, episode: &Episode, exit: &Exit, rows: &mut Vec<Row>) {
    let left = exit.at.date();
    let back = re_engaged(state, episode, left);
    let attempts: Vec<_> = episode
        .follow_ups
        .iter()
        .filter(|one| one.at.date() >= left)
        .collect();
    for (index, days) in marks(exit).iter().enumerate() {
        let before = index.checked_sub(1).map(|index| attempts.get(index));
        let (id, opened_on) = match before {
            None => (episode.id.0, left),
            Some(Some(attempt)) if !attempt.ends && attempt.at.date() <= after(left, *days) => {
                (attempt.at.by.0, attempt.at.date())
            }
            Some(_) => break,
        };
        let done = attempts.get(index).map(|attempt| attempt.at.date());
        let detail = RowDetail::FollowUp(FollowUpRow {
            episode: episode.id,
            left_on: left,
            reason: exit.reason.clone(),
            due_on: after(left, *days),
            attempts: u32::try_from(index).unwrap_or(u32::MAX),
        });
        let closed_on = done.into_iter().chain(back).min();
        rows.push(row(
            state,
            episode,
            RowKind::FollowUpDue,
            id,
            (opened_on, closed_on),
            detail,
        ));
    }
    if exit.outcome == ExitOutcome::Unplanned {
        let last = attempts.last();
        let given_up = left.saturating_add(RE_ENGAGE_MONTHS.months());
        let detail = RowDetail::ReEngage(ReEngageRow {
            episode: episode.id,
            left_on: left,
            reason: exit.reason.clone(),
            last_attempt_on: last.map(|attempt| attempt.at.date()),
            last_outcome: last.map(|attempt| attempt.outcome.clone()),
        });
        let closed_on = Some(back.map_or(given_up, |back| back.min(given_up)));
        rows.push(row(
            state,
            episode,
            RowKind::ToReEngage,
            episode.id.0,
            (left, closed_on),
            detail,
        ));
    }
}

/// When the person was in care again: another episode open on the day of leaving or opened later, anywhere, or a
/// referral accepted since.
fn re_engaged(state: &PersonState, left_episode: &Episode, left: Date) -> Option<Date> {
    let episodes = state
        .episodes
        .iter()
        .filter(|other| other.id != left_episode.id)
        .filter(|other| other.exit.as_ref().is_none_or(|exit| exit.at.date() > left))
        .map(|other| other.opened.date().max(left));
    let referrals = state
        .referrals
        .iter()
        .filter(|one| one.withdrawn.is_none())
        .filter_map(|one| one.accepted.map(|at| at.date()))
        .filter(|accepted| *accepted >= left);
    episodes.chain(referrals).min()
}

/// A young person's episode, from seventeen and a half until a service for adults has accepted the transfer.
fn transition(state: &PersonState, episode: &Episode, rows: &mut Vec<Row>) {
    let (ServiceKind::YoungPeople, Some(born)) = (episode.kind, state.identity.date_of_birth) else {
        return;
    };
    let (years, months) = TRANSITION_FROM;
    let from = born.saturating_add(years.years().months(months));
    let turns_adult_on = born.saturating_add(ADULT_AT.years());
    let taken_over = state
        .referrals
        .iter()
        .filter(|one| one.transfer_of == Some(episode.id) && one.withdrawn.is_none())
        .filter(|one| one.to_kind != ServiceKind::YoungPeople && one.to_kind.treats_in_community())
        .filter_map(|one| one.accepted.map(|at| at.date()));
    let exit = episode.exit.as_ref().map(|exit| exit.at.date());
    let offered = state
        .referrals
        .iter()
        .find(|one| one.transfer_of == Some(episode.id) && one.withdrawn.is_none() && one.rejected.is_none());
    let detail = RowDetail::Transition(TransitionRow {
        episode: episode.id,
        turns_adult_on,
        offered_to: offered.map(|one| one.to_service.clone()),
    });
    rows.push(row(
        state,
        episode,
        RowKind::TransitionDue,
        episode.id.0,
        (from.max(episode.opened.date()), taken_over.chain(exit).min()),
        detail,
    ));
}
