//! What police and courts did about the person, and where it stands.

mod assessment;

pub use assessment::{AssessmentStatus, RequiredAssessment};

use super::{Dated, PersonState};
use crate::code::{Code, OrganisationCode};
use crate::fact::{DrugResult, Fact};
use crate::id::{ArrestId, DrugTestId, MembershipId, RequirementId, ResolutionId};
use jiff::ToSpan as _;
use jiff::civil::Date;

/// An arrest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrest {
    /// Its id.
    pub id: ArrestId,
    /// Code of `offence-groups`.
    pub offence: Code,
    /// Code of `police-forces`.
    pub force: Option<Code>,
    /// When.
    pub at: Dated,
}

/// A drug test in police detention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrugTest {
    /// Its id.
    pub id: DrugTestId,
    /// After which arrest.
    pub arrest: Option<ArrestId>,
    /// Code of `drug-test-triggers`.
    pub trigger: Code,
    /// Drug by drug.
    pub results: Vec<DrugResult>,
    /// When.
    pub at: Dated,
}

impl DrugTest {
    /// True when this drug was found, alone or with others.
    pub fn found(&self, drug: &str) -> bool {
        let mut results = self.results.iter();
        results.any(|one| one.drug.as_str() == drug && one.is_positive())
    }

    /// True when this drug was found and no other.
    pub fn found_alone(&self, drug: &str) -> bool {
        let others = |one: &DrugResult| one.drug.as_str() != drug && one.is_positive();
        self.found(drug) && !self.results.iter().any(others)
    }

    /// True when any drug was found.
    pub fn is_positive(&self) -> bool {
        self.results.iter().any(DrugResult::is_positive)
    }
}

/// A contact with liaison and diversion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiaisonContact {
    /// When.
    pub at: Dated,
    /// The worker's organisation.
    pub organisation: OrganisationCode,
    /// Code of `liaison-places`.
    pub place: Code,
    /// Code of `liaison-outcomes`.
    pub outcome: Code,
}

/// Bail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bail {
    /// Since when.
    pub at: Dated,
    /// After which arrest.
    pub arrest: Option<ArrestId>,
    /// Code of `bail-kinds`.
    pub kind: Code,
    /// Codes of `bail-conditions`.
    pub conditions: Vec<Code>,
    /// The day to which the person is bailed.
    pub until: Option<Date>,
}

/// What a court decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CourtOutcome {
    /// When.
    pub at: Dated,
    /// Code of `court-outcomes`.
    pub outcome: Code,
}

/// A requirement of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// Its id.
    pub id: RequirementId,
    /// Code of `court-requirements`.
    pub kind: Code,
    /// Its length in months.
    pub months: Option<u16>,
    /// The organisation that recorded it.
    pub organisation: OrganisationCode,
    /// Since when.
    pub imposed: Dated,
    /// When and why it ended.
    pub ended: Option<(Dated, Code)>,
}

impl Requirement {
    /// The last day by its length, when it was told.
    pub fn last_day(&self) -> Option<Date> {
        let after = self
            .imposed
            .date()
            .checked_add(i32::from(self.months?).months())
            .ok()?;
        after.yesterday().ok()
    }

    /// True from its imposition until its end was recorded, or until its last day has passed.
    pub fn is_open_on(&self, day: Date) -> bool {
        self.imposed.date() <= day
            && self.ended.as_ref().is_none_or(|(at, _)| day < at.date())
            && self.last_day().is_none_or(|last| day <= last)
    }
}

/// A resolution out of court.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolution {
    /// Its id.
    pub id: ResolutionId,
    /// After which arrest.
    pub arrest: Option<ArrestId>,
    /// Code of `out-of-court-resolutions`.
    pub kind: Code,
    /// Codes of `resolution-conditions`.
    pub conditions: Vec<Code>,
    /// The last day on which they can be met.
    pub until: Option<Date>,
    /// The organisation that recorded it.
    pub organisation: OrganisationCode,
    /// Since when.
    pub at: Dated,
    /// Whether the conditions were met: code of `resolution-outcomes`.
    pub concluded: Option<(Dated, Code)>,
}

/// A spell in a cohort.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CohortMembership {
    /// Its id.
    pub id: MembershipId,
    /// Code of `cohorts`.
    pub cohort: Code,
    /// The organisation that recorded it.
    pub organisation: OrganisationCode,
    /// The first day.
    pub joined: Dated,
    /// The first day out of it, and why.
    pub left: Option<(Dated, Code)>,
}

impl CohortMembership {
    /// True on the days of the membership; the day on which the person leaves is none.
    pub fn goes_on(&self, day: Date) -> bool {
        self.joined.date() <= day && self.left.as_ref().is_none_or(|(at, _)| day < at.date())
    }
}

/// What police and courts did about the person; each in order of its date.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JusticeState {
    /// Arrests.
    pub arrests: Vec<Arrest>,
    /// Drug tests in police detention.
    pub tests: Vec<DrugTest>,
    /// Assessments that the person is or was required to attend.
    pub assessments: Vec<RequiredAssessment>,
    /// Contacts with liaison and diversion.
    pub contacts: Vec<LiaisonContact>,
    /// Bail.
    pub bail: Vec<Bail>,
    /// Decisions of courts.
    pub outcomes: Vec<CourtOutcome>,
    /// Requirements of orders.
    pub requirements: Vec<Requirement>,
    /// Resolutions out of court.
    pub resolutions: Vec<Resolution>,
    /// Spells in cohorts.
    pub cohorts: Vec<CohortMembership>,
}

impl JusticeState {
    /// A drug test by its id.
    pub fn test(&self, id: DrugTestId) -> Option<&DrugTest> {
        self.tests.iter().find(|one| one.id == id)
    }

    /// A requirement by its id.
    pub fn requirement(&self, id: RequirementId) -> Option<&Requirement> {
        self.requirements.iter().find(|one| one.id == id)
    }

    /// A resolution by its id.
    pub fn resolution(&self, id: ResolutionId) -> Option<&Resolution> {
        self.resolutions.iter().find(|one| one.id == id)
    }

    /// A spell in a cohort by its id.
    pub fn cohort(&self, id: MembershipId) -> Option<&CohortMembership> {
        self.cohorts.iter().find(|one| one.id == id)
    }
}

impl PersonState {
    pub(super) fn evolve_justice(&mut self, at: Dated, fact: &Fact, by: &OrganisationCode) {
        match fact {
            Fact::Arrested(f) => self.justice.arrests.push(Arrest {
                id: f.arrest,
                offence: f.offence.clone(),
                force: f.force.clone(),
                at,
            }),
            Fact::DrugTested(f) => {
                self.justice.tests.push(DrugTest {
                    id: f.test,
                    arrest: f.arrest,
                    trigger: f.trigger.clone(),
                    results: f.results.clone(),
                    at,
                });
            }
            Fact::AssessmentRequired(_)
            | Fact::AssessmentAttended(_)
            | Fact::AssessmentMissed(_)
            | Fact::AssessmentLapsed(_) => self.evolve_assessment(at, fact, by),
            Fact::LiaisonContactRecorded(f) => self.justice.contacts.push(LiaisonContact {
                at,
                organisation: f.organisation.clone(),
                place: f.place.clone(),
                outcome: f.outcome.clone(),
            }),
            Fact::Bailed(f) => {
                self.expect_not_before(at, f.until);
                self.justice.bail.push(Bail {
                    at,
                    arrest: f.arrest,
                    kind: f.kind.clone(),
                    conditions: f.conditions.clone(),
                    until: f.until,
                });
            }
            Fact::CourtOutcomeRecorded(f) => self.justice.outcomes.push(CourtOutcome {
                at,
                outcome: f.outcome.clone(),
            }),
            Fact::RequirementImposed(_) | Fact::RequirementEnded(_) => self.evolve_requirement(at, fact),
            Fact::ResolvedOutOfCourt(_) | Fact::ResolutionConcluded(_) => self.evolve_resolution(at, fact),
            Fact::CohortJoined(_) | Fact::CohortLeft(_) => self.evolve_cohort(at, fact),
            _ => {}
        }
    }

    /// Judged by days and when everything is told: an arrest at a time of day is told after what follows it on the
    /// same day undated.
    pub(super) fn expect_named_arrests(&mut self) {
        let justice = &self.justice;
        let tests = justice.tests.iter().map(|one| (one.at, one.arrest));
        let bail = justice.bail.iter().map(|one| (one.at, one.arrest));
        let resolutions = justice.resolutions.iter().map(|one| (one.at, one.arrest));
        let named = tests.chain(bail).chain(resolutions);
        let unknown = |(at, arrest): &(Dated, Option<ArrestId>)| {
            let by_then = |one: &Arrest| Some(one.id) == *arrest && one.at.date() <= at.date();
            arrest.is_some() && !justice.arrests.iter().any(by_then)
        };
        for (at, _) in named.filter(unknown).collect::<Vec<_>>() {
            self.conflict(
                at,
                "unknown_arrest",
                "/arrestId",
                "The record has no such arrest by that day. Record the arrest first, or leave it out.",
            );
        }
    }

    fn expect_not_before(&mut self, at: Dated, until: Option<Date>) {
        if until.is_some_and(|last| last < at.date()) {
            self.conflict(
                at,
                "ends_before_start",
                "/until",
                "The last day lies before the first.",
            );
        }
    }

    fn evolve_requirement(&mut self, at: Dated, fact: &Fact) {
        let requirements = &mut self.justice.requirements;
        match fact {
            Fact::RequirementImposed(f) => requirements.push(Requirement {
                id: f.requirement,
                kind: f.kind.clone(),
                months: f.months,
                organisation: f.organisation.clone(),
                imposed: at,
                ended: None,
            }),
            Fact::RequirementEnded(f) => match requirements.iter_mut().find(|one| one.id == f.requirement) {
                None => self.conflict(
                    at,
                    "before_requirement",
                    "/occurred",
                    "This is dated before the court imposed the requirement.",
                ),
                Some(one) => match &one.ended {
                    None => one.ended = Some((at, f.reason.clone())),
                    Some((ended, _)) => {
                        let detail = format!("The requirement already ended on {}.", ended.date());
                        self.conflict(at, "requirement_ended", "/occurred", detail);
                    }
                },
            },
            _ => {}
        }
    }

    fn evolve_resolution(&mut self, at: Dated, fact: &Fact) {
        match fact {
            Fact::ResolvedOutOfCourt(f) => {
                self.expect_not_before(at, f.until);
                self.justice.resolutions.push(Resolution {
                    id: f.resolution,
                    arrest: f.arrest,
                    kind: f.kind.clone(),
                    conditions: f.conditions.clone(),
                    until: f.until,
                    organisation: f.organisation.clone(),
                    at,
                    concluded: None,
                });
            }
            Fact::ResolutionConcluded(f) => {
                let mut resolutions = self.justice.resolutions.iter_mut();
                match resolutions.find(|one| one.id == f.resolution) {
                    None => self.conflict(
                        at,
                        "before_resolution",
                        "/occurred",
                        "This is dated before the resolution.",
                    ),
                    Some(one) => match &one.concluded {
                        None => one.concluded = Some((at, f.outcome.clone())),
                        Some((concluded, _)) => {
                            let detail = format!("The resolution was concluded on {}.", concluded.date());
                            self.conflict(at, "resolution_concluded", "/occurred", detail);
                        }
                    },
                }
            }
            _ => {}
        }
    }

    fn evolve_cohort(&mut self, at: Dated, fact: &Fact) {
        let cohorts = &mut self.justice.cohorts;
        match fact {
            Fact::CohortJoined(f) => {
                let mut same = cohorts.iter().filter(|one| one.cohort == f.cohort);
                let in_it = same.any(|one| one.goes_on(at.date()));
                cohorts.push(CohortMembership {
                    id: f.membership,
                    cohort: f.cohort.clone(),
                    organisation: f.organisation.clone(),
                    joined: at,
                    left: None,
                });
                if in_it {
                    self.conflict(
                        at,
                        "cohort_already_joined",
                        "/cohort",
                        "The person is in this cohort already on that day. Record that they left it first.",
                    );
                }
            }
            Fact::CohortLeft(f) => match cohorts.iter_mut().find(|one| one.id == f.membership) {
                None => self.conflict(
                    at,
                    "before_cohort",
                    "/occurred",
                    "This is dated before the person joined the cohort.",
                ),
                Some(one) => match &one.left {
                    None => one.left = Some((at, f.reason.clone())),
                    Some((left, _)) => {
                        let detail = format!("The person already left the cohort on {}.", left.date());
                        self.conflict(at, "cohort_already_left", "/occurred", detail);
                    }
                },
            },
            _ => {}
        }
    }
}
