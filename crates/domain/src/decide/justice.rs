//! Arrests, drug tests, required assessments, liaison and diversion, bail, courts, resolutions and cohorts.
//!
//! Sources: `domain.md` 5.1 and 5.2; `cases.md` J1 and J2.

use super::Making;
use crate::code::{Code, ServiceCode};
use crate::command::{JusticeCommand, NewRequirement};
use crate::fact::{
    Arrested, AssessmentAttended, AssessmentKind, AssessmentLapsed, AssessmentMissed, AssessmentRequired,
    Bailed, CohortJoined, CohortLeft, CourtOutcomeRecorded, DrugResult, DrugTested, LiaisonContactRecorded,
    RequirementEnded, RequirementImposed, ResolutionConcluded, ResolvedOutOfCourt,
};
use crate::id::{ArrestId, AssessmentId, DrugTestId, MembershipId, RequirementId, ResolutionId};
use jiff::ToSpan as _;
use jiff::civil::Date;

/// The youngest age at which somebody is tested after a charge (PACE 1984 s. 63B; after an arrest it is 18).
pub const TESTED_FROM: i16 = 14;
/// The age from which an assessment can be required (Drugs Act 2005 s. 9).
pub const ASSESSED_FROM: i16 = 18;
/// The longest requirement: a community order lasts three years at most (Sentencing Act 2020 s. 200).
pub const MOST_MONTHS: u16 = 36;

impl Making<'_, '_> {
    pub(super) fn justice(&mut self, command: &JusticeCommand) {
        match command {
            JusticeCommand::Arrest { offence, force } => {
                self.code("offence-groups", offence, "/offence");
                if let Some(force) = force {
                    self.code("police-forces", force, "/force");
                }
                let arrest: ArrestId = self.created();
                self.record(Arrested {
                    arrest,
                    offence: offence.clone(),
                    force: force.clone(),
                });
            }
            JusticeCommand::Test {
                arrest,
                trigger,
                results,
            } => self.drug_test(*arrest, trigger, results),
            JusticeCommand::RequireAssessment {
                service,
                test,
                appointed_on,
            } => self.require_assessment(service, *test, *appointed_on),
            JusticeCommand::AttendAssessment {
                assessment,
                follow_up_needed,
                follow_up_on,
            } => self.attend(*assessment, *follow_up_needed, *follow_up_on),
            JusticeCommand::MissAssessment { assessment, reason } => {
                self.code("assessment-miss-reasons", reason, "/reason");
                self.record(AssessmentMissed {
                    assessment: *assessment,
                    reason: reason.clone(),
                });
            }
            JusticeCommand::LapseAssessment { assessment, reason } => {
                self.code("assessment-lapse-reasons", reason, "/reason");
                self.record(AssessmentLapsed {
                    assessment: *assessment,
                    reason: reason.clone(),
                });
            }
            JusticeCommand::Contact { place, outcome } => {
                self.code("liaison-places", place, "/place");
                self.code("liaison-outcomes", outcome, "/outcome");
                self.record(LiaisonContactRecorded {
                    organisation: self.context.organisation.clone(),
                    place: place.clone(),
                    outcome: outcome.clone(),
                });
            }
            JusticeCommand::Bail {
                arrest,
                kind,
                conditions,
                until,
            } => {
                self.code("bail-kinds", kind, "/kind");
                self.conditions("bail-conditions", conditions);
                self.record(Bailed {
                    arrest: *arrest,
                    kind: kind.clone(),
                    conditions: conditions.clone(),
                    until: *until,
                });
            }
            JusticeCommand::CourtOutcome {
                outcome,
                requirements,
            } => self.court_outcome(outcome, requirements),
            JusticeCommand::EndRequirement { requirement, reason } => {
                self.code("requirement-end-reasons", reason, "/reason");
                self.record(RequirementEnded {
                    requirement: *requirement,
                    reason: reason.clone(),
                });
            }
            JusticeCommand::Resolve {
                arrest,
                kind,
                conditions,
                until,
            } => {
                self.code("out-of-court-resolutions", kind, "/kind");
                self.conditions("resolution-conditions", conditions);
                let resolution: ResolutionId = self.created();
                self.record(ResolvedOutOfCourt {
                    resolution,
                    arrest: *arrest,
                    kind: kind.clone(),
                    conditions: conditions.clone(),
                    until: *until,
                    organisation: self.context.organisation.clone(),
                });
            }
            JusticeCommand::ConcludeResolution { resolution, outcome } => {
                self.code("resolution-outcomes", outcome, "/outcome");
                self.record(ResolutionConcluded {
                    resolution: *resolution,
                    outcome: outcome.clone(),
                });
            }
            JusticeCommand::JoinCohort { cohort } => {
                self.code("cohorts", cohort, "/cohort");
                let membership: MembershipId = self.created();
                self.record(CohortJoined {
                    membership,
                    cohort: cohort.clone(),
                    organisation: self.context.organisation.clone(),
                });
            }
            JusticeCommand::LeaveCohort { membership, reason } => {
                self.code("cohort-leaving-reasons", reason, "/reason");
                self.record(CohortLeft {
                    membership: *membership,
                    reason: reason.clone(),
                });
            }
        }
    }

    fn drug_test(&mut self, arrest: Option<ArrestId>, trigger: &Code, results: &[DrugResult]) {
        self.code("drug-test-triggers", trigger, "/trigger");
        for (index, one) in results.iter().enumerate() {
            let place = format!("/results/{index}");
            self.code_at("drug-test-drugs", &one.drug, "/results", format!("{place}/drug"));
            self.code_at(
                "drug-test-results",
                &one.result,
                "/results",
                format!("{place}/result"),
            );
            if results[..index].iter().any(|before| before.drug == one.drug) {
                self.misfit_at(
                    "/results",
                    &format!("{place}/drug"),
                    "repeated",
                    "Name each drug once.",
                );
            }
        }
        if self.younger_than(TESTED_FROM) {
            self.misfit(
                "/occurred",
                "too_young",
                "Nobody under 14 is tested in police detention. Check the date of birth and the date of the test.",
            );
        }
        let test: DrugTestId = self.created();
        self.record(DrugTested {
            test,
            arrest,
            trigger: trigger.clone(),
            results: results.to_vec(),
        });
    }

    /// The follow-up is required together with the initial assessment (Drugs Act 2005 s. 10).
    fn require_assessment(
        &mut self,
        service: &ServiceCode,
        test: Option<DrugTestId>,
        appointed_on: Option<Date>,
    ) {
        if self.younger_than(ASSESSED_FROM) {
            self.misfit(
                "/occurred",
                "too_young",
                "An assessment is required of adults only. Refer a young person to their service instead.",
            );
        }
        let Some(found) = self.working_service(service, "/service") else {
            return;
        };
        let initial: AssessmentId = self.created();
        let follow_up: AssessmentId = self.created();
        for (assessment, kind, follows) in [
            (initial, AssessmentKind::Initial, None),
            (follow_up, AssessmentKind::FollowUp, Some(initial)),
        ] {
            self.record(AssessmentRequired {
                assessment,
                kind,
                follows,
                test: test.filter(|_| kind == AssessmentKind::Initial),
                service: found.code.clone(),
                organisation: found.organisation.clone(),
                appointed_on: appointed_on.filter(|_| kind == AssessmentKind::Initial),
            });
        }
    }

    fn attend(
        &mut self,
        assessment: AssessmentId,
        follow_up_needed: Option<bool>,
        follow_up_on: Option<Date>,
    ) {
        let kind = self.state.assessment(assessment).map(|one| one.kind);
        if kind == Some(AssessmentKind::FollowUp) && (follow_up_needed.is_some() || follow_up_on.is_some()) {
            self.misfit(
                "/followUpNeeded",
                "no_further_follow_up",
                "This is the follow-up itself: no other one follows. Leave followUpNeeded and followUpOn out.",
            );
        }
        if follow_up_needed == Some(false) && follow_up_on.is_some() {
            self.misfit(
                "/followUpOn",
                "follow_up_not_needed",
                "A follow-up that is not needed has no day. Leave followUpOn out, or say that it is needed.",
            );
        }
        if follow_up_on.is_some_and(|day| day < self.day()) {
            self.misfit(
                "/followUpOn",
                "ends_before_start",
                "The follow-up cannot lie before the initial assessment.",
            );
        }
        self.record(AssessmentAttended {
            assessment,
            follow_up_needed,
            follow_up_on,
        });
    }

    fn court_outcome(&mut self, outcome: &Code, requirements: &[NewRequirement]) {
        self.code("court-outcomes", outcome, "/outcome");
        for (index, one) in requirements.iter().enumerate() {
            let place = format!("/requirements/{index}");
            self.code_at(
                "court-requirements",
                &one.kind,
                "/requirements",
                format!("{place}/kind"),
            );
            if requirements[..index].iter().any(|before| before.kind == one.kind) {
                self.misfit_at(
                    "/requirements",
                    &format!("{place}/kind"),
                    "repeated",
                    "An order has each requirement once.",
                );
            }
            if one
                .months
                .is_some_and(|months| !(1..=MOST_MONTHS).contains(&months))
            {
                self.misfit_at(
                    "/requirements",
                    &format!("{place}/months"),
                    "out_of_range",
                    "A requirement lasts from 1 to 36 months.",
                );
            }
        }
        self.record(CourtOutcomeRecorded {
            outcome: outcome.clone(),
        });
        for one in requirements {
            let requirement: RequirementId = self.created();
            self.record(RequirementImposed {
                requirement,
                kind: one.kind.clone(),
                months: one.months,
                organisation: self.context.organisation.clone(),
            });
        }
    }

    fn conditions(&mut self, list: &str, conditions: &[Code]) {
        for (index, one) in conditions.iter().enumerate() {
            let place = format!("/conditions/{index}");
            self.code_at(list, one, "/conditions", place.clone());
            if conditions[..index].contains(one) {
                self.misfit_at("/conditions", &place, "repeated", "Name each condition once.");
            }
        }
    }

    /// True when the person is known to be younger on the day; nobody is whose date of birth is unknown.
    fn younger_than(&self, years: i16) -> bool {
        let born = self.state.identity.date_of_birth;
        let of_age = born.and_then(|born| born.checked_add(years.years()).ok());
        of_age.is_some_and(|of_age| self.day() < of_age)
    }
}
