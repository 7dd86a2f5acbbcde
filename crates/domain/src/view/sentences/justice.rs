//! Sentences about arrests, tests, assessments, bail, courts and cohorts.

use super::Teller;
use crate::fact::{AssessmentKind, DrugResult, Fact};
use crate::id::AssessmentId;
use crate::view::words::day;
use jiff::civil::Date;

fn by(until: Option<Date>) -> String {
    until.map_or_else(String::new, |last| format!(", until {}", day(last)))
}

impl Teller<'_> {
    pub(super) fn justice(&self, fact: &Fact) -> String {
        let words = self.words;
        match fact {
            Fact::Arrested(f) => {
                let force = f.force.as_ref().map(|force| words.label("police-forces", force));
                let force = force.map_or_else(String::new, |force| format!(" Police force: {force}."));
                format!(
                    "Arrested. Offence: {}.{force}",
                    words.label("offence-groups", &f.offence)
                )
            }
            Fact::DrugTested(f) => {
                let found: Vec<_> = f.results.iter().map(|one| self.result(one)).collect();
                let why = words.label("drug-test-triggers", &f.trigger);
                format!(
                    "Tested for drugs in police detention: {}. {why}.",
                    found.join("; ")
                )
            }
            Fact::AssessmentRequired(f) => {
                let what = match f.kind {
                    AssessmentKind::Initial => "An initial assessment",
                    AssessmentKind::FollowUp => "A follow-up assessment",
                };
                let on = f.appointed_on.map(|on| format!(" on {}", day(on)));
                format!(
                    "{what} was required at {}{}.",
                    words.service(&f.service),
                    on.unwrap_or_default()
                )
            }
            Fact::AssessmentAttended(f) => {
                let follow_up = match f.follow_up_needed {
                    Some(true) => " A follow-up is needed.",
                    Some(false) => " No follow-up is needed.",
                    None => "",
                };
                format!("{} was attended.{follow_up}", self.the_assessment(f.assessment))
            }
            Fact::AssessmentMissed(f) => {
                let why = words.label("assessment-miss-reasons", &f.reason);
                format!("{} was missed: {why}.", self.the_assessment(f.assessment))
            }
            Fact::AssessmentLapsed(f) => {
                let why = words.label("assessment-lapse-reasons", &f.reason);
                format!("{} lapsed: {why}.", self.the_assessment(f.assessment))
            }
            Fact::LiaisonContactRecorded(f) => format!(
                "Met by liaison and diversion. Place: {}. Outcome: {}.",
                words.label("liaison-places", &f.place),
                words.label("liaison-outcomes", &f.outcome)
            ),
            Fact::Bailed(f) => {
                let kind = words.label("bail-kinds", &f.kind);
                let conditions = match f.conditions.as_slice() {
                    [] => " Without conditions.".to_owned(),
                    some => format!(" Conditions: {}.", words.labels("bail-conditions", some)),
                };
                format!("Bailed{}: {kind}.{conditions}", by(f.until))
            }
            Fact::CourtOutcomeRecorded(f) => {
                format!("A court decided: {}.", words.label("court-outcomes", &f.outcome))
            }
            Fact::RequirementImposed(f) => {
                let length = match f.months {
                    Some(1) => ", for 1 month".to_owned(),
                    Some(months) => format!(", for {months} months"),
                    None => String::new(),
                };
                let kind = words.label("court-requirements", &f.kind);
                format!("A court imposed: {kind}{length}.")
            }
            Fact::RequirementEnded(f) => {
                let requirement = self.state.justice.requirement(f.requirement);
                let kind = requirement.map(|one| words.label("court-requirements", &one.kind));
                let kind = kind.unwrap_or_else(|| "A requirement that is not on this record".to_owned());
                let why = words.label("requirement-end-reasons", &f.reason);
                format!("{kind} ended: {why}.")
            }
            Fact::ResolvedOutOfCourt(f) => {
                let kind = words.label("out-of-court-resolutions", &f.kind);
                let conditions = match f.conditions.as_slice() {
                    [] => String::new(),
                    some => format!(" Conditions: {}.", words.labels("resolution-conditions", some)),
                };
                format!("Resolved out of court{}: {kind}.{conditions}", by(f.until))
            }
            Fact::ResolutionConcluded(f) => {
                let of = self.state.justice.resolution(f.resolution);
                let of = of.map(|one| format!(" of {}", day(one.at.date())));
                let outcome = words.label("resolution-outcomes", &f.outcome);
                format!(
                    "The out-of-court resolution{} ended: {outcome}.",
                    of.unwrap_or_default()
                )
            }
            Fact::CohortJoined(f) => format!("Joined a cohort: {}.", words.label("cohorts", &f.cohort)),
            Fact::CohortLeft(f) => {
                let cohort = self.state.justice.cohort(f.membership);
                let cohort = cohort.map(|one| words.label("cohorts", &one.cohort));
                let cohort = cohort.unwrap_or_else(|| "one that is not on this record".to_owned());
                let why = words.label("cohort-leaving-reasons", &f.reason);
                format!("Left a cohort: {cohort}. {why}.")
            }
            _ => String::new(),
        }
    }

    fn result(&self, one: &DrugResult) -> String {
        let drug = self.words.label("drug-test-drugs", &one.drug);
        let result = self.words.label("drug-test-results", &one.result);
        format!("{drug}: {}", result.to_lowercase())
    }

    fn the_assessment(&self, id: AssessmentId) -> String {
        match self.state.assessment(id) {
            Some(one) => {
                let kind = match one.kind {
                    AssessmentKind::Initial => "initial",
                    AssessmentKind::FollowUp => "follow-up",
                };
                format!("The {kind} assessment required on {}", day(one.imposed.date()))
            }
            None => "A required assessment that is not on this record".to_owned(),
        }
    }
}
