//! `POST /v1/episodes/{id}/care-plan-revisions`: agree a care plan anew.

use crate::api::recording::entry;
use crate::api::wire::DateWire;
use throughcare_app::Address;
use throughcare_domain::command::{Command, CourseStep, PlanTold};
use throughcare_domain::id::EpisodeId;

entry! {
    /// A care plan that was gone through and agreed anew.
    pub struct CarePlanRevision {
        /// Codes of `care-plan-goals`.
        #[schema(min_items = 1, max_items = 12)]
        pub goals: Vec<String>,
        /// When it is to be reviewed next.
        pub review_on: DateWire,
    }

    /// Agree a care plan anew
    ///
    /// This is how its review is recorded: with the goals that stand now, changed or not.
    post "/v1/episodes/{id}/care-plan-revisions" in "Episodes" as revise_care_plan;
    at id => Address::Entity(id);
    |body, reading, _now| {
        let goals = reading.codes(&body.goals, "/goals");
        Some(Command::Course {
            episode: EpisodeId(id),
            step: CourseStep::ReviseCarePlan(PlanTold {
                goals,
                review_on: body.review_on.0,
            }),
        })
    }
}
