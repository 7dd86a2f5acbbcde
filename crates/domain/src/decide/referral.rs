//! Referral and triage.

use super::Making;
use crate::code::{Code, ServiceCode};
use crate::command::{Command, NewReferral};
use crate::fact::{
    EpisodeOpened, ReferralAccepted, ReferralReceived, ReferralRejected, ReferralSentOn, ReferralWithdrawn,
    SightWithheld, Triaged,
};
use crate::id::ReferralId;

/// The triage outcome that opens an episode.
pub const TREATMENT_NEEDED: &str = "treatment_needed";

impl Making<'_, '_> {
    pub(super) fn referral(&mut self, command: &Command) {
        match command {
            Command::Refer(told) => self.refer(told),
            Command::AcceptReferral(referral) => self.record(ReferralAccepted { referral: *referral }),
            Command::RejectReferral { referral, reason } => {
                self.code("rejection-reasons", reason, "/reason");
                self.record(ReferralRejected {
                    referral: *referral,
                    reason: reason.clone(),
                });
            }
            Command::WithdrawReferral { referral, reason } => {
                self.code("withdrawal-reasons", reason, "/reason");
                self.record(ReferralWithdrawn {
                    referral: *referral,
                    reason: reason.clone(),
                });
            }
            Command::SendReferralOn {
                referral,
                to_service,
                source,
            } => self.send_on(*referral, to_service, source.as_ref()),
            Command::Triage {
                referral,
                outcome,
                substances,
            } => {
                self.code("triage-outcomes", outcome, "/outcome");
                self.substances(substances);
                let treatment_needed = outcome.as_str() == TREATMENT_NEEDED;
                self.record(Triaged {
                    referral: *referral,
                    outcome: outcome.clone(),
                    treatment_needed,
                    substances: substances.clone(),
                });
                if treatment_needed {
                    self.open_episode(*referral);
                }
            }
            _ => {}
        }
    }

    fn refer(&mut self, told: &NewReferral) {
        self.code("referral-sources", &told.source, "/source");
        self.substances(&told.substances);
        if let Some(from) = &told.from_service
            && self
                .context
                .directory
                .service(from)
                .is_none_or(|s| s.organisation != *self.context.organisation)
        {
            self.fault(
                "/fromService",
                "unknown_service",
                "This is no service of your organisation. Leave it out, or name one of yours.",
            );
        }
        if let Some(episode) = told.transfer_of
            && self.state.episode(episode).is_none_or(|e| {
                self.state.responsible(&e.service, &e.organisation) != self.context.organisation
            })
        {
            self.fault(
                "/transferOf",
                "unknown_episode",
                "This is no episode of your organisation with this person.",
            );
        }
        let Some(service) = self.working_service(&told.to_service, "/toService") else {
            return;
        };
        let referral: ReferralId = self.created();
        self.record(ReferralReceived {
            referral,
            source: told.source.clone(),
            from_organisation: self.context.organisation.clone(),
            from_service: told.from_service.clone(),
            to_service: service.code.clone(),
            to_organisation: service.organisation.clone(),
            to_kind: service.kind,
            transfer_of: told.transfer_of,
            substances: told.substances.clone(),
        });
        if service.organisation == *self.context.organisation {
            self.withhold_sight(referral);
        }
    }

    /// The referral to the next service and the end of this one, as one. What was told with the first referral goes
    /// on with the next: the substances, and the episode that is handed over.
    fn send_on(&mut self, id: ReferralId, to: &ServiceCode, source: Option<&Code>) {
        let Some(found) = self.state.referral(id).cloned() else {
            return self.fault(
                "",
                "unknown_referral",
                "This record has no such referral. Name one of its own.",
            );
        };
        if let Some(source) = source {
            self.code("referral-sources", source, "/source");
        }
        if *to == found.to_service {
            self.fault(
                "/toService",
                "same_service",
                "The referral is with this service already. Name another one.",
            );
        }
        let Some(service) = self.working_service(to, "/toService") else {
            return;
        };
        let onward: ReferralId = self.created();
        self.record(ReferralReceived {
            referral: onward,
            source: source.cloned().unwrap_or_else(|| found.source.clone()),
            from_organisation: found.to_organisation.clone(),
            from_service: Some(found.to_service.clone()),
            to_service: service.code.clone(),
            to_organisation: service.organisation.clone(),
            to_kind: service.kind,
            transfer_of: found.transfer_of,
            substances: found.substances.clone(),
        });
        self.record(ReferralSentOn { referral: id, onward });
        if !self.state.sight.is_given_by(id) {
            self.record(SightWithheld { referral: onward });
        }
    }

    fn open_episode(&mut self, referral: ReferralId) {
        let Some(found) = self.state.referral(referral) else {
            return;
        };
        // By who has the referral on that day, when the contract has moved.
        let moved = self.state.moves_from(&found.to_service);
        let taken_over = moved.take_while(|one| one.at.date() <= self.day()).last();
        let asked = (&found.to_service, &found.to_organisation, found.to_kind);
        let (service, organisation, kind) =
            taken_over.map_or(asked, |one| (&one.to_service, &one.to_organisation, one.to_kind));
        let opened = EpisodeOpened {
            episode: self.created(),
            service: service.clone(),
            organisation: organisation.clone(),
            kind,
            referral: Some(referral),
        };
        let service = opened.service.clone();
        let open = self.state.episodes.iter().any(|e| {
            *self.state.provider_on(&e.service, self.day()) == service
                && e.exit.is_none()
                && e.opened.date() <= self.day()
        });
        if open {
            self.misfit("/outcome", "episode_open", "The service has an open episode with this person. Record its exit first, or triage with an outcome that opens none.");
        }
        self.record(opened);
    }

    /// A service of the directory that works on the day; a machine's wrong service is a fault too, because
    /// a referral to nobody would be a referral lost.
    pub(super) fn working_service(
        &mut self,
        code: &ServiceCode,
        pointer: &'static str,
    ) -> Option<crate::directory::Service> {
        let found = self.context.directory.service(code).cloned();
        match found {
            Some(service) if service.works_on(self.today()) => Some(service),
            Some(_)
                if let Some(successor) = self.context.directory.successor(code, self.today()).cloned() =>
            {
                self.misfit(
                    pointer,
                    "service_taken_over",
                    format!(
                        "The contract of this service moved. Ask the service {}.",
                        successor.code
                    ),
                );
                Some(successor)
            }
            Some(_) => {
                self.fault(
                    pointer,
                    "service_closed",
                    "This service is closed. Choose one of GET /v1/services.",
                );
                None
            }
            None => {
                let nearest = self.nearest_services(code);
                self.fault(
                    pointer,
                    "unknown_service",
                    format!("No such service.{nearest} GET /v1/services lists them all."),
                );
                None
            }
        }
    }

    fn nearest_services(&self, code: &ServiceCode) -> String {
        let mut near: Vec<_> = self
            .context
            .directory
            .services()
            .map(|service| {
                (
                    strsim::damerau_levenshtein(service.code.as_str(), code.as_str()),
                    service.code.as_str(),
                )
            })
            .filter(|(distance, _)| *distance <= 6)
            .collect();
        near.sort_unstable();
        let names: Vec<_> = near.into_iter().take(3).map(|(_, code)| code).collect();
        if names.is_empty() {
            String::new()
        } else {
            format!(" Nearest: {}.", names.join(", "))
        }
    }
}
