//! Overdoses and deaths in words.

use super::Teller;
use crate::fact::Fact;

impl Teller<'_> {
    pub(super) fn harm(&self, fact: &Fact) -> String {
        let label = |list, code| self.words.label(list, code);
        match fact {
            Fact::OverdoseReported(f) => {
                let of = match f.substances.as_slice() {
                    [] => String::new(),
                    some => format!(", suspected: {}", self.words.labels("substances", some)),
                };
                let naloxone = match f.naloxone_given {
                    Some(true) => " Naloxone was given.",
                    Some(false) => " No naloxone was given.",
                    None => "",
                };
                let outcome = label("overdose-outcomes", &f.outcome);
                format!("The person overdosed{of}. Outcome: {outcome}.{naloxone}")
            }
            Fact::OverdoseReviewed(f) => {
                let outcome = label("overdose-review-outcomes", &f.outcome);
                format!("The overdose was reviewed: {outcome}.")
            }
            Fact::DeathReported(f) => format!(
                "The person was reported to have died. Source: {}. {}.",
                label("death-report-sources", &f.source),
                label("death-suspicions", &f.suspected)
            ),
            Fact::DeathConfirmed(f) => {
                format!(
                    "The death was confirmed. Source: {}.",
                    label("death-report-sources", &f.source)
                )
            }
            Fact::DeathConcluded(f) => {
                format!(
                    "The cause of death was concluded: {}.",
                    label("death-conclusions", &f.conclusion)
                )
            }
            Fact::DeathRejected(f) => format!(
                "The report of death was mistaken: {}.",
                label("death-rejection-reasons", &f.reason)
            ),
            _ => String::new(),
        }
    }
}
