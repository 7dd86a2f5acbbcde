//! Outcome profiles, follow-up, and taking an exit back.

use super::Making;
use crate::command::Command;
use crate::fact::{ExitRescinded, FollowUpRecorded, OutcomeProfileRecorded, ProfileItems};

impl Making<'_, '_> {
    pub(super) fn outcome(&mut self, command: &Command) {
        match command {
            Command::RecordOutcomeProfile {
                episode,
                stage,
                co_ordinates,
                items,
            } => {
                self.items(items);
                self.record(OutcomeProfileRecorded {
                    episode: *episode,
                    stage: *stage,
                    co_ordinates: *co_ordinates,
                    items: **items,
                });
            }
            Command::RescindExit { episode, reason } => {
                self.code("exit-rescission-reasons", reason, "/reason");
                self.record(ExitRescinded {
                    episode: *episode,
                    reason: reason.clone(),
                });
            }
            Command::RecordFollowUp { episode, outcome } => {
                self.code("follow-up-outcomes", outcome, "/outcome");
                let ends = self.says("follow-up-outcomes", outcome, "ends") == Some("yes");
                self.record(FollowUpRecorded {
                    episode: *episode,
                    outcome: outcome.clone(),
                    ends,
                });
            }
            _ => {}
        }
    }

    /// Numbers that no profile can hold are faults of the body, whoever sends it.
    fn items(&mut self, items: &ProfileItems) {
        for (name, told, most) in items.counted() {
            if told.is_some_and(|told| told > most) {
                let detail = format!("Give 0 to {most}, or leave it out when it is not known.");
                self.fault(&format!("/items/{name}"), "out_of_range", detail);
            }
        }
        if *items == ProfileItems::default() {
            self.fault(
                "/items",
                "missing",
                "A profile has at least one item that is known.",
            );
        }
    }
}
