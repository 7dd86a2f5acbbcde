//! `POST /v1/episodes/{id}/care-plan`: agree a care plan.

use crate::api::recording::entry;
use crate::api::wire::DateWire;
use throughcare_app::Address;
use throughcare_domain::command::{Command, CourseStep, PlanTold};
use throughcare_domain::id::EpisodeId;

entry! {
    /// A care plan. What was agreed in the person's own words goes into the note.
    pub struct CarePlan {
        /// Codes of `care-plan-goals`.
        #[schema(min_items = 1, max_items = 12)]
        pub goals: Vec<String>,
        /// When it is to be reviewed.
        pub review_on: DateWire,
    }

    /// Agree a care plan
    ///
    /// Once an episode; it is revised afterwards.
    post "/v1/episodes/{id}/care-plan" in "Episodes" as agree_care_plan;
    at id => Address::Entity(id);
    |body, reading, _now| {
        let goals = reading.codes(&body.goals, "/goals");
        Some(Command::Course {
            episode: EpisodeId(id),
            step: CourseStep::AgreeCarePlan(PlanTold {
                goals,
                review_on: body.review_on.0,
            }),
        })
    }
}
