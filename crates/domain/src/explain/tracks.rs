//! The three tracks of a pathway, value by value.

use super::{Value, told};
use crate::id::EventId;
use crate::state::{PersonState, Setting};
use crate::view::Pathway;
use crate::view::continuity::ContinuityTrack;
use crate::view::setting::SettingTrack;
use crate::view::treatment::TreatmentTrack;
use jiff::civil::Date;

pub(super) fn values(state: &PersonState, as_of: Date, values: &mut Vec<Value>) {
    let pathway = Pathway::of(state, as_of);
    setting(state, &pathway.setting, values);
    treatment(&pathway.treatment, values);
    continuity(&pathway.continuity, values);
    for twice in &pathway.prescribed_twice {
        let [first, second] = &twice.services;
        values.push(Value::new(
            format!("/pathway/prescribedTwice/{first}/{second}"),
            twice.since,
            twice.set_by.iter().copied(),
        ));
    }
}

fn setting(state: &PersonState, track: &SettingTrack, values: &mut Vec<Value>) {
    let by = track.set_by.first().copied();
    let by = || left_on_the_way(state, track).into_iter().chain(by);
    let mut add = |name: &str, is: Option<String>, by: Vec<EventId>| {
        values.extend(is.map(|is| Value::new(format!("/pathway/setting/{name}"), is, by)));
    };
    add("status", Some(track.setting.as_str().to_owned()), by().collect());
    let since = track.since.map(|at| match at.instant() {
        Some(instant) => instant.to_string(),
        None => at.date().to_string(),
    });
    add("since", since, by().collect());
    let prison = track.prison.as_ref();
    let came = came_to_prison(state, 0).map_or_else(|| by().collect(), |came| vec![came]);
    add("prison", prison.map(ToString::to_string), came);
    let absent = state
        .custody
        .temporary_absence
        .filter(|_| track.temporary_absence_since.is_some());
    add(
        "temporaryAbsenceSince",
        absent.map(told),
        absent.map(|at| at.by).into_iter().collect(),
    );
}

/// On the way between two prisons: the event since which the person was of the one that they left, for the way out is told
/// of that one.
fn left_on_the_way(state: &PersonState, track: &SettingTrack) -> Option<EventId> {
    let last = state.custody.changes.last()?;
    let on_the_way =
        track.setting == Setting::Prison && last.setting == Setting::Prison && last.prison.is_none();
    on_the_way.then(|| came_to_prison(state, 1)).flatten()
}

/// The event since which the person was of the prison where they are, or were so many changes ago: who goes to court from
/// it stays of it.
fn came_to_prison(state: &PersonState, ago: usize) -> Option<EventId> {
    let mut changes = state.custody.changes.iter().rev().skip(ago).peekable();
    let prison = changes.peek()?.prison.clone();
    prison.as_ref()?;
    let since = changes.take_while(|change| change.prison == prison).last();
    since.map(|change| change.since.by)
}

fn treatment(track: &TreatmentTrack, values: &mut Vec<Value>) {
    let by = || track.set_by.iter().copied();
    let mut add = |name: &str, is: Option<String>, by: Vec<EventId>| {
        values.extend(is.map(|is| Value::new(format!("/pathway/treatment/{name}"), is, by)));
    };
    add("status", Some(track.status.as_str().to_owned()), by().collect());
    add("since", track.since.map(|day| day.to_string()), by().collect());
    add(
        "service",
        track.service.as_ref().map(ToString::to_string),
        by().chain(track.moved_by.iter().copied()).collect(),
    );
    add(
        "referralId",
        track.referral.map(|id| id.0.to_string()),
        by().collect(),
    );
    add(
        "episodeId",
        track.episode.map(|id| id.0.to_string()),
        by().collect(),
    );
    add("until", track.until.map(|day| day.to_string()), by().collect());
    add(
        "returnsTo",
        track.returns_to.map(|status| status.as_str().to_owned()),
        track.returns_by.into_iter().collect(),
    );
}

fn continuity(track: &ContinuityTrack, values: &mut Vec<Value>) {
    let all = || track.set_by.iter().copied();
    let first = || track.set_by.first().copied();
    let mut add = |name: &str, is: Option<String>, by: Vec<EventId>| {
        values.extend(is.map(|is| Value::new(format!("/pathway/continuity/{name}"), is, by)));
    };
    let planned = track.plan.is_some();
    let status = if planned {
        first().into_iter().collect()
    } else {
        all().collect()
    };
    add("status", Some(track.status.as_str().to_owned()), status);
    let since = if planned {
        first().into_iter().collect()
    } else {
        all().collect()
    };
    add("since", track.since.map(|day| day.to_string()), since);
    let due = track.due_until.map(|day| day.to_string());
    add("dueUntil", due, first().into_iter().collect());
    add(
        "releaseId",
        track.release.map(|id| id.0.to_string()),
        first().into_iter().collect(),
    );
    add(
        "planId",
        track.plan.map(|id| id.0.to_string()),
        first().into_iter().collect(),
    );
    add(
        "plannedOn",
        track.planned_on.map(|day| day.to_string()),
        all().last().into_iter().collect(),
    );
    add(
        "service",
        track.service.as_ref().map(ToString::to_string),
        all().chain(track.moved_by.iter().copied()).collect(),
    );
    add("why", track.why.map(str::to_owned), all().collect());
}
