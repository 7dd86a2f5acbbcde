//! The referral that carries a person through the gate.

use crate::code::ServiceCode;
use crate::id::ReferralId;
use crate::state::{PersonState, Referral};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A referral to community treatment that was on the way at, or after, a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReferralMade {
    /// Which referral.
    pub referral: ReferralId,
    /// The service asked.
    pub service: ServiceCode,
    /// The referral date.
    pub sent_on: Date,
    /// When the service took it on; a triage without a recorded acceptance counts as one.
    pub accepted_on: Option<Date>,
    /// When it was rejected, withdrawn or sent on.
    pub closed_on: Option<Date>,
}

impl ReferralMade {
    /// The referral that serves a stay in custody best: an accepted one before a waiting one before a closed
    /// one, the latest of equals. Referrals finished before the stay began belong to earlier care; one that
    /// was still undecided then (an arrest referral before remand) goes on.
    ///
    /// Source: `design.md`, "Continuity"; `cases.md` C4.
    pub(super) fn serving(
        state: &PersonState,
        custody_began: Option<Date>,
        until: Option<Date>,
    ) -> Option<Self> {
        state
            .referrals
            .iter()
            .filter(|referral| referral.to_kind.treats_in_community())
            .filter(|referral| until.is_none_or(|until| referral.received.date() <= until))
            .map(|referral| (finished_on(referral), Self::of(referral)))
            .filter(|(finished, _)| custody_began.is_none_or(|began| finished.is_none_or(|day| day >= began)))
            .map(|(_, made)| made)
            .max_by_key(|made| (made.closed_on.is_none(), made.accepted_on.is_some(), made.sent_on))
    }

    fn of(referral: &Referral) -> Self {
        let triaged_on = referral.triaged.as_ref().map(|(at, _)| at.date());
        Self {
            referral: referral.id,
            service: referral.to_service.clone(),
            sent_on: referral.received.date(),
            accepted_on: referral.accepted.map(|at| at.date()).or(triaged_on),
            closed_on: referral.closed().map(|at| at.date()),
        }
    }

    /// True when it was sent by that day and neither rejected nor withdrawn.
    pub fn stands_on(&self, day: Date) -> bool {
        self.sent_on <= day && self.closed_on.is_none_or(|closed| closed > day)
    }

    /// True when it stands and the service had taken it on by that day.
    pub fn accepted_by(&self, day: Date) -> bool {
        self.stands_on(day) && self.accepted_on.is_some_and(|accepted| accepted <= day)
    }
}

fn finished_on(referral: &Referral) -> Option<Date> {
    let triaged = referral.triaged.as_ref().map(|(at, _)| *at);
    referral.closed().or(triaged).map(|at| at.date())
}
