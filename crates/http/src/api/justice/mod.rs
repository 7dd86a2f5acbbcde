//! What police, courts and those who work with them do: arrests, drug tests, required assessments, bail, orders,
//! resolutions, cohorts.

mod arrest;
mod attend_assessment;
mod bail;
mod conclude_resolution;
mod court_outcome;
mod drug_test;
mod end_requirement;
mod join_cohort;
mod lapse_assessment;
mod leave_cohort;
mod liaison_contact;
mod miss_assessment;
mod read_assessment;
mod require_assessment;
mod resolve_out_of_court;
mod shown;

use super::ApiState;
pub use arrest::NewArrest;
pub use attend_assessment::AssessmentAttendance;
pub use bail::NewBail;
pub use conclude_resolution::ResolutionOutcome;
pub use court_outcome::NewCourtOutcome;
pub use drug_test::NewDrugTest;
pub use end_requirement::RequirementEnd;
pub use join_cohort::NewCohort;
pub use lapse_assessment::AssessmentLapse;
pub use leave_cohort::CohortEnd;
pub use liaison_contact::LiaisonContact;
pub use miss_assessment::AssessmentAbsence;
pub use require_assessment::NewRequiredAssessment;
pub use resolve_out_of_court::NewResolution;
pub use shown::{JusticeShown, justice};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(arrest::record_arrest))
        .routes(routes!(drug_test::record_drug_test))
        .routes(routes!(require_assessment::require_assessment))
        .routes(routes!(read_assessment::required_assessment))
        .routes(routes!(attend_assessment::attend_assessment))
        .routes(routes!(miss_assessment::miss_assessment))
        .routes(routes!(lapse_assessment::lapse_assessment))
        .routes(routes!(liaison_contact::record_liaison_contact))
        .routes(routes!(bail::record_bail))
        .routes(routes!(court_outcome::record_court_outcome))
        .routes(routes!(end_requirement::end_requirement))
        .routes(routes!(resolve_out_of_court::resolve_out_of_court))
        .routes(routes!(conclude_resolution::conclude_resolution))
        .routes(routes!(join_cohort::join_cohort))
        .routes(routes!(leave_cohort::leave_cohort))
}
