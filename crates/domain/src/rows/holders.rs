//! The services that have the person in their care, and from when to when: on their lists stand needs and tags.

use crate::code::{OrganisationCode, ServiceCode};
use crate::state::PersonState;
use jiff::civil::Date;

/// A service's time with the person: from acceptance or triage to exit. Several times with one service are one, with
/// the days between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Holder {
    pub service: ServiceCode,
    pub organisation: OrganisationCode,
    pub from: Date,
    /// The first day no longer; `None` while it goes on.
    pub to: Option<Date>,
}

/// Those with an episode.
pub(super) fn treating(state: &PersonState) -> Vec<Holder> {
    let mut holders = Vec::new();
    for one in &state.episodes {
        let holder = Holder {
            service: one.service.clone(),
            organisation: one.organisation.clone(),
            from: one.opened.date(),
            to: one.exit.as_ref().map(|exit| exit.at.date()),
        };
        add(holder, &mut holders);
    }
    holders
}

/// Those with an episode, or with an accepted referral that awaits triage.
pub(crate) fn holders(state: &PersonState) -> Vec<Holder> {
    let mut holders = treating(state);
    for one in &state.referrals {
        let Some(accepted) = one.accepted else { continue };
        let ended = one.triaged.as_ref().or(one.withdrawn.as_ref());
        let holder = Holder {
            service: one.to_service.clone(),
            organisation: one.to_organisation.clone(),
            from: accepted.date(),
            to: ended.map(|(at, _)| at.date()),
        };
        add(holder, &mut holders);
    }
    holders
}

fn add(holder: Holder, holders: &mut Vec<Holder>) {
    match holders.iter_mut().find(|one| one.service == holder.service) {
        Some(one) => {
            one.from = one.from.min(holder.from);
            one.to = match (one.to, holder.to) {
                (Some(a), Some(b)) => Some(a.max(b)),
                _ => None,
            };
        }
        None => holders.push(holder),
    }
}
