//! Referrals, from being received to triage.

use super::{Dated, PersonState};
use crate::code::{Code, OrganisationCode, ServiceCode};
use crate::fact::{Fact, ServiceKind};
use crate::id::{EpisodeId, ReferralId};

/// How far a referral has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReferralStatus {
    /// Received, nobody has decided.
    Received,
    /// Accepted, triage to come.
    Accepted,
    /// Declined by the service asked.
    Rejected,
    /// Taken back.
    Withdrawn,
    /// Assessed.
    Triaged,
    /// Passed on to another service.
    SentOn,
}

impl ReferralStatus {
    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Triaged => "triaged",
            Self::SentOn => "sent_on",
        }
    }
}

/// One referral.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referral {
    /// Its id.
    pub id: ReferralId,
    /// Code of `referral-sources`.
    pub source: Code,
    /// The organisation that sent it.
    pub from_organisation: OrganisationCode,
    /// The service that sent it, when one of this system did.
    pub from_service: Option<ServiceCode>,
    /// The service asked.
    pub to_service: ServiceCode,
    /// Its organisation.
    pub to_organisation: OrganisationCode,
    /// Its kind.
    pub to_kind: ServiceKind,
    /// The episode whose care is handed over: a transfer to accept.
    pub transfer_of: Option<EpisodeId>,
    /// Codes of `substances`.
    pub substances: Vec<Code>,
    /// The referral date.
    pub received: Dated,
    /// When it was accepted.
    pub accepted: Option<Dated>,
    /// When and why it was declined.
    pub rejected: Option<(Dated, Code)>,
    /// When and why it was taken back.
    pub withdrawn: Option<(Dated, Code)>,
    /// When it was triaged and with what outcome.
    pub triaged: Option<(Dated, Code)>,
    /// Codes of `substances` found at triage.
    pub found: Vec<Code>,
    /// When it was passed on, and by which referral.
    pub sent_on: Option<(Dated, ReferralId)>,
    /// The referral that was passed on by this one.
    pub onward_of: Option<ReferralId>,
    /// The date of the first of the referrals that led here; of this one, when nobody passed it on.
    pub first_received: Dated,
}

impl Referral {
    /// How far it has come.
    pub fn status(&self) -> ReferralStatus {
        if self.withdrawn.is_some() {
            ReferralStatus::Withdrawn
        } else if self.sent_on.is_some() {
            ReferralStatus::SentOn
        } else if self.triaged.is_some() {
            ReferralStatus::Triaged
        } else if self.rejected.is_some() {
            ReferralStatus::Rejected
        } else if self.accepted.is_some() {
            ReferralStatus::Accepted
        } else {
            ReferralStatus::Received
        }
    }

    /// The event that brought it to its present status.
    pub fn status_since(&self) -> Dated {
        let decided = self
            .withdrawn
            .as_ref()
            .or(self.triaged.as_ref())
            .or(self.rejected.as_ref());
        let sent_on = self
            .sent_on
            .filter(|_| self.status() == ReferralStatus::SentOn)
            .map(|(at, _)| at);
        sent_on
            .or(decided.map(|(at, _)| *at))
            .or(self.accepted)
            .unwrap_or(self.received)
    }

    /// When it came to an end without triage: declined, taken back, or passed on.
    pub fn closed(&self) -> Option<Dated> {
        let refused = self.withdrawn.as_ref().or(self.rejected.as_ref());
        refused
            .map(|(at, _)| *at)
            .into_iter()
            .chain(self.sent_on.map(|(at, _)| at))
            .min_by_key(Dated::date)
    }
}

impl PersonState {
    /// The last of the referrals by which one was sent on; `None` when nobody sent it on.
    pub fn sent_on_to(&self, referral: &Referral) -> Option<&Referral> {
        let next = |one: &Referral| self.referral(one.sent_on?.1);
        // Bounded: told by machines, referrals might lead in a circle.
        std::iter::successors(next(referral), |one| next(one))
            .take(self.referrals.len())
            .last()
    }

    pub(super) fn evolve_referral(&mut self, at: Dated, fact: &Fact) {
        let id = match fact {
            Fact::ReferralReceived(f) => {
                let before = self
                    .referrals
                    .iter()
                    .find(|one| one.sent_on.is_some_and(|(_, onward)| onward == f.referral));
                let onward_of = before.map(|one| one.id);
                let first_received = before
                    .map(|one| one.first_received)
                    .filter(|first| first.date() < at.date())
                    .unwrap_or(at);
                self.referrals.push(Referral {
                    id: f.referral,
                    source: f.source.clone(),
                    from_organisation: f.from_organisation.clone(),
                    from_service: f.from_service.clone(),
                    to_service: f.to_service.clone(),
                    to_organisation: f.to_organisation.clone(),
                    to_kind: f.to_kind,
                    transfer_of: f.transfer_of,
                    substances: f.substances.clone(),
                    received: at,
                    accepted: None,
                    rejected: None,
                    withdrawn: None,
                    triaged: None,
                    found: Vec::new(),
                    sent_on: None,
                    onward_of,
                    first_received,
                });
                return;
            }
            Fact::ReferralAccepted(f) => f.referral,
            Fact::ReferralRejected(f) => f.referral,
            Fact::ReferralWithdrawn(f) => f.referral,
            Fact::ReferralSentOn(f) => f.referral,
            Fact::Triaged(f) => f.referral,
            _ => return,
        };
        let Some(referral) = self.referrals.iter_mut().find(|referral| referral.id == id) else {
            self.conflict(
                at,
                "before_referral",
                "/occurred",
                "This is dated before the referral was made.",
            );
            return;
        };
        let status = referral.status();
        let refusal = match fact {
            Fact::ReferralAccepted(_) if status == ReferralStatus::Received => {
                referral.accepted = Some(at);
                None
            }
            Fact::ReferralRejected(f) if status == ReferralStatus::Received => {
                referral.rejected = Some((at, f.reason.clone()));
                None
            }
            Fact::ReferralWithdrawn(f)
                if matches!(status, ReferralStatus::Received | ReferralStatus::Accepted) =>
            {
                referral.withdrawn = Some((at, f.reason.clone()));
                None
            }
            Fact::ReferralSentOn(f)
                if matches!(status, ReferralStatus::Received | ReferralStatus::Accepted) =>
            {
                referral.sent_on = Some((at, f.onward));
                let (id, first) = (referral.id, referral.first_received);
                if let Some(onward) = self.referrals.iter_mut().find(|one| one.id == f.onward) {
                    onward.onward_of = Some(id);
                    if first.date() < onward.first_received.date() {
                        onward.first_received = first;
                    }
                }
                None
            }
            Fact::Triaged(f) if status == ReferralStatus::Accepted => {
                referral.found.clone_from(&f.substances);
                referral.triaged = Some((at, f.outcome.clone()));
                None
            }
            Fact::Triaged(f) if status == ReferralStatus::Received => {
                referral.found.clone_from(&f.substances);
                referral.triaged = Some((at, f.outcome.clone()));
                Some((
                    "referral_not_accepted",
                    "The referral was not accepted by that day. Accept it first.".to_owned(),
                ))
            }
            _ => Some((
                "referral_already_decided",
                format!(
                    "The referral was already {} on {}.",
                    status.as_str().replace('_', " "),
                    referral.status_since().date()
                ),
            )),
        };
        if let Some((code, detail)) = refusal {
            self.conflict(at, code, "/occurred", detail);
        }
    }
}
