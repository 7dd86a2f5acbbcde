//! Who waits, from when to when, for what.
//!
//! Source: `cases.md` W3: the waiting list on a past date is who had been accepted or triaged, needed an
//! intervention and had not started on that date.

use super::{FirstAppointmentRow, Row, RowDetail, RowKind, WaitingRow, area_on};
use crate::code::{Code, OrganisationCode, ServiceCode};
use crate::state::{Dated, Episode, PersonState, Referral, ReferredIntervention, Waiting};
use jiff::civil::Date;
use uuid::Uuid;

/// A wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait<'a> {
    /// The referral for a first wait; the placing event for a later one.
    pub id: Uuid,
    /// Whose list.
    pub service: &'a ServiceCode,
    /// The service's organisation.
    pub organisation: &'a OrganisationCode,
    /// The referral from which the need came.
    pub referral: Option<&'a Referral>,
    /// The episode, once triaged.
    pub episode: Option<&'a Episode>,
    /// What began it: acceptance, triage, or being placed on the list.
    pub began: Dated,
    /// What ended it; `None` while it goes on.
    pub ended: Option<Dated>,
    /// When the person was placed on the list.
    pub placed: Option<Dated>,
    /// Code of `interventions`, once named.
    pub intervention: Option<&'a Code>,
    /// The referral to the intervention that is waited for.
    pub referred: Option<&'a ReferredIntervention>,
}

/// Every wait of a person, past ones included, in order of their referral and beginning.
///
/// The first wait of a referral begins with its acceptance and ends with the first of: structured start,
/// exit, taking off the list, withdrawal, sending on, or a triage that found no need of treatment (one that opened no
/// episode). Being placed on the list during it names the intervention. Being placed there after it has
/// ended begins a wait of its own, which ends with the next structured start, exit or taking off.
pub fn waits(state: &PersonState) -> Vec<Wait<'_>> {
    let mut waits = Vec::new();
    for referral in &state.referrals {
        let episode = state
            .episodes
            .iter()
            .find(|episode| episode.referral == Some(referral.id));
        let triaged = referral.triaged.as_ref().map(|(at, _)| *at);
        let Some(began) = referral.accepted.or(episode.map(|episode| episode.opened)) else {
            continue;
        };
        let without_need = triaged.filter(|_| episode.is_none());
        let closed = referral.closed();
        let ended = match episode {
            Some(episode) => first_end(episode),
            None => earliest([without_need, closed]),
        };
        let named = episode.and_then(|episode| placed_before(episode, ended));
        waits.push(Wait {
            id: referral.id.0,
            service: &referral.to_service,
            organisation: &referral.to_organisation,
            referral: Some(referral),
            episode,
            began,
            ended,
            placed: named.map(|wait| wait.placed),
            intervention: named.map(|wait| &wait.intervention),
            referred: episode.and_then(|one| referred_to(one, named.map(|wait| &wait.intervention), ended)),
        });
    }
    for episode in &state.episodes {
        let referral = episode.referral.and_then(|id| state.referral(id));
        let first_ended = first_end(episode);
        if referral.is_none() {
            let named = placed_before(episode, first_ended);
            waits.push(Wait {
                id: episode.id.0,
                service: &episode.service,
                organisation: &episode.organisation,
                referral,
                episode: Some(episode),
                began: episode.opened,
                ended: first_ended,
                placed: named.map(|wait| wait.placed),
                intervention: named.map(|wait| &wait.intervention),
                referred: referred_to(episode, named.map(|wait| &wait.intervention), first_ended),
            });
        }
        let Some(first_ended) = first_ended else { continue };
        for wait in episode
            .waits
            .iter()
            .filter(|wait| !during(episode, wait, Some(first_ended)))
        {
            waits.push(Wait {
                id: wait.placed.by.0,
                service: &episode.service,
                organisation: &episode.organisation,
                referral,
                episode: Some(episode),
                began: wait.placed,
                ended: later_end(episode, wait),
                placed: Some(wait.placed),
                intervention: Some(&wait.intervention),
                referred: referred_to(episode, Some(&wait.intervention), later_end(episode, wait)),
            });
        }
    }
    waits
}

/// The last referral to an intervention, of this code when one is named, before the wait ended.
fn referred_to<'a>(
    episode: &'a Episode,
    code: Option<&Code>,
    ended: Option<Dated>,
) -> Option<&'a ReferredIntervention> {
    let for_it = |one: &&ReferredIntervention| {
        code.is_none_or(|code| one.code == *code)
            && ended.is_none_or(|ended| one.referred.date() <= ended.date())
    };
    episode.referred.iter().rfind(for_it)
}

/// The end of the wait with which an episode begins.
fn first_end(episode: &Episode) -> Option<Dated> {
    let removed = episode
        .waits
        .iter()
        .find_map(|wait| wait.removed.as_ref().map(|(at, _)| *at));
    let exit = episode.exit.as_ref().map(|exit| exit.at);
    earliest([episode.first_structured_start(), removed, exit])
}

/// The end of a wait that began when an earlier one was over.
fn later_end(episode: &Episode, wait: &Waiting) -> Option<Dated> {
    let started = episode
        .interventions
        .iter()
        .find(|one| one.structured && one.started.date() >= wait.placed.date())
        .map(|one| one.started);
    let removed = wait.removed.as_ref().map(|(at, _)| *at);
    let exit = episode.exit.as_ref().map(|exit| exit.at);
    earliest([started, removed, exit])
}

/// The last placing on the list while the first wait went on.
fn placed_before(episode: &Episode, ended: Option<Dated>) -> Option<&Waiting> {
    episode.waits.iter().rfind(|wait| during(episode, wait, ended))
}

/// True when the placing belongs to the first wait, which ended then. Placed again on the very day on which
/// the person was taken off is a new wait.
fn during(episode: &Episode, wait: &Waiting, ended: Option<Dated>) -> bool {
    let Some(ended) = ended else { return true };
    let removed_then = |wait: &Waiting| wait.removed.as_ref().is_some_and(|(at, _)| at.by == ended.by);
    if wait.placed.date() != ended.date() {
        return wait.placed.date() < ended.date();
    }
    removed_then(wait) || !episode.waits.iter().any(removed_then)
}

fn earliest<const N: usize>(ends: [Option<Dated>; N]) -> Option<Dated> {
    ends.into_iter().flatten().min_by_key(Dated::date)
}

pub(super) fn rows(state: &PersonState, rows: &mut Vec<Row>) {
    for wait in waits(state) {
        let date = |at: Option<Dated>| at.map(|at| at.date());
        let opened_on: Date = wait.began.date();
        rows.push(Row {
            kind: RowKind::Waiting,
            id: wait.id,
            service: Some(wait.service.clone()),
            organisation: Some(wait.organisation.clone()),
            prison: None,
            area: area_on(state, opened_on),
            opened_on,
            closed_on: date(wait.ended),
            primary: true,
            detail: RowDetail::Waiting(WaitingRow {
                referral: wait.referral.map(|referral| referral.id),
                episode: wait.episode.map(|episode| episode.id),
                received_on: wait.referral.map(|referral| referral.received.date()),
                accepted_on: wait.referral.and_then(|referral| date(referral.accepted)),
                triaged_on: wait.episode.map(|episode| episode.opened.date()),
                placed_on: date(wait.placed),
                intervention: wait.intervention.cloned(),
                referred_on: wait.referred.map(|one| one.referred.date()),
                first_appointment: wait.referred.and_then(|one| one.first_offered).map(|(at, day)| {
                    FirstAppointmentRow {
                        offered_on: at.date(),
                        offered_for: day,
                    }
                }),
                substances: wait
                    .referral
                    .map(|referral| referral.substances.clone())
                    .unwrap_or_default(),
            }),
        });
    }
}
