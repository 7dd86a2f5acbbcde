//! The prescription that carries somebody over the gate.
//!
//! Source: `design.md` ("Continuity": what is missing, bridging prescription).

use crate::code::{Code, ServiceCode};
use crate::fact::ServiceKind;
use crate::reference::is_pharmacological;
use crate::state::{Episode, PersonState};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A prescription made out in prison for the days after release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BridgeMade {
    /// Code of `bridging-medicines`.
    pub medicine: Code,
    /// The service that is to take over.
    pub to_service: Option<ServiceCode>,
    /// When it was made out.
    pub made_on: Date,
    /// The first day that it covers.
    pub from: Date,
    /// The last day that it covers.
    pub until: Date,
}

impl BridgeMade {
    /// The prescription that serves a release best: of those from prison that reach the day of release, the one that
    /// lasts longest.
    pub(super) fn serving(state: &PersonState, began: Option<Date>, released_on: Date) -> Option<Self> {
        in_prison(state)
            .flat_map(|episode| &episode.bridges)
            .filter(|bridge| began.is_none_or(|began| bridge.at.date() >= began))
            .filter(|bridge| bridge.until >= released_on)
            .max_by_key(|bridge| (bridge.until, bridge.at.date()))
            .map(|bridge| Self {
                medicine: bridge.medicine.clone(),
                to_service: bridge.to_service.clone(),
                made_on: bridge.at.date(),
                from: bridge.from,
                until: bridge.until,
            })
    }
}

/// The prison's service that prescribed for the person on the day of release, or does so still. An intervention that
/// ends with the release was going on.
pub(super) fn prescribed_by(
    state: &PersonState,
    began: Option<Date>,
    on: Option<Date>,
) -> Option<ServiceCode> {
    let going_on = |episode: &&Episode| {
        episode.interventions.iter().any(|one| {
            let started = one.started.date();
            is_pharmacological(&one.code)
                && began.is_none_or(|began| started >= began)
                && on.is_none_or(|on| started <= on)
                && one
                    .ended
                    .as_ref()
                    .is_none_or(|(ended, _)| on.is_some_and(|on| ended.date() >= on))
        })
    };
    in_prison(state)
        .find(going_on)
        .map(|episode| episode.service.clone())
}

fn in_prison(state: &PersonState) -> impl Iterator<Item = &Episode> {
    state
        .episodes
        .iter()
        .filter(|episode| episode.kind == ServiceKind::Prison)
}
