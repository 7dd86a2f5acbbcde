//! Required assessments: imposed, attended, missed, lapsed.
//!
//! Source: `domain.md` 5.1 (Drugs Act 2005 ss. 9, 10, 12, 14); `cases.md` J2.

use crate::code::{Code, OrganisationCode, ServiceCode};
use crate::fact::{AssessmentAttended, AssessmentKind, AssessmentRequired, Fact};
use crate::id::{AssessmentId, DrugTestId};
use crate::state::{Dated, PersonState};
use jiff::civil::Date;

/// Where a required assessment stands in law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AssessmentStatus {
    /// To be attended.
    Imposed,
    /// The person came and stayed.
    Attended,
    /// The person did not come, or did not stay.
    Missed,
    /// It need no longer be attended.
    Lapsed,
}

impl AssessmentStatus {
    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Imposed => "imposed",
            Self::Attended => "attended",
            Self::Missed => "missed",
            Self::Lapsed => "lapsed",
        }
    }
}

/// An assessment that the person is or was required to attend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequiredAssessment {
    /// Its id.
    pub id: AssessmentId,
    /// Which of the two.
    pub kind: AssessmentKind,
    /// Of a follow-up, the initial assessment.
    pub follows: Option<AssessmentId>,
    /// Of an initial one, the test on which both rest.
    pub test: Option<DrugTestId>,
    /// The service that carries it out.
    pub service: ServiceCode,
    /// That service's organisation.
    pub organisation: OrganisationCode,
    /// The day told to the person.
    pub appointed_on: Option<Date>,
    /// Since when it is required.
    pub imposed: Dated,
    /// The organisation that imposed it.
    pub imposed_by: OrganisationCode,
    /// When the person came.
    pub attended: Option<Dated>,
    /// When the person did not come, or did not stay, and why; the last time counts.
    pub missed: Vec<(Dated, Code)>,
    /// When it lapsed, and why: code of `assessment-lapse-reasons`.
    pub lapsed: Option<(Dated, Code)>,
}

impl RequiredAssessment {
    /// Where it stands.
    pub fn status(&self) -> AssessmentStatus {
        if self.attended.is_some() {
            AssessmentStatus::Attended
        } else if self.lapsed.is_some() {
            AssessmentStatus::Lapsed
        } else if self.missed.is_empty() {
            AssessmentStatus::Imposed
        } else {
            AssessmentStatus::Missed
        }
    }

    /// What brought it to where it stands.
    pub fn status_since(&self) -> Dated {
        let lapsed = self.lapsed.as_ref().map(|(at, _)| *at);
        let missed = self.missed.last().map(|(at, _)| *at);
        self.attended.or(lapsed).or(missed).unwrap_or(self.imposed)
    }
}

impl PersonState {
    /// A required assessment by its id.
    pub fn assessment(&self, id: AssessmentId) -> Option<&RequiredAssessment> {
        self.justice.assessments.iter().find(|one| one.id == id)
    }

    pub(super) fn evolve_assessment(&mut self, at: Dated, fact: &Fact, by: &OrganisationCode) {
        match fact {
            Fact::AssessmentRequired(f) => self.assessment_required(at, f, by),
            Fact::AssessmentAttended(f) => self.assessment_attended(at, f),
            Fact::AssessmentMissed(f) => {
                if let Some(one) = self.unsettled(at, f.assessment) {
                    one.missed.push((at, f.reason.clone()));
                }
            }
            Fact::AssessmentLapsed(f) => {
                if let Some(one) = self.unsettled(at, f.assessment) {
                    one.lapsed = Some((at, f.reason.clone()));
                }
            }
            _ => {}
        }
    }

    fn assessment_required(&mut self, at: Dated, f: &AssessmentRequired, by: &OrganisationCode) {
        match f
            .test
            .map(|test| self.justice.test(test).map(|test| test.is_positive()))
        {
            Some(None) => self.conflict(
                at,
                "unknown_test",
                "/testId",
                "The record has no such drug test by that day. Record the test first, or leave it out.",
            ),
            Some(Some(false)) => self.conflict(
                at,
                "test_not_positive",
                "/testId",
                "This test found none of the drugs. An assessment is required after a positive test.",
            ),
            Some(Some(true)) | None => {}
        }
        if f.follows
            .is_some_and(|initial| self.assessment(initial).is_none())
        {
            self.conflict(
                at,
                "before_assessment",
                "/occurred",
                "This is a follow-up of an initial assessment that is not on the record.",
            );
        }
        if f.appointed_on.is_some_and(|day| day < at.date()) {
            self.conflict(
                at,
                "ends_before_start",
                "/appointedOn",
                "The day of the assessment lies before the day on which it was imposed.",
            );
        }
        self.justice.assessments.push(RequiredAssessment {
            id: f.assessment,
            kind: f.kind,
            follows: f.follows,
            test: f.test,
            service: f.service.clone(),
            organisation: f.organisation.clone(),
            appointed_on: f.appointed_on,
            imposed: at,
            imposed_by: by.clone(),
            attended: None,
            missed: Vec::new(),
            lapsed: None,
        });
    }

    fn assessment_attended(&mut self, at: Dated, f: &AssessmentAttended) {
        let initial = |id| self.assessment(id).map(RequiredAssessment::status);
        let follows = self.assessment(f.assessment).and_then(|one| one.follows);
        if follows.and_then(initial) == Some(AssessmentStatus::Imposed) {
            self.conflict(
                at,
                "initial_first",
                "/occurred",
                "The follow-up comes after the initial assessment. Record first what became of that.",
            );
        }
        let Some(one) = self.unsettled(at, f.assessment) else {
            return;
        };
        one.attended = Some(at);
        if one.kind == AssessmentKind::FollowUp {
            return;
        }
        let mut others = self.justice.assessments.iter_mut();
        let Some(follow_up) = others.find(|other| other.follows == Some(f.assessment)) else {
            return;
        };
        if f.follow_up_on.is_some() {
            follow_up.appointed_on = f.follow_up_on;
        }
        if f.follow_up_needed == Some(false)
            && follow_up.attended.is_none()
            && follow_up.lapsed.is_none()
            && let Ok(reason) = Code::parse("not_needed")
        {
            follow_up.lapsed = Some((at, reason));
        }
    }

    /// The assessment, when it can still be attended, missed or lapse; says why when it cannot.
    fn unsettled(&mut self, at: Dated, id: AssessmentId) -> Option<&mut RequiredAssessment> {
        let place = self.justice.assessments.iter().position(|one| one.id == id);
        let Some(place) = place else {
            self.conflict(
                at,
                "before_assessment",
                "/occurred",
                "This is dated before the assessment was required.",
            );
            return None;
        };
        let one = &self.justice.assessments[place];
        let settled = match one.status() {
            AssessmentStatus::Attended => Some("was attended"),
            AssessmentStatus::Lapsed => Some("lapsed"),
            AssessmentStatus::Imposed | AssessmentStatus::Missed => None,
        };
        if let Some(how) = settled {
            let detail = format!("The assessment {how} on {}.", one.status_since().date());
            self.conflict(at, "assessment_settled", "/occurred", detail);
            return None;
        }
        Some(&mut self.justice.assessments[place])
    }
}
