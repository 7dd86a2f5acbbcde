//! Waiting, interventions and exits.

use super::Making;
use crate::code::Code;
use crate::command::Command;
use crate::event::Origin;
use crate::fact::{
    ContactRecorded, ExitOutcome, ExitProfile, ExitRecorded, InterventionEnded, InterventionStarted,
    PlacedOnWaitingList, TakenOffWaitingList,
};
use crate::id::{EpisodeId, InterventionId};
use crate::reference::{exit_outcome, is_structured, reads_as};

impl Making<'_, '_> {
    pub(super) fn care(&mut self, command: &Command) {
        match command {
            Command::PlaceOnWaitingList {
                episode,
                intervention,
            } => {
                self.code("interventions", intervention, "/intervention");
                self.record(PlacedOnWaitingList {
                    episode: *episode,
                    intervention: intervention.clone(),
                });
            }
            Command::TakeOffWaitingList { episode, reason } => {
                self.code("waiting-list-removal-reasons", reason, "/reason");
                self.record(TakenOffWaitingList {
                    episode: *episode,
                    reason: reason.clone(),
                });
            }
            Command::StartIntervention {
                episode,
                code,
                setting,
                within_care_plan,
            } => {
                self.code("interventions", code, "/intervention");
                self.code("intervention-settings", setting, "/setting");
                let intervention: InterventionId = self.created();
                let structured = is_structured(self.context.reference, code.as_str(), *within_care_plan);
                self.record(InterventionStarted {
                    episode: *episode,
                    intervention,
                    code: code.clone(),
                    structured,
                    setting: setting.clone(),
                });
            }
            Command::RecordContact { episode } => self.record(ContactRecorded { episode: *episode }),
            Command::EndIntervention {
                episode,
                intervention,
                exit,
            } => {
                self.code("intervention-exits", exit, "/exit");
                self.record(InterventionEnded {
                    episode: *episode,
                    intervention: *intervention,
                    exit: exit.clone(),
                });
            }
            // What has moved already does not move again.
            Command::ChangeProvider(change) => {
                let known = &self.state.provider_changes;
                if !known.iter().any(|one| one.contract == change.contract) {
                    self.record(change.clone());
                }
            }
            Command::RecordExit {
                episode,
                reason,
                intervention_exit,
                profile,
            } => {
                self.exit(*episode, reason, intervention_exit.as_ref(), *profile);
            }
            _ => {}
        }
    }

    fn exit(&mut self, episode: EpisodeId, reason: &Code, ends: Option<&Code>, profile: Option<ExitProfile>) {
        self.code("discharge-reasons", reason, "/reason");
        if let Some(profile) = profile {
            for (days, pointer) in [
                (profile.opiate_days, "/profile/opiateDays"),
                (profile.crack_days, "/profile/crackDays"),
            ] {
                if days > 28 {
                    self.fault(
                        pointer,
                        "out_of_range",
                        "Give the days of use in the last 28 days: 0 to 28.",
                    );
                }
            }
        }
        if let Some(exit) = ends {
            self.code("intervention-exits", exit, "/interventionExit");
        }
        let open: Vec<_> = self
            .state
            .episode(episode)
            .map(|found| found.open_interventions().map(|one| one.id).collect())
            .unwrap_or_default();
        // A machine that names no intervention exit still ends them: unplanned unless told otherwise.
        let default = (self.context.origin == Origin::Machine)
            .then(|| Code::parse("B").ok())
            .flatten();
        if let Some(exit) = ends.or(default.as_ref()) {
            for intervention in open {
                self.record(InterventionEnded {
                    episode,
                    intervention,
                    exit: exit.clone(),
                });
            }
        }
        let current = reads_as(self.context.reference, reason.as_str());
        let outcome = exit_outcome(self.context.reference, current).unwrap_or(ExitOutcome::Unknown);
        let reason = Code::parse(current).unwrap_or_else(|_| reason.clone());
        self.record(ExitRecorded {
            episode,
            reason,
            outcome,
            profile,
        });
    }
}
