//! Overdoses and deaths.

use super::Making;
use crate::command::{Command, NewOverdose};
use crate::fact::{
    DeathConcluded, DeathConfirmed, DeathRejected, DeathReported, OverdoseReported, OverdoseReviewed,
};
use crate::id::{DeathId, OverdoseId};

impl Making<'_, '_> {
    pub(super) fn harm(&mut self, command: &Command) {
        match command {
            Command::ReportOverdose(told) => self.overdose(told),
            Command::ReviewOverdose { overdose, outcome } => {
                self.code("overdose-review-outcomes", outcome, "/outcome");
                self.record(OverdoseReviewed {
                    overdose: *overdose,
                    outcome: outcome.clone(),
                });
            }
            Command::ReportDeath { source, suspected } => {
                self.code("death-report-sources", source, "/source");
                self.code("death-suspicions", suspected, "/suspected");
                if self.state.deaths.iter().any(|death| death.rejected.is_none()) {
                    self.misfit(
                        "/occurred",
                        "death_already_reported",
                        "A death is on the record already. Confirm it, or reject it first if it was mistaken.",
                    );
                }
                let death: DeathId = self.created();
                self.record(DeathReported {
                    death,
                    source: source.clone(),
                    suspected: suspected.clone(),
                });
            }
            Command::ConfirmDeath { death, source } => {
                self.code("death-report-sources", source, "/source");
                self.record(DeathConfirmed {
                    death: *death,
                    source: source.clone(),
                });
            }
            Command::ConcludeDeath { death, conclusion } => {
                self.code("death-conclusions", conclusion, "/conclusion");
                let list = self.context.reference.list("death-conclusions");
                let entry = list.and_then(|list| list.ever(conclusion.as_str()));
                let says = |attribute| entry.and_then(|entry| entry.attribute(attribute)) == Some("yes");
                let (drug_related, alcohol_related) = (says("drug_related"), says("alcohol_related"));
                self.record(DeathConcluded {
                    death: *death,
                    conclusion: conclusion.clone(),
                    drug_related,
                    alcohol_related,
                });
            }
            Command::RejectDeath { death, reason } => {
                self.code("death-rejection-reasons", reason, "/reason");
                self.record(DeathRejected {
                    death: *death,
                    reason: reason.clone(),
                });
            }
            _ => {}
        }
    }

    fn overdose(&mut self, told: &NewOverdose) {
        self.code("overdose-outcomes", &told.outcome, "/outcome");
        self.substances(&told.substances);
        if let Some(place) = &told.place {
            self.code("naloxone-use-places", place, "/place");
        }
        let overdose: OverdoseId = self.created();
        self.record(OverdoseReported {
            overdose,
            outcome: told.outcome.clone(),
            substances: told.substances.clone(),
            place: told.place.clone(),
            naloxone_given: told.naloxone_given,
            ambulance_called: told.ambulance_called,
        });
    }
}
